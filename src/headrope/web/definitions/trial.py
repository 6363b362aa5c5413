"""What a check would find in the last figures, as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headrope.core.checks.rows import read_check
from headrope.core.periods import name
from headrope.core.problems import Problem
from headrope.ledger.book.columns import File
from headrope.ledger.trials import try_check
from headrope.web.access import Visit
from headrope.web.problems import told


@dataclass(slots=True)
class TrialPage:
    """The sentence, and the first doubts: unit, measure and what is doubtful."""

    finding: str
    lines: list[tuple[str, str, str]]


def trial(who: Visit, file: File, cells: dict[str, str]) -> TrialPage:
    """Try the check of the cells, which is sound."""
    problems: list[Problem] = []
    check = read_check("", cells, problems.append)
    found = try_check(check) if check else None
    if found is None:
        return TrialPage(_("There are no figures yet that it could look at."), [])
    values = {
        "n": f"{found.doubtful:,}",
        "units": ngettext("%(n)s unit", "%(n)s units", found.asked) % {"n": f"{found.asked:,}"},
        "period": name(found.period),
    }
    text = _("It finds nothing: none of %(units)s with figures for %(period)s has a doubt.")
    if found.doubtful:
        text = ngettext(
            "It doubts the figures of %(n)s of %(units)s with figures for %(period)s.",
            "It doubts the figures of %(n)s of %(units)s with figures for %(period)s.",
            found.doubtful,
        )
    more = " " + _("%(n)s further units were not looked at.") % {"n": f"{found.left:,}"} if found.left else ""
    lines = [
        (node.shown_name(who.language), doubt.measure, told(doubt.problem("", who.language)).message)
        for node, doubt in found.shown
    ]
    return TrialPage(text % values + more, lines)
