"""/sheet: where a unit stands beside its figures: who heads it, its rank, its records, what was restated and what it was told."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from headrope.api.auth import READ
from headrope.api.figures import Against
from headrope.api.meetings import NoteAnswer, note_answer
from headrope.api.parameters import Code, Known, PeriodText
from headrope.api.visit import Visit, visit
from headrope.core.periods import name
from headrope.ledger.restated import Restated
from headrope.meetings.queries import Reviewed
from headrope.org.people.queries import PostHeld
from headrope.review.queries import Question, Reader
from headrope.review.sheet.queries import sheet as sheet_of
from headrope.review.sheet.standing import Rank

router = Router(tags=["review"], auth=READ)


class HeadAnswer(Schema):
    """Who heads the unit on the period's last day."""

    person: str
    name: str
    name_zh: str
    title: str
    title_zh: str


class RankAnswer(Schema):
    """Its place, 1 the best, among the `of` units beside it by the gap as a share of the plan; `before` a month earlier."""

    measure: str
    place: int
    of: int
    before: int | None


class RecordAnswer(Schema):
    """The best (`high`, else the lowest) figure among `of` like periods since `since`, as in the review."""

    measure: str
    high: bool
    since: str
    of: int


class RestatedAnswer(Schema):
    """A figure of the period, of the unit or below it, that a posting has changed for a reason."""

    unit: str
    measure: str
    period: str
    seq: int
    known_at: datetime
    reason: str


class ReviewedAnswer(Schema):
    """The last meeting in which the unit was told anything, and the notes of it that stand."""

    meeting: int
    held_on: date
    notes: list[NoteAnswer]


class StandingAnswer(Schema):
    """What stands on a unit's sheet beside its figures, which GET /review gives.

    `share` is the effective share of the unit at the top, null there. `segments` are those that it belongs to.
    `unanswered` measures are behind and have no answer; GET /gaps has the answers.
    """

    unit: str
    period: str
    against: str
    known: date | None
    seq: int
    share: float | None
    heads: list[HeadAnswer]
    segments: list[str]
    ranks: list[RankAnswer]
    records: list[RecordAnswer]
    restated: list[RestatedAnswer]
    unanswered: list[str]
    reviewed: ReviewedAnswer | None


@router.get("/{unit}/{period}", response=StandingAnswer, operation_id="sheet")
def sheet(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    against: Against | None = None,
    known: Known | None = None,
) -> StandingAnswer:
    """Where a unit stands: who heads it, its rank among the units beside it, records, restated figures, what it was told last."""
    who = visit(request)
    asked = who.period(period)
    who.check_against(against)
    with who.reader(known) as reader:
        found = sheet_of(reader, Question(unit, asked, against, reader.known))
        review, standing = found.review, found.standing
        return StandingAnswer(
            unit=review.unit.code,
            period=name(asked, who.ledger.fiscal_start),
            against=review.against,
            known=reader.known,
            seq=review.seq,
            share=None if standing.share is None else float(standing.share),
            heads=[_head(post) for post in standing.heads],
            segments=[node.code for node in standing.segments],
            ranks=[_rank(rank) for rank in standing.ranks],
            records=[
                RecordAnswer(
                    measure=line.info.code,
                    high=line.record.high,
                    since=name(line.record.since, who.ledger.fiscal_start),
                    of=line.record.of,
                )
                for line in review.lines
                if line.record
            ],
            restated=_restated(who, reader, standing.restated),
            unanswered=[line.info.code for line in found.said.unanswered],
            reviewed=_reviewed(who, found.said.last) if found.said.last else None,
        )


def _head(post: PostHeld) -> HeadAnswer:
    person = post.person
    return HeadAnswer(
        person=person.code,
        name=person.name,
        name_zh=person.name_zh,
        title=post.title,
        title_zh=post.title_zh,
    )


def _rank(rank: Rank) -> RankAnswer:
    return RankAnswer(measure=rank.info.code, place=rank.place, of=rank.of, before=rank.before)


def _restated(who: Visit, reader: Reader, found: tuple[Restated, ...]) -> list[RestatedAnswer]:
    """What was restated of units that may be seen, by their codes of today."""
    codes = {info.id: info.code for info in reader.infos.values()}
    last = who.who.now.last
    return [
        RestatedAnswer(
            unit=last[each.unit].code,
            measure=codes[each.measure],
            period=name(each.period, who.ledger.fiscal_start),
            seq=each.seq,
            known_at=each.known_at,
            reason=each.reason,
        )
        for each in found
        if who.who.sees(each.unit) and each.measure in codes
    ]


def _reviewed(who: Visit, last: Reviewed) -> ReviewedAnswer:
    return ReviewedAnswer(
        meeting=last.number, held_on=last.held_on, notes=[note_answer(who, note) for note in last.notes]
    )
