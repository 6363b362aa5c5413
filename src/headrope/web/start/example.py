"""The example group as a workbook, with accounts and mandates, to look at or to start from."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from headrope.demo.group import write_folder, write_table
from headrope.demo.people import PEOPLE
from headrope.ledger.book.template import book_of

ADMINISTRATOR = "administrator"


@cache
def example_book() -> bytes:
    """The workbook; the same for everybody, so it is made once in a process."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "example"
        write_folder(folder)
        _write_people(folder)
        return book_of(folder)


def _write_people(folder: Path) -> None:
    """Everybody who signs in to the example, but its administrator: that is whoever starts it."""
    path = folder / "people.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    there = {row["user"] for row in rows}
    signing_in = [person for person in PEOPLE if person.role != ADMINISTRATOR]
    rows += [
        {"code": person.username, "name": person.name, "name_zh": person.name_zh, "user": person.username}
        for person in signing_in
        if person.username not in there
    ]
    write_table(path, list(rows[0]), [list(row.values()) for row in rows])
    mandates = [(person.username, person.role, person.unit) for person in signing_in if person.role]
    write_table(folder / "mandates.csv", ("user", "role", "unit"), mandates)
