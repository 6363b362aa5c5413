"""The reminders of a day: to each person one message with all that the policy reminds him of.

The rules are in docs/spec/due.md, section 7.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from headrope.core.due import Addressees, Policy, schedule, to_send
from headrope.core.problems import Problem
from headrope.followup.models import Channel, ReminderSent
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content
from headrope.followup.owed import OwedForm
from headrope.followup.reminders.wording import Item, content_of
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User

log = logging.getLogger(__name__)

MORNING = time(8)
"""Before this hour, on the ledger's clocks, nobody is reminded."""
POINTLESS_AFTER = timedelta(days=2)
"""A reminder that could not leave by then says what is no longer so: it is dropped."""
BATCH = 500


@dataclass(frozen=True)
class Reminded:
    """How many people were reminded, of how many forms, and who cannot be reached."""

    people: int = 0
    forms: int = 0
    problems: tuple[Problem, ...] = ()


def send_reminders(now: datetime, owed: Iterable[OwedForm], policy: Policy = Policy()) -> Reminded:  # noqa: B008  immutable
    """Write into the outbox what is to go out today of what is owed: one message for each person, once a day.

    The keys of the reminders are kept in the same transaction as the message, so that none goes out twice or is lost.
    """
    ledger = ledger_settings()
    local = now.astimezone(ledger.zone)
    if local.time() < MORNING:
        return Reminded()
    wanted = unsent(_wanted(owed, local.date(), policy))
    people = forms = 0
    unreachable = []
    users = User.objects.filter(pk__in=list(wanted), is_active=True).order_by("pk")
    for user in users:
        if not reachable(user):
            unreachable.append(user.username)
            continue
        items = wanted[user.pk]
        content = content_of(items, user, now, ledger)
        if write(user, items, content, f"reminder/{user.pk}/{local.date()}", now):
            people, forms = people + 1, forms + len(items)
    return Reminded(people, forms, _unreachable(unreachable))


def _wanted(owed: Iterable[OwedForm], today: date, policy: Policy) -> dict[int, list[Item]]:
    """What everybody is to be reminded of today, each form once a person."""
    wanted: dict[int, dict[str, Item]] = defaultdict(dict)
    for each in owed:
        reminders = schedule(each.subject, each.due.day, Addressees(each.calendar, each.calendar_above), policy)
        people = {"clerk": each.clerks, "head": each.heads, "superior": each.superiors}
        for reminder in to_send(reminders, today, ()):
            for user in people[reminder.addressee]:
                item = Item(each, reminder.addressee, f"{reminder.key}/{user}")
                wanted[user].setdefault(each.subject, item)
    return {user: list(items.values()) for user, items in wanted.items()}


def unsent(wanted: dict[int, list[Item]]) -> dict[int, list[Item]]:
    """Those of which no message has been written; people without any are left out."""
    keys = [item.key for items in wanted.values() for item in items]
    sent: set[str] = set()
    for at in range(0, len(keys), BATCH):
        sent.update(ReminderSent.objects.filter(key__in=keys[at : at + BATCH]).values_list("key", flat=True))
    left = {user: [item for item in items if item.key not in sent] for user, items in wanted.items()}
    return {user: items for user, items in left.items() if items}


def reachable(user: User) -> Collection[Channel]:
    """The channels on which somebody can be reminded."""
    found = [Channel.MAIL] if user.email else []
    return [*found, Channel.APPRISE] if settings.NOTIFY_URLS else found


def write(user: User, items: Sequence[Item], content: Content, key: str, now: datetime) -> bool:
    """Put the message into the outbox with the keys of what it reminds of, or nothing when some tick was quicker."""
    try:
        with transaction.atomic():
            until = now + POINTLESS_AFTER
            new = [
                enqueue(key=f"{key}/{channel}", to=user, content=content, channel=channel, after=now, until=until)
                for channel in reachable(user)
            ]
            if not all(new):
                return False
            ReminderSent.objects.bulk_create([ReminderSent(key=item.key, to_user=user, at=now) for item in items])
    except IntegrityError:
        log.warning("reminders of %s were written by another tick", user.username)
        return False
    return True


def _unreachable(names: Sequence[str]) -> tuple[Problem, ...]:
    if not names:
        return ()
    message = "%(count)s people who owe something have no mail address: %(names)s."
    remedy = "Enter their addresses with their accounts."
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return (Problem("reminders", message, remedy, {"count": len(names), "names": shown}, blocking=False),)
