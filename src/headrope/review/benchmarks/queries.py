"""A unit beside the peers of a benchmark set: their figures, its rank among them, and how far it is from the best and the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.core.scoring import sense
from headrope.journal.queries import Books, Known, known_on
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.org.queries import Node
from headrope.review.benchmarks.benchmark import Benchmark, read_benchmark
from headrope.review.benchmarks.benchmark import Known as HeldAgainst
from headrope.review.defined.kinds import BENCHMARKS
from headrope.review.defined.queries import rows_at
from headrope.review.queries import Figure, Reader, figure

Amount = int | float


@dataclass(frozen=True)
class Peer:
    """One peer's figure; `place` counts from 1, equal figures have the same, None where the measure has no good side."""

    benchmark: Benchmark
    value: Amount
    place: int | None
    own: bool = False


@dataclass(frozen=True)
class Compared:
    """One measure beside the peers: `rank` of `of` (the unit counted), and the distances, plus where the unit is better.

    Peers that may not be seen count in the rank and stand nowhere else; `best` and `middle` are those of the seen ones.
    """

    info: MeasureInfo
    own: Figure
    peers: tuple[Peer, ...]
    rank: int | None
    of: int
    best: Amount | None
    middle: Amount | None
    hidden: int

    @property
    def to_best(self) -> Amount | None:
        """The unit's figure less the best one, turned so that plus is good."""
        return self._turned(self.best)

    @property
    def to_middle(self) -> Amount | None:
        """The unit's figure less the middle one, turned so that plus is good."""
        return self._turned(self.middle)

    def _turned(self, other: Amount | None) -> Amount | None:
        if other is None or self.own.value is None:
            return None
        return (self.own.value - other) * (sense(self.info.rule.direction) or 1)


@dataclass(frozen=True)
class Comparison:
    """A unit for a period beside one set."""

    set: Benchmark
    lines: tuple[Compared, ...]


def benchmarks(at: Books, infos: Mapping[str, MeasureInfo], fiscal_start: int, known: Known | None = None) -> list[Benchmark]:  # fmt: skip
    """All rows of all sets as known then (None: now), in the order in which they were written."""
    problems: list[Problem] = []
    rows = rows_at(BENCHMARKS, at, known)
    units = [row.cells["peer"] for row in rows if row.cells.get("side") == "inside"]
    against = HeldAgainst({code: info.rule for code, info in infos.items()}, units, fiscal_start)
    found = (read_benchmark("", row.cells, against, problems.append) for row in rows)
    return [row for row in found if row is not None]


def sets(reader: Reader) -> dict[str, Benchmark]:
    """A row of each set by its code, for its name."""
    found: dict[str, Benchmark] = {}
    for row in _all(reader):
        if row.set not in found or (row.set_name and not found[row.set].set_name):
            found[row.set] = row
    return found


def _all(reader: Reader) -> list[Benchmark]:
    known = known_on(reader.known, reader.ledger.zone)
    return benchmarks(reader.at, reader.infos, reader.ledger.fiscal_start, known)


def compare(reader: Reader, unit: str, period: Period, of: str) -> Comparison | None:
    """The unit (code) beside the set `of` in the period; None where there is no such set. NoSuchUnit as in `Reader.node`.

    Inside peers are compared by the measures that weigh, where any does.
    """
    rows = [row for row in _all(reader) if row.set == of]
    if not rows:
        return None
    node = reader.node(unit, period)
    tree = reader.tree(period)
    inside = {row.peer: tree.by_code[row.peer] for row in rows if row.side == "inside" and row.peer in tree.by_code}
    nodes = [node, *(each for each in inside.values() if each.id != node.id)]
    view = reader.cube.view([each.id for each in nodes])
    lines = []
    weighs = any(info.weight for info in reader.infos.values())
    for info in reader.infos.values():
        named = any(row.measure == info.code for row in rows)
        if info.rule.kind == "text" or not (named or info.weight or not weighs):
            continue
        column = view.column(info, reader.infos, ACTUAL, period)
        outside = [row for row in rows if row.side == "outside" and row.measure == info.code and row.period == period]
        held = [(each, figure(column, info, at)) for at, each in enumerate(nodes) if at]
        made = _compared(reader, info, figure(column, info, 0), (rows, outside, held))
        if made is not None:
            lines.append(made)
    return Comparison(sets(reader)[of], tuple(lines))


def _compared(
    reader: Reader,
    info: MeasureInfo,
    own: Figure,
    found: tuple[Sequence[Benchmark], Sequence[Benchmark], Sequence[tuple[Node, Figure]]],
) -> Compared | None:
    """The line of one measure; None where no peer has a figure or the unit has none."""
    rows, outside, inside = found
    by_code = {row.peer: row for row in rows if row.side == "inside"}
    seen = [(row, row.value) for row in outside if row.value is not None]
    hidden: list[Amount] = []
    for node, held in inside:
        if held.value is None or held.uneven:
            continue
        if reader.who.sees(node.id):
            seen.append((_named(by_code[node.code], node), held.value))
        else:
            hidden.append(held.value)
    if own.value is None or not (seen or hidden):
        return None
    every = [value for _, value in seen] + hidden + [own.value]
    turned = sense(info.rule.direction)
    peers = [Peer(row, value, place_of(value, every, turned)) for row, value in seen]
    peers.sort(key=lambda peer: (peer.place or 0, peer.benchmark.peer))
    values = [value for _, value in seen]
    best = (max(values) if turned > 0 else min(values)) if values and turned else None
    return Compared(
        info,
        own,
        tuple(peers),
        place_of(own.value, every, turned),
        len(every),
        best,
        middle_of(values, info.rule.exact),
        len(hidden),
    )


def _named(row: Benchmark, node: Node) -> Benchmark:
    """The row of an inside peer with the unit's own names."""
    return Benchmark(row.set, row.set_name, row.set_name_zh, "inside", node.code, node.name, node.name_zh)


def place_of(value: Amount, every: Sequence[Amount], turned: int) -> int | None:
    """The place from 1 among all figures; equal ones share the better place; None where no side is good.

    >>> [place_of(each, [5, 9, 9, 1], 1) for each in (9, 5, 1)], place_of(1, [5, 9, 1], -1), place_of(1, [1], 0)
    ([1, 3, 4], 1, None)
    """
    return 1 + sum((other - value) * turned > 0 for other in every) if turned else None


def middle_of(values: Sequence[Amount], exact: bool) -> Amount | None:
    """The middle figure; of an even number the mean of the two, rounded half to even for exact measures."""
    if not values:
        return None
    ordered = sorted(values)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return round(Fraction(low + high) / 2) if exact else (low + high) / 2
