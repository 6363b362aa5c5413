"""/landing: the runs, and where the year of a unit will end by one of them: point, ranges, odds, and the way there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.definitions import as_known
from headrope.api.figures import MEASURES, Value, known_word, value_of
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Before, Code, Cursor, Known, Limit, Seq, Year
from headrope.api.visit import Visit, visit
from headrope.core.landing.reasons import Reason
from headrope.core.periods import Period, name, year_of
from headrope.core.problems import Problem
from headrope.core.units import SEGMENT
from headrope.journal.queries import known_on
from headrope.landing.runs.queries import Landed, Run, RunMeasure, landed, runs
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.queries import measures as all_measures
from headrope.org.queries import Node
from headrope.review.queries import Reader
from headrope.review.situation.landings import in_figures

router = Router(tags=["landing"], auth=READ)

FEW_OF_RUNS = 20


class RunMeasureAnswer(Schema):
    """A headline measure of a run. `left` steps of `span` months were to come; `why` says why it is not landed, if it is not.

    `levels`: the year's figure is that of its last month. `recovers`: amounts can be added to it.
    """

    measure: str
    span: int
    left: int
    levels: bool
    recovers: bool
    why: str


class RunAnswer(Schema):
    """A run: its posting `seq`, the last posting that it has read, and the last month that was known to it."""

    seq: int
    read_seq: int
    year: str
    month: str
    made_at: datetime
    measures: list[RunMeasureAnswer]


class ReachAnswer(Schema):
    """The end of a step of the year: of a flow the year to date, else the level; with its ranges of 80 and 50 per cent."""

    period: str
    point: Value
    low80: Value
    low50: Value
    high50: Value
    high80: Value


class LandingAnswer(Schema):
    """Where the year of a unit's measure ends. `odds` of its target, or from `odds_low` to `odds_high` where they cannot be told.

    `actual` is the year to date, `same_share` the naive landing by last year's share; `past` counts whole years of its
    own, `filled` and `late` steps that were given a figure. `notes` are marks such as few-years or late.
    """

    unit: str
    measure: str
    point: Value
    low80: Value
    low50: Value
    high50: Value
    high80: Value
    target: Value
    odds: float | None
    odds_low: float | None
    odds_high: float | None
    actual: Value
    same_share: Value
    past: int
    filled: int
    late: int
    notes: list[str]
    steps: list[ReachAnswer]


class Landings(Page[LandingAnswer]):
    """What one run says, by unit and measure. A measure of the run without an item is not landed, or nothing is known of it."""

    run: RunAnswer
    known: date | None
    currency: str


@router.get("/runs", response=Page[RunAnswer], operation_id="landing_runs")
def landing_runs(
    request: HttpRequest,
    year: Year | None = None,
    known: Known | None = None,
    after: Before | None = None,
    limit: Limit = FEW_OF_RUNS,
) -> Page[RunAnswer]:
    """The runs of all years or of one, newest first."""
    who = visit(request)
    books = as_known(who, known)
    infos = {info.id: info for info in all_measures(books)}
    found = [run for run in runs(who.at, _year(who, year) if year else None, books) if after is None or run.seq < after]
    shown, following = cut(found, limit, lambda run: str(run.seq))
    return Page[RunAnswer](items=[_run(who, run, infos) for run in shown], next=following)


@router.get("/{unit}/{year}", response=Landings, operation_id="landing")
def landing(
    request: HttpRequest,
    unit: Code,
    year: Year,
    run: Annotated[Seq, Field(description="The posting of a run; the last one where it is left out.")] | None = None,
    measure: list[Code] = MEASURES,
    below: Annotated[Literal["children"], Field(description="Also the units directly below.")] | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Landings:
    """Where the year of a unit will end, measure by measure, as a run says that was known on the day."""
    who = visit(request)
    who.unit(unit)
    wanted = _year(who, year)
    with who.reader(known) as reader:
        found = _chosen(who, wanted, run, reader.known)
        for code in measure:
            known_word("measure", code, reader.infos)
        nodes = {node.id: node for node in _nodes(reader, unit, found, below)}
        infos = {info.id: info for info in reader.infos.values()}
        ids = [info.id for info in infos.values() if not measure or info.code in measure]
        rows = [(nodes[at], infos[of], one) for (at, of), one in landed(found, list(nodes), ids).items() if of in infos]
        start = tuple(after.rpartition("~")[::2]) if after is not None else ()
        left = sorted((row for row in rows if _place(row) > start), key=_place)
        shown, following = cut(left, limit, lambda row: "~".join(_place(row)))
        return Landings(
            items=[_landing(who, found, *row) for row in shown],
            next=following,
            run=_run(who, found, infos),
            known=reader.known,
            currency=who.ledger.currency,
        )


def _place(row: tuple[Node, MeasureInfo, Landed]) -> tuple[str, ...]:
    return row[0].code, row[1].code


def _year(who: Visit, text: str) -> Period:
    """The whole (fiscal) year of that name; 422 for other periods."""
    period = who.period(text)
    if period != year_of(period.start, who.ledger.fiscal_start):
        message, remedy = "'%(text)s' is not a year.", "Write a whole year, such as 2023 or FY2023-24."
        raise Refused(422, Problem("year", message, remedy, {"text": text}))
    return period


def _chosen(who: Visit, year: Period, seq: int | None, known: date | None) -> Run:
    """The run of that posting, else the last one; 422 where there is no such run of the year, 404 where there is none."""
    found = runs(who.at, year, known_on(known, who.ledger.zone))
    if not found:
        remedy = "Ask for another year, or for a later day; GET /landing/runs lists the runs."
        raise Refused(404, Problem("year", "Nothing was landed for this year.", remedy))
    chosen = next((run for run in found if seq in (None, run.seq)), None)
    if chosen is None:
        message, remedy = "Posting %(seq)s is no run of this year.", "GET /landing/runs lists the runs."
        raise Refused(422, Problem("run", message, remedy, {"seq": seq}))
    return chosen


def _nodes(reader: Reader, unit: str, run: Run, below: str | None) -> list[Node]:
    """The unit, and those directly below it in the tree of the run's month that may be seen."""
    node = reader.node(unit, run.month)
    children = reader.tree(run.month).children.get(node.id, []) if below else []
    return [node, *(each for each in children if each.kind != SEGMENT and reader.who.sees(each.id))]


def _run(who: Visit, run: Run, infos: Mapping[int, MeasureInfo]) -> RunAnswer:
    start = who.ledger.fiscal_start
    held = sorted((infos[each].code, of) for each, of in run.measures.items() if each in infos)
    return RunAnswer(
        seq=run.seq,
        read_seq=run.read_seq,
        year=name(run.year, start),
        month=name(run.month, start),
        made_at=run.made_at,
        measures=[_run_measure(code, of) for code, of in held],
    )


def _run_measure(code: str, of: RunMeasure) -> RunMeasureAnswer:
    why = gettext(of.why) if of.why else ""
    return RunMeasureAnswer(measure=code, span=of.span, left=of.left, levels=of.levels, recovers=of.recovers, why=why)


def _landing(who: Visit, run: Run, node: Node, info: MeasureInfo, one: Landed) -> LandingAnswer:
    def said(value: float | None) -> str | float | None:
        return value_of(info, in_figures(info, value))

    span = run.measures[info.id].span
    steps = [
        ReachAnswer(
            period=name(Period(run.year.start + place * span, span), who.ledger.fiscal_start),
            **{key: said(value) for key, value in reach._asdict().items()},
        )
        for place, reach in enumerate(one.months)
    ]
    return LandingAnswer(
        unit=node.code,
        measure=info.code,
        # A point that is stored is in whole steps already: exact beyond what floats hold.
        point=value_of(info, one.point) if isinstance(one.point, int) else said(one.account),
        low80=said(one.low80),
        low50=said(one.low50),
        high50=said(one.high50),
        high80=said(one.high80),
        target=said(one.target),
        odds=one.odds.value,
        odds_low=one.odds.low,
        odds_high=one.odds.high,
        actual=said(one.known),
        same_share=said(one.same_share),
        past=one.past,
        filled=one.filled,
        late=one.late,
        notes=[str(each.name).lower().replace("_", "-") for each in Reason if each in one.reasons],
        steps=steps,
    )
