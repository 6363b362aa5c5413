"""Loads a workbook: its definitions and figures first, then its people; all of it or, when it has problems, nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from headrope.core.periods import Period, parse_native
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.units import Edition
from headrope.journal.actions import lock_head
from headrope.ledger.actions import load_folder
from headrope.ledger.book.files import file_of
from headrope.ledger.book.kept import Uploaded, keep, keeper
from headrope.ledger.book.reading import BookRead, read_book, rows_of
from headrope.ledger.folder import facts, units
from headrope.ledger.folder.people import load_people, read_people
from headrope.ledger.load import FILES, LoadResult
from headrope.ledger.queries import ledger_settings
from headrope.org.folder import FILES as PEOPLE
from headrope.org.folder import PeopleRows
from headrope.org.models import User
from headrope.org.people.actions import PeopleChange
from headrope.org.people.check import Held, check_people, held


@dataclass(frozen=True)
class BookLoad:
    """What a workbook loads, or would load.

    `rows` counts rows by file (key); `result` is None where it holds nothing but people. `people` is None before they are
    loaded, `accounts` are the sign-in names that are made for them. `units` and `periods` are what its rows speak of.
    `warnings` name sheets and cells.
    """

    rows: Mapping[str, int]
    result: LoadResult | None
    people: PeopleChange | None
    accounts: Sequence[str]
    units: Sequence[Edition]
    periods: Sequence[Period]
    left_alone: Sequence[str]
    warnings: Sequence[Problem] = field(default=())


def load_book(path: Path, *, name: str, by: User, dry_run: bool = False) -> BookLoad:
    """Load the workbook at `path`, which people call `name`; ProblemsFound with sheet and cell of each.

    1. Its sheets are written as a folder, and its people are held against the units that there will be.
    2. The folder is loaded as `headrope load` does it: in one posting, or not at all.
    3. The people are, likewise. The file is kept with the postings of both. A fault of the machine between the two leaves the first done; loading the same workbook
       again does the rest.
    """
    with TemporaryDirectory() as place:
        folder = Path(place) / (re.sub(r"[^\w.-]+", "-", Path(name).stem)[:60] or "workbook")
        folder.mkdir()
        read = read_book(path, name, folder, ledger_settings().fiscal_start)
        return _load(folder, read, by, None if dry_run else Uploaded(name, path.read_bytes()))


def _load(folder: Path, read: BookRead, by: User, file: Uploaded | None) -> BookLoad:
    """Load what was read of the file; without one only say what would be loaded."""
    problems = [problem for problem in read.problems if problem.blocking]
    warnings = [problem for problem in read.problems if not problem.blocking]
    rows, of_people = _people(folder)
    result, found = None, list[Problem]()
    if any((folder / file).exists() for file in FILES):
        try:
            dry_run = file is None or bool(problems or of_people)
            result = load_folder(folder, by=by, dry_run=dry_run, posted=keeper(file))
        except ProblemsFound as raised:
            found = raised.problems
    problems += [read.places.told(each) for each in without_followers([*found, *of_people], folder)]
    if problems:
        raise ProblemsFound(problems)
    new, accounts = read_units(folder), _accounts(rows)
    done = _load_people(folder, by, file) if rows and file else None
    warnings += [read.places.told(problem) for problem in (result.warnings if result else ())]
    return BookLoad(read.rows, result, done, accounts, new, _periods(folder), read.left_alone, warnings)


def _load_people(folder: Path, by: User, file: Uploaded) -> PeopleChange:
    """Post the people, and keep the file with their posting, if they made one."""
    with transaction.atomic():
        before = lock_head().seq
        done = load_people(folder, by=by)
        if (last := lock_head().seq) > before:
            keep(file, before + 1, last)
    return done


_THERE = {"unit": ("units", "code"), "measure": ("measures", "code"), "form": ("forms", "code"),
          "person": ("people", "code"), "body": ("bodies", "code"), "account": ("people", "user")}  # fmt: skip
_NONE = re.compile(r"There is no (\w+) ")


def without_followers(problems: Sequence[Problem], folder: Path) -> list[Problem]:
    """The problems without those that only follow from another: a row names a unit whose own row is wrong."""
    given: dict[str, set[str]] = {}
    for noun, (key, column) in _THERE.items():
        file = file_of(key)
        given[noun] = {row.get(column, "").strip() for row in rows_of(file, folder)} if file else set()

    def follows(problem: Problem) -> bool:
        found = _NONE.match(problem.message)
        if not found or found[1] not in given:
            return False
        named = [problem.values.get(name) for name in ("code", found[1], "user")]
        return next((name for name in named if name), "") in given[found[1]]

    kept = [problem for problem in problems if not follows(problem)]
    return kept or list(problems)


def read_units(folder: Path) -> list[Edition]:
    """The units of a folder that is sound."""
    return units.read_units(folder, lambda problem: None).editions


def _periods(folder: Path) -> list[Period]:
    """The periods of the figures of a folder that is sound, the earliest first."""
    start = ledger_settings().fiscal_start
    path = folder / facts.FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        texts = {row["period"] for row in csv.DictReader(handle)}
    return sorted(parse_native(text, start) for text in texts)


def _people(folder: Path) -> tuple[PeopleRows | None, list[Problem]]:
    """The rows about people, and what is wrong with them, held against the units that there will be."""
    if not any((folder / file).exists() for file in PEOPLE):
        return None, []
    try:
        rows = read_people(folder)
    except ProblemsFound as found:
        return None, found.problems
    books = held()
    there: dict[str, list[Edition]] = {code: list(editions) for code, editions in books.units.items()}
    for edition in read_units(folder):
        there.setdefault(edition.code, []).append(edition)
    return rows, check_people(rows, Held(there, books.people, books.bodies, books.users))


def _accounts(rows: PeopleRows | None) -> list[str]:
    if rows is None:
        return []
    known = held().users
    return sorted({row.user for row in rows.people if row.user and row.user not in known})
