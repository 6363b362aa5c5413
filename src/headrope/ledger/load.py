"""One load of a folder: read and staged outside the lock, held against the books, posted in one short transaction.

1. Definitions are read and checked; new units and measures get the numbers that they will have.
2. Facts are staged row by row; duplicates, gaps of complete editions and unchanged values are found by SQL.
3. Under the head lock, if the books have not moved: definitions, postings and facts are written, all or nothing.
   If they have moved, everything is begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from headrope.core.problems import Problem
from headrope.journal.actions import Source, lock_head
from headrope.journal.models import Posting
from headrope.journal.queries import Books, BooksMoved, still_at, while_still
from headrope.ledger.agreement import Words, disagreements, mixed_series, series_of, stored_series
from headrope.ledger.beside import Beside, BesideRead
from headrope.ledger.comparison import (
    add_withdrawals,
    keep_changes,
    older_vintages,
    order_vintages,
    report_duplicates,
    report_overflow,
    stage_words,
)
from headrope.ledger.cube.store import current
from headrope.ledger.cube.view import Cube
from headrope.ledger.definitions import FILES as DEFINING
from headrope.ledger.definitions import Definitions, read_definitions
from headrope.ledger.eliminations import read_eliminations, sizes
from headrope.ledger.folder import eliminations, facts
from headrope.ledger.folder.eliminations import EliminationReader
from headrope.ledger.folder.facts import FactReader
from headrope.ledger.folder.reach import Held
from headrope.ledger.orphans import Orphans
from headrope.ledger.owners import Owned, beyond, unknown_owners
from headrope.ledger.problems import Problems
from headrope.ledger.queries import ACTUAL, ledger_settings, version_ids
from headrope.ledger.soundness import check_as_known, check_definitions
from headrope.ledger.staging import STAGE_COLUMNS, Staging, staging
from headrope.ledger.submissions.guard import Run, held_back
from headrope.ledger.vintages import Vintages, start_of
from headrope.ledger.writing import Prepared, Sources, write
from headrope.org.models import User
from headrope.org.queries import has_administrator

FILES = (*DEFINING, facts.FILE, eliminations.FILE)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much is done and of how much (0: unknown)."""


Posted = Callable[[int, int], None]
"""Told the numbers of the first and the last posting of a load, inside its transaction."""


@dataclass(frozen=True)
class LoadResult:
    """What a load did, or would do: facts by vintage (None: now), and what was left alone.

    `eliminations` are amounts that are new or withdrawn; `defined` counts, by file, of how many things of the other kinds
    something is new or changed. `warnings` are problems that do not block.
    """

    posted: bool
    rows: int
    unchanged: int
    withdrawn: int
    new_units: int
    changed_units: int
    new_measures: int
    changed_measures: int
    vintages: list[tuple[date | None, int]]
    ignored_files: list[str]
    seconds_locked: float = 0.0
    eliminations: int = 0
    defined: dict[str, int] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


class FolderLoad:
    """A load of one folder by one person."""

    def __init__(
        self,
        folder: Path,
        *,
        by: User,
        complete: bool = False,
        restate: str = "",
        progress: Progress | None = None,
        posted: Posted | None = None,
        beside: Sequence[Beside] = (),
        owned: Owned = None,
    ) -> None:
        self.folder, self.by, self.complete, self.restate = folder, by, complete, restate
        self.beside, self.owned = beside, owned
        self.progress = progress or (lambda doing, done, of: None)
        self.posted = posted
        self.problems = Problems()
        self.others: Sequence[BesideRead] = ()

    def run(self, dry: bool = False) -> LoadResult:
        """Load, or with `dry` only say what would be loaded; raises ProblemsFound and then has changed nothing."""
        return while_still(lambda start: self._once(start, dry))

    def _once(self, start: Books, dry: bool) -> LoadResult:
        self.problems = Problems()
        ignored = self._check_folder()
        defined = read_definitions(self.folder, self.problems)
        check_definitions(defined, self.problems)
        for problem in unknown_owners(self.folder, defined.measures.said):
            self.problems(problem)
        if self.owned is not None:
            self._hold_to(self.owned, defined)
        self.others = [each.read(self.folder, defined, self.problems) for each in self.beside]
        with staging() as stage:
            reader, load = self._prepare(stage, start, defined)
            withdrawn = stage.run("SELECT count(*) FROM fresh WHERE line = 0")[0][0]
            seconds = 0.0 if dry else self._post(stage, start, load)
        if dry:
            still_at(start)
        days, counts = load.vintages.days, load.counts
        return LoadResult(
            posted=not dry,
            rows=reader.rows,
            unchanged=reader.rows + withdrawn - sum(counts.values()),
            withdrawn=withdrawn,
            new_units=defined.new_units,
            changed_units=defined.changed(defined.units),
            new_measures=defined.new_measures,
            changed_measures=defined.changed(defined.measures),
            vintages=[(days[number], counts.get(number, 0)) for number in sorted(days)],
            ignored_files=ignored,
            seconds_locked=seconds,
            eliminations=len(load.eliminated.changes),
            defined=self._changed(defined),
            warnings=self.problems.warnings,
        )

    def _changed(self, defined: Definitions) -> dict[str, int]:
        """Of how many things something changes, by file; but units and measures."""
        counts = {book.file: len({change.key for change in book.known.changes}) for book in defined.others}
        for other in self.others:
            counts |= other.changed
        return {file: count for file, count in counts.items() if count}

    def _check_folder(self) -> list[str]:
        """Names of files that are not read; stops where there is nothing to read."""
        taken = {*FILES, *(file for each in self.beside for file in each.files)}
        remedy = "Name a folder that holds units.csv, measures.csv or facts.csv."
        if not self.folder.is_dir():
            self.problems(Problem(str(self.folder), "There is no such folder.", remedy))
            self.problems.stop_if_any()
        names = sorted(path.name for path in self.folder.iterdir())
        if not taken & set(names):
            message = "The folder holds no file that can be loaded."
            self.problems(Problem(str(self.folder), message, "It needs units.csv, measures.csv or facts.csv."))
            self.problems.stop_if_any()
        return [name for name in names if name not in taken]

    def _hold_to(self, owned: frozenset[str], defined: Definitions) -> None:
        """Stop where the folder changes anything but checks of these measures."""
        files = {*FILES, *(file for each in self.beside for file in each.files)}
        there = sorted(file for file in files if (self.folder / file).exists())
        for problem in beyond(there, defined.checks.known, owned):
            self.problems(problem)
        self.problems.stop_if_any()

    def _prepare(self, stage: Staging, start: Books, defined: Definitions) -> tuple[FactReader, Prepared]:
        now, ever = defined.reach_now(), defined.reach_ever()
        calendar = defined.calendar
        versions = version_ids()
        there = set(versions.values())
        held = Held(defined.unit_ids, defined.measure_ids, defined.rules, now, ever, calendar)
        reader = FactReader(held, self.problems, versions)
        vintages = self._stage_facts(stage, reader, defined.zone)
        pairs = EliminationReader(held, versions, self.problems)
        eliminated, days = read_eliminations(self.folder, pairs, defined.zone, self.problems)
        dated: dict[str, Set[date]] = {book.file: book.days for book in defined.books}
        dated[eliminations.FILE] = days.keys()
        for other in self.others:
            dated |= other.days
        self._check_right(dated, reader, calendar.today)
        beside = {moment for other in self.others for moment in other.moments}
        first = min({*defined.moments, *days.values(), *vintages.known, *beside}, default=None)
        if first:
            check_as_known(defined, first, self.problems)
        vintages = self._compare(stage, start, vintages, defined, sizes(eliminated), bool(reader.texts))
        for problem in Orphans(stage, defined, now, ever).problems(vintages.dated, eliminated):
            self.problems(problem)
        self._hold_back(stage.run)
        self._warn(stage, start, defined, versions)
        counts: dict[int, int] = dict(stage.run("SELECT vintage, count(*) FROM fresh GROUP BY vintage"))
        versions.setdefault(ACTUAL, len(versions))  # forms are filled in before there is any figure
        new = {code: number for code, number in versions.items() if number not in there}
        reasons = {day: "; ".join(found)[:500] for day, found in pairs.reasons.items()}
        words = bool(reader.texts)
        return reader, Prepared(defined, vintages, counts, words, eliminated, reasons, new, first, self.restate)

    def _hold_back(self, run: Run) -> None:
        """Stop where a form is being filled in, or a period is locked and this is no restatement."""
        for problem in held_back(run, bool(self.restate)):
            self.problems(problem)
        self.problems.stop_if_any()

    def _stage_facts(self, stage: Staging, reader: FactReader, zone: ZoneInfo) -> Vintages:
        path = self.folder / facts.FILE
        size = path.stat().st_size if path.exists() else 0
        with stage.filling("stage", STAGE_COLUMNS) as add:
            for rows, done in reader.read(self.folder):
                add(rows)
                self.progress("reading facts.csv", done, size)
        if reader.texts:
            stage_words(stage, reader.words(self.folder))
        days: dict[int, date | None] = {number: day for day, number in reader.vintages.items()} or {0: None}
        moments = {number: start_of(day, zone) if day else None for number, day in days.items()}
        reasons = {number: "; ".join(found)[:500] for number, found in reader.reasons.items() if number in days}
        return Vintages(days, moments, reasons)

    def _check_right(self, days: Mapping[str, Set[date]], reader: FactReader, today: date) -> None:
        """Whether the person may say since when things were known."""
        dated = [file for file, found in days.items() if found]
        if (dated or reader.vintages) and not has_administrator(self.by, today):
            remedy = "Ask one of them, or leave the column vintage out."
            if reader.vintages:
                message = "Figures with a vintage of their own are imported by administrators only."
                self.problems(Problem(facts.FILE, message, remedy))
            for file in dated:
                message = "Rows with a vintage of their own are imported by administrators only."
                self.problems(Problem(file, message, remedy))

    def _compare(
        self,
        stage: Staging,
        start: Books,
        given: Vintages,
        defined: Definitions,
        eliminated: dict[tuple[int, int], int],
        words: bool,
    ) -> Vintages:
        if not self.problems.found:
            self.progress("sorting", 0, 0)
        known = {number: (given.days[number], given.moments[number]) for number in given.days}
        vintages = given.renumbered(order_vintages(stage, known))
        report_duplicates(stage, words, self.problems)
        self.problems.stop_if_any()
        if self.complete:
            add_withdrawals(stage)
        self.progress("comparing with the ledger", 0, 0)
        keep_changes(stage, Posting.objects.values_list("seq", "known_at") if vintages.dated else None, words)
        codes = {number: code for code, number in defined.measure_ids.items()}
        cube = self._cube(start)
        report_overflow(stage, codes, cube.largest_size if cube else None, eliminated, self.problems)
        if vintages.dated:
            self._report_older(stage, vintages, defined.zone)
        self.problems.stop_if_any()
        return vintages

    @staticmethod
    def _cube(start: Books) -> Cube | None:
        """The cube, if it stands where the books do: it knows their layout, and no figure larger than it says."""
        cube = current(start, ledger_settings())
        return cube if cube and cube.seq == start.seq else None

    def _report_older(self, stage: Staging, vintages: Vintages, zone: ZoneInfo) -> None:
        message = "The vintage %(vintage)s is older than what is known of this cell since %(known)s."
        remedy = "A vintage is added behind the last one, never before it."
        for line, vintage, known in older_vintages(stage):
            day = vintages.days[vintage]
            where = f"facts.csv, row {line}" if line else f"facts.csv, complete edition of {day}"
            values = {"vintage": day, "known": datetime.fromtimestamp(known / 1e6, zone).date()}
            self.problems(Problem(where, message, remedy, values))

    def _warn(self, stage: Staging, start: Books, defined: Definitions, versions: dict[str, int]) -> None:
        """Warn of longer periods that disagree with their parts, where the load touches any."""
        codes = {number: code for code, number in versions.items()}
        cube = self._cube(start)
        fresh = stored_series(stage, "fresh", codes)
        held = series_of(cube.manifest) if cube else stored_series(stage, "fact", codes) if fresh else set()
        units = {number: code for code, number in defined.unit_ids.items()}
        words = Words(units, codes, defined.rules, defined.calendar.fiscal_start)
        for problem in disagreements(stage, mixed_series(fresh, held), words):
            self.problems(problem)

    def _post(self, stage: Staging, start: Books, load: Prepared) -> float:
        """Write everything in one transaction; gives the seconds for which the books were locked."""
        self.progress("writing", 0, 0)
        sources = Sources(self._definitions_source(), self._source(facts.FILE), self._source(eliminations.FILE))
        stage.attach()
        with transaction.atomic():
            if lock_head().seq != start.seq:
                raise BooksMoved
            began = perf_counter()
            self._hold_back(_in_books)  # again: somebody may have begun a form since
            write(load, self.by, sources)
            for other in self.others:
                other.write(self.by, load.first)
            if self.posted is not None and (last := lock_head().seq) > start.seq:
                self.posted(start.seq + 1, last)
        return perf_counter() - began

    def _definitions_source(self) -> Source:
        """The folder's name, and one digest over the digests of what defines something."""
        digests = [_digest(path) for name in DEFINING if (path := self.folder / name).exists()]
        return Source(self.folder.resolve().name, hashlib.sha256("".join(digests).encode()).hexdigest())

    def _source(self, name: str) -> Source:
        """A file of the folder, with the digest that sha256sum prints for it."""
        path = self.folder / name
        return Source(f"{self.folder.resolve().name}/{name}", _digest(path) if path.exists() else "")


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _in_books(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the transaction that writes; the staging tables are attached to it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())
