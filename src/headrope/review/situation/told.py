"""What has moved since a day in a few words, as page and paper say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import ngettext

from headrope.ledger.said import gettext as _
from headrope.meetings.models import NoteState
from headrope.meetings.queries import NoteInfo
from headrope.review.situation.since import Since
from headrope.review.wording import Wording


def title_told(day: date, session: bool, wording: Wording) -> str:
    """Since when."""
    text = _("Since the session of %(day)s") if session else _("Since %(day)s")
    return text % {"day": wording.day(day)}


def turned_told(found: Since) -> str:
    """How many measures turned red, and how many recovered."""
    red, recovered = len(found.red), len(found.recovered)
    if found.then is None:
        return _("nothing of this year was known then")
    if not red and not recovered:
        return _("no measure turned red, none recovered")
    turned = ngettext("%(n)s measure turned red", "%(n)s measures turned red", red) % {"n": red}
    return _("%(turned)s, %(recovered)s recovered") % {"turned": turned, "recovered": recovered}


def restated_told(count: int) -> str:
    """How many figures were restated; nothing where none was."""
    return ngettext("%(n)s figure restated", "%(n)s figures restated", count) % {"n": count} if count else ""


def orders_told(orders: Sequence[NoteInfo], today: date) -> str:
    """How many of the session's orders are done, and how many overdue; nothing where there were none."""
    if not orders:
        return ""
    done, late = sum(note.state == NoteState.DONE for note in orders), sum(note.overdue(today) for note in orders)
    text = _("%(done)s of its %(n)s orders done") % {"done": done, "n": len(orders)}
    return _("%(done)s, %(late)s overdue") % {"done": text, "late": late} if late else text
