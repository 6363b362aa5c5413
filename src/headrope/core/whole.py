"""Every measure of every unit in every period in one compiled pass, for commands and jobs (not for web processes).

`whole` starts from units' own figures and one tree, `spread` from totals that have been added before. The results are
those of core.rollup and core.forming, bit for bit; the arrays are described in core.totals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from headrope.core.totals import FLOW, OWED, STOCK, Added, Block, Job, Own
from headrope.core.tree_sums import Tree
from headrope.core.whole_loops import Desk, Kinds, Path, Room, Rules, add_and_form, form_only


def whole(own: Own, tree: Tree, job: Job, size: int | None = None) -> Iterator[Block]:
    """All figures of all units, children before parents, in blocks of `size` units (None: one fresh block of all).

    Smaller blocks share their room: each is valid until the next is asked for. Rows that are not alive stand alone. The
    sums of a component's absolute values must stay below 2^62 (core.rollup.check_sum_fits).
    """
    _check(own, job, len(tree.parent))
    rules = job.quotients, job.months, _kinds(job)
    path, desk = _path(job, rules, int(tree.depth.max(initial=0)) + 1), _desk(rules)

    def form(room: Room, start: int) -> None:
        room.block.rows[:] = tree.walk[start : start + len(room.block.rows)]
        add_and_form(own, tree, rules, path, desk, room)

    return _blocks(job, len(tree.parent), size, form)


def spread(added: Added, job: Job, size: int | None = None) -> Iterator[Block]:
    """All figures of all units out of their totals by month, in order of rows; blocks as in `whole`."""
    _check(added, job, len(added.amounts))
    rules = job.quotients, job.months, _kinds(job)
    path, desk = _path(job, rules, 1), _desk(rules)

    def form(room: Room, start: int) -> None:
        room.block.rows[:] = np.arange(start, start + len(room.block.rows))
        form_only(added, rules, path, desk, room)

    return _blocks(job, len(added.amounts), size, form)


def _check(figures: Own | Added, job: Job, rows: int) -> None:
    """Compiled loops do not look whether a place is inside an array."""
    components, months = len(job.components), job.months.length
    places = {"amounts": job.exact, "numbers": components - job.exact, "pairs": len(job.formed)}
    cells = job.months.words if isinstance(figures, Own) else months
    for name, array in figures._asdict().items():
        wanted = (rows, places.get(name, components), months if name in places else cells)
        if array.shape != wanted:
            raise ValueError(f"{name} have the shape {array.shape} instead of {wanted}")


def _kinds(job: Job) -> Kinds:
    """Flows that stand beside a stock are counted in the last month as well."""
    quotients = job.quotients
    mixed = np.repeat(~quotients.flows, np.diff(quotients.above)) & job.flow[quotients.part]
    ends = np.unique(quotients.part[mixed])
    return Kinds(
        np.where(job.flow, FLOW, STOCK).astype(np.int32),
        np.where(job.flow, FLOW, OWED).astype(np.int32),
        np.append(np.where(quotients.flows, FLOW, STOCK), [STOCK] * len(ends)).astype(np.int32),
        ends,
        np.where(mixed, np.searchsorted(ends, quotients.part), -1).astype(np.int32),
    )


def _path(job: Job, rules: Rules, tiers: int) -> Path:
    components, months, periods = len(job.components), job.months.length, len(job.months.span)
    return Path(
        np.empty((tiers, job.exact, months), np.int64),
        np.empty((tiers, components - job.exact, months)),
        np.empty((tiers, components, periods), np.int32),
        np.empty((tiers, components, periods), np.int32),
        np.empty((tiers, len(rules[2].together), periods), np.int32),
    )


def _desk(rules: Rules) -> Desk:
    _, months, kinds = rules
    return Desk(
        np.empty((1, len(kinds.together), months.words), np.uint64),
        np.zeros(months.length + 1, np.int64),
        np.empty((2, len(months.span))),
        np.empty(len(months.span), np.int32),
    )


def _blocks(job: Job, rows: int, size: int | None, form: Callable[[Room, int], None]) -> Iterator[Block]:
    everything = Block.fresh(job, rows if size is None else min(size, rows))
    for start in range(0, rows, max(1, len(everything.rows))):
        block = everything.first(min(len(everything.rows), rows - start))
        large = np.empty((len(block.rows), len(job.formed)), bool)
        form(Room(block, large), start)
        for slot, k in np.argwhere(large).tolist():
            _divide_exactly(block, slot, k, job)
        yield block


def _divide_exactly(block: Block, slot: int, k: int, job: Job) -> None:
    """A quotient once more in whole numbers of any size: floats could not hold its exact parts."""
    quotients, into = job.quotients, block.numbers[slot, len(job.components) - job.exact + k]
    edges = [int(quotients.above[k]), int(quotients.below[k]), int(quotients.above[k + 1])]
    for p in np.flatnonzero(block.reported[slot, quotients.part[edges[0] : edges[2]]].all(axis=0)).tolist():
        above = _line(block, job, (slot, p), range(edges[0], edges[1]))
        below = _line(block, job, (slot, p), range(edges[1], edges[2]))
        below += int(quotients.constant[k])
        if quotients.annual[k]:
            above, below = above * 12, below * int(job.months.span[p])
        if isinstance(above, int) and isinstance(below, int):
            into[p] = float(Fraction(above, below)) if below else np.nan
        else:
            into[p] = float(above) / float(below) if below else np.nan


def _line(block: Block, job: Job, at: tuple[int, int], terms: range) -> int | float:
    """The sum of a line's terms: a whole number where all its parts are exact, else a float."""
    slot, p = at
    parts = [(int(job.quotients.part[i]), job.quotients.factor[i].item()) for i in terms]
    if all(part < job.exact for part, _ in parts):
        return sum(int(factor) * int(block.amounts[slot, part, p]) for part, factor in parts)
    total = 0.0
    for part, factor in parts:
        exact = part < job.exact
        total += factor * float(block.amounts[slot, part, p] if exact else block.numbers[slot, part - job.exact, p])
    return total
