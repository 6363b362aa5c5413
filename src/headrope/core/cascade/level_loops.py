"""The compiled loops that find levels; all of them in one file, because a kept compilation is renewed by file.

A *run* is a subtree in walk order: its places stand side by side, children before their parent, its top last. The sum
of a run is a broken line in the level; a pass gives the straight piece on which a level lies, Newton's step from there
leads to the next level, and a bracket that is halved in the order of representable numbers makes sure of the end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.group import Floats
from headrope.core.kernels import compiled
from headrope.core.tree_sums import Tree

Places = npt.NDArray[np.int32]
Sides = npt.NDArray[np.int8]

PASSES = 400
"""More than a bracket of all numbers needs to close."""
NEWTON = 16
"""Steps after which every other one halves the bracket."""
NOTHING, PART = 1e-3, 1e-10
"""By so much of a step, or of what a parent has, children may miss it: rounding is not touched by it."""


class Runs(NamedTuple):
    """A tree in walk order: each place's parent place and the first place of its subtree (its own: a leaf)."""

    up: Places
    first: Places
    weight: Floats
    base: Floats
    lower: Floats
    upper: Floats


class Found(NamedTuple):
    """What is found of each place: values, what they were without their own bounds, sides (-1 lower, 1 upper) and levels.

    `constant` and `slope` are room for sums.
    """

    value: Floats
    free: Floats
    side: Sides
    tier: Sides
    level: Floats
    constant: Floats
    slope: Floats


@compiled
def line(runs: Runs, found: Found, last: int, tier: int, level: float) -> tuple[float, float]:
    """The sum of what is below the place `last` on the straight piece at a level: constant and slope.

    Tier 0 is the level of weights. In the tiers 1 and -1 all weighted leaves stand at the end of their bounds, and the
    level is the same addition for each leaf without weight. Leaves `free` and `side` of each place as they are there.
    """
    constant, slope = found.constant, found.slope
    for place in range(runs.first[last], last + 1):
        if runs.first[place] == place:
            held, rise = runs.base[place], runs.weight[place]
            if tier != 0:
                if rise > 0:
                    held, rise = tier * np.inf, 0.0
                else:
                    rise = 1.0
        else:
            held, rise = constant[place], slope[place]
            constant[place] = slope[place] = 0.0
        if place == last:
            return held, rise
        value = held + level * rise if rise > 0 else held
        found.free[place] = value
        found.side[place] = 0
        if value < runs.lower[place]:
            found.side[place] = -1
            held, rise = runs.lower[place], 0.0
        elif value > runs.upper[place]:
            found.side[place] = 1
            held, rise = runs.upper[place], 0.0
        constant[runs.up[place]] += held
        slope[runs.up[place]] += rise
    return 0.0, 0.0


@compiled
def _middle(low: float, high: float) -> float:
    """The number in the middle of those that can be represented between the two."""
    ends = np.array([low, high])
    bits = ends.view(np.int64)
    for at in range(2):
        if bits[at] < 0:
            bits[at] = -(bits[at] & np.int64(0x7FFFFFFFFFFFFFFF))
    middle = (bits[0] >> 1) + (bits[1] >> 1) + (bits[0] & bits[1] & 1)
    bits[0] = middle if middle >= 0 else (-middle) | np.int64(-0x8000000000000000)
    return float(ends[0])


@compiled
def find_level(
    runs: Runs, found: Found, last: int, target: float, start: tuple[int, float, float, float]
) -> tuple[int, float]:
    """Tier and level at which the sum below `last` is the target; `start` is a tier, and a level in its bracket."""
    tier, level, low, high = start
    largest = 1.7e308
    for count in range(PASSES):
        constant, slope = line(runs, found, last, tier, level)
        rest = target - constant
        missing = rest - level * slope if slope > 0 else rest
        if abs(missing) <= 1e-15 * abs(rest) or missing == 0:
            break
        if missing > 0:
            low = level
        else:
            high = level
        end = high if missing > 0 else low
        if slope == 0 and np.isinf(end) and tier == 0:
            way = 1 if missing > 0 else -1
            most, _ = line(runs, found, last, way, 0.0)
            if (most - target) * way <= 0:
                # Weights are exhausted: whatever is missing goes to leaves without weight.
                tier, level = way, 0.0
                low, high = (0.0, np.inf) if way > 0 else (-np.inf, 0.0)
                continue
        following = rest / slope if slope > 0 else end
        if not low < following < high or (count > NEWTON and count % 2 == 0):
            following = _middle(max(low, -largest), min(high, largest))
            if following in (low, high) or abs(following) >= 1e308:
                break
        level = following
    return tier, level


@compiled
def find_levels(runs: Runs, found: Found, total: float) -> None:
    """Levels, sides and values of all places for a total at the last one, by nested clips.

    A place that a bound stops is a problem of its own: what is below it shares the bound by a level of its own.
    """
    top = len(runs.up) - 1
    found.constant[:] = 0.0
    found.slope[:] = 0.0
    for place in range(top, -1, -1):
        above = runs.up[place]
        if place < top and (found.side[place] == 0 or runs.first[place] == place):
            found.tier[place], found.level[place] = found.tier[above], found.level[above]
            continue
        if place == top:
            target, start = total, (0, _guess(runs, total), -np.inf, np.inf)
        elif found.side[place] > 0:
            level = found.level[above] if found.tier[above] == 0 else 0.0
            target, start = runs.upper[place], (0, level, -np.inf, level if found.tier[above] == 0 else np.inf)
        else:
            level = found.level[above] if found.tier[above] == 0 else 0.0
            target, start = runs.lower[place], (0, level, level if found.tier[above] == 0 else -np.inf, np.inf)
        if runs.first[place] < place:
            tier, level = find_level(runs, found, place, target, start)
            line(runs, found, place, tier, level)
            found.tier[place], found.level[place] = tier, level
        if place == top:
            found.free[place], found.side[place] = total, 0
    settle(runs, found)


@compiled
def settle(runs: Runs, found: Found) -> None:
    """Values of all places from `free` and `side`, such that children add up to their parent."""
    top = len(runs.up) - 1
    for place in range(top + 1):
        if found.side[place] != 0:
            found.value[place] = runs.lower[place] if found.side[place] < 0 else runs.upper[place]
        elif place == top or runs.first[place] == place:
            found.value[place] = found.free[place]
    for _ in range(2):
        if not _add_up(runs, found):
            return
        _correct(runs, found)
    if _add_up(runs, found):
        _absorb(runs, found)


@compiled
def _add_up(runs: Runs, found: Found) -> bool:
    """Fill in inner places that no bound stops; whether any other differs from the sum of what is below it.

    Leaves that difference in `constant` and the free weight in `slope`, of places that share out an amount of their own.
    """
    top, differs = len(runs.up) - 1, False
    found.constant[:] = 0.0
    found.slope[:] = 0.0
    for place in range(top + 1):
        rise = 0.0
        if runs.first[place] == place:
            if found.side[place] == 0:
                rise = _rise(runs, found, place)
        elif place == top or found.side[place] != 0:
            found.constant[place] = found.value[place] - found.constant[place]
            differs |= abs(found.constant[place]) > min(NOTHING, PART * (1.0 + abs(found.value[place])))
        else:
            found.value[place], rise = found.constant[place], found.slope[place]
        if place < top:
            found.constant[runs.up[place]] += found.value[place]
            found.slope[runs.up[place]] += rise
    return differs


@compiled
def _rise(runs: Runs, found: Found, place: int) -> float:
    """What a free leaf gains by a level that is higher by 1."""
    if found.tier[place] == 0:
        return float(runs.weight[place])
    return 1.0 if runs.weight[place] == 0 else 0.0


@compiled
def _correct(runs: Runs, found: Found) -> None:
    """Raise free leaves by the digits that their level has not got; turns `constant` into that part of each level.

    Where large bases cancel, the last digit of a level can be worth more than a step.
    """
    top = len(runs.up) - 1
    for place in range(top, -1, -1):
        if runs.first[place] < place and (place == top or found.side[place] != 0):
            slope = found.slope[place]
            found.constant[place] = found.constant[place] / slope if slope > 0 else 0.0
            continue
        found.constant[place] = found.constant[runs.up[place]]
        if runs.first[place] == place and found.side[place] == 0 and place < top:
            value = found.value[place] + found.constant[place] * _rise(runs, found, place)
            found.value[place] = min(max(value, runs.lower[place]), runs.upper[place])


@compiled
def _absorb(runs: Runs, found: Found) -> None:
    """Give what still differs to the largest free places below, of which it is less than the last digit."""
    top = len(runs.up) - 1
    heir = np.full(top + 1, -1, np.int32)
    for place in range(top):
        above = runs.up[place]
        if found.side[place] == 0 and (heir[above] < 0 or abs(found.value[place]) > abs(found.value[heir[above]])):
            heir[above] = place
    for place in range(top, -1, -1):
        if place < top and found.side[place] == 0:
            if heir[runs.up[place]] != place:
                found.constant[place] = 0.0
            found.value[place] += found.constant[place]
        if heir[place] >= 0:
            found.constant[heir[place]] = found.constant[place]


@compiled
def _guess(runs: Runs, total: float) -> float:
    """The level without bounds."""
    weights, bases = 0.0, 0.0
    for place in range(len(runs.up)):
        if runs.first[place] == place:
            weights += runs.weight[place]
            bases += runs.base[place]
    return (total - bases) / weights if weights > 0 else 0.0


@compiled
def subtree_starts(up: Places) -> Places:
    """The first place of each subtree, from places in walk order whose top is its own parent."""
    first = np.arange(len(up)).astype(np.int32)
    for place in range(len(up) - 1):
        if first[place] < first[up[place]]:
            first[up[place]] = first[place]
    return first


@compiled
def fill_tiers(tree: Tree, fields: Runs, total: float, found: Found, broken: Floats) -> None:
    """Split each parent's value among its children, parents first; `fields`, `found` and `broken` go by row.

    What stands below a value that its children's own bounds do not allow is nan; `broken` says of that parent by how
    much their floors are above it, or, below 0, their caps are short of it.
    """
    top = tree.walk[-1]
    found.value[top] = found.free[top] = total
    for at in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[at]
        children = tree.children[tree.first[row] : tree.first[row + 1]]
        count = len(children)
        if count == 0:
            continue
        target, least, most, size = found.value[row], 0.0, 0.0, 0.0
        for child in children:
            least += fields.lower[child]
            most += fields.upper[child]
            for bound in (fields.lower[child], fields.upper[child]):
                size += 0.0 if np.isinf(bound) else abs(bound)
        spare = 1e-12 * (1.0 + abs(target) + size)
        if np.isnan(target) or target < least - spare or target > most + spare:
            broken[row] = least - target if target < least else (most - target if target > most else 0.0)
            for child in children:
                found.value[child] = found.free[child] = np.nan
            continue
        _fill_children(fields, children, target, found)


@compiled
def _fill_children(fields: Runs, children: Places, target: float, found: Found) -> None:
    """The children of one parent as a tree of two tiers."""
    count = len(children)
    up, first = np.full(count + 1, count, np.int32), np.arange(count + 1).astype(np.int32)
    first[count] = 0
    weight, base, lower, upper = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    for place in range(count):
        child = children[place]
        weight[place], base[place] = fields.weight[child], fields.base[child]
        lower[place], upper[place] = fields.lower[child], fields.upper[child]
    runs = Runs(up, first, weight, base, lower, upper)
    floats = np.zeros((5, count + 1))
    side, tiers = np.zeros(count + 1, np.int8), np.zeros(count + 1, np.int8)
    own = Found(floats[0], floats[1], side, tiers, floats[2], floats[3], floats[4])
    find_levels(runs, own, target)
    for place in range(count):
        child = children[place]
        found.value[child], found.free[child] = own.value[place], own.free[place]
        found.side[child], found.tier[child], found.level[child] = side[place], tiers[place], own.level[place]
