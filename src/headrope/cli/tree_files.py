"""The files of `headrope tree`: lists of units in, with the days they begin to hold, and units.csv out."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from headrope.core.listings import Links, Listing, Wide, read_links, read_wide
from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER, Edition, tiers
from headrope.ledger.folder.tables import LONGEST_LINE, Report, Table, open_table
from headrope.ledger.folder.units import read_units

COLUMNS = ("code", "name", "parent", "tier", "kind", "from", "to", "successor")
PARTS = ("{year}", "{month}", "{day}")
_LOOKS = dict(zip(PARTS, (r"(?P<year>\d{4})", r"(?P<month>\d\d)", r"(?P<day>\d\d)"), strict=True)) | {
    "*": ".*?",
    "?": ".",
}


class DatesError(ValueError):
    """A file of which the day is not known; the text says why and what to do."""


@dataclass(frozen=True)
class Source:
    """A file, what it is called in messages, and the first day on which it holds."""

    path: Path
    name: str
    first_day: date


def read_sources(words: Sequence[str], dates: str | None) -> list[Source]:
    """Files given as FILE=2023-04-01, or as FILE with a pattern for the day; DatesError where no day is to be found."""
    found: list[tuple[Path, date]] = []
    for word in words:
        file, sign, day = word.rpartition("=")
        if sign and re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            found.append((Path(file), _date(word, day)))
        elif dates is None:
            raise DatesError(f"On what day does {word} begin to hold? Write {word}=2023-04-01, or give --dates.")
        else:
            found.append((Path(word), _day_by_pattern(Path(word).name, dates)))
    names = Counter(path.name for path, _ in found)
    return [Source(path, path.name if names[path.name] == 1 else str(path), day) for path, day in found]


def _day_by_pattern(name: str, dates: str) -> date:
    """Left of the = what names look like, right the day; without it {year}-{month}-{day}, 01 for what is not named."""
    pattern, sign, wanted = dates.partition("=")
    pieces = re.split(r"(\{year\}|\{month\}|\{day\}|\*|\?)", pattern)
    if [pieces.count(part) for part in PARTS] not in ([1, 0, 0], [1, 1, 0], [1, 1, 1]):
        raise DatesError(
            f"The pattern '{pattern}' needs {{year}} once; {{month}} and {{day}} may stand there once, too."
        )
    match = re.fullmatch("".join(_LOOKS.get(piece, re.escape(piece)) for piece in pieces), name)
    if match is None:
        raise DatesError(f"The name {name} is not like '{pattern}'. Write the day behind it: {name}=2023-04-01.")
    day = wanted if sign else "-".join(PARTS)
    for part in PARTS:
        day = day.replace(part, match.groupdict().get(part[1:-1], "01"))
    return _date(name, day)


def _date(name: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise DatesError(f"'{day}' of {name} is not a day; write it like 2023-04-01.") from None


def read_listing(source: Source, form: Wide | Links, report: Report) -> Listing | None:
    """What one file says, None if it has not the form. Columns that the form does not name are left alone."""
    wanted = _columns(form)
    table = _open(source.path, wanted, report)
    if table is None:
        return None
    rows = _rows(table, source.name, wanted, report)
    claims, problems = read_wide(rows, form) if isinstance(form, Wide) else read_links(rows, form)
    for problem in problems:
        report(problem)
    return Listing(source.name, source.first_day, claims)


def _columns(form: Wide | Links) -> list[str]:
    if isinstance(form, Wide):
        return list(dict.fromkeys(column for tier in form.tiers for column in (tier.code, tier.name)))
    return [form.code, form.name, form.parent, *([form.kind] if form.kind else [])]


def _open(path: Path, wanted: Sequence[str], report: Report) -> Table | None:
    if not path.is_file():
        report(Problem(str(path), "There is no such file.", "Correct the name."))
        return None
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        first = [handle.readline(LONGEST_LINE)]
    try:
        others = [cell.strip() for cell in next(csv.reader(first), []) if cell.strip() not in wanted]
    except csv.Error:
        others = []
    return open_table(path, wanted, others, report)


def _rows(table: Table, name: str, wanted: Sequence[str], report: Report) -> Iterator[tuple[str, Mapping[str, str]]]:
    places = [(column, table.columns[column]) for column in wanted]
    for chunk in table.chunks(report):
        for row, line in zip(chunk.rows, chunk.lines, strict=True):
            yield f"{name}, row {line}", {column: row[place] for column, place in places}


def write_units(editions: Sequence[Edition], out: Path | None) -> list[Problem]:
    """Write units.csv into the folder (None: nowhere), unless `headrope load` would not take it; then its problems.

    It is read back with the loader's own eyes, and has to come out as it went in.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "units.csv"
        _write(editions, path)
        problems: list[Problem] = []
        read = read_units(Path(folder), problems.append).editions
        rows = {f"units.csv, row {place}": edition.where for place, edition in enumerate(editions, 2)}
        problems = [replace(problem, where=rows.get(problem.where, problem.where)) for problem in problems]
        if any(problem.blocking for problem in problems):
            return problems
        if [replace(edition, where="") for edition in read] != [replace(edition, where="") for edition in editions]:
            raise RuntimeError("units.csv does not read as it was written")
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, out / "units.csv")
    return problems


def _write(editions: Sequence[Edition], path: Path) -> None:
    """Tiers are those of each edition's first day; the loader holds them against the parents."""
    tier = {
        day: tiers({edition.code: edition.parent for edition in editions if edition.holds_on(day)})
        for day in {edition.valid_from for edition in editions}
    }
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in editions:
            first = "" if each.valid_from == ALWAYS else each.valid_from.isoformat()
            last = "" if each.valid_to == FOREVER else (each.valid_to - timedelta(days=1)).isoformat()
            kind = "" if each.kind == "unit" else each.kind
            where = tier[each.valid_from][each.code]
            writer.writerow((each.code, each.name, each.parent or "", where, kind, first, last, each.successor or ""))
