"""One load of a folder: read and staged outside the lock, held against the books, posted in one short transaction.

1. Definitions are read and checked; new units and measures get the numbers that they will have.
2. Facts are staged row by row; duplicates, gaps of complete editions and unchanged values are found by SQL.
3. Under the head lock, if the books have not moved: definitions, postings and facts are written, all or nothing.
   If they have moved, everything is begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal.actions import Source, lock_head, post
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import Books, books
from headrope.ledger.comparison import (
    CELL,
    MOST,
    add_withdrawals,
    keep_changes,
    older_vintages,
    order_vintages,
    report_duplicates,
    report_overflow,
)
from headrope.ledger.cube.store import current
from headrope.ledger.definitions import Definitions, alive_months, post_definitions, read_definitions
from headrope.ledger.folder.facts import FactReader, Held
from headrope.ledger.queries import ledger_settings, version_ids
from headrope.ledger.staging import STAGE_COLUMNS, Staging, staging
from headrope.org.models import User
from headrope.org.queries import has_administrator

FACTS = "facts.csv"
FILES = ("ledger.csv", "units.csv", "measures.csv", FACTS)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much is done and of how much (0: unknown)."""


class BooksMoved(Exception):
    """Somebody else posted while the load was being prepared."""


@dataclass(frozen=True)
class LoadResult:
    """What a load did, or would do: facts by vintage (None: now), and what was left alone."""

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


@dataclass
class _Problems:
    found: list[Problem] = field(default_factory=list)
    more: int = 0

    def __call__(self, problem: Problem) -> None:
        if len(self.found) < MOST:
            self.found.append(problem)
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        if self.more:
            message = "%(more)s more problems are not listed."
            self.found.append(Problem("", message, "Mend these first.", {"more": self.more}))
        if self.found:
            raise ProblemsFound(self.found)


@dataclass
class _Vintages:
    """The load's vintages by number: day, moment (None: now) and the reasons given for its rows."""

    days: dict[int, date | None]
    moments: dict[int, datetime | None]
    reasons: dict[int, str]

    @property
    def dated(self) -> bool:
        return None not in self.days.values()

    @property
    def first(self) -> datetime | None:
        return min((moment for moment in self.moments.values() if moment), default=None)

    def renumbered(self, order: dict[int, int]) -> _Vintages:
        return _Vintages(
            {order[number]: day for number, day in self.days.items()},
            {order[number]: moment for number, moment in self.moments.items()},
            {order[number]: reason for number, reason in self.reasons.items()},
        )


class FolderLoad:
    """A load of one folder by one person."""

    def __init__(self, folder: Path, *, by: User, complete: bool = False, progress: Progress | None = None) -> None:
        self.folder, self.by, self.complete = folder, by, complete
        self.progress = progress or (lambda doing, done, of: None)
        self.problems = _Problems()

    def run(self, dry: bool = False) -> LoadResult:
        """Load, or with `dry` only say what would be loaded; raises ProblemsFound and then has changed nothing."""
        for _ in range(10):
            try:
                return self._once(dry)
            except BooksMoved:
                self.problems = _Problems()
        raise RuntimeError("the books moved ten times while the load was being prepared; load again when it is quieter")

    def _once(self, dry: bool) -> LoadResult:
        start = books()
        ignored = self._check_folder()
        defined = read_definitions(self.folder, self.problems)
        with staging() as stage:
            reader, vintages = self._stage_facts(stage, defined)
            vintages = self._compare(stage, start, vintages, defined)
            counts: dict[int, int] = dict(stage.run("SELECT vintage, count(*) FROM fresh GROUP BY vintage"))
            withdrawn = stage.run("SELECT count(*) FROM fresh WHERE line = 0")[0][0]
            new_versions = {
                code: number for code, number in reader.versions.items() if number not in self.held_versions
            }
            seconds = 0.0 if dry else self._post(stage, start, defined, vintages, counts, new_versions)
        units, measures = defined.units, defined.measures
        return LoadResult(
            posted=not dry,
            rows=reader.rows,
            unchanged=reader.rows + withdrawn - sum(counts.values()),
            withdrawn=withdrawn,
            new_units=len(units.new),
            changed_units=len({edition.code for edition in units.add_changed}),
            new_measures=len(measures.new),
            changed_measures=len(measures.changed),
            vintages=[(vintages.days[number], counts.get(number, 0)) for number in sorted(vintages.days)],
            ignored_files=ignored,
            seconds_locked=seconds,
        )

    def _check_folder(self) -> list[str]:
        """Names of files that are not read; stops where there is nothing to read."""
        remedy = "Name a folder that holds units.csv, measures.csv or facts.csv."
        if not self.folder.is_dir():
            self.problems(Problem(str(self.folder), "There is no such folder.", remedy))
            self.problems.stop_if_any()
        names = sorted(path.name for path in self.folder.iterdir())
        if not set(FILES) & set(names):
            self.problems(
                Problem(
                    str(self.folder),
                    "The folder holds no file that can be loaded.",
                    "It needs units.csv, measures.csv or facts.csv.",
                )
            )
            self.problems.stop_if_any()
        return [name for name in names if name not in FILES]

    def _stage_facts(self, stage: Staging, defined: Definitions) -> tuple[FactReader, _Vintages]:
        today = timezone.now().astimezone(defined.zone).date()
        path = self.folder / "facts.csv"
        size = path.stat().st_size if path.exists() else 0
        ids, change = defined.units.ids, defined.measures
        versions = version_ids()
        self.held_versions = set(versions.values())
        held = Held(ids, change.ids, change.rules, alive_months(defined.units), defined.fiscal_start, today)
        reader = FactReader(held, self.problems, versions)
        with stage.filling("stage", STAGE_COLUMNS) as add:
            for rows, done in reader.read(self.folder):
                add(rows)
                self.progress("reading facts.csv", done, size)
        if reader.vintages and not has_administrator(self.by, today):
            message = "Figures with a vintage of their own are imported by administrators only."
            self.problems(Problem("facts.csv", message, "Ask one of them, or leave the column vintage out."))
        days: dict[int, date | None] = {number: day for day, number in reader.vintages.items()} or {0: None}
        moments = {number: _start_of(day, defined.zone) if day else None for number, day in days.items()}
        reasons = {number: "; ".join(found)[:500] for number, found in reader.reasons.items() if number in days}
        return reader, _Vintages(days, moments, reasons)

    def _compare(self, stage: Staging, start: Books, given: _Vintages, defined: Definitions) -> _Vintages:
        if not self.problems.found:
            self.progress("sorting", 0, 0)
        known = {number: (given.days[number], given.moments[number]) for number in given.days}
        vintages = given.renumbered(order_vintages(stage, known))
        report_duplicates(stage, self.problems)
        self.problems.stop_if_any()
        if self.complete:
            add_withdrawals(stage)
        self.progress("comparing with the ledger", 0, 0)
        keep_changes(stage, Posting.objects.values_list("seq", "known_at") if vintages.dated else None)
        codes = {number: code for code, number in defined.measures.ids.items()}
        report_overflow(stage, codes, self._held_size(start), self.problems)
        if vintages.dated:
            self._report_older(stage, vintages, defined.zone)
        self.problems.stop_if_any()
        return vintages

    @staticmethod
    def _held_size(start: Books) -> float | None:
        """The largest sum of absolute figures of one measure in the books, if the cube stands where they do."""
        cube = current(start, ledger_settings())
        return cube.manifest.largest_size if cube and cube.manifest.seq == start.seq else None

    def _report_older(self, stage: Staging, vintages: _Vintages, zone: ZoneInfo) -> None:
        message = "The vintage %(vintage)s is older than what is known of this cell since %(known)s."
        remedy = "A vintage is added behind the last one, never before it."
        for line, vintage, known in older_vintages(stage):
            day = vintages.days[vintage]
            where = f"facts.csv, row {line}" if line else f"facts.csv, complete edition of {day}"
            values = {"vintage": day, "known": datetime.fromtimestamp(known / 1e6, zone).date()}
            self.problems(Problem(where, message, remedy, values))

    def _post(
        self,
        stage: Staging,
        start: Books,
        defined: Definitions,
        vintages: _Vintages,
        counts: dict[int, int],
        versions: dict[str, int],
    ) -> float:
        """Write everything in one transaction; gives the seconds for which the books were locked."""
        self.progress("writing", 0, 0)
        defining, figures = self._definitions_source(), self._facts_source()
        stage.attach()
        with transaction.atomic():
            if lock_head().seq != start.seq:
                raise BooksMoved
            began = perf_counter()
            post_definitions(defined, by=self.by, known=vintages.first, versions=versions, source=defining)
            for number in sorted(vintages.days):
                if counts.get(number):
                    self._post_vintage(number, vintages, figures)
        return perf_counter() - began

    def _post_vintage(self, number: int, vintages: _Vintages, source: Source) -> None:
        moment = vintages.moments[number]
        kind = PostingKind.IMPORT if moment else PostingKind.LOAD
        reason = vintages.reasons.get(number, "")
        posting = post(kind=kind, by=self.by, known_at=moment, reason=reason, source=source)
        with connection.cursor() as cursor:
            columns = f"{CELL}, seq, amount, number, state"
            values = f"{CELL}, %s, amount, number, state"
            cursor.execute(
                f"INSERT INTO fact ({columns}) SELECT {values} FROM fresh WHERE vintage = %s", [posting.seq, number]
            )
            touched = "SELECT CAST(%s AS bigint), unit_id FROM touched WHERE vintage = %s"
            cursor.execute(f"INSERT INTO posting_unit (seq, unit_id) {touched}", [posting.seq, number])

    def _definitions_source(self) -> Source:
        """The folder's name, and one digest over the digests of what defines something."""
        digests = [_digest(path) for name in FILES if name != FACTS and (path := self.folder / name).exists()]
        return Source(self.folder.resolve().name, hashlib.sha256("".join(digests).encode()).hexdigest())

    def _facts_source(self) -> Source:
        """The file of figures, with the digest that sha256sum prints for it."""
        path = self.folder / FACTS
        return Source(f"{self.folder.resolve().name}/{FACTS}", _digest(path) if path.exists() else "")


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
