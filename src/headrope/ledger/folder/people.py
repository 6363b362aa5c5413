"""Loads the files about people of a folder: everything in them or, when they have problems, nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal.actions import Source
from headrope.ledger.folder.tables import Report, Table, open_table
from headrope.org.folder import FILES, PeopleRows, Rows, read_people_rows
from headrope.org.models import User
from headrope.org.people.actions import PeopleChange, set_people


def load_people(folder: Path, *, by: User, dry_run: bool = False) -> PeopleChange:
    """Post what people.csv, posts.csv, bodies.csv, members.csv, parties.csv and mandates.csv of the folder say.

    ProblemsFound with all of them, and then nothing is changed; so it is with `dry_run`. Units must be there already.
    """
    rows = read_people(folder)
    return set_people(by=by, rows=rows, source=_source(folder, _there(folder)), dry_run=dry_run)


def read_people(folder: Path) -> PeopleRows:
    """What the files about people say, each row sound by itself; ProblemsFound with all that is wrong with them."""
    problems: list[Problem] = []
    there = _there(folder)
    if not there:
        remedy = "Name a folder that holds at least one of %(files)s."
        raise ProblemsFound([Problem(str(folder), "There is no file about people.", remedy, {"files": ", ".join(FILES)})])  # fmt: skip
    tables = {path.name: open_table(path, *FILES[path.name], problems.append) for path in there}
    rows, wrong = read_people_rows({name: _rows(table, problems.append) for name, table in tables.items() if table})
    problems += wrong
    if problems:
        raise ProblemsFound(problems)
    return rows


def _there(folder: Path) -> list[Path]:
    return [folder / name for name in FILES if (folder / name).is_file()]


def _rows(table: Table, report: Report) -> Rows:
    def rows() -> Iterator[tuple[str, dict[str, str]]]:
        for chunk in table.chunks(report):
            for row, line in zip(chunk.rows, chunk.lines, strict=True):
                yield f"{table.name}, row {line}", {name: row[place].strip() for name, place in table.columns.items()}

    return rows()


def _source(folder: Path, files: list[Path]) -> Source:
    """The folder's name, and one digest over the digests of its files about people."""
    digests = "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return Source(folder.resolve().name, hashlib.sha256(digests.encode()).hexdigest())
