"""The compiled loops behind core.landing.flooring: floors add up towards the roots, what they take comes down again."""

from __future__ import annotations

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import Bools, Rows
from headrope.core.tree_sums import Tree


@compiled
def floors_up(tree: Tree, shares: Numbers, least: Numbers) -> None:
    """Raise `least` [rows] where the floors of the children make more than a row's own."""
    below = np.zeros(len(least))
    for row in tree.walk:
        if tree.first[row] < tree.first[row + 1]:
            least[row] = max(least[row], below[row])
        if tree.parent[row] >= 0 and shares[row] > 0.0:
            below[tree.parent[row]] += shares[row] * least[row]


@compiled
def lift(tree: Tree, shares: Numbers, least: Numbers, mean: Numbers, variance: Numbers) -> int:
    """Raise `mean` [rows] to the floors, from the roots down; the row whose holds leave no room for that, or -1."""
    moved = np.zeros(len(mean), np.bool_)
    for place in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[place]
        if tree.parent[row] < -1:
            continue
        if (tree.parent[row] == -1 or shares[row] == 0.0) and mean[row] < least[row]:
            if variance[row] == 0.0:
                return int(row)
            mean[row], moved[row] = least[row], True
        children = tree.children[tree.first[row] : tree.first[row + 1]]
        for child in children:
            moved[row] |= shares[child] > 0.0 and mean[child] < least[child]
        if moved[row] and len(children):
            if not settle(children, shares, least, (mean, variance), mean[row]):
                return int(row)
            moved[children] = True
    return -1


@compiled
def settle(children: Rows, shares: Numbers, least: Numbers, state: tuple[Numbers, Numbers], total: float) -> bool:
    """Make the children add up to `total`, none below its floor: x = max(floor, mean + level x share x variance).

    A child that stays at its floor at one level does so at every lower one, and each round's level is lower than the
    one before, so no round has to give a child back. False if what is held is in the way.
    """
    mean, variance = state
    raised = np.zeros(len(children), np.bool_)
    while True:
        level, firm = find_level(children, shares, least, state, (raised, total))
        found = False
        for i in range(len(children)):
            child = children[i]
            if not raised[i] and shares[child] > 0.0:
                raised[i] = mean[child] + level * shares[child] * variance[child] < least[child]
                found |= raised[i]
        if not found:
            break
    for i in range(len(children)):
        child = children[i]
        if raised[i]:
            if variance[child] == 0.0:
                return False
            mean[child] = least[child]
        elif shares[child] > 0.0:
            mean[child] += level * shares[child] * variance[child]
    return firm


@compiled
def find_level(
    children: Rows, shares: Numbers, least: Numbers, state: tuple[Numbers, Numbers], asked: tuple[Bools, float]
) -> tuple[float, bool]:
    """The level at which the children that are not raised make up the total; false when nothing can give."""
    mean, variance = state
    raised, total = asked
    gap, size, weight = total, abs(total), 0.0
    for i in range(len(children)):
        child = children[i]
        if shares[child] > 0.0:
            part = shares[child] * (least[child] if raised[i] else mean[child])
            gap -= part
            size += abs(part)
            if not raised[i]:
                weight += shares[child] * shares[child] * variance[child]
    if weight > 0.0:
        return gap / weight, True
    return 0.0, abs(gap) <= 1e-9 * size
