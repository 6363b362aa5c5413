"""One load of a folder: read and staged outside the lock, held against the books, posted in one short transaction.

1. Definitions are read and checked; new units and measures get the numbers that they will have.
2. Facts are staged row by row; duplicates, gaps of complete editions and unchanged values are found by SQL.
3. Under the head lock, if the books have not moved: definitions, postings and facts are written, all or nothing.
   If they have moved, everything is begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from headrope.core.measures import MeasureRule, write_formula
from headrope.core.periods import month_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.actions import Source, lock_head, post, record
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import books
from headrope.ledger.folder.definitions import (
    MeasureRow,
    check_components,
    read_measures,
    read_settings,
    read_units,
    zone_of,
)
from headrope.ledger.folder.facts import Books, FactReader
from headrope.ledger.models import Fact, Measure, MeasureEdition, Setting, Version
from headrope.ledger.queries import ledger_settings, measures, version_ids
from headrope.ledger.staging import STAGE_COLUMNS, Staging, staging
from headrope.org.actions import change_units, create_units, plan_units
from headrope.org.models import User
from headrope.org.queries import edition_rows, has_administrator

MOST_PROBLEMS = 100_000
CELL = "unit_id, measure_id, version_id, period, basis"

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
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(problem)
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        if not self.found:
            return
        if self.more:
            self.found.append(
                Problem("", "%(more)s more problems are not listed.", "Mend these first.", {"more": self.more})
            )
        raise ProblemsFound(self.found)


@dataclass(frozen=True)
class _Measures:
    """Measures of the folder held against the ledger: ids by code, rules by id, and what is new or changed."""

    ids: dict[str, int]
    rules: dict[int, MeasureRule]
    new: list[MeasureRow]
    changed: list[MeasureRow]
    last_place: int


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
        self.start = books()
        self.held = ledger_settings()
        self._read_definitions()
        with staging() as stage:
            self._stage_facts(stage)
            self._compare(stage)
            self.problems.stop_if_any()
            counts = dict(stage.run("SELECT vintage, count(*) FROM fresh GROUP BY vintage"))
            withdrawn = stage.run("SELECT count(*) FROM fresh WHERE line = 0")[0][0]
            seconds = 0.0 if dry else self._post(stage, counts)
        by_day = sorted(
            ((day, counts.get(number, 0)) for day, number in self.vintages), key=lambda each: each[0] or date.max
        )
        return LoadResult(
            not dry,
            self.reader.rows,
            self.reader.rows + withdrawn - sum(counts.values()),
            withdrawn,
            len(self.units.new),
            len({e.code for e in self.units.add_changed}),
            len(self.measures.new),
            len(self.measures.changed),
            by_day,
            self.ignored,
            seconds,
        )

    # Definitions

    def _read_definitions(self) -> None:
        if not self.folder.is_dir():
            self.problems(
                Problem(
                    str(self.folder),
                    "There is no such folder.",
                    "Name a folder that holds units.csv, measures.csv or facts.csv.",
                )
            )
            self.problems.stop_if_any()
        known = {"ledger.csv", "units.csv", "measures.csv", "facts.csv"}
        names = sorted(path.name for path in self.folder.iterdir())
        self.ignored = [name for name in names if name not in known]
        if not known & set(names):
            self.problems(
                Problem(
                    str(self.folder),
                    "The folder holds no file that can be loaded.",
                    "It needs units.csv, measures.csv or facts.csv.",
                )
            )
            self.problems.stop_if_any()
        self.settings = read_settings(self.folder, self.problems)
        self._check_settings()
        rows = read_units(self.folder, self.problems)
        self.units, found = plan_units(rows.editions, rows.tiers)
        for problem in found:
            self.problems(problem)
        self.measures = self._plan_measures(read_measures(self.folder, self.problems))

    def _check_settings(self) -> None:
        for key in ("currency", "fiscal_start"):
            held = str(getattr(self.held, key))
            if self.settings.get(key, held) != held and Fact.objects.exists():
                values = {"key": key, "held": held, "given": self.settings[key]}
                self.problems(
                    Problem(
                        "ledger.csv",
                        "%(key)s is %(held)s and cannot become %(given)s: the ledger holds figures.",
                        "Load the folder into a ledger of its own.",
                        values,
                    )
                )

    def _plan_measures(self, rows: list[MeasureRow]) -> _Measures:
        held = {info.code: info for info in measures()}
        for problem in check_components(rows, {code: info.rule for code, info in held.items()}):
            self.problems(problem)
        ids = dict(Measure.objects.values_list("code", "id"))
        first = max(ids.values(), default=0) + 1
        last_place = max((info.place for info in held.values()), default=-1) + 1
        new = [row for row in rows if row.rule.code not in ids]
        ids |= {row.rule.code: first + place for place, row in enumerate(new)}
        changed = []
        for row in rows:
            before = held.get(row.rule.code)
            if before is None:
                continue
            if before.rule.quantity != row.rule.quantity or before.rule.kind != row.rule.kind:
                self.problems(
                    Problem(
                        row.where,
                        "The quantity, step and kind of %(code)s cannot change.",
                        "Make a successor measure with a code of its own.",
                        {"code": row.rule.code},
                    )
                )
            now = (row.rule, row.name, row.name_zh, row.account, row.weight)
            if now != (before.rule, before.name, before.name_zh, before.account, before.weight):
                changed.append(row)
        rules = {info.id: info.rule for info in held.values()} | {ids[row.rule.code]: row.rule for row in rows}
        return _Measures(ids, rules, new, changed, last_place)

    def _alive(self) -> dict[int, list[tuple[int, int]]]:
        """Month intervals of units that are not alive always; an interval ends with the first month that they miss."""
        given = {*(e.code for e in self.units.add_new), *(e.code for e in self.units.add_changed)}
        closing = set(self.units.close)
        editions = [row.edition for row in edition_rows() if row.id not in closing and row.edition.code not in given]
        kept = [row.edition for row in edition_rows() if row.id not in closing and row.edition.code in given]
        alive: dict[int, list[tuple[int, int]]] = {}
        for edition in [*editions, *kept, *self.units.add_new, *self.units.add_changed]:
            first = 0 if edition.valid_from == ALWAYS else month_of(edition.valid_from).start
            end = 12 * 10000 if edition.valid_to == FOREVER else month_of(edition.valid_to).start
            alive.setdefault(self.units.ids[edition.code], []).append((first, end))
        return {unit: spans for unit, spans in alive.items() if spans != [(0, 12 * 10000)]}

    # Facts

    def _stage_facts(self, stage: Staging) -> None:
        zone = zone_of(self.settings, self.held.zone)
        today = timezone.now().astimezone(zone).date()
        fiscal_start = int(self.settings.get("fiscal_start", self.held.fiscal_start))
        path = self.folder / "facts.csv"
        size = path.stat().st_size if path.exists() else 0
        self.reader = FactReader(
            Books(self.units.ids, self.measures.ids, self.measures.rules, self._alive(), fiscal_start, today),
            self.problems,
            versions=self._versions(),
        )
        for rows, done in self.reader.read(self.folder):
            if not self.problems.found:
                stage.add("stage", STAGE_COLUMNS, rows)
            self.progress("reading facts.csv", done, size)
        self.new_versions = {
            code: number for code, number in self.reader.versions.items() if number > self.last_version
        }
        self.dated = bool(self.reader.vintages)
        self.vintages: list[tuple[date | None, int]] = [*self.reader.vintages.items()] if self.dated else [(None, 0)]
        self.known = {number: _start_of(day, zone) for day, number in self.vintages if day is not None}
        if self.dated and not has_administrator(self.by, today):
            self.problems(
                Problem(
                    "facts.csv",
                    "Figures with a vintage of their own are imported by administrators only.",
                    "Ask one of them, or leave the column vintage out.",
                )
            )
        self.problems.stop_if_any()

    def _versions(self) -> dict[str, int]:
        """Ids of the versions there are; the reader goes on counting from the last."""
        held = version_ids()
        self.last_version = max(held.values(), default=-1)
        return held

    def _compare(self, stage: Staging) -> None:
        """Leaves in `fresh` what has to be posted. Numbers of vintages are put into the order of their days."""
        self.progress("sorting", 0, 0)
        order = {
            number: place
            for place, (_, number) in enumerate(sorted(self.vintages, key=lambda each: each[0] or date.max))
        }
        self.vintages = [(day, order[number]) for day, number in self.vintages]
        self.known = {order[number]: moment for number, moment in self.known.items()}
        self.reader.reasons = {order[number]: reasons for number, reasons in self.reader.reasons.items()}
        stage.run("CREATE TABLE vintage (given integer, vintage integer, known bigint)")
        stage.add(
            "vintage",
            "given, vintage, known",
            [(given, place, _micros(self.known.get(place))) for given, place in order.items()],
        )
        columns = f"{CELL}, amount, number, state, line"
        stage.run(
            f"CREATE TABLE ordered AS SELECT v.vintage, {columns} FROM stage JOIN vintage v ON v.given = stage.vintage ORDER BY {CELL}, v.vintage"
        )
        self._duplicates(stage)
        self.problems.stop_if_any()
        if self.complete:
            self._withdraw(stage)
        self.progress("comparing with the ledger", 0, 0)
        if connection.vendor == "postgresql":
            stage.run("ANALYZE ordered")
        if self.dated:
            self._fill_clock(stage)
        stage.run(f"CREATE TABLE fresh AS {_CHANGED_DATED if self.dated else _CHANGED}")
        if self.dated:
            self._older(stage)

    def _duplicates(self, stage: Staging) -> None:
        sql = f"""SELECT a.line, b.line, a.state = b.state AND a.amount IS NOT DISTINCT FROM b.amount
            AND a.number IS NOT DISTINCT FROM b.number FROM ordered a JOIN (
                SELECT {CELL}, vintage, min(line) AS line FROM ordered GROUP BY {CELL}, vintage HAVING count(*) > 1
            ) first USING ({CELL}, vintage) JOIN ordered b USING ({CELL}, vintage)
            WHERE a.line = first.line AND b.line > a.line ORDER BY b.line LIMIT {MOST_PROBLEMS}"""
        for first, second, same in stage.run(sql):
            if same:
                message, remedy = "The row says the same as row %(first)s.", "Delete one of them."
            else:
                message, remedy = (
                    "The row contradicts row %(first)s: the same cell, another value.",
                    "Keep the right one.",
                )
            self.problems(Problem(f"facts.csv, row {second}", message, remedy, {"first": first}))

    def _withdraw(self, stage: Staging) -> None:
        """Complete editions: what a vintage's (measure, version, period) no longer holds is withdrawn; line 0 marks it."""
        stage.run("CREATE TABLE edition AS SELECT DISTINCT vintage, measure_id, version_id, period FROM ordered")
        stage.run(f"""CREATE TABLE cell AS SELECT {CELL}, min(vintage) AS first FROM (
            SELECT {CELL}, vintage FROM ordered UNION ALL
            SELECT {CELL}, -1 FROM fact JOIN (SELECT DISTINCT measure_id, version_id, period FROM edition) e
            USING (measure_id, version_id, period)) everything GROUP BY {CELL}""")
        stage.run(f"CREATE INDEX ordered_cell ON ordered ({CELL}, vintage)")
        stage.run(f"""INSERT INTO ordered (vintage, {CELL}, state, line)
            SELECT e.vintage, c.unit_id, c.measure_id, c.version_id, c.period, c.basis, 1, 0
            FROM cell c JOIN edition e USING (measure_id, version_id, period) WHERE e.vintage > c.first AND NOT EXISTS (
                SELECT 1 FROM ordered o WHERE {_same("o", "c")} AND o.vintage = e.vintage)""")

    def _fill_clock(self, stage: Staging) -> None:
        """When each posting became known: a dated row is compared with what was known just before it."""
        stage.run("CREATE TABLE clock (seq bigint, known bigint)")
        postings = Posting.objects.values_list("seq", "known_at")
        stage.add("clock", "seq, known", [(seq, _micros(known)) for seq, known in postings])
        stage.run("CREATE UNIQUE INDEX clock_seq ON clock (seq)")

    def _older(self, stage: Staging) -> None:
        sql = f"""SELECT n.line, n.vintage, max(c.known) FROM fresh n JOIN fact f ON {_same("f", "n")}
            JOIN clock c ON c.seq = f.seq JOIN vintage v ON v.vintage = n.vintage
            WHERE c.known > v.known GROUP BY n.line, n.vintage ORDER BY n.line LIMIT {MOST_PROBLEMS}"""
        days = {place: day for day, place in self.vintages}
        zone = zone_of(self.settings, self.held.zone)
        for line, vintage, known in stage.run(sql):
            values = {"vintage": days[vintage], "known": datetime.fromtimestamp(known / 1e6, zone).date()}
            where = f"facts.csv, row {line}" if line else f"facts.csv, complete edition of {days[vintage]}"
            self.problems(
                Problem(
                    where,
                    "The vintage %(vintage)s is older than what is known of this cell since %(known)s.",
                    "A vintage is added behind the last one, never before it.",
                    values,
                )
            )

    # Posting

    def _post(self, stage: Staging, counts: dict[int, int]) -> float:
        self.progress("writing", 0, 0)
        sources = self._sources()
        stage.attach()
        with transaction.atomic():
            if lock_head().seq != self.start.seq:
                raise BooksMoved
            began = timezone.now()
            self._post_definitions(sources)
            for day, vintage in sorted(self.vintages, key=lambda each: each[1]):
                if counts.get(vintage):
                    self._post_vintage(day, vintage, sources)
        return (timezone.now() - began).total_seconds()

    def _sources(self) -> Source:
        """The folder's name, and one digest over its files' digests."""
        digest = hashlib.sha256()
        for name in ("ledger.csv", "units.csv", "measures.csv", "facts.csv"):
            path = self.folder / name
            if path.exists():
                with path.open("rb") as handle:
                    digest.update(hashlib.file_digest(handle, "sha256").digest())
        return Source(self.folder.resolve().name, digest.hexdigest())

    def _post_definitions(self, source: Source) -> None:
        settings = {key: value for key, value in self.settings.items() if str(getattr(self.held, key)) != value}
        for key, value in self.settings.items():
            Setting.objects.update_or_create(key=key, defaults={"value": value})
        if settings:
            record(
                by=self.by,
                action="set ledger",
                object=", ".join(f"{k}={v}" for k, v in settings.items()),
                at=timezone.now(),
            )
        Version.objects.bulk_create(Version(id=number, code=code) for code, number in self.new_versions.items())
        if self.units.new or self.measures.new:
            # What has never been defined before is known as of the first vintage that speaks of it.
            known = min(self.known.values(), default=None)
            kind = PostingKind.IMPORT if known else PostingKind.DEFINE
            posting = post(kind=kind, by=self.by, known_at=known, reason="definitions", source=source)
            create_units(self.units, posting.seq)
            Measure.objects.bulk_create(
                Measure(
                    id=self.measures.ids[row.rule.code],
                    code=row.rule.code,
                    quantity=row.rule.quantity.kind,
                    step_exponent=row.rule.quantity.step_exponent,
                )
                for row in self.measures.new
            )
            self._add_measures(self.measures.new, posting.seq)
        if self.units.close or self.units.add_changed or self.measures.changed:
            posting = post(kind=PostingKind.DEFINE, by=self.by, reason="changed definitions", source=source)
            change_units(self.units, posting.seq)
            MeasureEdition.objects.filter(
                measure_id__in=[self.measures.ids[row.rule.code] for row in self.measures.changed], seq_to=None
            ).update(seq_to=posting.seq)
            self._add_measures(self.measures.changed, posting.seq)

    def _add_measures(self, rows: Iterable[MeasureRow], seq: int) -> None:
        MeasureEdition.objects.bulk_create(
            MeasureEdition(
                measure_id=self.measures.ids[row.rule.code],
                valid_from=ALWAYS,
                valid_to=FOREVER,
                seq_from=seq,
                place=self.measures.last_place + row.place,
                name=row.name,
                name_zh=row.name_zh,
                account=row.account,
                kind=row.rule.kind,
                direction=row.rule.direction,
                numerator=write_formula(row.rule.numerator),
                denominator=write_formula(row.rule.denominator),
                weight=row.weight,
            )
            for row in rows
        )

    def _post_vintage(self, day: date | None, vintage: int, source: Source) -> None:
        reason = "; ".join(self.reader.reasons.get(vintage, {}))[:500]
        kind = PostingKind.LOAD if day is None else PostingKind.IMPORT
        posting = post(kind=kind, by=self.by, known_at=self.known.get(vintage), reason=reason, source=source)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO fact ({CELL}, seq, amount, number, state) SELECT {CELL}, %s, amount, number, state FROM fresh WHERE vintage = %s ORDER BY {CELL}",
                [posting.seq, vintage],
            )
            cursor.execute(
                "INSERT INTO posting_unit (seq, unit_id) SELECT DISTINCT CAST(%s AS bigint), unit_id FROM fresh WHERE vintage = %s",
                [posting.seq, vintage],
            )


def _same(a: str, b: str) -> str:
    return " AND ".join(f"{a}.{column} = {b}.{column}" for column in CELL.split(", "))


_VALUE_DIFFERS = (
    "{a}.state <> {b}.state OR {a}.amount IS DISTINCT FROM {b}.amount OR {a}.number IS DISTINCT FROM {b}.number"
)
_NEVER_KNOWN = "f.seq IS NULL AND s.state <> 1"  # nothing can be withdrawn that was never known

_CHANGED = f"""SELECT s.* FROM ordered s LEFT JOIN fact f ON {_same("f", "s")} AND f.seq = (
        SELECT max(g.seq) FROM fact g WHERE {_same("g", "s")})
    WHERE ({_NEVER_KNOWN}) OR {_VALUE_DIFFERS.format(a="f", b="s")}"""

_CHANGED_DATED = f"""WITH s AS (
        SELECT o.*, v.known, lag(v.known) OVER w AS before_known, lag(o.state) OVER w AS before_state,
            lag(o.amount) OVER w AS before_amount, lag(o.number) OVER w AS before_number
        FROM ordered o JOIN vintage v ON v.vintage = o.vintage WINDOW w AS (PARTITION BY {CELL} ORDER BY o.vintage)
    ), l AS (
        SELECT s.*, (SELECT max(g.seq) FROM fact g JOIN clock c ON c.seq = g.seq
            WHERE {_same("g", "s")} AND c.known <= s.known) AS base FROM s
    )
    SELECT s.vintage, s.unit_id, s.measure_id, s.version_id, s.period, s.basis, s.amount, s.number, s.state, s.line
    FROM l s LEFT JOIN fact f ON {_same("f", "s")} AND f.seq = s.base LEFT JOIN clock k ON k.seq = s.base
    WHERE CASE WHEN s.before_known IS NULL OR k.known >= s.before_known
        THEN ({_NEVER_KNOWN}) OR {_VALUE_DIFFERS.format(a="f", b="s")}
        ELSE s.before_state <> s.state OR s.before_amount IS DISTINCT FROM s.amount
            OR s.before_number IS DISTINCT FROM s.number END"""


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _micros(moment: datetime | None) -> int:
    return 0 if moment is None else round(moment.timestamp() * 1e6)
