"""How far a figure is from what is asked, in words: in per cent of it, in points, or as an amount; plus is always good."""

from __future__ import annotations

from headrope.core.display import decimal
from headrope.ledger.said import pgettext
from headrope.review.situation.heat import Field
from headrope.review.situation.landings import in_figures
from headrope.review.situation.reds import Red
from headrope.review.wording import Wording


def cell_text(field: Field, row: int, wording: Wording) -> str:
    """One figure of the matrix, whose head says what it is counted in; empty where nothing is known."""
    good, share, info = float(field.good[row]), float(field.share[row]), field.info
    if good != good:
        return ""
    if field.by == "points":
        digits = 2 if info.rule.direction != "down" else 1
        return decimal(good * 100, digits, True)
    if field.by == "amount" or share != share or abs(share) >= 0.995:
        amount = in_figures(info, good)
        if amount is None:
            return ""
        return wording.figure(info, amount, amount, sign=True) + (_scale(wording) if field.by == "share" else "")
    # One digit where that is all there is room for.
    return decimal(share * 100, 1 if abs(share) < 0.0995 else 0, True)


def _scale(wording: Wording) -> str:
    """Beside per cents an amount says what it is: the plan was too small to divide by."""
    after = {
        3: pgettext("after a number", " k"),
        4: pgettext("after a number", " ×10k"),
        6: pgettext("after a number", " m"),
        8: pgettext("after a number", " ×100m"),
        9: pgettext("after a number", " bn"),
    }
    return after.get(wording.format.scale.exponent, "")


def red_text(red: Red, wording: Wording) -> str:
    """The gap of a red measure, with its unit."""
    info = red.info
    if red.by == "points":
        return decimal(red.good * 100, 1, True) + pgettext("points", " pp")
    if red.by == "amount" or red.share is None or abs(red.share) >= 1:
        amount = in_figures(info, red.good)
        return wording.figure(info, amount, amount, sign=True) if amount is not None else ""
    return wording.format.per_cent(red.share, sign=True, digits=1 if abs(red.share) < 0.1 else 0)
