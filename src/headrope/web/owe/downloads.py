"""The tables of what a person owes as sheets to download: what he has to do, and who under him has not reported."""

from __future__ import annotations

from headrope.ledger.said import gettext as _
from headrope.ledger.submissions.owed import Owes
from headrope.ledger.wording import FigureWording
from headrope.web.access import Visit
from headrope.web.foot import foot_of
from headrope.web.owe.page import OwePage
from headrope.web.tables import Sheet, Value


def sheet(table: str, who: Visit, found: Owes, page: OwePage) -> Sheet | None:
    """The table of that name, owe or missing; None where the page has none such."""
    return {"owe": _owed(who, page), "missing": _missing(who, found)}.get(table)


def _owed(who: Visit, page: OwePage) -> Sheet:
    heads = [_("When"), _("What"), _("Why"), _("Who waits"), _("Due"), _("How it stands")]
    rows: list[list[Value]] = [
        [part.title, item.what, item.why, item.waits, item.day, item.due] for part in page.parts for item in part.todo
    ]
    return Sheet(_("What I owe"), page.finding, heads, rows, foot_of(who, page.facts))


def _missing(who: Visit, found: Owes) -> Sheet:
    """Every unit, also those that the page only counts."""
    wording = FigureWording(who.ledger, 0, None, who.style)
    chinese = who.language.startswith("zh")
    rows: list[list[Value]] = []
    for each in found.missing:
        form = each.round.form
        title = (form.name_zh or form.name) if chinese else (form.name or form.name_zh)
        rows += [
            [wording.period(each.round.period), title, unit.code, unit.shown_name(who.language)]
            for unit in each.nodes()
        ]
    heads = [_("Period"), _("Form"), _("Code"), _("Unit")]
    return Sheet(_("Who has not reported"), _("due and not sent"), heads, rows, foot_of(who))
