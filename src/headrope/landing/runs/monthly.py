"""The job of the tick that lands a month by itself, once, when everything due for it is in or its last due moment has passed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from headrope.core.periods import Period, name
from headrope.core.problems import Problem
from headrope.followup.tick.alone import alone
from headrope.followup.tick.jobs import Done, Job
from headrope.journal.actions import lock_head, record
from headrope.journal.models import Audit
from headrope.landing.runs.awaited import awaited
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user

TRIES = 3
"""So often a month is tried; then somebody has to look."""
ACTION = "land month"
NOTHING = "Nothing to land."
_AGAIN = "Mend what is told, then land it with `headrope landing run %(month)s`."


def land_month(now: datetime) -> Done:
    """Land the month that waits for it, if there is one with figures and targets.

    Each try leaves a line in the audit trail before it begins, so that one that takes the process down is not repeated
    for ever.
    """
    month = awaited(now)
    if month is None:
        return Done(NOTHING)
    tried = Audit.objects.filter(action=ACTION, object=str(month)).count()
    if tried >= TRIES:
        message = "%(month)s was tried %(n)s times and could not be landed."
        values = {"month": str(month), "n": tried}
        return Done(NOTHING, {}, (Problem("landing", message, _AGAIN, values, blocking=False),))
    return _landed(month, now)


def _landed(month: Period, now: datetime) -> Done:
    from headrope.landing.runs.actions import LOCK, NothingToLand, make, prospect  # noqa: PLC0415  slow import

    with alone(LOCK) as only:
        if not only:
            return Done("Another landing is being made.")
        try:
            what = prospect(month)
        except NothingToLand:
            return Done(NOTHING)
        with transaction.atomic():
            lock_head()
            record(by=console_user(), action=ACTION, object=str(month), at=now)
        made = make(what, console_user())
    count = sum(not each.why for each in made.measures.values())
    measures = f"{count:,} measure{'s' if count != 1 else ''}"
    year = name(made.year, ledger_settings().fiscal_start)
    return Done(f"{measures} of {year} landed after {month}, as posting {made.seq}.", {"posting": made.seq})


JOB = Job("landing", land_month)
