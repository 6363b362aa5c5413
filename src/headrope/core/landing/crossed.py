"""Exact reconciliation when units are added up in more than one way, such as by region and by product.

>>> structure = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
>>> values, covariance = np.array([[100.0], [60.0], [70.0]]), np.diag([20.0, 10.0, 10.0])
>>> reconcile_dense(structure, values, covariance).mean.round(9).ravel().tolist()
[115.0, 52.5, 62.5]

A tree needs none of this: core.landing.reconciling does it in two passes. The formulae are in
docs/spec/landing-reconciliation.md, section 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headrope.core.landing.base_forecasts import Numbers, Reconciled

MOST_ROWS = 3_000
"""A dense covariance of more rows than this is refused: it takes n^3 work and n^2 memory."""


class NeedsScipy(ImportError):
    """Large crossed hierarchies are solved by SciPy's sparse factorisation, which is not installed."""

    def __init__(self) -> None:
        super().__init__(f"crossed hierarchies of more than {MOST_ROWS} rows need SciPy: pip install scipy")


def shrunk_covariance(errors: Numbers) -> Numbers:
    """Covariance float64[rows, rows] of past errors [origins, rows], correlations shrunk towards 0.

    The estimator of Schaefer and Strimmer (2005) that mint_shrink takes (Wickramasuriya, Athanasopoulos and Hyndman
    2019): variances as they are; covariances times 1 - lambda, lambda = sum of Var(r) / sum of r^2 over all pairs,
    within 0 and 1. At least three origins, no missing values.
    """
    if errors.ndim != 2 or len(errors) < 3 or not np.isfinite(errors).all():
        raise ValueError(f"errors are finite numbers of three origins or more, not of the shape {errors.shape}")
    count, variance = len(errors), errors.var(axis=0, ddof=1)
    apart = errors - errors.mean(axis=0)
    z = np.divide(apart, np.sqrt(variance), out=np.zeros_like(apart), where=variance > 0)
    products = z.T @ z / count
    squares = (z**2).T @ z**2 / count
    off = ~np.eye(len(variance), dtype=bool)
    size = float((products[off] ** 2).sum())
    # Var(r_ij) is that of the mean of z_i z_j: squares - products^2 over count - 1.
    spread = float((squares - products**2)[off].sum()) / (count - 1)
    keep = 1.0 - min(1.0, max(0.0, spread / size)) if size > 0 else 0.0
    shrunk: Numbers = apart.T @ apart / (count - 1)
    shrunk[off] *= keep
    return shrunk


def reconcile_dense(structure: Numbers, values: Numbers, covariance: Numbers) -> Reconciled:
    """Means [rows, columns] and error variances [rows, 1] for any structure and any covariance, up to 3,000 rows.

    `structure` float64[rows, leaves] says of which leaves each row is made, and how much of them; each leaf has a row
    of its own. `values` [rows, columns]; `covariance` [rows, rows] of the base errors, positive semidefinite. In the
    form of a projection, x = y - W C' (C W C')^-1 C y where C x = 0 says that x adds up, so that W is not inverted
    and may have zeros for held rows. ValueError where the holds contradict each other.
    """
    rows = len(structure)
    if rows > MOST_ROWS:
        raise ValueError(f"{rows} rows are too many for a dense covariance; at most {MOST_ROWS}")
    if covariance.shape != (rows, rows) or values.ndim != 2 or len(values) != rows:
        raise ValueError(f"values {values.shape} and covariance {covariance.shape} do not belong to {rows} rows")
    if not (np.isfinite(values).all() and np.isfinite(covariance).all()):
        raise ValueError("values and covariances are finite numbers")
    places = np.nonzero(structure)
    own = _own_rows(structure, (places[0], places[1], structure[places]))
    rest = np.setdiff1d(np.arange(rows), own)
    constraints = np.zeros((len(rest), rows))
    constraints[np.arange(len(rest)), rest] = 1.0
    constraints[:, own] -= structure[rest]
    spread = constraints @ covariance
    try:
        gain = np.linalg.solve(spread @ constraints.T, spread)
    except np.linalg.LinAlgError as error:
        raise ValueError("rows that are held leave nothing to adjust") from error
    mean = values - gain.T @ (constraints @ values)
    variance = np.diag(covariance) - np.einsum("ij,ij->j", spread, gain)
    return Reconciled(mean, np.maximum(variance, 0.0)[:, None])


def reconcile_crossed(structure: Any, values: Numbers, variances: Numbers) -> Numbers:
    """Coherent means [rows, columns] for independent errors and any structure, by one sparse factorisation.

    `structure` is a SciPy sparse array or matrix [rows, leaves] as in reconcile_dense; `values` float64[rows, columns];
    `variances` float64[rows], finite and from 0 upwards. Variances of the result are not given: they would need an
    inverse. NeedsScipy without SciPy, ValueError where rows that are held leave nothing to adjust.
    """
    try:
        from scipy import sparse  # type: ignore  # noqa: PLC0415  optional package
        from scipy.sparse import linalg  # type: ignore  # noqa: PLC0415  optional package
    except ImportError as error:
        raise NeedsScipy from error
    rows = structure.shape[0]
    if variances.shape != (rows,) or values.ndim != 2 or len(values) != rows:
        raise ValueError(f"values {values.shape} and variances {variances.shape} do not belong to {rows} rows")
    if not (np.isfinite(values).all() and np.isfinite(variances).all() and (variances >= 0).all()):
        raise ValueError("values are finite numbers, variances such from 0 upwards")
    sums = sparse.csr_array(structure)
    entries = sums.tocoo()
    own = _own_rows(sums, (*entries.coords, entries.data))
    rest = np.setdiff1d(np.arange(rows), own)
    if not len(rest):
        return values.copy()
    chosen = sparse.csr_array((np.ones(len(own)), (np.arange(len(own)), own)), shape=(len(own), rows))
    identity = sparse.csr_array((np.ones(len(rest)), (np.arange(len(rest)), rest)), shape=(len(rest), rows))
    constraints = (identity - sums[rest] @ chosen).tocsr()
    weights = sparse.diags_array(variances / (variances.max() or 1.0))
    try:
        solver = linalg.splu(
            (constraints @ weights @ constraints.T).tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            options={"SymmetricMode": True},
        )
    except RuntimeError as error:  # "Factor is exactly singular"
        raise ValueError("rows that are held leave nothing to adjust") from error
    mean: Numbers = values - weights @ (constraints.T @ solver.solve(constraints @ values))
    return mean


def _own_rows(structure: Any, entries: tuple[Any, Any, Any]) -> npt.NDArray[np.intp]:
    """The row of each leaf: the first one that is made of it alone and whole; `entries` are rows, leaves, numbers."""
    rows, leaves, numbers = (np.asarray(each)[np.asarray(entries[2]) != 0] for each in entries)
    alone = (np.bincount(rows, minlength=structure.shape[0])[rows] == 1) & (numbers == 1)
    order = np.argsort(rows[alone], kind="stable")[::-1]
    own = np.full(structure.shape[1], -1, np.intp)
    own[leaves[alone][order]] = rows[alone][order]
    if (own < 0).any():
        raise ValueError(f"leaf {int(np.flatnonzero(own < 0)[0])} has no row of its own")
    return own
