"""Reconciliation by its textbook formulae, in fractions and in floats, and random hierarchies to hold against them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers
from headrope.core.tree_sums import Tree

from ..forests import forests

Matrix = list[list[Fraction]]
Nested = dict[int, tuple[Any, Numbers, Numbers]]


@st.composite
def ragged(draw: st.DrawFn, most: int = 60) -> Tree:
    """A tree with one root, units in any order of rows."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, reach = draw(st.integers(1, most)), draw(st.sampled_from([3, 8, 60]))
    parent = [-1, *(int(rng.integers(max(0, row - reach), row)) for row in range(1, count))]
    place = rng.permutation(count)
    into = np.full(count, -1, np.int32)
    into[place[1:]] = place[parent[1:]]
    return Tree.of(into)


@st.composite
def any_forecasts(draw: st.DrawFn) -> tuple[Tree, BaseForecasts]:
    """Small forests with holds, gaps, shares and variances over 24 decades: often without a solution.

    Values are odd, so that no two holds agree by chance.
    """
    tree = Tree.of(draw(forests(most=9)))
    rows = len(tree.parent)
    decades = st.integers(-40, 40).map(lambda power: 2.0**power)
    variance = st.one_of(decades, decades, decades, st.sampled_from([0.0, np.inf]))
    variances = np.array(draw(st.lists(variance, min_size=rows, max_size=rows)))[:, None]
    values = np.array(draw(st.lists(st.integers(-99, 99), min_size=rows, max_size=rows)), float)[:, None]
    values += np.sqrt(np.arange(2.0, rows + 2))[:, None] / 128
    share = st.sampled_from([1.0, 0.5, 0.75, 0.0])
    shares = draw(st.one_of(st.none(), st.lists(share, min_size=rows, max_size=rows).map(np.array)))
    return tree, BaseForecasts(values, variances, shares)


def leaves_of(tree: Tree) -> list[int]:
    return [row for row in range(len(tree.parent)) if not len(tree.below(row)) and tree.parent[row] >= -1]


def structure(tree: Tree, shares: Numbers | None = None) -> Numbers:
    """The summing matrix S [rows, leaves]: how much of each leaf is in each row."""
    leaves = leaves_of(tree)
    found = np.zeros((len(tree.parent), len(leaves)))
    for column, leaf in enumerate(leaves):
        part = 1.0
        for row in tree.path(leaf):
            found[row, column] = part
            part *= 1.0 if shares is None else shares[row]
    return found


def solve(matrix: Matrix, right: Matrix) -> Matrix | None:
    """Gauss and Jordan in fractions; None when the matrix is singular."""
    rows = [[*left, *given] for left, given in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next((i for i in range(at, len(rows)) if rows[i][at]), None)
        if pivot is None:
            return None
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][at] for each in rows[at]]
        for i in range(len(rows)):
            if i != at and rows[i][at]:
                rows[i] = [a - rows[i][at] * b for a, b in zip(rows[i], rows[at], strict=True)]
    return [row[len(matrix) :] for row in rows]


class Exact(NamedTuple):
    """Of all rows alive: the mean, the variance, and that of the errors when theirs have the given variances."""

    mean: list[float]
    variance: list[float]
    sandwich: list[float]


def by_fractions(tree: Tree, base: BaseForecasts, errors: Numbers | None = None) -> Exact | None:
    """The first column, exactly: least squares for leaves, subject to the holds.

    The inverse of [[S'W^-1 S, H'], [H, 0]], H being the rows of S that are held, has the covariance of the leaves in
    its corner. None when it is singular: something is not determined, or held twice.
    """
    sums = [[Fraction(each) for each in row] for row in structure(tree, base.shares).tolist()]
    alive = [row for row in range(len(sums)) if tree.parent[row] >= -1]
    variances, values = base.variances[:, 0], [Fraction(each) for each in base.values[:, 0].tolist()]
    held = [row for row in alive if variances[row] == 0]
    told = [row for row in alive if 0 < variances[row] < np.inf]
    count = len(sums[0])
    weight = {row: 1 / Fraction(float(variances[row])) for row in told}
    matrix = [
        [add(weight[row] * sums[row][i] * sums[row][j] for row in told if sums[row][i]) for j in range(count)]
        + [sums[row][i] for row in held]
        for i in range(count)
    ]
    matrix += [[*sums[row], *([Fraction(0)] * len(held))] for row in held]
    size = count + len(held)
    inverse = solve(matrix, [[Fraction(int(i == j)) for j in range(size)] for i in range(size)])
    if inverse is None:
        return None
    known, found = [*told, *held], Exact([], [], [])
    for row in alive:
        answer = [add(sums[row][i] * inverse[i][j] for i in range(count) if sums[row][i]) for j in range(size)]
        gains = [weight[each] * add(a * b for a, b in zip(answer, sums[each], strict=False)) for each in told]
        gains += answer[count:]
        found.mean.append(float(add(gain * values[each] for gain, each in zip(gains, known, strict=True))))
        found.variance.append(float(add(a * b for a, b in zip(answer, sums[row], strict=False))))
        if errors is not None:
            spread = (gain**2 * Fraction(float(errors[each])) for gain, each in zip(gains, known, strict=True))
            found.sandwich.append(float(add(spread)))
    return found


def add(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction(0))


def by_projection(tree: Tree, covariance: Numbers, shares: Numbers | None = None) -> Numbers:
    """The matrix M of generalised least squares, x = M y, from the full covariance of the base errors [rows, rows]."""
    sums = structure(tree, shares)
    leaves = leaves_of(tree)
    inner = [row for row in range(len(sums)) if row not in leaves]
    constraints = np.zeros((len(inner), len(sums)))
    constraints[range(len(inner)), inner] = 1.0
    constraints[:, leaves] -= sums[inner]
    spread = constraints @ covariance
    found: Numbers = np.eye(len(sums)) - spread.T @ np.linalg.solve(spread @ constraints.T, constraints)
    return found


def combined(own: float, below: float, kappa: float) -> tuple[float, float]:
    """The best unbiased mix of an own forecast and a sum: the sum's part between 0 and 1, and the mix's variance."""
    both = kappa * np.sqrt(own * below)
    keep = min(max((own - both) / (own + below - 2 * both), 0.0), 1.0)
    return keep, keep**2 * below + (1 - keep) ** 2 * own + 2 * keep * (1 - keep) * both


def nested_families(tree: Tree, base: BaseForecasts, dependence: Dependence) -> tuple[Nested, Numbers]:
    """By row with children: them, the covariance of their errors times share and of the row's own, and the mix of these.

    And the variances of what subtrees say.
    """
    share = np.ones(len(tree.parent)) if base.shares is None else base.shares
    own, said = base.variances[:, 0], base.variances[:, 0].copy()
    family: Nested = {}
    for row in tree.walk.tolist():
        below = tree.below(row)
        if not len(below):
            continue
        sd = share[below] * np.sqrt(said[below])
        rho = dependence.sisters[tree.depth[row] + 1]
        among = rho * np.outer(sd, sd) + (1 - rho) * np.diag(sd**2)
        total = among.sum()
        kappa = dependence.parent[tree.depth[row]]
        keep, said[row] = combined(own[row], total, kappa)
        # Children's errors times share, then the row's own error, which depends on their sum only.
        both = np.zeros((len(below) + 1, len(below) + 1))
        both[:-1, :-1], both[-1, -1] = among, own[row]
        both[:-1, -1] = both[-1, :-1] = among.sum(axis=1) / total * kappa * np.sqrt(total * own[row])
        mix = np.array([*([keep] * len(below)), 1 - keep])
        family[row] = below, both, mix
    return family, said


def nested_covariance(tree: Tree, base: BaseForecasts, dependence: Dependence) -> Numbers:
    """The covariance [rows, rows] of base errors that section 5 of the specification defines, for finite variances > 0.

    From the root down: given the error of what a subtree says, the errors of what its children say and the root's own
    one have the stated covariance among each other and depend on nothing else.
    """
    share = np.ones(len(tree.parent)) if base.shares is None else base.shares
    family, said = nested_families(tree, base, dependence)
    own = base.variances[:, 0]
    # Errors as sums of independent ones: `says` [rows, sources] of what subtrees say, `errs` of own forecasts.
    size = sum(len(both) for _, both, _ in family.values()) + 1
    says, errs = np.zeros((len(own), size)), np.zeros((len(own), size))
    used = 1
    for row in reversed(tree.walk.tolist()):
        if tree.parent[row] < 0:
            says[row, 0] = np.sqrt(said[row])
        if row not in family:
            errs[row] = says[row]
            continue
        below, both, mix = family[row]
        follows = both @ mix / said[row]
        left = both - np.outer(follows, follows) * said[row]
        power, turn = np.linalg.eigh(left)
        found = np.outer(follows, says[row])
        found[:, used : used + len(both)] += turn * np.sqrt(np.maximum(power, 0.0))
        used += len(both)
        says[below], errs[row] = found[:-1] / share[below, None], found[-1]
    covariance: Numbers = errs @ errs.T
    return covariance
