"""The review of the Government of Canada in fourteen vintages (needs the trial data)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from headrope.core.periods import Period, parse
from headrope.ledger.queries import ACTUAL
from tests.conftest import Place
from tests.review.asking import Asking, ask

YEAR, PLAN = "FY2023-24", "plan_as_reported_after_year"


@pytest.fixture
def canada(canada_place: Place) -> Iterator[Asking]:
    canada_place.enter()
    yield ask()


def billions(steps: int | float | None) -> float:
    assert steps is not None
    return round(steps / 1e11, 3)


def test_every_year_in_every_vintage_adds_up_to_the_public_accounts(canada_place: Place, trial: Path) -> None:
    canada_place.enter()

    with (trial / "flat" / "ca_infobase" / "facts.csv").open(encoding="utf-8") as handle:
        days = sorted({row["vintage"] for row in csv.DictReader(handle) if row["measure"] == "SPEND"})
    found = [_organisation_years(date.fromisoformat(day)) for day in days]

    assert len(days) == 14
    assert sum(compared for compared, _ in found) == 14_102
    assert max(worst for _, worst in found) <= 150


def _organisation_years(day: date) -> tuple[int, int]:
    """How many organisation-years both measures hold as of the day, and the largest difference in cents."""
    reader = ask(day).reader
    infos = reader.infos
    compared, worst = 0, 0
    for year in range(2013, 2024):
        period = parse(f"FY{year}-{(year + 1) % 100:02d}", 4)
        tree = reader.tree(period)
        units = [node.id for node in tree.nodes.values() if tree.tier[node.id] == 3]
        view = reader.cube.view(units)
        spent = view.column(infos["SPEND"], infos, ACTUAL, period)
        stated = view.column(infos["EXP"], infos, ACTUAL, period)
        both = stated.known
        compared += int(both.sum())
        if both.any():
            worst = max(worst, int(np.abs(spent.values - stated.values)[both].max()))
    return compared, worst


def test_the_year_is_13_5_per_cent_above_plan(canada: Asking) -> None:
    review, _ = canada("GC", YEAR, against=PLAN)

    line = review.line("SPEND")
    assert line is not None and line.judgement is not None
    assert (billions(line.plan.value), billions(line.actual.value)) == (418.260, 474.881)
    assert round(line.judgement.share * 1000) == 135


def test_organisations_over_and_under_plan(canada: Asking) -> None:
    _, ranking = canada("GC", YEAR, against=PLAN, tier=3, measure="SPEND", order="gap")

    rows = [row for row in ranking.rows if row.gap is not None]
    assert [(row.unit.name, billions(row.gap)) for row in rows[:4]] == [
        ("Crown-Indigenous Relations and Northern Affairs Canada", 7.217),
        ("National Defence", 6.980),
        ("Department of Indigenous Services", 6.870),
        ("Department of Finance Canada", 6.574),
    ]
    assert round(rows[0].judgement.completion, 2) == 1.79
    assert [(row.unit.name, billions(row.gap)) for row in rows[-2:][::-1]] == [
        ("Treasury Board of Canada Secretariat", -4.681),
        ("Housing, Infrastructure and Communities Canada", -2.025),
    ]
    assert round(rows[-1].judgement.completion, 2) == 0.48


def test_programmes_outside_ten_per_cent_and_without_a_plan(canada: Asking) -> None:
    _, ranking = canada("GC", YEAR, against=PLAN, tier=5, measure="SPEND")

    both = [row for row in ranking.rows if row.actual.known and row.plan.value]
    outside = [row for row in both if abs(row.gap) > 0.1 * abs(row.plan.value)]
    without = [row for row in ranking.rows if row.actual.known and not row.plan.value]
    assert (len(both), len(outside)) == (1165, 836)
    assert (len(without), billions(sum(row.actual.value for row in without))) == (69, 26.77)


def test_what_naive_forecasts_made_of_the_half_of_2019_20(canada_place: Place) -> None:
    """Half a year doubled, last year's profile, and all that is authorised, against what the year became, as known then."""
    canada_place.enter()
    reader = ask(date(2020, 12, 7)).reader
    year, half = parse("FY2019-20", 4), parse("FY2019-20-H1", 4)
    tree = reader.tree(year)
    view = reader.cube.view([node.id for node in tree.nodes.values() if tree.tier[node.id] == 3])

    def dollars(code: str, version: str, period: Period) -> np.ndarray:
        column = view.column(reader.infos[code], reader.infos, version, period)
        return np.where(column.known, column.values / 100.0, 0.0)

    spent, before = dollars("EXPYTD", ACTUAL, half), dollars("EXPYTD", ACTUAL, half.shifted(-12))
    became, last = dollars("EXP", ACTUAL, year), dollars("EXP", ACTUAL, year.shifted(-12))
    authorised = dollars("AUTH", "budget_at_Q2", year)

    told = (spent != 0) & (before != 0) & (became != 0) & (last != 0)
    off = [
        np.abs(guess - became)[told].sum() / became[told].sum()
        for guess in (spent * 2, spent * last / np.where(told, before, 1), authorised)
    ]
    assert (int(told.sum()), round(became[told].sum() / 1e9, 2)) == (84, 293.61)
    assert [round(100 * each, 2) for each in off] == [10.60, 9.53, 5.85]
