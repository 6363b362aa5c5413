"""/gaps: who is behind in what, why, what is promised against it, and who owes an answer; one gap with all its answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.figures import Against, FigureAnswer, Value, figure_answer, value_of
from headrope.api.gap_answer import AskAnswer, GivenAnswer, ask_answer, given_answer
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Known, Limit, Number, PeriodText
from headrope.api.postings import BYTES
from headrope.api.visit import Visit, visit
from headrope.core.periods import Period, name
from headrope.review.gaps.answers import Answer, Ask, history
from headrope.review.gaps.evidence import evidence
from headrope.review.gaps.figures import Stand
from headrope.review.gaps.place import NoSuchGap, Place, place_of
from headrope.review.gaps.queries import GapRow, MeasureGap, gap_list
from headrope.review.queries import Reader

router = Router(tags=["gaps"], auth=READ)

PATH = "/{unit}/{period}/{measure}"


class GapFigures(Schema):
    """A measure of a unit beside what is asked for by now: `gap` is actual less that, `short` how far it is on the bad side."""

    unit: str
    measure: str
    actual: FigureAnswer
    plan: FigureAnswer
    year_plan: FigureAnswer | None
    gap: Value
    short: Value
    judgement: str | None
    asked: AskAnswer | None
    answer: GivenAnswer | None


class GapRowAnswer(GapFigures):
    """A row of the list. `part`: its share in what the whole unit is short of. `finding`: red without an answer that is enough.

    open: nobody has answered; grown: the gap is larger than when it was answered for an earlier period, and open again;
    answered; healed: answered, and red no more.
    """

    part: float | None
    red: bool
    state: Literal["open", "grown", "answered", "healed"]
    finding: bool


class PromisedAnswer(Schema):
    """What a unit is short of in a measure, what it promises itself, what stands below it, what counts, and what is left."""

    measure: str
    short: Value
    own: Value
    below: Value
    promised: Value
    open: Value


class Gaps(Page[GapRowAnswer]):
    """The gap list of a unit and the units directly below it, by measure and unit; `reds` and `findings` count all rows."""

    period: str
    against: str
    known: date | None
    currency: str
    seq: int
    reds: int
    findings: int
    promised: list[PromisedAnswer]


class GapAnswer(GapFigures):
    """One gap. `row_version` is sent back with an answer; `months` are those for which something can be promised.

    `earlier` was answered for an earlier period of the same beginning; `older` are those that `answer` has replaced.
    """

    period: str
    against: str
    known: date | None
    seq: int
    row_version: int
    answerable: bool = Field(description="Whether you may answer it now.")
    months: list[str]
    earlier: GivenAnswer | None
    older: list[GivenAnswer]


@router.get("/{unit}/{period}", response=Gaps, operation_id="gaps")
def gaps(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    against: Against | None = None,
    measures: Annotated[Literal["all"], Field(description="Not the headline measures only.")] | None = None,
    show: Annotated[Literal["findings"], Field(description="Only what is red without an answer.")] | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Gaps:
    """The gap list of a unit: where it and the units directly below it are behind, why, and what is promised."""
    who = visit(request)
    asked = who.period(period)
    who.check_against(against)
    with who.reader(known) as reader:
        found = gap_list(reader, unit, asked, against, measures is not None)
        rows = found.missing if show else found.rows
        shown, following = page(rows, lambda row: f"{row.info.code}~{row.unit.code}", after, limit)
        return Gaps(
            items=[_row(who, row) for row in shown],
            next=following,
            period=name(asked, who.ledger.fiscal_start),
            against=found.review.against,
            known=reader.known,
            currency=who.ledger.currency,
            seq=reader.cube.seq,
            reds=found.reds,
            findings=len(found.missing),
            promised=[each for gap in found.measures if (each := _promised(gap))],
        )


@router.get(PATH, response=GapAnswer, operation_id="gap")
def gap(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    measure: Code,
    against: Against | None = None,
    known: Known | None = None,
) -> GapAnswer:
    """One gap: its figures, the answer that it has and those before, and who asked for one."""
    who = visit(request)
    asked = who.period(period)
    who.check_against(against)
    with who.reader(known) as reader:
        found = place(reader, unit, asked, measure, against)
        older = history(found.unit.id, found.info.id, asked)
        start = who.ledger.fiscal_start
        return GapAnswer(
            **_figures(who, found.stand, found.short, (found.asked, found.answer)),
            period=name(asked, start),
            against=found.against,
            known=reader.known,
            seq=reader.cube.seq,
            row_version=found.row_version,
            answerable=reader.known is None and who.who.may("answer", found.unit.id),
            months=[name(month, start) for month in found.months],
            earlier=given_answer(who, found.info, found.earlier) if found.earlier else None,
            older=[given_answer(who, found.info, each) for each in older if each.row_version < found.row_version],
        )


@router.get(f"{PATH}/files/{{file}}", response=None, operation_id="gap_file", openapi_extra=BYTES)
def file(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    measure: Code,
    file: Number,
) -> HttpResponse:
    """A file that was given as evidence for this very gap."""
    who = visit(request)
    asked = who.period(period)
    with who.reader(None) as reader:
        found = place(reader, unit, asked, measure)
        try:
            called, content = evidence(found.unit.id, found.info.id, asked, int(file))
        except LookupError as error:
            raise Refused(404) from error
    headers = {"Content-Disposition": content_disposition_header(True, called) or "attachment"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def place(reader: Reader, unit: str, period: Period, measure: str, against: str | None = None) -> Place:
    """The gap; 404 where the unit has nothing to do with the measure."""
    try:
        return place_of(reader, unit, period, measure, against)
    except NoSuchGap as error:
        raise Refused(404) from error


def _row(who: Visit, row: GapRow) -> GapRowAnswer:
    return GapRowAnswer(
        **_figures(who, row.stand, row.short, (row.asked, row.answer)),
        part=row.part,
        red=row.red,
        state=row.state,
        finding=row.missing,
    )


def _figures(who: Visit, stand: Stand, short: int | float, said: tuple[Ask | None, Answer | None]) -> dict[str, Any]:
    info, (asked, answer) = stand.info, said
    return {
        "unit": stand.unit.code,
        "measure": info.code,
        "actual": figure_answer(info, stand.actual),
        "plan": figure_answer(info, stand.plan),
        "year_plan": figure_answer(info, stand.year_plan) if stand.year_plan else None,
        "gap": value_of(info, stand.gap),
        "short": value_of(info, short),
        "judgement": stand.state if stand.state != "none" else None,
        "asked": ask_answer(asked) if asked else None,
        "answer": given_answer(who, info, answer) if answer else None,
    }


def _promised(gap: MeasureGap) -> PromisedAnswer | None:
    held, info = gap.promised, gap.info
    if held is None:
        return None
    amounts = {"short": held.short, "own": held.own, "below": held.below, "promised": held.promised, "open": held.open}
    return PromisedAnswer(measure=info.code, **{key: value_of(info, amount) for key, amount in amounts.items()})
