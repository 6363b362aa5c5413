"""What every refused call answers: application/problem+json with a status, a title and the problems, in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop

from headrope.core.problems import Problem

TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: gettext_noop("The request cannot be read."),
    401: gettext_noop("A valid token is needed."),
    403: gettext_noop("The token is not good for this."),
    404: gettext_noop("There is nothing here, or nothing that you may see."),
    405: gettext_noop("This method is not offered here."),
    409: gettext_noop("Somebody else was first."),
    413: gettext_noop("The request is too large."),
    415: gettext_noop("The request is of another type than JSON."),
    422: gettext_noop("The request has problems."),
    429: gettext_noop("Too many requests."),
    500: gettext_noop("Something went wrong here; the administrator finds it in the log."),
    503: gettext_noop("The figures are being added up."),
}


class Refused(Exception):
    """A call that is answered with a status, problems and headers instead of what it asked for."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, *problems)
        self.status, self.problems, self.headers = status, problems, dict(headers or {})


def refusal(status: int, problems: Iterable[Problem] = (), headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The answer to a refused call."""
    title = TITLES.get(status) or TITLES[500 if status >= 500 else 400]
    said = {"status": status, "title": gettext(title), "problems": [told(problem) for problem in problems]}
    return HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=TYPE, headers=headers or {})


def told(problem: Problem) -> dict[str, str | bool]:
    """The problem in the caller's language."""
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in problem.values.items()}
    return {
        "where": problem.where,
        "message": gettext(problem.message) % values,
        "remedy": gettext(problem.remedy) % values if problem.remedy else "",
        "blocking": problem.blocking,
    }
