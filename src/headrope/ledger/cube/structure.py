"""Rows and epochs of a generation: who stands under whom in which months, how much goes up, and who is in which segment.

A row is a unit, or a pair of units between which something is eliminated: such a row stands under the lowest unit that
both stand under, so that it is added up like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from headrope.core.forests import Forest
from headrope.core.holdings import WHOLE, billionths, effective_shares
from headrope.core.periods import Period, month_of
from headrope.core.rollup import NOT_ALIVE, ROOT
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.queries import Known
from headrope.ledger.cube import source
from headrope.org.queries import (
    EditionRow,
    HoldingRow,
    SegmentRow,
    edition_rows,
    holding_rows,
    segment_rows,
    tree_days,
    unit_ids,
)

Ints = npt.NDArray[np.int32]
FILES = ("row_unit", "row_heir", "pairs", "epoch_starts", "epoch_parents", "epoch_edges", "epoch_members")


@dataclass(frozen=True)
class Structure:
    """Rows and epochs as arrays.

    `row_unit` int32[rows] has unit ids in order, then -1 for each pair of `pairs` int32[pairs, 2] (rows). `row_heir`
    int32[rows] is where a unit belongs that is not alive, or -1. `epoch_starts` int32[epochs] are first months; `epoch_parents`
    int32[epochs, rows] rows, ROOT or NOT_ALIVE; `epoch_edges` alike, billionths of a row's total that go up.
    `epoch_members` int32[any, 3] lists epoch, segment and the rows that make it up.
    """

    row_unit: Ints
    row_heir: Ints
    pairs: Ints
    epoch_starts: Ints
    epoch_parents: Ints
    epoch_edges: Ints
    epoch_members: Ints

    @property
    def units(self) -> int:
        """How many rows are units; the rest are pairs."""
        return len(self.row_unit) - len(self.pairs)

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Rows by unit id."""
        return {unit: row for row, unit in enumerate(self.row_unit.tolist()) if unit >= 0}

    def of(self, months: Ints) -> Ints:
        """The number of the epoch of each month."""
        return np.maximum(np.searchsorted(self.epoch_starts, months, side="right") - 1, 0).astype(np.int32)

    def epoch(self, month: int) -> int:
        """The number of the epoch of one month."""
        return max(int(np.searchsorted(self.epoch_starts, month, side="right")) - 1, 0)

    @cached_property
    def forests(self) -> dict[int, Forest]:
        """The trees that have been laid out, by epoch; ask `forest`."""
        return {}

    def forest(self, epoch: int) -> Forest:
        """The tree of an epoch."""
        found = self.forests.get(epoch)
        if found is None:
            parents, edges = np.array(self.epoch_parents[epoch]), self.epoch_edges[epoch]
            chosen = self.epoch_members[self.epoch_members[:, 0] == epoch]
            found = self.forests[epoch] = lay_out(parents, edges, chosen[:, 1:].tolist())
        return found

    @cached_property
    def inner(self) -> npt.NDArray[np.bool_]:
        """Which rows have others under them in some epoch, or are segments: their own figures are not their totals."""
        found = np.zeros(len(self.row_unit), bool)
        for parents in self.epoch_parents:
            found[parents[parents >= 0]] = True
        found[self.epoch_members[:, 1]] = True
        return found


def lay_out(parents: Ints, edges: Ints, members: Iterable[tuple[int, int]]) -> Forest:
    """A tree with its edges of not the whole and its segments."""
    special = {row: int(edges[row]) for row in np.flatnonzero((edges != WHOLE) & (parents >= 0)).tolist()}
    segments: dict[int, list[int]] = defaultdict(list)
    for segment, member in members:
        segments[segment].append(member)
    return Forest.of(parents, special, dict(segments))


def read_structure(array: Callable[[str], npt.NDArray[np.int32]]) -> Structure:
    """The structure of a generation; `array` gives the array of a file name."""
    return Structure(*(array(name) for name in FILES))


def make_structure(known: Known | None, seq: int) -> Structure:
    """The structure as known (None: now, up to `seq`); a month's tree is that of its last day."""
    editions, holdings, segments = edition_rows(known), holding_rows(known), segment_rows(known)
    units = np.array(sorted(unit_ids().values()), np.int32)
    row_of = {int(unit): row for row, unit in enumerate(units)}
    pairs = np.array([(row_of[a], row_of[b]) for a, b in source.pairs(seq)], np.int32).reshape(-1, 2)
    days = _days(editions, holdings, segments)
    months = sorted({0 if day <= ALWAYS else month_of(day).start for day in days}) or [0]
    made = [_Epoch(month, editions, holdings, segments, row_of, pairs) for month in months]
    kept = [each for place, each in enumerate(made) if not place or not each.same(made[place - 1])]
    members = [(number, *member) for number, each in enumerate(kept) for member in each.members]
    heirs = np.full(len(units) + len(pairs), -1, np.int32)
    for row in editions:  # by first day, so that the last edition stays
        heir = row.successor or row.parent
        heirs[row_of[row.unit]] = -1 if heir is None else row_of[heir]
    return Structure(
        np.concatenate([units, np.full(len(pairs), -1, np.int32)]),
        heirs,
        pairs,
        np.array([each.month for each in kept], np.int32),
        np.stack([each.parents for each in kept]),
        np.stack([each.edges for each in kept]),
        np.array(members, np.int32).reshape(-1, 3),
    )


def _days(editions: Sequence[EditionRow], holdings: Sequence[HoldingRow], segments: Sequence[SegmentRow]) -> set[date]:
    """The days on which anything changes that totals depend on."""
    days = set(tree_days(editions))
    dated: list[HoldingRow | SegmentRow] = list(segments)
    if any(row.edition.method == "proportionate" for row in editions):
        dated += holdings
    return days | {day for row in dated for day in (row.valid_from, row.valid_to) if day < FOREVER}


class _Epoch:
    """The tree of one month's last day as arrays."""

    def __init__(
        self,
        month: int,
        editions: Sequence[EditionRow],
        holdings: Sequence[HoldingRow],
        segments: Sequence[SegmentRow],
        row_of: Mapping[int, int],
        pairs: Ints,
    ) -> None:
        self.month = month
        day = Period(month, 1).last_day if month else ALWAYS
        count = len(row_of) + len(pairs)
        self.parents, self.edges = np.full(count, NOT_ALIVE, np.int32), np.full(count, WHOLE, np.int32)
        alive = [row for row in editions if row.edition.holds_on(day)]
        there = {row.unit for row in alive}
        for row in alive:
            # A unit whose parent is not there, because it was not known yet, stands at the top.
            self.parents[row_of[row.unit]] = row_of[row.parent] if row.parent in there else ROOT
        self._set_edges(alive, [row for row in holdings if row.valid_from <= day < row.valid_to], row_of)
        put_pairs(self.parents, pairs)
        on_day = [row for row in segments if row.valid_from <= day < row.valid_to and row.unit in there]
        self.members = members_of([(row_of[row.segment], row_of[row.unit]) for row in on_day], self.parents, pairs)

    def _set_edges(
        self, alive: Sequence[EditionRow], holdings: Sequence[HoldingRow], row_of: Mapping[int, int]
    ) -> None:
        shared = [row for row in alive if row.edition.method == "proportionate" and row.parent is not None]
        if shared:
            owners: dict[int, dict[int, Fraction]] = defaultdict(dict)
            for holding in holdings:
                owners[holding.held][holding.owner] = holding.share
            parents = {row.unit: row.parent for row in alive}
            for row in shared:
                assert row.parent is not None
                share = effective_shares(row.parent, parents, owners).get(row.unit, Fraction(0))
                self.edges[row_of[row.unit]] = billionths(share)
        for row in alive:
            if row.edition.method == "none" or row.edition.kind == "segment":
                self.edges[row_of[row.unit]] = 0

    def same(self, other: _Epoch) -> bool:
        """Whether nothing has changed between two epochs."""
        arrays = np.array_equal(self.parents, other.parents) and np.array_equal(self.edges, other.edges)
        return arrays and self.members == other.members


def path(parents: Ints, row: int) -> list[int]:
    """The row and those above it; empty for a row that is not alive."""
    found = []
    at = row if parents[row] != NOT_ALIVE else -1
    while at >= 0:
        found.append(at)
        at = int(parents[at])
    return found


def put_pairs(parents: Ints, pairs: Ints) -> None:
    """Put each pair, the last rows of `parents`, under the lowest row that both of its units stand under."""
    first = len(parents) - len(pairs)
    for number, (unit, counterparty) in enumerate(pairs.tolist()):
        above = set(path(parents, counterparty))
        parents[first + number] = next((row for row in path(parents, unit) if row in above), NOT_ALIVE)


def members_of(listed: Sequence[tuple[int, int]], parents: Ints, pairs: Ints) -> list[tuple[int, int]]:
    """Segments and the rows they are made of: members, and the pairs of units that stand under different members."""
    by_segment: dict[int, set[int]] = defaultdict(set)
    for segment, member in listed:
        by_segment[segment].add(member)
    found = sorted(listed)
    first = len(parents) - len(pairs)
    for segment, members in sorted(by_segment.items()):
        for number, ends in enumerate(pairs.tolist()):
            under = [next((row for row in path(parents, end) if row in members), None) for end in ends]
            if None not in under and under[0] != under[1]:
                found.append((segment, first + number))
    return found


def runs(epoch_of: Ints) -> Iterator[tuple[slice, int]]:
    """Runs of cells of one epoch."""
    edges = [0, *(np.flatnonzero(np.diff(epoch_of)) + 1).tolist(), len(epoch_of)]
    for first, last in pairwise(edges):
        if last > first:
            yield slice(first, last), int(epoch_of[first])
