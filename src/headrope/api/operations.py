"""All operations of the interface for programs, and what becomes of the errors inside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from pydantic_core import to_jsonable_python

from headrope.api import (
    answering,
    beside,
    defining,
    definitions,
    entering,
    figures,
    gaps,
    landing,
    me,
    meetings,
    origin,
    postings,
    review,
    review_definitions,
    rounds,
    sheet,
    units,
    uploads,
    vintages,
)
from headrope.api.answers import Refused, refusal
from headrope.api.auth import READ
from headrope.core.problems import Problem, ProblemsFound

DESCRIPTION: Final = (
    "Units, figures and reviews of a Headrope ledger. Every call carries a token in the header Authorization: Bearer. "
    "What the token's user may not see answers 404 like what is not there. Refusals are application/problem+json."
)


class Encoder(NinjaJSONEncoder):
    """Moments to the microsecond in UTC, as the kept answers of `once` have them; Django's own cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        """What JSON has no word for."""
        return to_jsonable_python(o) if isinstance(o, datetime) else super().default(o)


class Json(JSONRenderer):
    """JSON in which Chinese stays readable."""

    encoder_class = Encoder
    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


api = NinjaAPI(
    title="Headrope",
    version="1",
    description=DESCRIPTION,
    auth=READ,
    renderer=Json(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("/me", me.router)
api.add_router("/units", units.router)
api.add_router("", definitions.router)
api.add_router("/definitions", defining.router)
api.add_router("/figures", figures.router)
api.add_router("/figures/vintages", vintages.router)
api.add_router("/origin", origin.router)
api.add_router("/review", review.router)
api.add_router("/sheet", sheet.router)
api.add_router("/landing", landing.router)
for about_gaps in {gaps.router, answering.router}:  # one and the same: each adds its operations to it
    api.add_router("/gaps", about_gaps)
api.add_router("", review_definitions.router)
api.add_router("", beside.router)
api.add_router("/meetings", meetings.router)
for submitting in {entering.router, rounds.router, uploads.router}:  # one and the same: each adds its operations to it
    api.add_router("/submissions", submitting)
api.add_router("/postings", postings.router)

MESSAGES: Final = {
    "missing": gettext_noop("This is needed and was not sent."),
    "string_too_long": gettext_noop("This is too long."),
    "too_long": gettext_noop("This is given too many times."),
    "greater_than_equal": gettext_noop("This is too small."),
    "less_than_equal": gettext_noop("This is too large."),
    "extra_forbidden": gettext_noop("There is no such field."),
}
OTHER: Final = gettext_noop("This is not of the form that is asked for.")
REMEDY: Final = gettext_noop("The description at /api/ says what is taken here.")


def refuse_alike(made: NinjaAPI) -> None:
    """Let what is raised inside operations be answered in the one form."""
    made.add_exception_handler(Refused, _refused)
    made.add_exception_handler(ProblemsFound, _problems)
    made.add_exception_handler(Http404, _not_found)
    made.add_exception_handler(HttpError, _http_error)
    made.add_exception_handler(ValidationError, _invalid)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(error.status, error.problems, error.headers)


def _problems(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(422, error.problems)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(404)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    # Of ninja's own only one is met: a body that is no JSON.
    return refusal(error.status_code, [Problem("body", "The body is not JSON.", "Send JSON in UTF-8.")])


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """What is not of the described form cannot be read (400); what can be read and is wrong answers 422."""
    problems = []
    for each in error.errors:
        where = ".".join(str(part) for part in each["loc"][1:])
        problems.append(Problem(where, MESSAGES.get(each["type"], OTHER), REMEDY))
    return refusal(400, problems)


refuse_alike(api)
