"""What keeps base forecasts from being reconciled, unit by unit: bad numbers, gaps that nothing fills, clashing holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from headrope.core.landing.base_forecasts import BaseForecasts, Numbers
from headrope.core.problems import Problem
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree

TOLERANCE = 1e-9
"""Holds agree when they differ by no more than this part of the sizes that are added."""


def problems(tree: Tree, base: BaseForecasts, names: Sequence[str]) -> list[Problem]:
    """All that is wrong, each row once; `names` are the rows' codes. Bad numbers are told before anything is derived."""
    alive = tree.parent >= -1
    bad = [*_bad_variances(alive, base, names), *_bad_values(alive, base, names), *_bad_shares(tree, base, names)]
    return bad or [*_gaps(tree, base, names), *_clashes(tree, base, names)]


def refuse(tree: Tree, base: BaseForecasts) -> None:
    """Raise ValueError if there is a problem; units are called by their row."""
    found = problems(tree, base, [f"row {row}" for row in range(len(tree.parent))])
    if found:
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        raise ValueError(f"{found[0]}{more}")


def _bad_variances(alive: Bools, base: BaseForecasts, names: Sequence[str]) -> Iterator[Problem]:
    for row in np.flatnonzero(alive & ~(base.variances >= 0).all(axis=1)).tolist():
        wrong = base.variances[row][~(base.variances[row] >= 0)][0]
        message = "The variance of the forecast is %(variance)s."
        remedy = "Give a number from 0 upwards: 0 for a unit that is held, infinity for one without a forecast."
        yield Problem(names[row], message, remedy, {"variance": float(wrong)})


def _bad_values(alive: Bools, base: BaseForecasts, names: Sequence[str]) -> Iterator[Problem]:
    wrong = ~np.isfinite(base.values) & ~np.isposinf(base.variances)
    for row in np.flatnonzero(alive & wrong.any(axis=1)).tolist():
        message = "The forecast is %(value)s."
        remedy = "Give a finite number, or say by an infinite variance that there is no forecast."
        yield Problem(names[row], message, remedy, {"value": float(base.values[row][wrong[row]][0])})


def _bad_shares(tree: Tree, base: BaseForecasts, names: Sequence[str]) -> Iterator[Problem]:
    if base.shares is None:
        return
    for row in np.flatnonzero((tree.parent >= 0) & ~((base.shares >= 0) & np.isfinite(base.shares))).tolist():
        message, remedy = "The share in the superior unit is %(share)s.", "Give a number from 0 upwards."
        yield Problem(names[row], message, remedy, {"share": float(base.shares[row])})


def _gaps(tree: Tree, base: BaseForecasts, names: Sequence[str]) -> Iterator[Problem]:
    """Units that no forecast determines, in the first set of variances that has such."""
    for k in range(base.variances.shape[1]):
        lacking: Bools = np.isposinf(base.variances[:, k])
        found = list(_open_units(tree, lacking.tolist(), _shares(tree, base).tolist(), names)) if lacking.any() else []
        if found:
            yield from found
            return


def _open_units(tree: Tree, lacking: list[bool], shares: list[float], names: Sequence[str]) -> Iterator[Problem]:
    """A row is open when neither it nor all that is below it has a forecast; one open child follows from its parent."""
    open_ = lacking.copy()
    for row in tree.walk.tolist():
        below = tree.below(row).tolist()
        unknown = [child for child in below if open_[child] and shares[child] != 0]
        for child in below:
            if open_[child] and shares[child] == 0:
                message = "There is no forecast, and the unit counts for nothing in its superior unit."
                yield Problem(names[child], message, "Give a forecast.")
        if len(unknown) > 1:
            message = "Of the units below, %(count)s have no forecast: %(units)s."
            listed = ", ".join(names[child] for child in unknown)
            remedy = "Give a forecast for all of them but one, or hold them."
            yield Problem(names[row], message, remedy, {"count": len(unknown), "units": listed})
        # A family that has been told of already is not told of again above.
        open_[row] = lacking[row] and (not below or len(unknown) == 1)
        if open_[row] and tree.parent[row] == -1:
            message = "Neither the unit nor all that is below it has a forecast."
            yield Problem(names[row], message, "Give it a forecast, or one to every unit below.")


def _clashes(tree: Tree, base: BaseForecasts, names: Sequence[str]) -> Iterator[Problem]:
    """Held units whose value is not the sum of units below that are all held as well; one column of each is told."""
    held: Bools = np.broadcast_to(base.variances == 0, base.values.shape)
    if not (held.any(axis=1) & (np.diff(tree.first) > 0)).any():
        return
    shares, fixed, values = _shares(tree, base), held.copy(), base.values.copy()
    for row in tree.walk.tolist():
        below = tree.below(row)
        if not len(below) or tree.parent[row] < -1:
            continue
        counted = below[shares[below] != 0]
        firm: Bools = fixed[counted].all(axis=0)
        parts = shares[counted, None] * values[counted]
        total, size = parts.sum(axis=0), np.abs(parts).sum(axis=0) + np.abs(values[row])
        off = np.flatnonzero(firm & held[row] & (np.abs(values[row] - total) > TOLERANCE * size)).tolist()
        if off:
            message = "The unit is held at %(held)s, but the units below it are held and make %(total)s."
            remedy = "Release one of them, or make the holds add up."
            told = {"held": float(values[row, off[0]]), "total": float(total[off[0]])}
            yield Problem(names[row], message, remedy, told)
        values[row] = np.where(firm & ~held[row], total, values[row])
        fixed[row] |= firm


def _shares(tree: Tree, base: BaseForecasts) -> Numbers:
    return np.ones(len(tree.parent)) if base.shares is None else base.shares
