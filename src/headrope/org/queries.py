"""Questions about the tree and about who may see what of it; access is asked here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from headrope.core.holdings import Holding as Share
from headrope.core.unit_rules import Member
from headrope.core.units import Edition, epoch_starts
from headrope.journal.editions import in_force
from headrope.journal.queries import Known
from headrope.org.editions import holding_editions, member_editions, unit_editions
from headrope.org.models import Holding, Mandate, Role, SegmentMember, Unit, UnitEdition, User


class NoSuchUnit(LookupError):
    """There is no unit of that code that this person may see; the two cases look alike on purpose."""


@dataclass(frozen=True)
class Node:
    """A unit as it is on one day."""

    id: int
    code: str
    name: str
    name_zh: str
    kind: str
    parent: int | None
    successor: int | None
    valid_from: date
    valid_to: date

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)


@dataclass(frozen=True)
class Tree:
    """All units that are alive on one day, by id, in id order."""

    nodes: dict[int, Node]

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Units by code."""
        return {node.code: node for node in self.nodes.values()}

    @cached_property
    def children(self) -> dict[int | None, list[Node]]:
        """Units by parent; the roots under None."""
        below: dict[int | None, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            below[node.parent].append(node)
        return below

    @cached_property
    def tier(self) -> dict[int, int]:
        """The tier of each unit, 1 for a root."""
        tier: dict[int, int] = {}
        level, below = 1, list(self.children.get(None, ()))
        while below:
            tier.update((node.id, level) for node in below)
            level, below = level + 1, [child for node in below for child in self.children.get(node.id, ())]
        return tier

    def path(self, unit: int) -> list[Node]:
        """The unit and those above it, the unit first."""
        path = []
        at: int | None = unit
        while at is not None:
            node = self.nodes[at]
            path.append(node)
            at = node.parent
        return path

    def subtree(self, unit: int) -> Iterator[Node]:
        """The unit and all below it, parents before children."""
        waiting = [self.nodes[unit]]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(self.children.get(node.id, ())))


@dataclass(frozen=True)
class EditionRow:
    """An edition as stored: `edition` holds the codes, the ids stand beside it."""

    id: int
    unit: int
    parent: int | None
    successor: int | None
    seq_from: int
    edition: Edition = field(repr=False)


def edition_rows(known: Known | None = None) -> list[EditionRow]:
    """All editions in force as known then (None: now), by unit and first day; one statement."""
    query = UnitEdition.objects.order_by("unit_id", "valid_from")
    if known is None:
        query = query.filter(seq_to=None)
    return [
        EditionRow(pk, unit, parent, successor, seq_from, edition)
        for pk, unit, parent, successor, edition, seq_from, seq_to in unit_editions(query)
        if known is None or (seq_from in known.postings and seq_to not in known.postings)
    ]


def unit_history() -> list[tuple[str, Edition, int, int | None]]:
    """Every edition there ever was by unit: code, edition, and the postings it holds between; one statement."""
    rows = unit_editions(UnitEdition.objects.order_by("unit_id", "valid_from"))
    return [(edition.code, edition, first, last) for _, _, _, _, edition, first, last in rows]


def holding_history() -> list[tuple[str, Share, int, int | None]]:
    """Every share there ever was by held unit, with the postings it holds between; one statement."""
    rows = holding_editions(Holding.objects.order_by("held_id", "valid_from", "owner_id"))
    return [(held, share, first, last) for _, held, share, first, last in rows]


def segment_history() -> list[tuple[str, Member, int, int | None]]:
    """Every member there ever was by segment, with the postings it holds between; one statement."""
    rows = member_editions(SegmentMember.objects.order_by("segment_id", "valid_from", "unit_id"))
    return [(segment, member, first, last) for _, segment, member, first, last in rows]


@dataclass(frozen=True)
class HoldingRow:
    """A share of one unit (id) that another holds from `valid_from` up to, but not on, `valid_to`."""

    owner: int
    held: int
    share: Fraction
    valid_from: date
    valid_to: date


def holding_rows(known: Known | None = None) -> list[HoldingRow]:
    """All shares in force as known then (None: now), by held unit, first day and owner; one statement."""
    fields = ("owner_id", "held_id", "num", "den", "valid_from", "valid_to")
    query = Holding.objects.order_by("held_id", "valid_from", "owner_id")
    rows = in_force(query, fields, known)
    return [HoldingRow(owner, held, Fraction(num, den), *days) for owner, held, num, den, *days in rows]


@dataclass(frozen=True)
class SegmentRow:
    """A unit (id) that belongs to a segment (id) from `valid_from` up to, but not on, `valid_to`."""

    segment: int
    unit: int
    valid_from: date
    valid_to: date


def segment_rows(known: Known | None = None) -> list[SegmentRow]:
    """All members of segments in force as known then (None: now), by segment, first day and unit; one statement."""
    fields = ("segment_id", "unit_id", "valid_from", "valid_to")
    query = SegmentMember.objects.order_by("segment_id", "valid_from", "unit_id")
    return [SegmentRow(*row) for row in in_force(query, fields, known)]


def tree_on(day: date, rows: Sequence[EditionRow]) -> Tree:
    """The tree of one day. A unit whose parent is not there, because it was not known yet, stands at the top."""
    alive = [row for row in rows if row.edition.holds_on(day)]
    there = {row.unit for row in alive}
    nodes = {row.unit: _node(row, row.parent if row.parent in there else None) for row in alive}
    return Tree(nodes)


def _node(row: EditionRow, parent: int | None) -> Node:
    edition = row.edition
    names = (edition.code, edition.name, edition.name_zh, edition.kind)
    return Node(row.unit, *names, parent, row.successor, edition.valid_from, edition.valid_to)


def tree_days(rows: Sequence[EditionRow]) -> list[date]:
    """The days on which the tree changes, in order."""
    return epoch_starts(row.edition for row in rows)


@dataclass(frozen=True)
class Now:
    """Today's tree, and of every unit there ever was its last edition, to find where closed ones belong."""

    tree: Tree
    last: dict[int, Node]

    def belongs_to(self, unit: int) -> int | None:
        """The unit if it is alive, else its successor, else the unit it last stood under; None when all of them ended."""
        at: int | None = unit
        for _ in range(len(self.last) + 1):
            if at is None or at in self.tree.nodes:
                return at
            node = self.last[at]
            at = node.successor or node.parent
        return None

    def under(self, tops: Collection[int]) -> frozenset[int]:
        """Every unit, closed ones included, that belongs to one of these units or to one below them."""
        alive = {node.id for top in tops if top in self.tree.nodes for node in self.tree.subtree(top)}
        return frozenset(unit for unit in self.last if self.belongs_to(unit) in alive)


def now_of(rows: Sequence[EditionRow], day: date) -> Now:
    """The units of a day, from rows in the order of their first days within a unit."""
    last = {row.unit: _node(row, row.parent) for row in rows}  # by first day, so that the last edition stays
    return Now(tree_on(day, rows), last)


@lru_cache(maxsize=4)
def _now_at(key: str, seq: int, day: date) -> Now:
    return now_of(edition_rows(), day)


def now(key: str, seq: int, day: date) -> Now:
    """Today's units, kept in the process until the books `key` move past `seq` or the day ends."""
    return _now_at(key, seq, day)


Right = Literal["see", "edit"]
EDITORS = (Role.OFFICE, Role.ADMINISTRATOR)
"""The roles that may change the tree below the unit of their mandate."""


@dataclass(frozen=True)
class Sight:
    """What one person may see, and edit, on one day: units, closed ones included, that belong under a mandate today."""

    now: Now
    tops: frozenset[int]
    visible: frozenset[int] = field(repr=False)
    editable: frozenset[int] = field(default=frozenset(), repr=False)

    def sees(self, unit: int) -> bool:
        """Whether the unit, or for a closed one the unit it belongs to, stands under a mandate."""
        return unit in self.visible

    def edits(self, unit: int) -> bool:
        """Whether the unit, or for a closed one the unit it belongs to, stands under a mandate that may change the tree."""
        return unit in self.editable

    @cached_property
    def starts(self) -> list[Node]:
        """The units of the mandates that stand under no other of them, in code order."""
        nodes = self.now.tree.nodes
        tops = sorted((nodes[top] for top in self.tops if top in nodes), key=lambda node: node.code)
        return [node for node in tops if not any(above.id in self.tops for above in self.now.tree.path(node.id)[1:])]


@lru_cache(maxsize=64)
def _sight_at(key: str, seq: int, day: date, tops: frozenset[int], editors: frozenset[int]) -> Sight:
    today = now(key, seq, day)
    return Sight(today, tops, today.under(tops), today.under(editors) if editors else editors)


def sight(user: User | AnonymousUser, key: str, seq: int, day: date) -> Sight:
    """What the person may see; nobody without a mandate sees anything. One statement; the rest is kept in the process."""
    if not user.is_authenticated or not user.is_active:
        return _sight_at(key, seq, day, frozenset(), frozenset())
    held = Mandate.objects.filter(user_id=user.pk, valid_from__lte=day, valid_to__gt=day)
    mandates = list(held.values_list("unit_id", "role"))
    editors = frozenset(unit for unit, role in mandates if role in EDITORS)
    return _sight_at(key, seq, day, frozenset(unit for unit, _ in mandates), editors)


def whole_sight(key: str, seq: int, day: date) -> Sight:
    """The sight of somebody at the machine's own command line: everything."""
    today = now(key, seq, day)
    everything = frozenset(today.last)
    return Sight(today, frozenset(node.id for node in today.tree.children.get(None, ())), everything, everything)


def unit_for(who: Sight, code: str, right: Right = "see") -> Node:
    """The unit of that code as it last was, if this person may see (or edit) it; else NoSuchUnit."""
    node = who.now.tree.by_code.get(code) or next((n for n in who.now.last.values() if n.code == code), None)
    if node is None or not (who.edits(node.id) if right == "edit" else who.sees(node.id)):
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


def unit_ids() -> dict[str, int]:
    """Ids of all units there ever were, by code; one statement."""
    return dict(Unit.objects.values_list("code", "id"))


def has_administrator(user: User, day: date) -> bool:
    """Whether the person may do what only administrators may."""
    if user.is_superuser:
        return True
    return Mandate.objects.filter(Q(valid_from__lte=day, valid_to__gt=day), user=user, role="administrator").exists()
