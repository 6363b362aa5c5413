"""Tells all above that figures were restated after a lock: one message a person for each such posting."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content, language_of, one_line
from headrope.followup.reminders.daily import reachable
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import books
from headrope.ledger.models import PostingUnit
from headrope.ledger.queries import ledger_settings
from headrope.org.models import Role, User
from headrope.org.queries import Node, Now, mandates_on, now

BACK = timedelta(days=30)
"""How long a tick looks back: what it missed for longer is told by the pages only."""
TOLD = (Role.OFFICE, Role.HEAD, Role.LEADER)
MOST_NAMES = 10


def tell_restatements(at: datetime) -> int:
    """Write the messages that are not written yet; how many."""
    here, ledger = books(), ledger_settings()
    today = at.astimezone(ledger.zone).date()
    postings = Posting.objects.filter(kind=PostingKind.RESTATE, recorded_at__gt=at - BACK).select_related("by")
    tree, written = now(str(here.key), here.seq, today), 0
    people: dict[int, set[int]] = defaultdict(set)
    for unit, person in mandates_on(today).filter(role__in=TOLD).values_list("unit_id", "user_id"):
        people[unit].add(person)
    for posting in postings.order_by("seq"):
        touched = list(PostingUnit.objects.filter(seq=posting.seq).values_list("unit_id", flat=True))
        told = _told(tree, touched, people)
        for user in User.objects.filter(pk__in=list(told), is_active=True).order_by("pk"):
            written += _write(posting, user, [tree.last[unit] for unit in told[user.pk]], at)
    return written


def _told(tree: Now, touched: list[int], people: dict[int, set[int]]) -> dict[int, list[int]]:
    """Of which units each person is told: those below a unit on which he has a mandate."""
    told: dict[int, list[int]] = defaultdict(list)
    for unit in touched:
        alive = tree.belongs_to(unit)
        if alive is None:
            continue
        above = tree.tree.path(alive)[1:] or tree.tree.path(alive)
        for user in sorted({user for node in above for user in people.get(node.id, ())}):
            told[user].append(unit)
    return told


def _write(posting: Posting, user: User, units: list[Node], at: datetime) -> int:
    language = language_of(user)
    with translation.override(language):
        names = [one_line(unit.shown_name(language)) for unit in units[:MOST_NAMES]]
        more = _(" and %(n)s more") % {"n": len(units) - len(names)} if len(units) > len(names) else ""
        values = {
            "units": pgettext("list", ", ").join(names) + more,
            "person": one_line(posting.by.shown_name(language)),
            "reason": one_line(posting.reason) or _("no reason was given"),
            "seq": posting.seq,
        }
        body = _("%(person)s has restated figures of %(units)s (posting %(seq)s). The reason: %(reason)s.") % values
        content = Content(_("Figures of %(units)s were restated") % values, body, "/figures/")
    with transaction.atomic():
        return sum(
            enqueue(
                key=f"restated/{posting.seq}/{user.pk}/{channel}", to=user, content=content, channel=channel, after=at
            )
            for channel in reachable(user)
        )
