"""What reconciliation starts from and gives back: base forecasts with their variances, and coherent means.

Pure data and no compiled loop, so that pages may import it. The rules are in docs/spec/landing-reconciliation.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.tree_sums import Tree

Numbers = npt.NDArray[np.float64]


class BaseForecasts(NamedTuple):
    """Forecasts made for each row alone, before they add up.

    `values` float64[rows, columns], in the measure's unit; a column is a month, a total, a scenario.
    `variances` float64[rows, columns], or [rows, 1] for all columns alike, in the unit's square: 0 holds the row at its
    value, infinity says that the row has no forecast (its value may then be NaN).
    `shares` float64[rows]: what a row counts for in its parent, `parent = sum of share x child`; None is 1 everywhere.
    Rows that are not alive are not looked at.
    """

    values: Numbers
    variances: Numbers
    shares: Numbers | None = None


class Reconciled(NamedTuple):
    """Coherent means float64[rows, columns] and their error variances, of the shape of the base variances.

    Rows that are not alive have NaN.
    """

    mean: Numbers
    variance: Numbers


class Dependence(NamedTuple):
    """How errors hang together: correlations by depth, float64[tiers] each (docs/spec/landing-reconciliation.md, 5).

    `sisters[d]`, from 0 to 1: between any two children at depth d of one parent; `sisters[0]` is not used.
    `parent[d]`, from 0 to below 1: between the own forecast of a row at depth d and the sum of its children.
    """

    sisters: Numbers
    parent: Numbers

    @classmethod
    def none(cls, tree: Tree) -> Dependence:
        """Independent errors."""
        tiers = int(tree.depth.max(initial=0)) + 1
        return cls(np.zeros(tiers), np.zeros(tiers))


def checked(tree: Tree, base: BaseForecasts) -> BaseForecasts:
    """The same in plain runs of float64, shares filled in as an empty array where there are none.

    ValueError unless the arrays belong to the tree; compiled loops do not look.
    """
    rows = len(tree.parent)
    if base.values.ndim != 2 or len(base.values) != rows:
        raise ValueError(f"values have the shape {base.values.shape} instead of ({rows}, columns)")
    if base.variances.shape not in ((rows, 1), base.values.shape):
        raise ValueError(
            f"variances have the shape {base.variances.shape} instead of {base.values.shape} or ({rows}, 1)"
        )
    if base.shares is not None and base.shares.shape != (rows,):
        raise ValueError(f"shares have the shape {base.shares.shape} instead of ({rows},)")
    shares = np.empty(0) if base.shares is None else base.shares
    return BaseForecasts(*(np.ascontiguousarray(each, np.float64) for each in (base.values, base.variances, shares)))
