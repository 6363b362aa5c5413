"""Periods as people write them."""

from __future__ import annotations

import pytest

from headrope.core.periods import PeriodError
from headrope.ledger.mapping.times import day_text, period_text, words_of


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2023-04", "2023-04"),
        ("2023-4", "2023-04"),
        ("2023-04-30", "2023-04"),
        ("2023-04-30T00:00:00", "2023-04"),
        ("04/2023", "2023-04"),
        ("April 2023", "2023-04"),
        ("(STATEMENT FOR September 2023)", "2023-09"),
        ("Apr-23", "2023-04"),
        ("Sept. 2023", "2023-09"),
        ("Dec '23", "2023-12"),
        ("2023 May", "2023-05"),
        ("2023年4月", "2023-04"),
        ("2023年十一月", "2023-11"),
        ("2023年第二季度", "2023-Q2"),
        ("2023年上半年", "2023-H1"),
        ("2023年", "2023"),
        ("2023Q3", "2023-Q3"),
        ("Q1 2023", "2023-Q1"),
        ("2023", "2023"),
    ],
)
def test_usual_forms(text: str, period: str) -> None:
    assert period_text([words_of(text) or {}], fiscal=False, fiscal_start=1) == period


@pytest.mark.parametrize("text", ["", "Total", "Maybe", "12", "20230401", "Mayor 2023", "Report 2023-24"])
def test_what_is_no_period(text: str) -> None:
    assert words_of(text) is None


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ([{"year": "2023"}, {"month": "4"}], "2023-04"),
        ([{"year": "2023"}, {"month": "Mar"}], "2024-03"),
        ([{"year": "2023"}, {"quarter": "ii"}], "FY2023-24-Q2"),
        ([{"year": "2023"}, {"half": "2"}], "FY2023-24-H2"),
        ([{"year": "23"}], "FY2023-24"),
        ([{"year": "2023", "month": "Apr"}, {"month": "May"}], "2023-05"),
        ([{"period": "2023-06"}, {"year": "1999"}], "2023-06"),
    ],
)
def test_fiscal_years_that_begin_in_april(words: list[dict[str, str]], period: str) -> None:
    assert period_text(words, fiscal=True, fiscal_start=4) == period


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([{"month": "Apr"}], "no year is found in month Apr"),
        ([{"year": "2023", "month": "13"}], "'13' is not a month"),
        ([{"year": "203", "month": "1"}], "'203' is not a year"),
        ([{"year": "2023", "quarter": "5"}], "'2023-Q5' has no Q5; a year has 4 of them"),
    ],
)
def test_words_that_make_no_period(words: list[dict[str, str]], message: str) -> None:
    with pytest.raises(PeriodError, match=message):
        period_text(words, fiscal=False, fiscal_start=1)


def test_days() -> None:
    assert [day_text("2023-07-14"), day_text(" 2023-07-14T12:00:00")] == ["2023-07-14", "2023-07-14"]
