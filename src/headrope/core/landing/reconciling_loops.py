"""The compiled passes of the plain weighted reconciliation, and those of its honest variances.

All in one file, because a kept compilation is renewed by file. In every pass `base` holds values [rows, columns],
variances [rows, sets] and shares [rows] (empty: all 1); set k serves the k-th part of the columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.tree_sums import Tree

Base = tuple[Numbers, Numbers, Numbers]


class Families(NamedTuple):
    """What the children of each row say together, by the row.

    `mean` [rows, columns] is the sum of their means; `largest` and `rest` [rows, sets] are the largest of their variances
    and the sum of the others. They are kept apart so that the sum without one child never is a difference of nearly
    equal numbers; a `rest` without bound means that two children are unknown. All times share.
    """

    mean: Numbers
    largest: Numbers
    rest: Numbers


class Responses(NamedTuple):
    """How estimates answer to errors, by row [rows, sets].

    `told` is the variance of what the row's subtree says, `largest` and `rest` are those of its children as in
    Families. `keep` is how much of an error in the sum of the children stays in the row's own estimate, `loss` 1 less
    that, and `beside` the variance that comes from elsewhere.
    """

    told: Numbers
    largest: Numbers
    rest: Numbers
    keep: Numbers
    loss: Numbers
    beside: Numbers


@compiled
def pass_up(tree: Tree, base: Base, families: Families, mean: Numbers, var: Numbers) -> int:
    """Into `mean` and `var`, where there are children: the row as its subtree alone knows it.

    Gives how often something looked wrong. Leaves are left out: their subtree says what their base forecast says. The
    arrays have names of their own because compiled code is slower through the tuples.
    """
    values, variances, shares = base
    total, largest, rest = families
    walk, parent, first = tree.walk, tree.parent, tree.first
    sets, wrong = variances.shape[1], 0
    per = values.shape[1] // sets
    for row in range(len(walk)):
        if first[row] < first[row + 1]:
            total[row], largest[row], rest[row] = 0.0, 0.0, 0.0
    for row in walk:
        above = parent[row]
        if above < -1:
            continue
        inner = first[row] < first[row + 1]
        share = shares[row] if len(shares) and above >= 0 else 1.0
        wrong += not share >= 0.0
        for k in range(sets):
            own = variances[row, k]
            known, gain, keep = own, 1.0, 0.0
            if inner:
                below = largest[row, k] + rest[row, k]
                gain, keep = weigh(own, below)
                known = below if own == np.inf else gain * own
                var[row, k] = known
                wrong += rest[row, k] == np.inf
            wrong += not own >= 0.0 or (known == np.inf and (above < 0 or share == 0.0))
            if inner and known < np.inf:
                for c in range(k * per, k * per + per):
                    told = values[row, c]
                    if gain == 0.0:
                        wrong += own < np.inf and not agree(own, told, total[row, c])
                        told = total[row, c]
                    elif keep > 0.0:
                        told = gain * told + keep * total[row, c]
                    mean[row, c] = told
                    if above >= 0:
                        total[above, c] += share * told
            elif known < np.inf and above >= 0:
                for c in range(k * per, k * per + per):
                    total[above, c] += share * values[row, c]
            if above >= 0:
                known *= share * share
                if known > largest[above, k]:
                    rest[above, k] += largest[above, k]
                    largest[above, k] = known
                else:
                    rest[above, k] += known
    return wrong


@compiled
def weigh(own: float, below: float) -> tuple[float, float]:
    """The parts that the own forecast and the sum of the children get; all children are held where both are 0."""
    if own == np.inf or own + below == 0.0:
        return 0.0, 1.0
    if below == np.inf:
        return 1.0, 0.0
    return below / (own + below), own / (own + below)


@compiled
def agree(own: float, value: float, total: float) -> bool:
    """Whether an own forecast may be passed over for the sum of children that are all held: close, if held itself."""
    return abs(value) < np.inf and (own > 0.0 or abs(value - total) <= 1e-12 * abs(value))


@compiled
def pass_down(tree: Tree, base: Base, families: Families, mean: Numbers, var: Numbers) -> int:
    """Into `mean` and `var`: every row as the whole tree knows it. Gives how often something is not finite.

    `families.mean` becomes the surprise of each family: what its parent turned out to be more than its children said.
    A leaf that is not finite makes that of its family so, and need not be looked at.
    """
    values, variances, shares = base
    surprise, largest, rest = families
    walk, parent, first = tree.walk, tree.parent, tree.first
    sets, wrong = variances.shape[1], 0
    per = values.shape[1] // sets
    for place in range(len(walk) - 1, -1, -1):
        row = walk[place]
        above = parent[row]
        if above < -1:
            mean[row], var[row] = np.nan, np.nan
            continue
        inner = first[row] < first[row + 1]
        share = shares[row] if len(shares) and above >= 0 else 1.0
        for k in range(sets):
            known, part = var[row, k] if inner else variances[row, k], 0.0
            blank = known == np.inf
            if above >= 0:
                mine, others = known if share == 1.0 else known * share * share, rest[above, k]
                if mine < largest[above, k]:
                    others += largest[above, k] - mine
                # Next to a sister without bound a row keeps what it says.
                if mine > 0.0 and (others < np.inf or mine == np.inf):
                    part = mine / (mine + others) if mine < np.inf else 1.0
                    known = part * (others + part * var[above, k])
                    if share != 1.0:
                        known, part = known / (share * share), part / share
            var[row, k] = known
            # Loops of their own for what is most frequent: leaves.
            if not inner and above >= 0 and not blank:
                for c in range(k * per, k * per + per):
                    mean[row, c] = values[row, c] + part * surprise[above, c]
                continue
            for c in range(k * per, k * per + per):
                told = 0.0 if blank else mean[row, c] if inner else values[row, c]
                if above >= 0:
                    told += part * surprise[above, c]
                mean[row, c] = told
                if inner:
                    surprise[row, c] = told - surprise[row, c]
                    told = surprise[row, c]
                wrong += not abs(told) < np.inf
    return wrong


@compiled
def join(variance: float, largest: Numbers, rest: Numbers, above: int, k: int) -> None:
    """One more child's variance in the sums of its family."""
    if variance > largest[above, k]:
        rest[above, k] += largest[above, k]
        largest[above, k] = variance
    else:
        rest[above, k] += variance


@compiled
def without(mine: float, largest: float, rest: float) -> float:
    """The sum of a family's variances without one of them."""
    return rest + (largest - mine) if mine < largest else rest


@compiled
def errors_up(tree: Tree, base: Base, families: Families, told: Responses) -> None:
    """Variances of what subtrees say when errors have the variances `base[0]` and the weights were made of `base[1]`."""
    errors, weights, shares = base
    for row in tree.walk:
        above = tree.parent[row]
        if above < -1:
            continue
        share = shares[row] if len(shares) and above >= 0 else 1.0
        inner = tree.first[row] < tree.first[row + 1]
        for k in range(weights.shape[1]):
            below = families.largest[row, k] + families.rest[row, k] if inner else np.inf
            gain, keep = weigh(weights[row, k], below)
            variance = gain * gain * errors[row, k] if gain > 0.0 else 0.0
            if inner:
                variance += keep * keep * (told.largest[row, k] + told.rest[row, k])
            told.told[row, k] = variance
            if above >= 0:
                join(variance * share * share, told.largest, told.rest, above, k)


@compiled
def errors_down(tree: Tree, base: Base, families: Families, told: Responses, var: Numbers) -> None:
    """Turn `var`, the variances by weights of what inner rows' subtrees say, into those of the errors of the whole."""
    errors, weights, shares = base
    for place in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[place]
        above = tree.parent[row]
        if above < -1:
            var[row] = np.nan
            continue
        share = shares[row] if len(shares) and above >= 0 else 1.0
        inner = tree.first[row] < tree.first[row + 1]
        for k in range(weights.shape[1]):
            known = var[row, k] if inner else weights[row, k]
            answer, loss, beside = 1.0, 0.0, 0.0
            if above >= 0 and share > 0.0:
                mine, spread = known * share * share, told.told[row, k] * share * share
                others = without(mine, families.largest[above, k], families.rest[above, k])
                part, stay = 0.0, 1.0
                if mine == np.inf:
                    part, stay = 1.0, 0.0
                elif mine > 0.0 and others < np.inf:
                    part, stay = mine / (mine + others), others / (mine + others)
                answer, loss = stay + part * told.keep[above, k], part * told.loss[above, k]
                beside = loss * loss * without(spread, told.largest[above, k], told.rest[above, k])
                beside = (beside + part * part * told.beside[above, k]) / (share * share)
            var[row, k] = answer * answer * told.told[row, k] + beside
            if inner:
                gain, keep = weigh(weights[row, k], families.largest[row, k] + families.rest[row, k])
                told.keep[row, k], told.loss[row, k] = answer * keep, loss + answer * gain
                told.beside[row, k] = beside
                if gain > 0.0:
                    told.beside[row, k] += answer * answer * gain * gain * errors[row, k]
