"""What a person has done in the last seven days, beside what he owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from headrope.core.periods import name
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.done import DoneForm, done_since
from headrope.ledger.wording import FigureWording
from headrope.org.queries import Node
from headrope.review.gaps.answers import Answer, given_since
from headrope.web.access import Visit
from headrope.web.address import quote
from headrope.web.bearing import day_text

DAYS = timedelta(days=7)
SHOWN, MOST = 6, 100
"""Rows of the list; and so many of his last answers are looked through."""


@dataclass(slots=True)
class DoneRow:
    """One thing that is done: what, by whom and when, and where it stands."""

    what: str
    about: str
    href: str


def done_rows(who: Visit, infos: Mapping[int, MeasureInfo], now: datetime) -> tuple[list[DoneRow], str]:
    """What the person has done, newest first, and how much more there is than is shown; a few statements."""
    user, since = who.who.who, now - DAYS
    if user is None:
        return [], ""
    found: list[tuple[datetime, DoneRow]] = []
    for form in done_since(user, since):
        if (node := _seen(who, form.unit)) is not None:
            found.append((form.at, _form_row(who, node, form)))
    for answer in given_since(user, since, MOST):
        node, info = _seen(who, answer.unit), infos.get(answer.measure)
        if node is not None and info is not None:
            found.append((answer.at, _answer_row(who, node, info, answer)))
    found.sort(key=lambda each: each[0], reverse=True)
    left = len(found) - SHOWN
    return [row for _at, row in found[:SHOWN]], _("%(n)s more") % {"n": f"{left:,}"} if left > 0 else ""


def _seen(who: Visit, unit: int) -> Node | None:
    return who.who.now.last.get(unit) if who.who.sees(unit) else None


def _form_row(who: Visit, node: Node, done: DoneForm) -> DoneRow:
    wording = FigureWording(who.ledger, 0, None, who.style)
    title, form = done.form, forms_now(who.at).get(done.form)
    if form is not None:
        title = (form.name_zh or form.name) if who.language.startswith("zh") else (form.name or form.name_zh)
    words = {
        "submit": pgettext("done", "sent"),
        "accept": pgettext("done", "accepted"),
        "restate": pgettext("done", "restated"),
        "return": pgettext("done", "returned"),
        "reopen": pgettext("done", "reopened"),
    }
    by = "" if done.by.pk == who.who.who else done.by.shown_name(who.language)
    address = f"/figures/{quote(node.code)}/{quote(done.form)}/{name(done.period, who.ledger.fiscal_start)}/"
    what = _("%(form)s %(done)s") % {"form": title, "done": words[done.action]}
    return DoneRow(what, _about(who, node, wording.period(done.period), done.at, by), address)


def _answer_row(who: Visit, node: Node, info: MeasureInfo, answer: Answer) -> DoneRow:
    wording = FigureWording(who.ledger, 0, None, who.style)
    parts = (node.code, name(answer.period, who.ledger.fiscal_start), info.code)
    what = _("%(measure)s: gap answered") % {"measure": info.shown_name(who.language)}
    about = _about(who, node, wording.period(answer.period), answer.at, "")
    return DoneRow(what, about, f"/gaps/{'/'.join(map(quote, parts))}/")


def _about(who: Visit, node: Node, period: str, at: datetime, by: str) -> str:
    """Of which unit and period, when, and by whom where it was somebody else."""
    local = at.astimezone(who.ledger.zone)
    day = f"{local:%H:%M}" if local.date() == who.today else day_text(local.date())
    return " · ".join(filter(None, (node.shown_name(who.language), period, by, day)))
