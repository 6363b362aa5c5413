"""How a figure of each kind is formed, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from headrope.core.formulas import Formula
from headrope.ledger.queries import MeasureInfo
from headrope.review.wording import Wording

Infos = dict[str, MeasureInfo]


def formed_text(info: MeasureInfo, infos: Infos, wording: Wording) -> str:
    """What a formed measure is computed from."""
    rule = info.rule
    above = formula_text(rule.numerator, infos, wording)
    if rule.kind == "ratio":
        below = formula_text(rule.denominator, infos, wording)
        text = _("%(above)s divided by %(below)s, each added up first.") % {"above": above, "below": below}
        return text + (" " + _("Taken to a whole year.") if rule.annualise else "")
    if rule.kind == "average":
        return _("The mean of %(of)s over the days of the period.") % {"of": above}
    if rule.kind == "growth":
        return _("%(of)s held against the same period a year before, both over the same tree.") % {"of": above}
    return _("%(formula)s, each added up first.") % {"formula": above}


def kind_text(info: MeasureInfo, infos: Infos, wording: Wording) -> str:
    """How the figures of units make up the figure, for kinds that are no plain sums."""
    rule = info.rule
    if rule.weight is not None:
        return _("The mean of the units' figures, weighted by %(weight)s.") % {
            "weight": wording.name(infos[rule.weight])
        }
    texts = {
        "max": _("The largest of the units' figures."),
        "min": _("The smallest of the units' figures."),
        "disjoint": _("The sum of the units' counts of this very period; periods are not added."),
        "distinct": _("The unit's own count; units and periods are not added."),
        "score": _("The unit's own score; it is not added up."),
    }
    return texts.get(rule.kind, "")


def formula_text(formula: Formula, infos: dict[str, MeasureInfo], wording: Wording) -> str:
    """A sum or difference of measures by their names, with factors other than 1."""
    text = ""
    for factor, code in formula:
        size = "" if abs(factor) == 1 else f"{float(abs(factor)):g} \N{MULTIPLICATION SIGN} "
        text += (" \N{MINUS SIGN} " if factor < 0 else " + ") + size + wording.name(infos[code])
    return text.removeprefix(" + ").strip()
