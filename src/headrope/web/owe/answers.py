"""Answers to gaps on the page of what a person owes: his own as things to do, and those of others as a list beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.periods import name
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.people.queries import PostHeld, heads_on
from headrope.review.gaps.owed import OpenAnswers, OwedAnswer
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import quote
from headrope.web.bearing import day_text
from headrope.web.gaps.wording import GapWording
from headrope.web.owe.item import Item
from headrope.web.review.marks import mark

FIRST = 6
"""Rows of the list; the gap list has them all."""


def item(who: Visit, owed: OwedAnswer) -> Item:
    """The answer as a thing to do."""
    row, gaps = owed.row, _wording(who, owed)
    words = gaps.wording
    values = {
        "measure": words.name(row.info),
        "unit": words.name(row.unit),
        "period": words.period(row.period),
        "behind": _behind(owed, gaps),
    }
    if row.state == "grown":
        why = _("%(behind)s. It has grown since it was answered.") % values
    else:
        why = _("%(behind)s. Nobody has answered.") % values
    if row.asked is not None:
        waits = _("%(by)s waits for the answer") % {"by": row.asked.by.shown_name(who.language)}
    else:
        waits = _("the review waits for the answer")
    return Item(
        mark("behind"),
        _("Answer for %(measure)s of %(unit)s, %(period)s") % values,
        why,
        waits,
        _due(owed.due, who.today),
        owed.late(who.today),
        _address(owed),
        pgettext("gap", "Answer"),
        owed.due,
    )


def _wording(who: Visit, owed: OwedAnswer) -> GapWording:
    return GapWording(Wording.of(owed.review, None, who.style))


def _behind(owed: OwedAnswer, gaps: GapWording) -> str:
    """How far it is behind, and since when."""
    row, words = owed.row, gaps.wording
    values = {
        "short": gaps.short(row.short, row.info, words.against(owed.review.against)),
        "month": words.period(owed.since),
    }
    return _("%(short)s, behind since %(month)s") % values


def _due(due: date | None, today: date) -> str:
    if due is None:
        return _("No day is set.")
    if due == today:
        return ngettext("Due today.", "Due today.", 1)
    if due < today:
        days = (today - due).days
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    return _("Due on %(day)s.") % {"day": day_text(due)}


def _address(owed: OwedAnswer) -> str:
    parts = (owed.unit.code, name(owed.row.period, owed.review.ledger.fiscal_start), owed.row.info.code)
    return f"/gaps/{'/'.join(map(quote, parts))}/"


@dataclass(slots=True)
class OpenRow:
    """A red measure without an answer: of what, how far behind, who owes it."""

    mark: Markup
    what: str
    about: str
    href: str


@dataclass(slots=True)
class OpenList:
    """What is open in a unit and right below it; `more` are those that are not listed."""

    about: str
    href: str
    rows: list[OpenRow]
    more: str


def open_lists(who: Visit, found: Sequence[OpenAnswers]) -> list[OpenList]:
    """The lists of the page; one statement."""
    heads = heads_on(who.today, {owed.unit.id for each in found for owed in each.worst})
    return [_open_list(who, each, heads) for each in found]


def _open_list(who: Visit, each: OpenAnswers, heads: Mapping[int, Collection[PostHeld]]) -> OpenList:
    review = each.review
    period = name(review.period, review.ledger.fiscal_start)
    left = each.count - len(each.worst)
    values = {"unit": review.unit.shown_name(who.language), "open": f"{each.count:,}", "reds": f"{each.reds:,}"}
    if each.count:
        about = _("%(unit)s and right below: %(open)s of %(reds)s red measures without an answer.") % values
    elif each.reds:
        about = _("%(unit)s and right below: every red measure is answered.") % values
    else:
        about = _("%(unit)s and right below: no measure is red.") % values
    return OpenList(
        about,
        f"/gaps/{quote(review.unit.code)}/{quote(period)}/?show=open",
        [_open_row(who, owed, heads.get(owed.unit.id, ())) for owed in each.worst],
        _("%(n)s more without an answer") % {"n": f"{left:,}"} if left else "",
    )


def _open_row(who: Visit, owed: OwedAnswer, heads: Collection[PostHeld]) -> OpenRow:
    gaps = _wording(who, owed)
    names = pgettext("list", ", ").join(post.person.shown_name(who.language) for post in list(heads)[:2])
    parts = [_behind(owed, gaps), names, gaps.note(owed.row, who.today)]
    what = f"{gaps.wording.name(owed.unit)} · {gaps.wording.name(owed.row.info)}"
    return OpenRow(mark("behind"), what, " · ".join(filter(None, parts)), _address(owed))
