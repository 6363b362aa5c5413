"""Spans and rules of due days in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.due import DueRule
from headrope.core.due.rules import MIDNIGHT


def span(months: int) -> str:
    """How often a form is asked for."""
    return {
        1: pgettext("form", "every month"),
        3: pgettext("form", "every quarter"),
        6: pgettext("form", "every half-year"),
        12: pgettext("form", "every year"),
    }[months]


def rule(asked: DueRule | None) -> str:
    """When it is due: the day for units with none below, what each tier above has more, and the time."""
    if asked is None:
        return _("never due")
    if asked.counted == "business":
        day = _("business day %(n)s after the period") % {"n": asked.number}
    elif asked.month == 1:
        day = _("day %(n)s of the month after") % {"n": asked.number}
    else:
        day = _("day %(n)s of month %(month)s after the period") % {"n": asked.number, "month": asked.month}
    parts = [day, pgettext("due", "+%(n)s per tier above") % {"n": asked.per_tier}]
    if asked.minutes != MIDNIGHT:
        hour, minute = divmod(asked.minutes, 60)
        parts.append(pgettext("due", "by %(time)s") % {"time": f"{hour:02d}:{minute:02d}"})
    return pgettext("list", ", ").join(parts)
