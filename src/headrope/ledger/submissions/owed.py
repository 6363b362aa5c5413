"""What a person owes: submissions to fill in, to accept and to send on, and what others owe to him.

A unit's form is owed by whoever has the nearest mandate to enter figures for it, on the unit itself or above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from headrope.core.due import Due, Standing
from headrope.core.periods import Period, month_of
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, Round, round_of
from headrope.ledger.submissions.standings import Open, acceptable, still_open
from headrope.org.models import Role
from headrope.org.queries import Node, Sight, units_held_as

BACK = {1: 4, 3: 3, 6: 2, 12: 2}
"""How many periods of each span are looked back on: what is older is in the board of its round."""

KEEPERS = (Role.CLERK, Role.HEAD)
"""Whoever has a mandate in one of these roles fills in forms; offices, which may enter figures, too, look after others."""

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
class Pile:
    """The forms of one round (units by id) that all want the same of the person; late ones are a pile of their own."""

    kind: Kind
    round: Round
    late: bool
    units: Sequence[int]
    opened: Open
    who: Sight

    @property
    def day(self) -> date | None:
        """The first day on which one of them is due."""
        stood = self.opened.stood
        return min({due.day for unit in self.units if (due := stood[unit].due)}, default=None)

    def items(self) -> Iterator[Owed]:
        """Each of them."""
        nodes = self.round.units.tree.nodes
        for unit in self.units:
            at = self.opened.stood[unit]
            below = (0, 0) if self.kind == "accept" else self.opened.below(unit, self.who.visible)
            yield Owed(self.kind, self.round, nodes[unit], at.state, at.due, at.standing, *below)


@dataclass(frozen=True)
class Missing:
    """Units of one round (ids) that have not reported and are looked after by this person; `owing` are all of the round."""

    round: Round
    units: Sequence[int]
    owing: int

    def nodes(self, most: int | None = None) -> list[Node]:
        """The first of them, or all."""
        nodes = self.round.units.tree.nodes
        return [nodes[unit] for unit in self.units[:most]]


@dataclass(frozen=True)
class Owes:
    """All that a person owes; `missing` are others' forms that are late."""

    piles: tuple[Pile, ...]
    missing: tuple[Missing, ...]

    @property
    def count(self) -> int:
        """How many forms."""
        return sum(len(pile.units) for pile in self.piles)


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
    held = who.held_as(*KEEPERS)
    nearer = _nearer(who, held, when, today)
    piles: list[Pile] = []
    missing: list[Missing] = []
    for round in rounds(when, today):
        mine, others = _of_round(who, round, round.units.kept(held, nearer))
        piles += mine
        if others.units:
            missing.append(others)
    return Owes(tuple(piles), tuple(missing))


def by_urgency(piles: Iterable[Pile]) -> list[Owed]:
    """All that is in the piles, the most urgent first."""
    return sorted((item for pile in piles for item in pile.items()), key=_urgency)


def _urgency(item: Owed) -> tuple[object, ...]:
    day = item.due.day if item.due else date.max
    return (day, ("mend", "accept", "send", "fill").index(item.kind), item.unit.code, item.round.form.code)


def _nearer(who: Sight, held: frozenset[int], when: Moment, today: date) -> frozenset[int]:
    """The units below those held by the person for which others have a nearer mandate to enter figures."""
    if not any(who.now.tree.children.get(unit) for unit in held):
        return frozenset()
    return _others(who.visible, units_held_as(str(when.at.key), today, *KEEPERS), held)


@lru_cache(maxsize=64)
def _others(visible: frozenset[int], keeping: frozenset[int], held: frozenset[int]) -> frozenset[int]:
    return visible & keeping - held


def _of_round(who: Sight, round: Round, kept: Set[int]) -> tuple[list[Pile], Missing]:
    """What the person owes of the round, and what is missing from others; of thousands of units most need no look."""
    units, visible, opened = round.units, who.visible, still_open(round)
    stood, late = opened.stood, opened.late
    todo: dict[tuple[Kind, bool], list[int]] = {}
    for unit in acceptable(who, round, opened.sent & visible, stood):
        todo.setdefault(("accept", unit in late), []).append(unit)
    mine = (_ready(opened, kept, visible) & visible) - opened.sent
    for unit in mine:
        back = stood[unit].state in ("returned", "reopened")
        kind: Kind = "mend" if back else "fill" if unit in units.owing else "send"
        todo.setdefault((kind, unit in late), []).append(unit)
    piles = [Pile(kind, round, behind, sorted(each), opened, who) for (kind, behind), each in todo.items()]
    others = sorted((opened.late_owing & visible & who.units_with("remind")) - mine)
    return piles, Missing(round, others, len(units.owing))


def _ready(opened: Open, kept: Set[int], visible: Set[int]) -> Set[int]:
    """Which of those that the person fills in are late, or wait for nobody below whom he sees."""
    if not kept or not opened.pending:
        return frozenset()
    if visible >= opened.units.part:
        return (kept & opened.ready) | (kept & opened.late)
    return {unit for unit in kept & opened.pending if unit in opened.late or not opened.below(unit, visible)[0]}
