"""The jobs of a tick, each with a name; the command adds those of higher storeys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module

from django.conf import settings

from headrope.core.problems import Problem
from headrope.followup.outbox.expiry import remove_old
from headrope.followup.outbox.sending import Sending, send_due
from headrope.followup.owing import owed_forms
from headrope.followup.reminders.daily import send_reminders
from headrope.followup.restatements import tell_restatements
from headrope.journal.sealing import seal_trail
from headrope.ledger.submissions.files import expire
from headrope.org.accounts.sign_ins import count_failed_sign_ins
from headrope.org.actions import console_user


@dataclass(frozen=True)
class Done:
    """What a job did, in a sentence; the same as numbers; and what is wrong (a blocking problem: the job failed)."""

    said: str
    counts: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Job:
    """Something that every tick does: a name, and what is called with the moment of the tick (aware)."""

    name: str
    run: Callable[[datetime], Done]


def _remind(now: datetime) -> Done:
    made = send_reminders(now, owed_forms(now))
    people = f"{made.people:,} {'people' if made.people > 1 else 'person'}"
    forms = f"{made.forms:,} form{'s' if made.forms > 1 else ''}"
    said = f"{people} reminded of {forms}." if made.people else "Nobody to remind."
    return Done(said, {"people": made.people, "forms": made.forms}, made.problems)


def _tell(now: datetime) -> Done:
    told = tell_restatements(now)
    said = "Nobody to tell of restated figures." if told.problems else "Nothing was restated."
    if told.messages:
        said = f"{told.messages:,} message{'s' if told.messages > 1 else ''} about restated figures."
    return Done(said, {"messages": told.messages}, told.problems)


def _send(now: datetime) -> Done:
    return told_sending(send_due(now))


def told_sending(done: Sending) -> Done:
    """What sending did; a channel that was never set up is told, one that fails is a failure."""
    counts = {name: getattr(done, name) for name in ("sent", "failed", "given_up", "pointless", "waiting")}
    words = {"failed": "failed for now", "given_up": "given up"}
    parts = [f"{count:,} {words.get(name, name)}" for name, count in counts.items() if count or name == "sent"]
    problems = [
        Problem(f"channel {channel}", "%(sentence)s", "", {"sentence": str(error)}, blocking=not error.unset)
        for channel, error in done.out_of_order.items()
    ]
    if done.given_up:
        message = "%(count)s messages were given up after many tries."
        remedy = "`headrope tick` has written them into the audit trail with the reason; correct the addresses."
        problems.append(Problem("outbox", message, remedy, {"count": done.given_up}))
    return Done(f"{', '.join(parts)}.", counts, tuple(problems))


def seal(now: datetime, *, renew: bool = False) -> Done:
    """Seal the audit trail."""
    made = seal_trail(by=console_user(), now=now, renew=renew)
    if made.problems:
        return Done("Not sealed.", {}, made.problems)
    if made.seal is None:
        return Done("The audit trail has not grown since the last seal.", {"lines": 0})
    said = f"Seal {made.seal.number:,} over {made.lines:,} new line{'s' if made.lines != 1 else ''} of the audit trail."
    return Done(said, {"lines": made.lines, "seal": made.seal.number})


def _count(now: datetime) -> Done:
    lines = count_failed_sign_ins(now)
    said = (
        f"{lines:,} line{'s' if lines != 1 else ''} about failed sign-ins." if lines else "No failed sign-ins to count."
    )
    return Done(said, {"lines": lines})


def _expire(now: datetime) -> Done:
    messages, reminders = remove_old(now)
    files = expire(now)
    # The store of sessions is a setting; all of them know how to clear themselves.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    said = f"{messages:,} old message{'s' if messages != 1 else ''} removed, {files:,} uploaded files emptied."
    return Done(said, {"messages": messages, "reminders": reminders, "files": files})


JOBS: list[Job] = [
    Job("reminders", _remind),
    Job("restatements", _tell),
    Job("outbox", _send),
    Job("sign-ins", _count),
    Job("seal", seal),
    Job("expiry", _expire),
]
"""In this order: what a job before writes into the outbox leaves with the same tick."""
