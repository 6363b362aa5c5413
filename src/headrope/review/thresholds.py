"""How many units reach a value, in words."""

from __future__ import annotations

from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import SHARES
from headrope.review.condition import NEAR
from headrope.review.queries import Review
from headrope.review.ranking import Threshold
from headrope.review.wording import Wording


def said(threshold: Threshold, info: MeasureInfo, review: Review, wording: Wording, named: bool) -> str:
    """A threshold as a sentence: 27 of 121 at or above 78 %; with the measure's name where it is not the ranked one."""
    condition = threshold.condition
    signs = {
        ">=": _("%(met)s of %(of)s at or above %(value)s"),
        "<=": _("%(met)s of %(of)s at or below %(value)s"),
        ">": _("%(met)s of %(of)s above %(value)s"),
        "<": _("%(met)s of %(of)s below %(value)s"),
        "!=": _("%(met)s of %(of)s other than %(value)s"),
        "=": _("%(met)s of %(of)s at %(value)s"),
        "~": _("%(met)s of %(of)s within %(value)s of %(against)s"),
        "!~": _("%(met)s of %(of)s more than %(value)s off %(against)s"),
    }
    digits = 0 if round(condition.value * 100, 6) % 1 == 0 else 1
    share = info.account in SHARES or condition.sign in NEAR
    value = wording.format.per_cent(condition.value, digits=digits) if share else f"{condition.value:,.12g}"
    values = {"met": f"{threshold.met:,}", "of": f"{threshold.of:,}", "value": value}
    text = signs[condition.sign] % {**values, "against": wording.against(review.against)}
    return f"{wording.name(info)}: {text}" if named else text
