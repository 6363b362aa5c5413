"""Who may do what and where: every right is asked here and nowhere else, and what no mandate gives is denied."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet

from headrope.org.models import Mandate, Role, User
from headrope.org.queries.rights import RIGHTS, Right
from headrope.org.queries.tree import Node, Now, now


class NoSuchUnit(LookupError):
    """There is no unit of that code that this person may see; the two cases look alike on purpose."""


Held = tuple[int, str, int | None]
"""A mandate: unit, role and, of a delegated one, the unit of the mandate that it comes from."""


class _Reach:
    """The units, closed ones included, that mandates open today for each right; made when first asked."""

    def __init__(self, now: Now, mandates: Iterable[Held], everything: bool = False) -> None:
        # Who delegated a unit that has since moved away from him has nothing there to delegate.
        self.mandates = frozenset((u, role) for u, role, within in mandates if within is None or _below(now, u, within))
        self.now, self.everything = now, everything
        self._under: dict[frozenset[int], frozenset[int]] = {}
        self._with: dict[Right, frozenset[int]] = {}

    def with_right(self, right: Right) -> frozenset[int]:
        """The units for which somebody with these mandates has the right."""
        if right not in self._with:
            tops = self.tops(right)
            # Rights of the same mandates share one set.
            if tops not in self._under:
                self._under[tops] = frozenset(self.now.last) if self.everything else self.now.under(tops)
            self._with[right] = self._under[tops]
        return self._with[right]

    @cached_property
    def accepting(self) -> frozenset[int]:
        """The units over which one stands for which somebody with these mandates has the right to accept."""
        return self.now.right_under(self.with_right("accept"))

    def tops(self, right: Right) -> frozenset[int]:
        """The units of the mandates that give the right."""
        if self.everything:
            return frozenset(node.id for node in self.now.tree.children.get(None, ()))
        return frozenset(unit for unit, role in self.mandates if right in RIGHTS[Role(role)])


def _below(now: Now, unit: int, top: int) -> bool:
    return unit in now.tree.nodes and any(node.id == top for node in now.tree.path(unit))


@dataclass(frozen=True)
class Sight:
    """What the person `who` (the id of a user; None at the machine itself), who signs in as `username`, may do on one day,
    and where.

    A right holds on the unit of the mandate and on all that stands below it in today's tree; a closed unit belongs to
    its successor. What stands above or beside is hidden.
    """

    now: Now
    who: int | None
    _reach: _Reach
    username: str = ""

    def may(self, right: Right, unit: int) -> bool:
        """Whether the person has the right on the unit (id), or for a closed one on the unit it belongs to."""
        return unit in self._reach.with_right(right)

    def sees(self, unit: int) -> bool:
        """Whether the unit, or for a closed one the unit it belongs to, stands under a mandate."""
        return self.may("see", unit)

    def edits(self, unit: int) -> bool:
        """Whether the unit, or for a closed one the unit it belongs to, stands under a mandate that may change the tree."""
        return self.may("edit", unit)

    def units_with(self, right: Right) -> frozenset[int]:
        """The ids of all units, closed ones included, on which the person has the right."""
        return self._reach.with_right(right)

    def tops_with(self, right: Right) -> frozenset[int]:
        """The ids of the units of the mandates that give the right, alive today and under no other of them."""
        nodes, tops = self.now.tree.nodes, self._reach.tops(right)
        alive = (top for top in tops if top in nodes)
        return frozenset(top for top in alive if not any(above.id in tops for above in self.now.tree.path(top)[1:]))

    def held_as(self, *roles: Role) -> frozenset[int]:
        """The ids of the units of the person's mandates in these roles; none at the machine itself."""
        return frozenset(unit for unit, role in self._reach.mandates if role in roles)

    def everywhere(self, right: Right) -> bool:
        """Whether the person has the right on every root, and there is one: for what belongs to no single unit."""
        roots = self.now.tree.children.get(None, ())
        return bool(roots) and all(self.may(right, root.id) for root in roots)

    def owns(self, owner: str) -> bool:
        """Whether the person is the owner, by username, of what holds for the whole group, and sees all of it."""
        return bool(owner) and owner == self.username and self.everywhere("see")

    @property
    def visible(self) -> frozenset[int]:
        """The ids of all units that the person may see."""
        return self.units_with("see")

    @property
    def editable(self) -> frozenset[int]:
        """The ids of all units that the person may change in the tree."""
        return self.units_with("edit")

    def accepts(self, unit: int) -> bool:
        """Whether the unit is `accepting`."""
        return unit in self.accepting

    @property
    def accepting(self) -> frozenset[int]:
        """The ids of all units, closed ones included, whose submissions the person may accept.

        The right is asked on the unit that stands over each today; for a root it is asked on the root itself. That nobody
        accepts what he himself submitted is checked by the action.
        """
        return self._reach.accepting

    @cached_property
    def starts(self) -> list[Node]:
        """The units of the mandates that stand under no other of them, in code order."""
        return sorted((self.now.tree.nodes[top] for top in self.tops_with("see")), key=lambda node: node.code)


@lru_cache(maxsize=64)
def _reach_at(now: Now, mandates: frozenset[Held]) -> _Reach:
    return _Reach(now, mandates)


def sight(user: User | AnonymousUser, key: str, seq: int, day: date) -> Sight:
    """What the person may do; nobody without a mandate may do anything. One statement; the rest is kept in the process."""
    today = now(key, seq, day)
    if not user.is_authenticated or not user.is_active:
        return Sight(today, None, _reach_at(today, frozenset()))
    question, values = _mandates_of(day)
    with connection.cursor() as cursor:
        cursor.execute(question, [user.pk if value == SOMEBODY else value for value in values])
        mandates = frozenset(cursor.fetchall())
    return Sight(today, user.pk, _reach_at(today, mandates), user.username)


SOMEBODY: Final = -1
"""Stands for the person in a question that is put together before he is known."""


@lru_cache(maxsize=4)
def _mandates_of(day: date) -> tuple[str, tuple[Any, ...]]:
    """Unit, role and the unit of the giver of somebody's mandates as SQL: every request asks it."""
    held = mandates_on(day).filter(user_id=SOMEBODY).values_list("unit_id", "role", "delegated_from__unit_id")
    return held.query.sql_with_params()


def mandates_on(day: date) -> QuerySet[Mandate]:
    """The mandates that hold on the day; a delegated one only while the mandate it comes from holds and is somebody's."""
    giver = Q(
        delegated_from__valid_from__lte=day, delegated_from__valid_to__gt=day, delegated_from__user__is_active=True
    )
    return Mandate.objects.filter(Q(delegated_from=None) | giver, valid_from__lte=day, valid_to__gt=day)


MOST: Final = 8
"""For so many days and roles it is kept whose units they are."""

_Stamp = tuple[object, ...]
_units_held: dict[tuple[object, ...], tuple[_Stamp, frozenset[int]]] = {}
_HOLDING = "SELECT COUNT(*), SUM(id), MAX(id) FROM mandate WHERE valid_from <= %s AND valid_to > %s"
_CLOSED = 'SELECT COUNT(*), SUM(id), MAX(id) FROM "user" WHERE NOT is_active'


def units_held_as(key: str, day: date, *roles: Role) -> frozenset[int]:
    """The ids of the units of all mandates in these roles that hold on the day and are somebody's.

    Kept in the process for the books `key` until another mandate holds or an account is closed or opened; two statements,
    or three.
    """
    # What a transaction has changed may be undone.
    stamp = None if connection.in_atomic_block else _stamp(day)
    kept = _units_held.get((key, day, roles))
    if kept and kept[0] == stamp:
        return kept[1]
    held = mandates_on(day).filter(role__in=roles, user__is_active=True)
    units = frozenset(held.values_list("unit_id", flat=True))
    if stamp is not None:
        if len(_units_held) >= MOST:
            _units_held.clear()
        _units_held[key, day, roles] = stamp, units
    return units


def _stamp(day: date) -> _Stamp:
    """Which mandates hold and which accounts are closed, in a few numbers: mandates and accounts are never deleted."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, [day.isoformat(), day.isoformat()])
        holding = cursor.fetchone()
        cursor.execute(_CLOSED)
        return (*holding, *cursor.fetchone())


def heads_by_unit(day: date, units: Collection[int]) -> dict[int, tuple[User, ...]]:
    """Who heads these units (ids) on the day by a mandate, in the order in which it was given; two statements, or one.

    Units without a head are left out.
    """
    if not units:
        return {}
    wanted = [*units] + [SOMEBODY] * (_enough(len(units)) - len(units))
    question, values = _heads_of(day, len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            question, [wanted[-1 - value] if isinstance(value, int) and value < 0 else value for value in values]
        )
        held = cursor.fetchall()
    users = User.objects.in_bulk({user for _unit, user in held}) if held else {}
    found: dict[int, tuple[User, ...]] = {}
    for unit, user in held:
        found[unit] = (*found.get(unit, ()), users[user])
    return found


def _enough(count: int) -> int:
    """The next power of two, so that few questions serve lists of any length."""
    return 1 << (count - 1).bit_length()


@lru_cache(maxsize=64)
def _heads_of(day: date, count: int) -> tuple[str, tuple[Any, ...]]:
    """Unit and person of the mandates of heads in so many units as SQL; in the place of the units stand -1, -2, ..."""
    held = mandates_on(day).filter(role=Role.HEAD, unit_id__in=[-1 - place for place in range(count)]).order_by("id")
    return held.values_list("unit_id", "user_id").query.sql_with_params()


def whole_sight(key: str, seq: int, day: date) -> Sight:
    """The sight of somebody at the machine's own command line: everything."""
    today = now(key, seq, day)
    return Sight(today, None, _Reach(today, (), everything=True))


def unit_for(who: Sight, code: str, right: Right = "see") -> Node:
    """The unit of that code as it last was, if this person has the right on it; else NoSuchUnit."""
    node = who.now.tree.by_code.get(code) or next((n for n in who.now.last.values() if n.code == code), None)
    if node is None or not who.may(right, node.id):
        raise NoSuchUnit(code)
    return node


def find_units(who: Sight, text: str, most: int = 12) -> list[Node]:
    """Units whose code or name holds the text, in either language; exact codes and beginnings first."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    ranked = []
    for node in who.now.tree.nodes.values():
        texts = [node.code.casefold(), node.name.casefold(), node.name_zh.casefold()]
        if any(wanted in each for each in texts) and who.sees(node.id):
            best = min(0 if each == wanted else 1 if each.startswith(wanted) else 2 for each in texts if wanted in each)
            ranked.append((best, who.now.tree.tier[node.id], node.code, node))
    return [node for *_, node in sorted(ranked, key=lambda found: found[:3])[:most]]


def has_administrator(user: User, day: date) -> bool:
    """Whether the person may do what only administrators may."""
    if user.is_superuser:
        return True
    return mandates_on(day).filter(user=user, role=Role.ADMINISTRATOR).exists()
