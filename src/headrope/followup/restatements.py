"""Tells all above that figures were restated after a lock: one message a person for each such posting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from urllib.parse import quote

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.periods import Period, from_code, name
from headrope.core.problems import Problem
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content, language_of, one_line
from headrope.followup.reminders.daily import reachable
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import books
from headrope.ledger.models import Fact, PostingUnit
from headrope.ledger.queries import ACTUAL, ledger_settings, version_ids
from headrope.org.models import Role, User
from headrope.org.queries import Node, Now, mandates_on, now

BACK = timedelta(days=30)
"""How long a tick looks back: what it missed for longer is told by the pages only."""
TOLD = (Role.OFFICE, Role.HEAD, Role.LEADER)
MOST_NAMES = 10
LONGEST = 99
"""Months that a page can be asked for at once."""
People = dict[int, set[int]]
"""Users by the unit of their mandate."""


@dataclass(frozen=True)
class ToldRestatements:
    """How many messages were written, and who cannot be reached."""

    messages: int = 0
    problems: tuple[Problem, ...] = ()


def tell_restatements(at: datetime) -> ToldRestatements:
    """Write the messages that are not written yet."""
    here, ledger = books(), ledger_settings()
    today = at.astimezone(ledger.zone).date()
    postings = Posting.objects.filter(kind=PostingKind.RESTATE, recorded_at__gt=at - BACK).select_related("by")
    tree, written, unreachable = now(str(here.key), here.seq, today), 0, set[str]()
    people: People = defaultdict(set)
    for unit, person in mandates_on(today).filter(role__in=TOLD).values_list("unit_id", "user_id"):
        people[unit].add(person)
    for posting in postings.order_by("seq"):
        touched = list(PostingUnit.objects.filter(seq=posting.seq).values_list("unit_id", flat=True))
        told, period = _told(tree, touched, people), _restated_period(posting.seq, touched)
        for user in User.objects.filter(pk__in=list(told), is_active=True).order_by("pk"):
            if not reachable(user):
                unreachable.add(user.username)
                continue
            url = _page(tree, told[user.pk], {unit for unit in people if user.pk in people[unit]}, period)
            written += _write(posting, user, [tree.last[unit] for unit in told[user.pk]], url, at)
    return ToldRestatements(written, _unreachable(sorted(unreachable)))


def _told(tree: Now, touched: list[int], people: People) -> dict[int, list[int]]:
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


def _restated_period(seq: int, touched: list[int]) -> str:
    """From the first to the last period with an actual figure of the posting; empty where it has none."""
    facts = Fact.objects.filter(unit_id__in=touched, version_id=version_ids().get(ACTUAL, -1), seq=seq)
    periods = [from_code(code) for code in facts.values_list("period", flat=True).distinct()]
    if not periods:
        return ""
    end = max(each.end for each in periods)
    start = max(min(each.start for each in periods), end - LONGEST)
    return name(Period(start, end - start), ledger_settings().fiscal_start)


def _page(tree: Now, units: list[int], mandates: set[int], period: str) -> str:
    """Where the restated figures stand: of the unit, or of the lowest above all of them that the person sees."""
    node = tree.last[units[0]]
    if len(units) > 1:
        above = [tree.tree.path(tree.belongs_to(unit) or unit)[::-1] for unit in units]
        common = [nodes[0] for nodes in takewhile(lambda nodes: len(set(nodes)) == 1, zip(*above, strict=False))]
        node = common[-1] if mandates & {each.id for each in common} else node
    code = quote(node.code, safe="")
    return f"/origin/{code}/{period}/restated/" if period else f"/review/{code}/"


def _write(posting: Posting, user: User, units: list[Node], url: str, at: datetime) -> int:
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
        content = Content(_("Figures of %(units)s were restated") % values, body, url)
    with transaction.atomic():
        return sum(
            enqueue(
                key=f"restated/{posting.seq}/{user.pk}/{channel}", to=user, content=content, channel=channel, after=at
            )
            for channel in reachable(user)
        )


def _unreachable(names: list[str]) -> tuple[Problem, ...]:
    if not names:
        return ()
    message = "%(count)s people above restated figures have no mail address: %(names)s."
    remedy = "Enter their addresses with their accounts."
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return (Problem("restatements", message, remedy, {"count": len(names), "names": shown}, blocking=False),)
