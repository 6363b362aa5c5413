"""What a person owes: submissions to fill in, to accept and to send on, and what others owe to him.

A unit's form is owed by whoever has the nearest mandate to enter figures for it, on the unit itself or above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from headrope.core.due import Due, Standing
from headrope.core.periods import Period, month_of
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, Place, Round, round_of
from headrope.ledger.submissions.standings import DONE, Stood, is_late, still_open
from headrope.org.models import Mandate, Role
from headrope.org.queries import Node, Sight, may_accept
from headrope.org.queries.rights import RIGHTS

BACK = {1: 4, 3: 3, 6: 2, 12: 2}
"""How many periods of each span are looked back on: what is older is in the board of its round."""

Kind = Literal["fill", "mend", "accept", "send"]


@dataclass(frozen=True)
class Owed:
    """One thing to do: fill in or mend a unit's form, accept what a unit has sent, send on what is accepted below."""

    kind: Kind
    round: Round
    unit: Node
    state: str
    due: Due | None
    standing: Standing | None
    waiting: int = 0
    done: int = 0


@dataclass(frozen=True)
class Missing:
    """Units of one round that have not reported and are looked after by this person."""

    round: Round
    units: tuple[Node, ...]
    owing: int


@dataclass(frozen=True)
class Owes:
    """All that a person owes, the most urgent first; `missing` are others' forms that are due or late."""

    items: tuple[Owed, ...]
    missing: tuple[Missing, ...]
    unclaimed: int = 0


def rounds(when: Moment, today: date) -> Iterator[Round]:
    """The rounds that may be owed now: of each form that is ever due, the last periods that have begun to be due."""
    for form in forms_now(when.at).values():
        if not form.due:
            continue
        current = month_of(today).start
        start = current - (current - (when.ledger.fiscal_start - 1)) % form.span
        for back in range(1, BACK[form.span] + 1):
            yield round_of(form.code, Period(start - back * form.span, form.span), when, ACTUAL)


def owes(who: Sight, when: Moment) -> Owes:
    """What the person owes now; a few statements for each round."""
    today = when.now.astimezone(when.ledger.zone).date()
    keepers = _keepers(today)
    items: list[Owed] = []
    missing: list[Missing] = []
    for round in rounds(when, today):
        mine, others = _of_round(who, round, keepers)
        items += mine
        if others.units:
            missing.append(others)
    items.sort(key=_urgency)
    return Owes(tuple(items), tuple(missing))


def _urgency(item: Owed) -> tuple[object, ...]:
    day = item.due.day if item.due else date.max
    return (day, ("mend", "accept", "send", "fill").index(item.kind), item.unit.code, item.round.form.code)


def _keepers(today: date) -> dict[int, set[int]]:
    """The people with a mandate to enter figures, by the unit of the mandate; one statement. Offices look after others."""
    roles = [role for role in (Role.CLERK, Role.HEAD) if "enter" in RIGHTS[role]]
    held = Mandate.objects.filter(role__in=roles, valid_from__lte=today, valid_to__gt=today)
    found: dict[int, set[int]] = {}
    for unit, user in held.values_list("unit_id", "user_id"):
        found.setdefault(unit, set()).add(user)
    return found


def keepers_of(path: tuple[Node, ...], keepers: dict[int, set[int]]) -> set[int]:
    """Who fills in the form of the unit at the beginning of the path: those with the nearest mandate."""
    return next((keepers[node.id] for node in path if node.id in keepers), set())


def _of_round(who: Sight, round: Round, keepers: dict[int, set[int]]) -> tuple[list[Owed], Missing]:
    """What the person owes of the round, and what is missing from others; of thousands of units most need no look."""
    units, visible = round.units, who.visible
    stood, open, late, begun = still_open(round)
    pending = open & visible
    sent = sorted(unit for unit in pending & begun if stood[unit].state == "submitted")
    mine = [_owed("accept", round, unit, stood) for unit in sent if _acceptable(who, round, unit, stood[unit])]
    keeps = any(who.who in people for people in keepers.values())
    kept = set[int]()
    for unit in sorted(pending) if keeps else ():
        if stood[unit].state == "submitted" or who.who not in keepers_of(units.path(unit), keepers):
            continue
        children = [child.id for child in units.below(unit) if child.id in visible]
        done = sum(stood[child].state in DONE for child in children)
        if done == len(children) or is_late(stood[unit]):
            back = stood[unit].state in ("returned", "reopened")
            kind: Kind = "mend" if back else "fill" if unit in units.owing else "send"
            mine.append(_owed(kind, round, unit, stood, len(children) - done, done))
            kept.add(unit)
    others = sorted((late & visible & units.owing & who.units_with("remind")) - kept)
    return mine, Missing(round, tuple(units.tree.nodes[unit] for unit in others), len(units.owing))


def _acceptable(who: Sight, round: Round, unit: int, stood: Stood) -> bool:
    node = round.units.tree.nodes[unit]
    return may_accept(who, node) and (stood.restating or not Place(node, round).locked())


def _owed(kind: Kind, round: Round, unit: int, stood: Mapping[int, Stood], *waits: int) -> Owed:
    at = stood[unit]
    return Owed(kind, round, round.units.tree.nodes[unit], at.state, at.due, at.standing, *waits)
