"""Reminding with a click: whoever may see that a form is missing reminds those who have to report it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from headrope.core.problems import Problem
from headrope.followup.owed import OwedForm
from headrope.followup.reminders.daily import reachable, unsent, write
from headrope.followup.reminders.wording import Item, content_of
from headrope.journal.actions import lock_head, record
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User


@dataclass(frozen=True)
class RemindedOnce:
    """The users (ids) who were reminded, and why others were not."""

    people: tuple[int, ...]
    problems: tuple[Problem, ...]


def remind(*, by: User, owed: Sequence[OwedForm], now: datetime) -> RemindedOnce:
    """Remind the clerks of what is owed, where there are none the heads: of each form once a day, all in one message.

    Whether `by` may do so is for the caller to ask. Each reminder leaves a line in the audit trail.
    """
    ledger = ledger_settings()
    today = now.astimezone(ledger.zone).date()
    people, wanted, problems = [], _wanted(owed, today), _without_anybody(owed)
    with transaction.atomic():
        lock_head()
        left = unsent(wanted)
        users = User.objects.filter(pk__in=list(wanted), is_active=True).order_by("pk")
        for user in users:
            name = user.shown_name("en")
            if user.pk not in left:
                message = "%(name)s has been reminded today already."
                problems.append(Problem(name, message, "", {"name": name}, blocking=False))
            elif not reachable(user):
                message = "%(name)s has no mail address."
                problems.append(Problem(name, message, "Enter one with the account.", {"name": name}))
            elif _write(by, user, left[user.pk], (now, today)):
                people.append(user.pk)
    return RemindedOnce(tuple(people), tuple(problems))


def _wanted(owed: Sequence[OwedForm], today: date) -> dict[int, list[Item]]:
    wanted: dict[int, dict[str, Item]] = defaultdict(dict)
    for each in owed:
        for user in each.clerks or each.heads:
            addressee = "clerk" if each.clerks else "head"
            key = f"{each.subject}/asked/{today}/{user}"
            wanted[user][each.subject] = Item(each, addressee, key)  # type: ignore[arg-type]
    return {user: list(items.values()) for user, items in wanted.items()}


def _write(by: User, user: User, items: Sequence[Item], at: tuple[datetime, date]) -> bool:
    now, today = at
    subjects = sorted(item.owed.subject for item in items)
    digest = hashlib.sha256("\n".join(subjects).encode()).hexdigest()[:16]
    content = content_of(items, user, now, ledger_settings(), by)
    if not write(user, items, content, f"asked/{user.pk}/{today}/{digest}", now):
        return False
    record(by=by, action="remind", object=f"user {user.username} of {', '.join(subjects)}"[:500], at=now)
    return True


def _without_anybody(owed: Sequence[OwedForm]) -> list[Problem]:
    message = "Nobody reports for it: no clerk and no head has a mandate there."
    remedy = "Give somebody a mandate on the unit."
    codes = dict.fromkeys(each.unit.code for each in owed if not each.clerks and not each.heads)
    return [Problem(code, message, remedy) for code in codes]
