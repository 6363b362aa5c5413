"""Which month is to be landed by itself now: the last one whose forms are all in, or past their last due moments."""

from __future__ import annotations

from datetime import datetime

from headrope.core.periods import Period, month_of
from headrope.journal.queries import books
from headrope.landing.runs.queries import runs
from headrope.ledger.queries import ACTUAL, TARGET, ledger_settings
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, Round, round_of
from headrope.ledger.submissions.standings import DONE, standings

BACK = 3
"""Months that are looked back on; what is older is landed by hand."""
SPANS = (1, 3)
"""Months of the forms that are waited for: what is reported by months and by quarters is landed."""


def awaited(now: datetime) -> Period | None:
    """The month whose run can be made now; None where none is due, or it or a later month has been landed."""
    when = Moment(books(), ledger_settings(), now)
    if not {ACTUAL, TARGET} <= when.versions.keys():
        return None
    landed = max((run.month.start for run in runs(when.at)), default=-1)
    last = month_of(now.astimezone(when.ledger.zone).date()).shifted(-1)
    for back in range(BACK):
        month = last.shifted(-back)
        if month.start <= landed:
            return None
        rounds = _rounds(month, when)
        if rounds and all(_ready(each) for each in rounds):
            return month
    return None


def _rounds(month: Period, when: Moment) -> list[Round]:
    """The forms that are due for a period that ends with the month, from somebody."""
    found = []
    for form in forms_now(when.at).values():
        ends = (month.end - when.ledger.fiscal_start + 1) % form.span == 0
        if form.due and form.span in SPANS and ends:
            round = round_of(form.code, Period(month.end - form.span, form.span), when, ACTUAL)
            if round.due is not None and round.due.moments:
                found.append(round)
    return found


def _ready(round: Round) -> bool:
    """Whether its last due moment has passed, or the books hold what all have to fill in."""
    if round.due is None or round.due.moments[-1] < round.when.now:
        return True
    return all(stood.state in DONE for stood in standings(round, round.units.owing).values())
