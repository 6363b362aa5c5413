"""/causes, /rules and /benchmarks: by what gaps are explained, how pace is judged, who is listed, and with whom one compares."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from headrope.api.auth import READ
from headrope.api.days import From, Until, from_, until
from headrope.api.definitions import as_known
from headrope.api.figures import Value, value_of
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Day, Known, Limit
from headrope.api.visit import visit
from headrope.core.periods import name
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.queries import measures as all_measures
from headrope.review.benchmarks.benchmark import Benchmark
from headrope.review.benchmarks.queries import benchmarks as all_benchmarks
from headrope.review.gaps.causes import causes as all_causes
from headrope.review.rules.queries import rules as all_rules
from headrope.review.rules.rule import ListRule, OwnTolerance, PaceRule, Rule

router = Router(auth=READ)

On = Annotated[Day, Field(description="Only what holds on that day.")]
SET: Any = Query(None, alias="set", description="Only this set.")  # type: ignore[type-arg]


class Cause(Schema):
    """A cause of gaps, under `parent` or (null) at the top of the tree."""

    code: str
    parent: str | None
    name: str
    name_zh: str
    valid_from: From
    valid_to: Until


class Pace(Schema):
    """How much is asked for by now, and from which shares short of it a sum, or a ratio, is watched and behind.

    `basis` phases: the phase plan, and of a flow without one half the time, half the task; time: always the latter.
    """

    basis: Literal["phases", "time"]
    watch: float
    behind: float
    ratio_watch: float
    ratio_behind: float


class Tolerated(Schema):
    """From which shares short of what is asked for these measures are watched and behind, whatever the pace rule says."""

    measures: list[str]
    watch: float
    behind: float


class Listing(Schema):
    """Who is listed: beyond (red), or short of (black), what is asked for by now by at least `share`, the first `most` of each measure.

    No `measures` are all that have a good side. `silent`: who is overdue stands there, too.
    """

    measures: list[str]
    share: float
    most: int | None
    silent: bool


class RuleAnswer(Schema):
    """A rule of the review; `seq` is the posting that it is from."""

    code: str
    kind: Literal["pace", "tolerance", "red", "black"]
    name: str
    name_zh: str
    valid_from: From
    valid_to: Until
    pace: Pace | None
    tolerance: Tolerated | None
    listing: Listing | None
    seq: int


class BenchmarkAnswer(Schema):
    """A peer in a set. Outside it has a figure and where that was read; inside it is a unit, whose figures the books have."""

    set: str
    set_name: str
    set_name_zh: str
    side: Literal["outside", "inside"]
    peer: str
    name: str
    name_zh: str
    measure: str | None
    period: str | None
    value: Value
    source: str


@router.get("/causes", response=Page[Cause], tags=["review"], operation_id="causes")
def causes(
    request: HttpRequest,
    on: On | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[Cause]:
    """The causes by which gaps are explained, by code."""
    who = visit(request)
    found = [each for each in all_causes(who.at, as_known(who, known)) if on is None or each.holds_on(on)]
    shown, following = page(found, lambda each: each.code, after, limit)
    items = [
        Cause(
            code=each.code,
            parent=each.parent or None,
            name=each.name,
            name_zh=each.name_zh,
            valid_from=from_(each.valid_from),
            valid_to=until(each.valid_to),
        )
        for each in shown
    ]
    return Page[Cause](items=items, next=following)


@router.get("/rules", response=Page[RuleAnswer], tags=["review"], operation_id="rules")
def rules(
    request: HttpRequest,
    on: On | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[RuleAnswer]:
    """The rules of the review, by code: how pace is judged, and who stands on the red and on the black list."""
    who = visit(request)
    found = [each for each in all_rules(who.at, as_known(who, known)) if on is None or each.holds_on(on)]
    shown, following = page(found, lambda each: each.code, after, limit)
    return Page[RuleAnswer](items=[_rule(each) for each in shown], next=following)


def _rule(rule: Rule) -> RuleAnswer:
    said: dict[str, Any] = {"name": "", "name_zh": "", "pace": None, "tolerance": None, "listing": None}
    if isinstance(rule, PaceRule):
        said |= {"kind": "pace", "pace": _pace(rule)}
    elif isinstance(rule, OwnTolerance):
        said |= {"kind": "tolerance", "tolerance": _tolerated(rule)}
    else:
        said |= {"kind": rule.kind, "name": rule.name, "name_zh": rule.name_zh, "listing": _listing(rule)}
    first, end = from_(rule.valid_from), until(rule.valid_to)
    return RuleAnswer(code=rule.code, valid_from=first, valid_to=end, seq=rule.seq, **said)


def _pace(rule: PaceRule) -> Pace:
    return Pace(
        basis=rule.basis,
        watch=rule.sums.watch,
        behind=rule.sums.behind,
        ratio_watch=rule.ratios.watch,
        ratio_behind=rule.ratios.behind,
    )


def _tolerated(rule: OwnTolerance) -> Tolerated:
    return Tolerated(measures=list(rule.measures), watch=rule.tolerance.watch, behind=rule.tolerance.behind)


def _listing(rule: ListRule) -> Listing:
    return Listing(measures=list(rule.measures), share=rule.share, most=rule.most, silent=rule.silent)


@router.get("/benchmarks", response=Page[BenchmarkAnswer], tags=["review"], operation_id="benchmarks")
def benchmarks(
    request: HttpRequest,
    of: Code | None = SET,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[BenchmarkAnswer]:
    """The peers of all sets, by set, peer, measure and period; of inside peers those that you may see."""
    who = visit(request)
    books, start = as_known(who, known), who.ledger.fiscal_start
    infos = {info.code: info for info in all_measures(books)}
    seen = {node.code for node in who.who.now.last.values() if who.who.sees(node.id)}
    rows = [
        row
        for row in all_benchmarks(who.at, infos, start, books)
        if (of is None or row.set == of) and (row.side == "outside" or row.peer in seen)
    ]
    shown, following = page(rows, _place, after, limit)
    return Page[BenchmarkAnswer](items=[_benchmark(row, infos, start) for row in shown], next=following)


def _place(row: Benchmark) -> str:
    return f"{row.set}~{row.peer}~{row.measure}~{row.period.code if row.period else ''}"


def _benchmark(row: Benchmark, infos: dict[str, MeasureInfo], fiscal_start: int) -> BenchmarkAnswer:
    return BenchmarkAnswer(
        set=row.set,
        set_name=row.set_name,
        set_name_zh=row.set_name_zh,
        side=row.side,
        peer=row.peer,
        name=row.name,
        name_zh=row.name_zh,
        measure=row.measure or None,
        period=name(row.period, fiscal_start) if row.period else None,
        value=value_of(infos[row.measure], row.value) if row.measure in infos else None,
        source=row.source,
    )
