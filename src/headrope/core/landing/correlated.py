"""Exact reconciliation of a tree whose errors hang together: sisters share shocks, a parent errs like its children.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> base = BaseForecasts(np.array([[100.0], [60.0], [70.0]]), np.array([[20.0], [10.0], [10.0]]))
>>> found = reconcile_correlated(tree, base, Dependence(np.array([0.0, 0.5]), np.array([0.5, 0.0])))
>>> found.mean.ravel().round(3).tolist(), found.variance.ravel().round(3).tolist()
([109.119, 49.559, 59.559], [17.644, 6.911, 6.911])

The model and its proofs are in docs/spec/landing-reconciliation.md, section 5; core.landing.dependence estimates it.
"""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers, Reconciled, checked
from headrope.core.landing.correlated_loops import Messages, gather, spread
from headrope.core.landing.solvability import refuse
from headrope.core.tree_sums import Tree


def reconcile_correlated(tree: Tree, base: BaseForecasts, dependence: Dependence) -> Reconciled:
    """Coherent means and the variances of their errors when base errors depend on each other as stated.

    With Dependence.none the same as reconciling.reconcile, to rounding. ValueError as there, and when a correlation is
    out of its bounds.
    """
    told, variance = heard(tree, base, dependence)
    return Reconciled(told.mean, variance)


# Compiled loops never warn; where compilation is switched off, bad input that is about to be named would.
@np.errstate(over="ignore", invalid="ignore")
def heard(tree: Tree, base: BaseForecasts, dependence: Dependence) -> tuple[Messages, Numbers]:
    """Both passes: messages whose `mean` is that of the whole tree, and the variances [rows, sets]."""
    values, variances, shares = checked(tree, base)
    assert shares is not None
    check_dependence(tree, dependence)
    dependence = Dependence(*(np.ascontiguousarray(each, np.float64) for each in dependence))
    sums = np.zeros_like(values), *(np.zeros_like(variances) for _ in range(4))
    told, variance = Messages(np.empty_like(values), np.empty_like(variances), *sums), np.empty_like(variances)
    if gather(tree, (values, variances, shares), dependence, told):  # which may be a false alarm
        refuse(tree, base)
    spread(tree, shares, dependence, told, variance)
    if not np.isfinite(told.mean[tree.parent >= -1]).all():
        raise ValueError("the forecasts are too large to be added")
    return told, variance


def check_dependence(tree: Tree, dependence: Dependence) -> None:
    """Raise ValueError unless there is a correlation within bounds for each tier of the tree."""
    tiers = int(tree.depth.max(initial=0)) + 1
    for name, found in dependence._asdict().items():
        if found.shape != (tiers,):
            raise ValueError(f"correlations of {name} have the shape {found.shape} instead of ({tiers},)")
        if not ((found >= 0) & (found <= 1)).all():
            raise ValueError(f"correlations of {name} are from 0 to 1, not {found.tolist()}")
    if not (dependence.parent < 1).all():
        raise ValueError(f"correlations of parent are below 1, not {dependence.parent.tolist()}")
