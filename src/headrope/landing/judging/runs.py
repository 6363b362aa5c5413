"""Scores of the runs of a year that has ended, by measure and tier; for commands and jobs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import connection

from headrope.core.landing.judged import Made, score
from headrope.landing.judging.kept import Kept
from headrope.landing.queries import Lander
from headrope.landing.runs.queries import Run, RunMeasure
from headrope.ledger.cube.shaping import step_of
from headrope.ledger.queries import ACTUAL

_FIELDS = "unit_id, point, low80, high80, odds, target, known, same_share"


def judged(lander: Lander, run: Run) -> Iterator[Kept]:
    """The run's scores by measure and tier. What is not reported in whole by the year's end has no outcome."""
    tree = lander.tree(run.month.last_day)
    infos = {info.id: info for info in lander.infos.values()}
    months = run.month.end - run.year.start
    for measure, held in run.measures.items():
        info = infos.get(measure)
        if held.why or info is None:
            continue
        rows = _rows(run, measure)
        units = [int(unit) for unit in rows[0].tolist() if int(unit) in tree.nodes]
        keep = np.array([int(unit) in tree.nodes for unit in rows[0].tolist()], np.bool_)
        column = lander.cube.view(units).like(run.month.start).column(info, lander.infos, ACTUAL, run.year)
        worth = float(step_of(info)) if info.rule.exact else 1.0
        whole = column.known & (column.reported >= column.expected)
        actual = np.where(whole, column.values * worth, np.nan)
        made = _made(rows[1:, keep], held, actual, months)
        tiers = np.array([tree.tier[unit] for unit in units])
        for tier in np.unique(tiers).tolist():
            found = score(Made(*(each[tiers == tier] for each in made)))
            if found.rows:
                yield Kept(measure, months, tier, run.year.start, 1, found, run.seq)


def _rows(run: Run, measure: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Columns of the run's rows, NaN where there is nothing, float64[fields, units]."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_FIELDS} FROM landing_row WHERE seq = {run.seq} AND measure_id = {int(measure)}")
        rows = cursor.fetchall()
    return np.array([[np.nan if each is None else each for each in row] for row in rows], np.float64).reshape(-1, 8).T


def _made(
    rows: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    held: RunMeasure,
    actual: np.ndarray[tuple[int], np.dtype[np.float64]],
    months: int,
) -> Made:
    point, low, high, odds, target, known, share = rows
    straight = known if held.levels or not held.recovers else known * (12 / months)
    more = np.full(len(point), held.more is not False)
    return Made(point, low, high, odds, more, target, straight, share, actual)


def ended(run: Run, last: int) -> bool:
    """Whether figures of the run's whole year are in, `last` being the last reported month."""
    return run.year.end <= last + 1 and run.month.end < run.year.end
