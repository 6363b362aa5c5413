"""Service standards of the Government of Canada: published rows, the folder they are loaded from, and what their own numbers say.

A standard promises a share of its volume (80 % of applications within 30 days); each year's report gives the volume, how
much of it met the standard, and a published verdict. Two editions of the reports are two vintages of one ledger.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

EDITIONS = {"2021-12-14": "2021-12-14", "2024-04-15": "2024-02-14"}
"""Edition of the reports, and the edition of the list of standards that goes with it."""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator
VOLUME,Volume of the service,cases,count,1,flow,none,,
MET,Volume that met the standard,cases,count,1,flow,none,,
RATE,Share that met the standard,share,number,,ratio,gate,MET,VOLUME
"""


@dataclass(frozen=True)
class Report:
    """One standard in one year as published: `target` and `rate` in per cent, None where nothing is given."""

    standard: str
    year: int
    target: Decimal | None
    volume: int | None
    met: int | None
    published: bool | None

    @property
    def key(self) -> tuple[str, str]:
        """Unit and period."""
        return f"ST-{self.standard}", f"FY{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def rate(self) -> Fraction | None:
        """The share that met the standard, exactly, in per cent; None without a volume."""
        return Fraction(100 * self.met, self.volume) if self.volume and self.met is not None else None

    @property
    def own(self) -> bool | None:
        """What the row's own numbers say; None where they say nothing."""
        if self.rate is None or self.target is None:
            return None
        return self.rate >= Fraction(self.target)

    def rounded(self, places: int) -> Decimal:
        """The rate rounded half up, as people round."""
        assert self.rate is not None
        exact = Decimal(self.rate.numerator) / Decimal(self.rate.denominator)
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    @property
    def why(self) -> str:
        """In what the published verdict goes against the row's own numbers; empty where it does not."""
        if self.own is None or self.published is None or self.own == self.published:
            return ""
        if self.own:
            return (
                "published as not met, the target is 0" if not self.target else "published as not met, above the target"
            )
        for places in (2, 1, 0):
            if self.rounded(places) >= (self.target or 0):
                return f"published as met, only rounded to {places} decimals at the target"
        return "published as met, short of the target however rounded"


def reports(source: Path, edition: str) -> list[Report]:
    """All reports of an edition."""
    with (source / f"standard_reports_{edition}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return [_report(row) for row in csv.DictReader(handle)]


def _report(row: dict[str, str]) -> Report:
    verdict = row["is_target_met"].strip().upper()
    return Report(
        row["standard"],
        int(row["year"]),
        Decimal(row["lower"]) if row["lower"] else None,
        _whole(row["count"]),
        _whole(row["met_count"]),
        {"TRUE": True, "1": True, "FALSE": False, "0": False}.get(verdict),
    )


def _whole(text: str) -> int | None:
    number = Decimal(text) if text else None
    assert number is None or number == number.to_integral_value(), text
    return None if number is None else int(number)


def files(source: Path) -> dict[str, str]:
    """The folder: a tree of departments, services and standards, and both editions as vintages of their figures."""
    facts = ["unit,measure,period,version,vintage,value"]
    for edition in EDITIONS:
        for report in reports(source, edition):
            facts += [",".join(fact) for fact in _facts(report, edition)]
    return {
        "ledger": "key,value\nname,Service standards\nfiscal_start,4\ncurrency,CAD",
        "units": "\n".join(_units(source)),
        "measures": MEASURES,
        "facts": "\n".join(facts),
    }


def _facts(report: Report, edition: str) -> Iterator[tuple[str, ...]]:
    unit, period = report.key
    for code, value in (("VOLUME", report.volume), ("MET", report.met)):
        if value is not None:
            yield unit, code, period, "actual", edition, str(value)
    if report.target is not None:
        yield unit, "RATE", period, "target", edition, format(report.target / 100, "f")


def _units(source: Path) -> list[str]:
    """Departments, services and standards; what has no service, or is in no list, stands under one of its own."""
    services = {row["eternal_id"]: row for row in _rows(source / "services_2021-12-14.csv")}
    standards = {}
    for list_ in EDITIONS.values():
        standards |= {row["eternal_id"]: row for row in _rows(source / f"standards_{list_}.csv")}
    lines = {"GC": "GC,Government of Canada,"}
    for number in dict.fromkeys(report.standard for edition in EDITIONS for report in reports(source, edition)):
        known = standards.get(number, {})
        service = services.get(known.get("service", ""), {})
        department = service.get("dept__tbs_dept_code") or "NONE"
        above, place = f"D-{department}", f"SV-{department}-{service.get('eternal_id', 'NONE')}"
        lines.setdefault(above, f"{above},{_name(service.get('dept__name_en') or 'Not in the list')},GC")
        lines.setdefault(place, f"{place},{_name(service.get('name_en') or 'Not in the list')},{above}")
        lines[f"ST-{number}"] = f"ST-{number},{_name(known.get('name_en') or number)},{place}"
    return ["code,name,parent", *lines.values()]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _name(text: str) -> str:
    """A name on one line, quoted for a CSV file."""
    line = " ".join(text.split())[:200].replace('"', '""')
    return f'"{line}"'


def counted(rows: Iterable[Report]) -> Counter[str]:
    """How many rows go against their own numbers, and how."""
    return Counter(row.why for row in rows if row.why)


def write_list(path: Path, rows: Iterable[tuple[str, Report]]) -> None:
    """The list of cases, one a line: edition, standard, year, target, volume, met, rate to three decimals, published, why."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two runs may write it at once, one for each database.
    own = path.with_suffix(f".{os.getpid()}")
    with own.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["edition", "standard", "year", "target", "volume", "met", "rate", "published", "why"])
        for edition, row in rows:
            told = "met" if row.published else "not met"
            rate = row.rounded(3) if row.rate is not None else ""
            writer.writerow([edition, *row.key, row.target, row.volume, row.met, rate, told, row.why or "no verdict"])
    own.replace(path)


def first_day(edition: str) -> date:
    """The day on which the edition became known."""
    return date.fromisoformat(edition)
