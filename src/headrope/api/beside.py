"""/benchmarks and /lists of a unit: how it stands beside the peers of a set, and which units below it stand out."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.figures import Against, FigureAnswer, Value, figure_answer, value_of
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Known, Limit, PeriodText
from headrope.api.visit import visit
from headrope.core.periods import name
from headrope.core.problems import Problem
from headrope.review.benchmarks.queries import Compared, Peer, compare
from headrope.review.rules.lists import Listed, red_and_black

router = Router(tags=["review"], auth=READ)

SET: Any = Query(..., alias="set", description="A set of GET /benchmarks.")  # type: ignore[type-arg]


class PeerAnswer(Schema):
    """A peer's figure; `place` counts from 1, null where neither more nor less is better."""

    peer: str
    name: str
    name_zh: str
    value: Value
    place: int | None


class BesideAnswer(Schema):
    """A measure of the unit beside the peers: `rank` of `of`, the unit counted; distances are plus where the unit is better.

    `hidden` peers that you may not see count in the rank and stand nowhere else.
    """

    measure: str
    figure: FigureAnswer
    rank: int | None
    of: int
    hidden: int
    best: Value
    middle: Value
    to_best: Value
    to_middle: Value
    peers: list[PeerAnswer]


class Beside(Page[BesideAnswer]):
    """A unit beside a set, by measure."""

    unit: str
    period: str
    set: str
    known: date | None
    currency: str
    seq: int


class ListedAnswer(Schema):
    """A unit on the red or the black list by a rule. `share` is how far it is beyond (minus: short of) what is asked for by now.

    Null where nothing was asked for, or where it stands there because its figure is `overdue`.
    """

    unit: str
    measure: str
    list: Literal["red", "black"]
    rule: str
    actual: FigureAnswer | None
    plan: FigureAnswer | None
    gap: Value
    share: float | None
    overdue: bool


class Lists(Page[ListedAnswer]):
    """The red and the black list of the units directly below a unit, by list, rule, measure and unit."""

    period: str
    against: str
    known: date | None
    currency: str
    seq: int


@router.get("/benchmarks/{unit}/{period}", response=Beside, operation_id="beside")
def beside(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    of: Code = SET,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Beside:
    """A unit beside the peers of a set: figures, its rank, and how far it is from the best and the middle one."""
    who = visit(request)
    asked, node = who.period(period), who.unit(unit)
    with who.reader(known) as reader:
        found = compare(reader, unit, asked, of)
        if found is None:
            raise Refused(
                422, Problem("set", "There is no set '%(word)s'.", "GET /benchmarks lists them.", {"word": of})
            )
        shown, following = page(found.lines, lambda line: line.info.code, after, limit)
        return Beside(
            items=[_beside(line) for line in shown],
            next=following,
            unit=node.code,
            period=name(asked, who.ledger.fiscal_start),
            set=of,
            known=reader.known,
            currency=who.ledger.currency,
            seq=reader.cube.seq,
        )


def _beside(line: Compared) -> BesideAnswer:
    info = line.info

    def peer(each: Peer) -> PeerAnswer:
        of = each.benchmark
        return PeerAnswer(
            peer=of.peer, name=of.name, name_zh=of.name_zh, value=value_of(info, each.value), place=each.place
        )

    return BesideAnswer(
        measure=info.code,
        figure=figure_answer(info, line.own),
        rank=line.rank,
        of=line.of,
        hidden=line.hidden,
        best=value_of(info, line.best),
        middle=value_of(info, line.middle),
        to_best=value_of(info, line.to_best),
        to_middle=value_of(info, line.to_middle),
        peers=[peer(each) for each in line.peers],
    )


@router.get("/lists/{unit}/{period}", response=Lists, operation_id="lists")
def lists(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    against: Against | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Lists:
    """Which units directly below a unit stand on the red and on the black list, and by which rule."""
    who = visit(request)
    asked = who.period(period)
    who.check_against(against)
    with who.reader(known) as reader:
        found = red_and_black(reader, unit, asked, against)
        shown, following = page(found.rows, _place, after, limit)
        return Lists(
            items=[_listed(row) for row in shown],
            next=following,
            period=name(asked, who.ledger.fiscal_start),
            against=found.review.against,
            known=reader.known,
            currency=who.ledger.currency,
            seq=reader.cube.seq,
        )


def _place(row: Listed) -> str:
    return f"{row.verdict}~{row.rule.code}~{row.info.code}~{row.unit.code}~{'overdue' if row.overdue else ''}"


def _listed(row: Listed) -> ListedAnswer:
    info, stand = row.info, row.stand
    return ListedAnswer(
        unit=row.unit.code,
        measure=info.code,
        list=row.verdict,
        rule=row.rule.code,
        actual=figure_answer(info, stand.actual) if stand else None,
        plan=figure_answer(info, stand.plan) if stand else None,
        gap=value_of(info, stand.gap) if stand else None,
        share=row.share,
        overdue=row.overdue is not None,
    )
