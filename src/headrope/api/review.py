"""/review: a unit for a period, the same object as `headrope review --json` writes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.figures import Against
from headrope.api.parameters import Code, Known, PeriodText, Text, Tier
from headrope.api.visit import visit
from headrope.core.problems import Problem
from headrope.review.as_data import as_json
from headrope.review.condition import Condition, ConditionError, read_condition
from headrope.review.queries import Question
from headrope.review.ranking import NoSuchMeasure, Wanted, rank

router = Router(tags=["review"], auth=READ)

CONDITIONS: Any = Query([], max_length=10, description="Such as PROFIT>0; may be repeated.")  # type: ignore[type-arg]


@router.get("/{unit}/{period}", response=dict[str, Any], operation_id="review")
def review(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    against: Against | None = None,
    known: Known | None = None,
    tree: Annotated[Literal["as-was"], Field(description="A year earlier over the trees of the time.")] | None = None,
    measure: Annotated[Code, Field(description="Rank by this measure.")] | None = None,
    tier: Tier | None = None,
    order: Literal["gap", "value", "change"] | None = None,
    where: list[Text] = CONDITIONS,
    threshold: list[Text] = CONDITIONS,
) -> dict[str, Any]:
    """A unit for a period: headline, measures against plan, reporting, and the units below in rank."""
    who = visit(request)
    wanted = Wanted(measure, tier, order, _conditions("where", where), _conditions("threshold", threshold))
    asked = who.period(period)
    who.check_against(against)
    with who.reader(known) as reader:
        try:
            found = reader.review(Question(unit, asked, against, reader.known, tree is not None))
            return as_json(reader, found, rank(reader, found, wanted), wanted)
        except NoSuchMeasure as error:
            problem = Problem("measure", "There is no measure '%(word)s'.", "GET /measures lists them.", {"word": str(error)})  # fmt: skip
            raise Refused(422, problem) from error


def _conditions(where: str, texts: list[str]) -> tuple[Condition, ...]:
    found = []
    for text in texts:
        try:
            found.append(read_condition(text))
        except ConditionError as error:
            remedy = "Write a measure's code, a sign and a value, such as PROFIT>0."
            raise Refused(422, Problem(where, "'%(text)s' is not a condition.", remedy, {"text": text})) from error
    return tuple(found)
