"""Exact weighted reconciliation of a tree in two passes: means and variances, for commands and jobs (not for pages).

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> base = BaseForecasts(np.array([[100.0], [60.0], [70.0]]), np.array([[20.0], [10.0], [10.0]]))
>>> found = reconcile(tree, base)
>>> found.mean.ravel().tolist(), found.variance.ravel().tolist()
([115.0, 52.5, 62.5], [10.0, 7.5, 7.5])

The rules and proofs are in docs/spec/landing-reconciliation.md.
"""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import BaseForecasts, Numbers, Reconciled, checked
from headrope.core.landing.reconciling_loops import (
    Base,
    Families,
    Responses,
    errors_down,
    errors_up,
    pass_down,
    pass_up,
)
from headrope.core.landing.solvability import refuse
from headrope.core.tree_sums import Tree

quietly = np.errstate(over="ignore", invalid="ignore")
"""Compiled loops never warn; where compilation is switched off, bad input that is about to be named would."""


@quietly
def reconcile(tree: Tree, base: BaseForecasts) -> Reconciled:
    """The coherent values that weighted least squares puts in place of the base forecasts, and their variances.

    Equal to S (S' W^-1 S)^-1 S' W^-1 y and the diagonal of S (S' W^-1 S)^-1 S' with W = diag(variances) (Wickramasuriya,
    Athanasopoulos and Hyndman 2019), and to their limits where a variance is 0 or infinite. The variances are those of
    the errors if the errors of the base forecasts are independent with the given variances. ValueError names what
    solvability.problems finds.
    """
    given, families, variance, mean = _told(tree, base)
    if pass_down(tree, given, families, mean, variance):
        refuse(tree, base)
        raise ValueError("the forecasts are too large to be added")
    return Reconciled(mean, variance)


@quietly
def sandwich(tree: Tree, base: BaseForecasts, errors: Numbers) -> Numbers:
    """Variances of the reconciled values' errors when the base variances are mere weights, in their shape.

    `errors`, of the same shape, are the variances of the independent errors of the base forecasts: the diagonal of
    M diag(errors) M' with M = S (S' W^-1 S)^-1 S' W^-1. What belongs to rows without forecast is not looked at.
    """
    if errors.shape != base.variances.shape:
        raise ValueError(f"errors have the shape {errors.shape} instead of {base.variances.shape}")
    used = np.isfinite(base.variances) & (tree.parent >= -1)[:, None]
    if not (np.isfinite(errors) & (errors >= 0))[used].all():
        raise ValueError("a variance of an error is not a finite number from 0 upwards")
    given, families, variance, _ = _told(tree, base)
    spread = (np.ascontiguousarray(errors, np.float64), *given[1:])
    told = Responses(*(np.zeros(errors.shape) for _ in Responses._fields))
    errors_up(tree, spread, families, told)
    errors_down(tree, spread, families, told, variance)
    return variance


def _told(tree: Tree, base: BaseForecasts) -> tuple[Base, Families, Numbers, Numbers]:
    """What subtrees say, variances and means: the pass from the leaves up."""
    values, variances, shares = checked(tree, base)
    assert shares is not None
    given, families = (
        (values, variances, shares),
        Families(*(np.empty_like(each) for each in (values, variances, variances))),
    )
    variance, mean = np.empty_like(variances), np.empty_like(values)
    if pass_up(tree, given, families, mean, variance):  # which may be a false alarm
        refuse(tree, base)
    return given, families, variance, mean
