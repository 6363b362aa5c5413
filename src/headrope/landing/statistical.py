"""AutoETS and Theta of statsforecast as further forecasters for the upper tiers of a landing; an optional extra.

For commands and jobs. The rules are in docs/spec/landing-extra.md.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Parts
from headrope.core.landing.members import Scene, bounds
from headrope.core.landing.parts import cut
from headrope.core.landing.smoothing import WINDOW, totals
from headrope.core.landing.walking import first_year
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree

MOST_ROWS = 300
"""Rows that are forecast unless more are asked for: AutoETS takes some hundredths of a second for each row and year."""
LEAST_YEARS = 2
"""Years of figures without which nothing is said of a row."""
MOST_PROCESSES = 2
BATCH = 32
"""Series that a process takes at a time."""

Forecaster = Callable[[Numbers, int, int], Numbers]
"""From figures float64[months], the months of a year and the months ahead: the months ahead, float64[months ahead]."""


class NeedsStatsforecast(ImportError):
    """AutoETS and Theta are asked for, and the package that has them is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "AutoETS and Theta are made by the package statsforecast, which is not installed: "
            "pip install statsforecast, or land without further forecasters"
        )


def auto_ets(figures: Numbers, year: int, ahead: int) -> Numbers:
    """Exponential smoothing with error and trend chosen by AICc and an additive season (Hyndman and others 2008)."""
    return np.asarray(_models().AutoETS(year, model="ZZA").forecast(figures, ahead)["mean"], np.float64)


def dynamic_theta(figures: Numbers, year: int, ahead: int) -> Numbers:
    """The dynamic optimised Theta model (Fiorucci and others 2016)."""
    return np.asarray(_models().DynamicOptimizedTheta(year).forecast(figures, ahead)["mean"], np.float64)


def _models() -> Any:
    try:
        from statsforecast import models  # type: ignore  # noqa: PLC0415  optional package
    except ImportError as error:
        raise NeedsStatsforecast from error
    return models


class Wanted(NamedTuple):
    """What to make: the forecasters, for at most so many rows, from year `start` on (None: where a walk begins; a backtest
    begins at backtest.START), in one process or two; `progress` is told how many series of how many are done, and stops
    the work by raising."""

    forecasters: tuple[Forecaster, ...] = (auto_ets, dynamic_theta)
    most: int = MOST_ROWS
    start: int | None = None
    processes: int = 1
    progress: Callable[[int, int], None] | None = None


class Batch(NamedTuple):
    """Series float64[months] for one process, each with its year; further the months of a year and those ahead."""

    series: list[Numbers]
    places: list[tuple[int, int]]
    span: tuple[int, int]
    forecasters: tuple[Forecaster, ...]


USUAL = Wanted()


def further(history: History, tree: Tree, shares: Numbers | None = None, wanted: Wanted = USUAL) -> Numbers:
    """The rest of every year as of then, float64[forecasters, years + 1, rows] as in walking.Ground, landing.Options and
    backtest.Trial; the last year is the current one.

    NaN below the upper tiers, before year `start`, for rows with less than two years of figures or with one figure
    throughout, and where a forecaster fails. ValueError as for parts.cut, NeedsStatsforecast without the package.
    """
    if not 1 <= wanted.processes <= MOST_PROCESSES:
        raise ValueError(f"{wanted.processes} processes; one or two")
    parts = cut(history, tree, shares)
    years = history.years
    found = np.full((len(wanted.forecasters), years + 1, len(tree.parent)), np.nan)
    if not history.ahead or not wanted.forecasters:
        return found
    start = first_year(years) if wanted.start is None else wanted.start
    rows = upper(tree, wanted.most)
    paths = np.full((*found.shape, history.ahead), np.nan)
    batches = list(_batches(history, parts, (rows, range(start, years + 1)), wanted.forecasters))
    total, done = sum(len(each.places) for each in batches), 0
    for batch, made in zip(batches, _results(batches, wanted.processes), strict=True):
        for place, path in zip(batch.places, made, strict=True):
            paths[:, place[0], place[1]] = path
        done += len(made)
        if wanted.progress:
            wanted.progress(done, total)
    for year in range(start, years + 1):
        scene = Scene(history, parts, tree.parent, year)
        for k, path in enumerate(paths[:, year]):
            found[k, year] = _bounded(scene, path)
    return found


def upper(tree: Tree, most: int) -> Rows:
    """The living rows of the first depths, as many whole depths as have at most `most` rows together."""
    alive = tree.parent >= -1
    depths = int((np.cumsum(np.bincount(tree.depth[alive])) <= most).sum())
    return np.flatnonzero(alive & (tree.depth < depths)).astype(np.int32)


def _batches(
    history: History, parts: Parts, places: tuple[Rows, range], forecasters: tuple[Forecaster, ...]
) -> Iterator[Batch]:
    """Series of every row and year in places, each cut off where that year's landing was made."""
    pairs = [(year, row) for year in places[1] for row in places[0].tolist()]
    for begin in range(0, len(pairs), BATCH):
        chosen = pairs[begin : begin + BATCH]
        series = []
        for year, row in chosen:
            begun = max(int(parts.first[row]), (year - WINDOW) * history.year, 0)
            series.append(parts.figures[row, begun : year * history.year + history.origin].copy())
        yield Batch(series, chosen, (history.year, history.ahead), forecasters)


def _results(batches: list[Batch], processes: int) -> Iterator[Numbers]:
    """What `_run` makes of each, in their order."""
    if processes == 1 or len(batches) < 2:
        yield from map(_run, batches)
        return
    # Started afresh, not forked: this process may have threads.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        try:
            yield from pool.map(_run, batches)
        finally:
            pool.shutdown(cancel_futures=True)


def _run(batch: Batch) -> Numbers:
    """The months ahead, float64[series, forecasters, months ahead]."""
    return np.array([[_tried(make, each, batch.span) for make in batch.forecasters] for each in batch.series])


def _tried(make: Forecaster, figures: Numbers, span: tuple[int, int]) -> Numbers:
    """The months ahead, NaN where nothing can be said; made of figures whose mean size is 1 (Theta has fixed bounds)."""
    year, ahead = span
    nothing: Numbers = np.full(ahead, np.nan)
    if len(figures) < LEAST_YEARS * year or (figures == figures[0]).all():
        return nothing
    unit = float(np.abs(figures).mean())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = make(figures / unit, year, ahead) * unit
    except NeedsStatsforecast:
        raise
    except Exception:  # the package raises whatever it likes, mere Exception too, where no model fits a series
        return nothing
    return path if path.shape == (ahead,) and np.isfinite(path).all() else nothing


def _bounded(scene: Scene, path: Numbers) -> Numbers:
    """The rest of the year that a path [rows, months ahead] makes, within what no member may leave."""
    path = np.maximum(path, 0.0) if scene.history.non_negative else path
    return np.clip(totals(scene.history, path, scene.parts.known[scene.year]), *bounds(scene))
