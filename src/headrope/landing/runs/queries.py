"""Questions about runs: the last one of a year that was known, and what it says of units and measures; for pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from struct import unpack
from typing import Any

from django.db import connection

from headrope.core.landing.fans import Reach, fan
from headrope.core.landing.odds import NOTHING_SAID, Odds
from headrope.core.landing.reasons import Reason
from headrope.core.periods import Period
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import Books, Known
from headrope.landing.models import LandingMeasure, LandingRun


@dataclass(frozen=True)
class RunMeasure:
    """A headline measure of a run: `left` steps of `span` months to come, or `why` it is not landed (a message id).

    `levels`: the year's figure is that of its last month. `recovers`: an amount can be added to it. `more` is better,
    or less, or (None) neither; `grain` is the rounding step in units of account, 0 where it has none.
    """

    measure: int
    span: int
    left: int
    levels: bool
    recovers: bool
    more: bool | None
    grain: float
    why: str


@dataclass(frozen=True)
class Run:
    """A run: posting `seq` of `made_at`, which has read the books up to `read_seq`; `month` is the last month known.

    `measures` by id.
    """

    seq: int
    read_seq: int
    year: Period
    month: Period
    made_at: datetime
    measures: Mapping[int, RunMeasure]


@dataclass(frozen=True)
class Landed:
    """Where a unit's year of a measure ends; figures in units of account, None where nothing is said.

    `point` is in whole steps where the measure is exact and stored, else as the others (`account` is it in units of
    account); `low80` to `high80` holds the year with 80 per cent, `low50` to `high50` with 50. `known` is the year to
    date, `same_share` the naive landing by last year's share, `past` the whole years of its own; `filled` and `late`
    count steps that were given a figure; `estimated` the units below whose last steps were, `estimated_steps` the last
    steps that hold such figures, the unit's own or those of units below. `share` is what it counts for in `parent`.
    """

    unit: int
    measure: int
    parent: int | None
    share: float
    point: int | float | None
    account: float | None
    known: float | None
    low80: float | None
    low50: float | None
    high50: float | None
    high80: float | None
    scale: float | None
    freedom: float | None
    least: float | None
    target: float | None
    odds: Odds
    same_share: float | None
    past: int
    filled: int
    late: int
    reasons: Reason
    left: int
    path: tuple[float, ...]
    estimated: int = 0
    estimated_steps: int = 0

    @cached_property
    def months(self) -> tuple[Reach, ...]:
        """The figure at the end of each step of the year (a flow: the year to date) with its ranges; empty: nothing said."""
        ends = (self.low80, self.low50, self.high50, self.high80)
        if self.account is None or not self.path or None in ends:
            return ()
        return tuple(fan(self.path, self.left, ends, self.least))  # type: ignore[arg-type]


def latest(year: Period, at: Books, known: Known | None = None) -> Run | None:
    """The last run of the year that was posted up to the books asked for, or known then; one statement, four where it is not kept in the process."""
    query = LandingRun.objects.filter(start=year.start, end=year.end, seq__lte=at.seq).order_by("-seq")
    if known is not None:
        query = query.filter(seq__in=Posting.objects.filter(kind="landing", known_at__lt=known.before).values("seq"))
        rows = [row for row in query[:1] if row.seq in known.postings]
    else:
        rows = list(query[:1])
    if not rows:
        return None
    # What a transaction has posted may be undone, and its number given to something else.
    return _run(rows[0]) if connection.in_atomic_block else _kept(str(at.key), rows[0].seq)


@lru_cache(maxsize=16)
def _kept(key: str, seq: int) -> Run:
    return run_of(seq)


def run_of(seq: int) -> Run:
    """The run of that posting; LandingRun.DoesNotExist where it made none."""
    return _run(LandingRun.objects.get(seq=seq))


def runs(at: Books, year: Period | None = None, known: Known | None = None) -> list[Run]:
    """All runs up to the books asked for, or known then, newest first, perhaps of one year; three statements."""
    query = LandingRun.objects.filter(seq__lte=at.seq).order_by("-seq")
    if year is not None:
        query = query.filter(start=year.start)
    rows = [row for row in query if known is None or row.seq in known.postings]
    made = dict(Posting.objects.filter(seq__in=[row.seq for row in rows]).values_list("seq", "recorded_at"))
    held: dict[int, dict[int, RunMeasure]] = {row.seq: {} for row in rows}
    for seq, *fields in LandingMeasure.objects.filter(seq__in=list(held)).values_list(*_MEASURE):
        held[seq][fields[0]] = RunMeasure(*fields)
    return [_made(row, made[row.seq], held[row.seq]) for row in rows]


def behind(run: Run, at: Books) -> bool:
    """Whether figures were posted that the run has not read; one statement."""
    since = Posting.objects.filter(seq__gt=run.read_seq, seq__lte=at.seq)
    return since.filter(
        kind__in=(PostingKind.LOAD, PostingKind.IMPORT, PostingKind.ACCEPT, PostingKind.RESTATE)
    ).exists()


_MEASURE = ("seq", "measure_id", "span", "left", "levels", "recovers", "more", "grain", "why")


def _run(row: LandingRun) -> Run:
    made_at = Posting.objects.values_list("recorded_at", flat=True).get(seq=row.seq)
    rows = LandingMeasure.objects.filter(seq=row.seq).values_list(*_MEASURE[1:])
    return _made(row, made_at, {each[0]: RunMeasure(*each) for each in rows})


def _made(row: LandingRun, made_at: datetime, measures: dict[int, RunMeasure]) -> Run:
    year = Period(row.start, row.end - row.start)
    return Run(row.seq, row.read_seq, year, Period(row.month_end - 1, 1), made_at, measures)


_ROW = (
    "unit_id, measure_id, parent_id, share, steps, point, known, low80, low50, high50, high80, scale, freedom, least, "
    "target, odds, odds_low, odds_high, same_share, past, filled, late, "
    "estimated, estimated_steps, reasons, path"
)


def landed(run: Run, units: Collection[int], measures: Collection[int] | None = None) -> dict[tuple[int, int], Landed]:
    """What the run says of these units, by unit and measure (None: all of the run's); one statement.

    Measures that are not landed (`Run.measures` says why) have no entry.
    """
    wanted = [each for each in (run.measures if measures is None else measures) if each in run.measures]
    if not units or not wanted:
        return {}
    # Whole numbers only, so that the statement can hold them however many there are.
    some, of = (", ".join(str(int(each)) for each in given) for given in (units, wanted))
    sql = f"SELECT {_ROW} FROM landing_row WHERE seq = {run.seq} AND unit_id IN ({some}) AND measure_id IN ({of})"
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor.fetchall():
            one = _landed(row, run.measures[row[1]].left)
            found[one.unit, one.measure] = one
    return found


@lru_cache(maxsize=4096)
def _reasons(marks: int) -> Reason:
    """The same few hundred sets of marks come again and again."""
    return Reason(marks)


def _landed(row: tuple[Any, ...], left: int) -> Landed:
    unit, measure, parent, share, steps, point = row[:6]
    known, low80, low50, high50, high80, scale, freedom, least, target = row[6:15]
    odds, low, high, same, past, filled, late, estimated, late_steps, marks, path = row[15:]
    path = bytes.fromhex(path)
    told = Odds(odds, low, high) if odds is not None or low is not None else NOTHING_SAID
    return Landed(
        unit,
        measure,
        parent,
        share,
        point if steps is None else steps,
        point,
        *(known, low80, low50, high50, high80, scale, freedom, least, target),
        told,
        same,
        past,
        filled,
        late,
        _reasons(marks),
        left,
        unpack(f"<{len(path) // 8}d", path),
        estimated,
        late_steps,
    )


def track(runs: Sequence[Run], unit: int, measure: int) -> dict[int, Landed]:
    """What several runs say of one unit and measure, by their postings; one statement."""
    left = {run.seq: run.measures[measure].left for run in runs if measure in run.measures}
    if not left:
        return {}
    some = ", ".join(str(seq) for seq in left)
    sql = f"SELECT seq, {_ROW} FROM landing_row WHERE seq IN ({some}) AND unit_id = {int(unit)} AND measure_id = {int(measure)}"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {seq: _landed(tuple(row), left[seq]) for seq, *row in cursor.fetchall()}


def years(at: Books) -> list[Period]:
    """The years that have a run, newest first; one statement."""
    found = LandingRun.objects.filter(seq__lte=at.seq).values_list("start", "end").distinct().order_by("-start")
    return [Period(start, end - start) for start, end in found]


def above(run: Run, units: Collection[int]) -> list[int]:
    """The units and all above them in the run's trees; one statement."""
    if not units:
        return []
    some = ", ".join(str(int(each)) for each in units)
    sql = (
        f"WITH RECURSIVE up(unit_id) AS (SELECT DISTINCT unit_id FROM landing_row WHERE seq = {run.seq} AND unit_id IN ({some}) "
        f"UNION SELECT r.parent_id FROM landing_row r JOIN up ON r.unit_id = up.unit_id WHERE r.seq = {run.seq} "
        "AND r.parent_id IS NOT NULL) SELECT unit_id FROM up"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [unit for (unit,) in cursor.fetchall()]
