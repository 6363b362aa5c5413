"""Words of the tree for people: kinds, methods, roles, days, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.periods import Period
from headrope.core.units import ALWAYS, FOREVER
from headrope.ledger.wording import MONTHS
from headrope.org.queries import Sight
from headrope.web.bearing import day_text


def kinds() -> dict[str, str]:
    """Kinds of units by code, in the order of choice."""
    return {
        "company": pgettext("kind", "company"),
        "branch": pgettext("kind", "branch"),
        "institute": pgettext("kind", "institute"),
        "school": pgettext("kind", "school"),
        "department": pgettext("kind", "department"),
        "second-line": pgettext("kind", "second-line branch"),
        "joint": pgettext("kind", "joint venture"),
        "group": pgettext("kind", "group"),
        "regulator": pgettext("kind", "regulator"),
        "segment": pgettext("kind", "segment"),
        "unit": pgettext("kind", "unit"),
    }


def kind(code: str) -> str:
    """A kind in words."""
    return kinds().get(code, code)


def methods() -> dict[str, str]:
    """How a unit's total goes up, by code."""
    return {
        "full": _("all of it"),
        "proportionate": _("the share that the unit above holds"),
        "none": _("nothing"),
    }


def role(code: str) -> str:
    """A role in words."""
    names = {
        "group_office": _("group office"),
        "clerk": _("unit clerk"),
        "head": _("unit head"),
        "leader": _("leader"),
        "supervision": _("supervision office"),
        "finance": _("finance"),
        "viewer": _("viewer"),
        "administrator": _("administrator"),
    }
    return names.get(code, code)


def first_day(day: date) -> str:
    """The first day of something; nothing for what has always been so."""
    return "" if day == ALWAYS else day_text(day)


def last_day(end: date) -> str:
    """The last day of something that ends before `end`; nothing for what goes on."""
    return "" if end == FOREVER else day_text(end - timedelta(days=1))


def month_text(month: Period) -> str:
    """A month in words."""
    year, number = divmod(month.start, 12)
    return pgettext("period", "%(month)s %(year)s") % {"month": _(MONTHS[number]), "year": year}


def listed(texts: Sequence[str]) -> str:
    """Texts one after the other."""
    return pgettext("list", ", ").join(texts)


def unit_name(who: Sight, language: str, code: str | None) -> str:
    """The name of a unit as it last was, if the person may see it."""
    if not code:
        return ""
    node = who.now.tree.by_code.get(code) or next((n for n in who.now.last.values() if n.code == code), None)
    if node is None:
        return code
    return node.shown_name(language) if who.sees(node.id) else _("outside your mandate")
