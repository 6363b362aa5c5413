"""The example group as a folder that `headrope load` takes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from headrope.demo.calendars import GROUP as CALENDAR
from headrope.demo.calendars import UNIT_CALENDARS, calendar_days
from headrope.demo.checks import CHECKS, Check
from headrope.demo.eliminations import Elimination, all_eliminations
from headrope.demo.facts import Fact, all_facts
from headrope.demo.forms import DUTIES, FORMS, Form
from headrope.demo.measures import MEASURES, Measure
from headrope.demo.people import PEOPLE, named, posts
from headrope.demo.units import HOLDINGS, SEGMENTS, UNITS

__all__ = ["LEDGER", "PEOPLE", "write_folder"]

LEDGER: Final = (
    ("name", "Hengchuan Group"),
    ("currency", "CNY"),
    ("fiscal_start", "1"),
    ("time_zone", "Asia/Shanghai"),
    ("calendar", CALENDAR),
)
UNIT_COLUMNS: Final = ("code", "name", "name_zh", "parent", "kind", "from", "to", "successor", "method")
CALENDAR_COLUMNS: Final = ("calendar", "kind", "day", "from", "to", "name", "name_zh")


def write_folder(folder: Path, language: str = "en") -> None:
    """Write the tables of the folder form; the same bytes each time. What people wrote is in `en` or `zh`."""
    folder.mkdir(parents=True, exist_ok=True)
    members = [(segment.code, unit) for segment, units in SEGMENTS.items() for unit in units]
    write_table(folder / "ledger.csv", ("key", "value"), (*LEDGER, ("language", language)))
    write_table(folder / "units.csv", UNIT_COLUMNS, UNITS)
    write_table(folder / "segments.csv", ("segment", "unit"), members)
    write_table(folder / "holdings.csv", ("owner", "held", "share"), HOLDINGS)
    write_table(folder / "measures.csv", Measure._fields, MEASURES)
    write_table(folder / "forms.csv", Form._fields, FORMS)
    write_table(folder / "duties.csv", ("form", "unit", "from", "to"), DUTIES)
    write_table(folder / "checks.csv", Check._fields, CHECKS)
    write_table(folder / "calendars.csv", CALENDAR_COLUMNS, calendar_days())
    write_table(folder / "unit_calendars.csv", ("unit", "calendar"), UNIT_CALENDARS)
    write_table(folder / "facts.csv", Fact._fields, all_facts(language))
    write_table(folder / "eliminations.csv", Elimination._fields, all_eliminations())
    write_table(folder / "people.csv", ("code", "name", "name_zh", "user"), named())
    write_table(folder / "posts.csv", ("person", "unit", "title", "title_zh", "rank", "from"), posts())


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
