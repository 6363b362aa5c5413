"""Questions about the tree: editions, shares and members as stored, the tree of a day, and where closed units belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, lru_cache

from django.db.models import Count, Max

from headrope.core.holdings import Holding as Share
from headrope.core.unit_rules import Member
from headrope.core.units import SEGMENT, Edition, epoch_starts
from headrope.journal.editions import in_force
from headrope.journal.queries import Known
from headrope.org.editions import holding_editions, member_editions, unit_editions
from headrope.org.models import Holding, SegmentMember, Unit, UnitEdition


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
    def parts(self) -> dict[int, list[int]]:
        """Units by parent, both by id, without segments, which look at others' parts once more."""
        found: dict[int, list[int]] = defaultdict(list)
        for node in self.nodes.values():
            if node.parent is not None and node.kind != SEGMENT:
                found[node.parent].append(node.id)
        return dict(found)

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


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def carried(self) -> dict[int, list[int]]:
        """Closed units by the unit they belong to."""
        carried: dict[int, list[int]] = defaultdict(list)
        for unit in self.last:
            if unit not in self.tree.nodes and (at := self.belongs_to(unit)) is not None:
                carried[at].append(unit)
        return carried

    @cached_property
    def followed(self) -> dict[int, list[Node]]:
        """The units that name a successor, by it."""
        found: dict[int, list[Node]] = defaultdict(list)
        for node in self.last.values():
            if node.successor is not None:
                found[node.successor].append(node)
        return found

    def under(self, tops: Collection[int]) -> frozenset[int]:
        """Every unit, closed ones included, that belongs to one of these units or to one below them."""
        alive = {node.id for top in tops if top in self.tree.nodes for node in self.tree.subtree(top)}
        return frozenset(alive.union(*(self.carried[unit] for unit in alive if unit in self.carried)))

    @cached_property
    def _by_superior(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for unit in self.last:
            if (over := self.superior(unit)) is not None:
                found[over].append(unit)
        return found

    def right_under(self, units: Collection[int]) -> frozenset[int]:
        """Every unit, closed ones included, over which one of these stands today; a root stands over itself."""
        found = self._by_superior
        return frozenset(unit for over in units if over in found for unit in found[over])

    def superior(self, unit: int) -> int | None:
        """The unit that stands over this one today; a root over itself; None when all of them ended.

        Over a closed unit stands what stands over its successor, else the unit it last stood under.
        """
        at: int | None = unit
        for _ in range(len(self.last) + 1):
            if at is None:
                return None
            node = self.last[at]
            if at in self.tree.nodes:
                return self.tree.nodes[at].parent or at
            if node.successor is None:
                return self.belongs_to(node.parent) if node.parent is not None else None
            at = node.successor
        return None


def now_of(rows: Sequence[EditionRow], day: date) -> Now:
    """The units of a day, from rows in the order of their first days within a unit."""
    last = {row.unit: _node(row, row.parent) for row in rows}  # by first day, so that the last edition stays
    return Now(tree_on(day, rows), last)


@lru_cache(maxsize=16)
def _stand(key: str, seq: int) -> tuple[int | None, int | None, int]:
    """What tells one state of the tree from another: most postings leave it as it is."""
    found = UnitEdition.objects.aggregate(opened=Max("seq_from"), closed=Max("seq_to"), count=Count("id"))
    return found["opened"], found["closed"], found["count"]


@lru_cache(maxsize=4)
def _now_at(key: str, stand: tuple[int | None, int | None, int], day: date) -> Now:
    return now_of(edition_rows(), day)


def now(key: str, seq: int, day: date) -> Now:
    """Today's units, kept in the process until the tree of the books `key` changes or the day ends; two statements at most."""
    return _now_at(key, _stand(key, seq), day)


@lru_cache(maxsize=4)
def _changing(key: str, stand: tuple[int | None, int | None, int]) -> frozenset[int]:
    """The postings with which the tree has ever changed."""
    pairs = UnitEdition.objects.values_list("seq_from", "seq_to").distinct()
    return frozenset(seq for pair in pairs for seq in pair if seq is not None)


@lru_cache(maxsize=16)
def _tree_after(key: str, changes: frozenset[int], day: date) -> Tree:
    return tree_on(day, edition_rows(Known(date.max, datetime.max, changes)))


def tree_known(key: str, seq: int, day: date, known: Known | None = None) -> Tree:
    """The tree of a day as known then (None: now), kept in the process as long as the same of its changes are known.

    `key` and `seq` are the books and where they stand; three statements at most.
    """
    changes = _changing(key, _stand(key, seq))
    return _tree_after(key, changes if known is None else changes & known.postings, day)


def unit_ids() -> dict[str, int]:
    """Ids of all units there ever were, by code; one statement."""
    return dict(Unit.objects.values_list("code", "id"))
