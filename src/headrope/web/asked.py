"""What the address of a page asks for, read and checked; what cannot be read is told, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from headrope.core.periods import Period, PeriodError, parse
from headrope.ledger.queries import MeasureInfo
from headrope.review.condition import Condition, ConditionError, read_condition
from headrope.review.ranking import Wanted
from headrope.web.access import Visit
from headrope.web.address import Address, Query

ORDERS = ("gap", "value", "change")
SCALES = ("1", "k", "m", "bn")
KEYS = (
    "against",
    "known",
    "scale",
    "measure",
    "tier",
    "order",
    "where",
    "threshold",
    "all",
    "tree",
    "measures",
    "since",
)


@dataclass
class Asked:
    """A page's questions; `problems` are sentences about those that could not be read and were left out."""

    address: Address
    against: str | None = None
    known: date | None = None
    since: date | None = None
    scale: str | None = None
    wanted: Wanted = field(default_factory=Wanted)
    all_rows: bool = False
    all_measures: bool = False
    as_was: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_period(text: str, visit: Visit) -> Period:
    """The period; a 404 when it is none."""
    try:
        return parse(text, visit.ledger.fiscal_start)
    except PeriodError as error:
        raise Http404 from error


def read_like(given: QueryDict, visit: Visit) -> int | None:
    """The month over whose tree all is to be added; a 404 when it is none."""
    text = given.get("like", "")
    return read_period(text, visit).end - 1 if text else None


def read_known(given: QueryDict, visit: Visit, problems: list[str], key: str = "known") -> date | None:
    """The day; None for now, which today is as well."""
    text = given.get(key, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        problems.append(_("'%(text)s' is not a day; write it like 2023-07-14.") % {"text": text})
        return None
    return day if day and day < visit.today else None


def read(request: HttpRequest, visit: Visit, unit: str, period: str) -> Asked:
    """All questions of a review page."""
    given = request.GET
    problems: list[str] = []
    known = read_known(given, visit, problems)
    # A day that cannot be read, or is none of the past, is in no link of the page.
    since = read_known(given, visit, problems, "since")
    days = {"known": known, "since": since}
    query = tuple((key, value) for key, value in _query(given) if key not in days or days[key])
    asked = Asked(Address(unit, read_period(period, visit), visit.ledger.fiscal_start, query), problems=problems)
    asked.against = given.get("against") or None
    asked.known = known
    asked.since = since
    asked.scale = given["scale"] if given.get("scale") in SCALES else None
    asked.all_rows = "all" in given
    asked.all_measures = given.get("measures") == "all"
    asked.as_was = given.get("tree") == "as-was"
    asked.texts = {key: "; ".join(given.getlist(key)) for key in ("where", "threshold")}
    tier, order = given.get("tier", ""), given.get("order")
    asked.wanted = Wanted(
        given.get("measure") or None,
        int(tier) if re.fullmatch("[0-9]{1,3}", tier) else None,
        order if order in ORDERS else None,  # type: ignore[arg-type]
        _conditions(asked.texts["where"], asked.problems),
        _conditions(asked.texts["threshold"], asked.problems),
    )
    return asked


def keep_known_measures(asked: Asked, infos: Mapping[str, MeasureInfo]) -> None:
    """Leave out, and tell, what names a measure that there is not."""
    wanted = asked.wanted
    named = [wanted.measure, *(each.measure for each in (*wanted.where, *wanted.thresholds))]
    for code in dict.fromkeys(code for code in named if code and code not in infos):
        asked.problems.append(_("There is no measure '%(code)s'.") % {"code": code})
    asked.wanted = Wanted(
        wanted.measure if wanted.measure in infos else None,
        wanted.tier,
        wanted.order,
        tuple(each for each in wanted.where if each.measure in infos),
        tuple(each for each in wanted.thresholds if each.measure in infos),
    )


def _query(given: QueryDict) -> Query:
    return tuple((key, value) for key in KEYS for value in given.getlist(key) if value)


def _conditions(text: str, problems: list[str]) -> tuple[Condition, ...]:
    read_ = []
    for part in filter(None, (each.strip() for each in re.split("[;；]", text))):
        try:
            read_.append(read_condition(part))
        except ConditionError:
            problems.append(
                _("'%(text)s' is not a condition; write a measure's code, a sign and a value, such as %(example)s.")
                % {"text": part, "example": "ATT1>0"}
            )
    return tuple(read_)
