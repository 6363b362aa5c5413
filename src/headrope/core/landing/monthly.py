"""The months that lead to a landing, coherent over the tree and equal to it in sum; docs/spec/landing.md, section 6."""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Kind
from headrope.core.landing.smoothing import paths
from headrope.core.landing.walking import Ground, Step


def months(ground: Ground, step: Step) -> Numbers:
    """The figures of the months ahead, float64[rows, months]: of flows they sum to the rest, of stocks they end with it.

    Leaves have the shape that Theta and damped Holt give on the average, moved to their coherent rest: a flow whose
    months all have the rest's sign is scaled, any other is shifted evenly; the difference of a stock grows evenly to
    the end of the year. Rows above are the sums, by shares.
    """
    tree, history = ground.tree, ground.history
    made = paths(history, ground.parts, step.year, ground.threads)
    shape = 0.5 * (made.theta + made.holt)
    ahead, known = shape.shape[1], ground.parts.known[step.year]
    if not ahead:
        return shape
    if history.kind is Kind.FLOW:
        shape = np.where(np.isnan(shape), 1.0, shape)
        total, rest = shape.sum(axis=1), step.mean
        same = (shape * np.sign(rest)[:, None] >= 0).all(axis=1) & (total != 0)
        scaled = shape * np.where(same, rest / np.where(same, total, 1.0), 1.0)[:, None]
        found = np.where(same[:, None], scaled, shape + ((rest - total) / ahead)[:, None])
    else:
        shape = np.where(np.isnan(shape), known[:, None], shape)
        end = known + step.mean
        found = shape + (end - shape[:, -1])[:, None] * (np.arange(1, ahead + 1) / ahead)
        if history.non_negative:
            found = np.maximum(found, 0.0)
    inner = np.diff(tree.first) > 0
    found[inner | (tree.parent < -1)] = 0.0
    found = np.nan_to_num(found, nan=0.0)
    for row in tree.order:
        found[tree.parent[row]] += found[row] * (1.0 if ground.shares is None else ground.shares[row])
    found[tree.parent < -1] = np.nan
    return found
