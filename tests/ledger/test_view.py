"""Both ways of reading a cube give the same figures: many units of one measure, and all measures of one unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrope.core.periods import Period, parse
from headrope.core.rollup import Column
from headrope.demo.group import write_folder
from headrope.ledger.actions import load_folder
from headrope.ledger.cube import store
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from tests.conftest import Place

PERIODS = ("2023-06", "2023-Q2", "2023-H1", "2023", "2022-11..2023-06", "2024-01")


def told(column: Column, row: int) -> tuple[object, ...]:
    """One row of a column as plain values."""
    known = bool(column.known[row])
    uneven = bool(column.uneven[row]) if column.uneven is not None else False
    return (
        known,
        column.values[row].item() if known else None,
        int(column.reported[row]),
        int(column.expected[row]),
        uneven,
    )


@pytest.mark.parametrize("version", ["actual", "target"])
def test_views_agree_on_every_unit_measure_and_period(place: Place, tmp_path: Path, version: str) -> None:
    write_folder(tmp_path)
    load_folder(tmp_path, by=console_user())
    cube, infos, ids = store.fresh(), {info.code: info for info in measures()}, unit_ids()
    periods = [parse(text) for text in PERIODS]
    cells = [Period(parse("2023-06").start - n, 1) for n in range(18)][::-1]
    many = cube.view(list(ids.values()))
    one_by_one, together = {}, {}

    for row, code in enumerate(ids):
        unit = cube.unit(ids[code], infos)
        columns, series = unit.columns(version, periods), unit.series(version, cells)
        for measure, info in infos.items():
            for place_of, period in enumerate(periods):
                together[code, measure, str(period)] = told(columns[measure], place_of)
                one_by_one[code, measure, str(period)] = told(many.column(info, infos, version, period), row)
            if measure == "SATISFACTION":
                continue  # asked once a quarter: a single month has no cell of it, and as a period the quarter's figure
            for place_of, cell in enumerate(cells):
                together[code, measure, "cell", str(cell)] = told(series[measure], place_of)[:2]
                one_by_one[code, measure, "cell", str(cell)] = told(many.column(info, infos, version, cell), row)[:2]

    assert together == one_by_one
