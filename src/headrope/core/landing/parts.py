"""Cuts histories into what is known and the rest, on a tree; for commands and jobs (docs/spec/landing.md, section 2)."""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind, Parts
from headrope.core.landing.history_loops import complete
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree


def cut(history: History, tree: Tree, shares: Numbers | None = None) -> Parts:
    """Fill holes, sum up the tree and cut every year after month `origin`.

    `shares` float64[rows]: what a row counts for in its parent; None is 1 everywhere. ValueError for wrong shapes,
    infinite figures and figures below zero in a measure that has none.
    """
    rows = len(tree.parent)
    history.check(rows)
    values = np.ascontiguousarray(history.values, np.float64)
    if np.isinf(values).any() or (history.non_negative and (values < 0).any()):
        raise ValueError("the history has problems; history.problems names them")
    figures = np.full(values.shape, np.nan)
    first, filled, late = np.zeros(rows, np.int32), np.zeros(rows, np.int32), np.zeros(rows, np.int32)
    differs = np.zeros(rows, np.bool_)
    each = np.ones(rows) if shares is None else np.ascontiguousarray(shares, np.float64)
    level = history.kind is Kind.STOCK
    now = max(history.origin, 1) if level else history.origin  # before the first month a stock has last year's level
    span = (history.year, now, level)
    laid = (tree.parent, _bottom_up(tree), np.diff(tree.first).astype(np.int32), each)
    complete(values, laid, span, figures, (first, filled, late, differs))
    return Parts(figures, first, *_years(history, figures), filled, late, differs)


def _bottom_up(tree: Tree) -> Rows:
    """All living rows, children before parents."""
    roots = np.flatnonzero(tree.parent == -1).astype(np.int32)
    return np.concatenate([tree.order, roots])


def _years(history: History, figures: Numbers) -> tuple[Numbers, Numbers]:
    """Known and rest, float64[years + 1, rows] each."""
    rows, years, origin = len(figures), history.years, history.origin
    known, rest = np.full((years + 1, rows), np.nan), np.full((years + 1, rows), np.nan)
    whole = figures[:, : years * history.year].reshape(rows, years, history.year)
    current = figures[:, years * history.year :]
    if history.kind is Kind.FLOW:
        known[:years], rest[:years] = whole[:, :, :origin].sum(axis=2).T, whole[:, :, origin:].sum(axis=2).T
        # Of a row founded this year its first months are known, as everybody's are.
        known[years] = np.where(np.isnan(current).all(axis=1), np.nan, np.nansum(current, axis=1))
        if origin == 0:
            # Without a month of the year, that a row exists shows in the year before.
            known[years] = np.where(np.isnan(figures[:, -1]), np.nan, 0.0) if years else np.nan
    else:
        ends = whole[:, :, -1].T
        known[:years] = whole[:, :, origin - 1].T if origin else np.vstack([np.full((1, rows), np.nan), ends])[:years]
        known[years] = figures[:, -1] if figures.shape[1] else np.nan
        rest[:years] = ends - known[:years]
    if origin == history.year:
        rest[years] = np.where(np.isnan(known[years]), np.nan, 0.0)
    return known, rest
