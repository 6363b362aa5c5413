"""What the waterfall of a sheet prints adds up: the steps to the difference of the two printed ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.display import MINUS
from headrope.core.periods import parse
from headrope.review.queries import Question
from headrope.review.sheet.pictures import waterfall_chart
from headrope.review.sheet.queries import UnitSheet, sheet
from headrope.review.situation.waterfall import printed
from headrope.review.wording import Wording
from tests.conftest import Place
from tests.review.asking import ask

UNITS = ("T", "T03", "T0302", "T0305", "T07", "T11", "T13", "T14", "T17", "T18", "SEG-POWER")


def number(text: str) -> int:
    """A printed figure in its last digit."""
    return int(text.replace(MINUS, "-").replace(",", "").replace(".", "").replace("+", ""))


def adds_up(found: UnitSheet, scale: str | None = None) -> bool:
    """Whether the chart's numbers do; False, too, where there is no chart."""
    chart = waterfall_chart(found, Wording.of(found.review, scale))
    if chart is None:
        return False
    start, *steps, end = (number(row[1]) for row in chart.rows)
    return start + sum(steps) == end


@pytest.mark.parametrize("period", ["2023-H1", "2023-Q1", "2022"])
def test_printed_steps_lead_from_plan_to_actual(demo: Place, period: str) -> None:
    """Whole millions, where hardly anything would add up if each step was rounded by itself, and finer ones."""
    reader = ask().reader
    sheets = [sheet(reader, Question(unit, parse(period))) for unit in UNITS]
    drawn = [found for found in sheets if waterfall_chart(found, Wording.of(found.review))]

    assert len(drawn) > 5
    assert [f"{found.review.unit.code} {scale}" for found in drawn for scale in ("bn", "m", "k", "1") if not adds_up(found, scale)] == []  # fmt: skip


AMOUNT = st.integers(-(10**11), 10**11)


@pytest.mark.parametrize("scale", ["bn", "m", "k", "1"])
def test_any_steps_add_up_as_printed_and_none_is_off_by_more_than_a_digit(demo: Place, scale: str) -> None:
    found = sheet(ask().reader, Question("T03", parse("2023-H1")))
    assert found.explained is not None
    info, wording = found.explained.info, Wording.of(found.review, scale)

    @given(AMOUNT, st.lists(AMOUNT, min_size=1, max_size=12))
    def holds(start: int, amounts: list[int]) -> None:
        end = start + sum(amounts)
        shown = printed(info, (start, end), amounts, wording)

        first, last = (number(wording.figure(info, each)) for each in (start, end))
        assert first + sum(map(number, shown)) == last
        alone = [number(wording.figure(info, each, sign=True)) for each in amounts]
        assert all(abs(number(text) - by_itself) <= 1 for text, by_itself in zip(shown, alone, strict=True))

    holds()
