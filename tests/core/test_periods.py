"""Periods are read, named and stored as docs/spec/periods.md says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.periods import (
    NATIVE_SPANS,
    Period,
    PeriodError,
    from_code,
    month_of,
    name,
    parse,
    parse_native,
    year_of,
    year_to_date,
)

FIRST_MONTH, MONTHS = 1900 * 12, 300 * 12
fiscal_starts = st.integers(1, 12)
starts = st.integers(FIRST_MONTH, FIRST_MONTH + MONTHS - 1)
natives = st.builds(Period, st.integers(FIRST_MONTH, FIRST_MONTH + MONTHS - 12), st.sampled_from(NATIVE_SPANS))
NO_PERIOD = "'%s' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24"


def months(period: Period) -> tuple[str, str]:
    """The first and the last day, so that a table can be read."""
    return period.first_day.isoformat(), period.last_day.isoformat()


def message(text: str, fiscal_start: int) -> str:
    with pytest.raises(PeriodError) as found:
        parse(text, fiscal_start)
    return str(found.value)


@pytest.mark.parametrize(
    ("text", "fiscal_start", "first", "last", "code"),
    [
        # the table of the specification
        ("2023-06", 4, "2023-06-01", "2023-06-30", 20230601),
        ("2023-Q2", 4, "2023-04-01", "2023-06-30", 20230403),
        ("2023-H1", 4, "2023-01-01", "2023-06-30", 20230106),
        ("2023", 4, "2023-01-01", "2023-12-31", 20230112),
        ("FY2023-24", 4, "2023-04-01", "2024-03-31", 20230412),
        ("FY2023-24-Q2", 4, "2023-07-01", "2023-09-30", 20230703),
        ("FY2023-24-H1", 4, "2023-04-01", "2023-09-30", 20230406),
        ("FY1999-00", 4, "1999-04-01", "2000-03-31", 19990412),
        ("FY2023", 1, "2023-01-01", "2023-12-31", 20230112),
        ("2023-04..2023-09", 4, "2023-04-01", "2023-09-30", 20230406),
        # every part, calendar and fiscal
        ("2023-Q1", 1, "2023-01-01", "2023-03-31", 20230103),
        ("2023-Q3", 1, "2023-07-01", "2023-09-30", 20230703),
        ("2023-Q4", 1, "2023-10-01", "2023-12-31", 20231003),
        ("2023-H2", 1, "2023-07-01", "2023-12-31", 20230706),
        ("FY2023-Q1", 1, "2023-01-01", "2023-03-31", 20230103),
        ("FY2023-H2", 1, "2023-07-01", "2023-12-31", 20230706),
        ("FY2023-24-Q1", 4, "2023-04-01", "2023-06-30", 20230403),
        ("FY2023-24-Q3", 4, "2023-10-01", "2023-12-31", 20231003),
        ("FY2023-24-Q4", 4, "2024-01-01", "2024-03-31", 20240103),
        ("FY2023-24-H2", 4, "2023-10-01", "2024-03-31", 20231006),
        ("FY2023-24-Q1", 12, "2023-12-01", "2024-02-29", 20231203),
        ("FY2023-24", 2, "2023-02-01", "2024-01-31", 20230212),
        # the first and the last month there are
        ("1900-01", 1, "1900-01-01", "1900-01-31", 19000101),
        ("2199-12", 1, "2199-12-01", "2199-12-31", 21991201),
        ("2199", 1, "2199-01-01", "2199-12-31", 21990112),
        ("FY2199-00", 4, "2199-04-01", "2200-03-31", 21990412),
        # questions
        ("2023..2023", 1, "2023-01-01", "2023-12-31", 20230112),
        ("2023..2023-06", 1, "2023-01-01", "2023-06-30", 20230106),
        ("2023-Q2..2023-08", 1, "2023-04-01", "2023-08-31", 20230405),
        ("FY2023-24..FY2024-25", 4, "2023-04-01", "2025-03-31", 20230424),
        ("2015-01..2023-03", 1, "2015-01-01", "2023-03-31", 20150199),
    ],
)
def test_text_of_the_grammar_names_these_months(text: str, fiscal_start: int, first: str, last: str, code: int) -> None:
    period = parse(text, fiscal_start)

    assert (months(period), period.code) == ((first, last), code)


@pytest.mark.parametrize("fiscal_start", range(1, 13))
@pytest.mark.parametrize("part", ["", "-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2"])
def test_fiscal_part_when_read_is_counted_from_the_first_month(fiscal_start: int, part: str) -> None:
    label = "FY2023" if fiscal_start == 1 else "FY2023-24"
    span = {"": 12, "-Q": 3, "-H": 6}[part[:2]]
    offset = span * (int(part[2:] or 1) - 1)

    period = parse(label + part, fiscal_start)

    assert period == Period(2023 * 12 + fiscal_start - 1 + offset, span)


@pytest.mark.parametrize(
    ("text", "fiscal_start", "expected"),
    [
        ("2023-13", 1, "'2023-13' has no month 13; months run from 01 to 12"),
        ("2023-00", 1, "'2023-00' has no month 00; months run from 01 to 12"),
        ("2023-Q5", 1, "'2023-Q5' has no Q5; a year has 4 of them"),
        ("2023-Q0", 1, "'2023-Q0' has no Q0; a year has 4 of them"),
        ("2023-H3", 1, "'2023-H3' has no H3; a year has 2 of them"),
        ("FY2023-24-Q5", 4, "'FY2023-24-Q5' has no Q5; a year has 4 of them"),
        ("FY2023", 4, "'FY2023' is not a fiscal year; write FY2023-24"),
        ("FY2023-25", 4, "'FY2023-25' is not a fiscal year; write FY2023-24"),
        ("FY2023-23", 4, "'FY2023-23' is not a fiscal year; write FY2023-24"),
        ("FY1999-01", 4, "'FY1999-01' is not a fiscal year; write FY1999-00"),
        ("FY2023-24", 1, "'FY2023-24' names two years, but the fiscal year starts in January; write 2023"),
        ("1899-12", 1, "'1899-12' lies outside 1900 to 2199"),
        ("2200", 1, "'2200' lies outside 1900 to 2199"),
        ("FY2199-00-Q4", 4, "'FY2199-00-Q4' lies outside 1900 to 2199"),
        ("2023-06..2023-05", 1, "'2023-06..2023-05' ends before it begins; write the earlier period first"),
        ("2024..2023-Q4", 1, "'2024..2023-Q4' ends before it begins; write the earlier period first"),
        ("2015-01..2023-04", 1, "'2015-01..2023-04' is longer than 99 months; ask for a shorter span"),
        ("2023-01..2023-13", 1, "'2023-13' has no month 13; months run from 01 to 12"),
        ("2023..", 1, NO_PERIOD % ""),
        ("..2023", 1, NO_PERIOD % ""),
        ("2023...2024", 1, NO_PERIOD % ".2024"),
        ("2022..2023..2024", 1, NO_PERIOD % "2023..2024"),
    ],
)
def test_text_outside_the_grammar_is_refused_with_what_to_write(text: str, fiscal_start: int, expected: str) -> None:
    assert message(text, fiscal_start) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2023 ",
        " 2023",
        "2023\n",
        "2023-6",
        "2023-006",
        "23-06",
        "2023-06-01",
        "2023/06",
        "202306",
        "2023-q2",
        "2023Q2",
        "2023-Q",
        "2023-Q12",
        "fy2023-24",
        "FY23-24",
        "FY2023-2024",
        "FY 2023-24",
        "２０２３",
        "2023-０６",
        "2023-0６",
        "２023-Q2",
        "2023-Q２",
        "FY2023-２4",
        "٢٠٢٣",
        "2023年6月",
        "-2023",
    ],
)
@pytest.mark.parametrize("fiscal_start", [1, 4])
def test_text_with_other_signs_is_no_period(text: str, fiscal_start: int) -> None:
    assert message(text, fiscal_start) == NO_PERIOD % text


def test_span_in_a_place_for_facts_is_refused() -> None:
    with pytest.raises(PeriodError) as found:
        parse_native("2023-04..2023-09")

    assert str(found.value) == NO_PERIOD % "2023-04..2023-09"


@given(natives, fiscal_starts)
def test_name_of_a_native_period_when_read_is_the_period(period: Period, fiscal_start: int) -> None:
    assert parse(name(period, fiscal_start), fiscal_start) == period


@pytest.mark.parametrize("fiscal_start", range(1, 13))
def test_names_of_all_native_periods_of_two_years_when_read_are_the_periods(fiscal_start: int) -> None:
    periods = [Period(2023 * 12 + month, span) for month in range(24) for span in NATIVE_SPANS]

    read = [parse(name(period, fiscal_start), fiscal_start) for period in periods]

    assert read == periods


@given(natives, st.integers(0, 86), fiscal_starts)
def test_name_of_a_span_when_read_is_the_span(period: Period, more: int, fiscal_start: int) -> None:
    end = min(period.end + more, FIRST_MONTH + MONTHS)
    asked = Period(period.start, end - period.start)

    assert parse(name(asked, fiscal_start), fiscal_start) == asked


@pytest.mark.parametrize(
    ("code", "fiscal_start", "expected"),
    [
        (20230601, 4, "2023-06"),
        (20230703, 4, "2023-Q3"),
        (20230412, 4, "FY2023-24"),
        (20230406, 4, "FY2023-24-H1"),
        (20231006, 4, "FY2023-24-H2"),
        (20230112, 4, "2023"),
        (20230106, 4, "2023-H1"),
        (19990412, 4, "FY1999-00"),
        (20230203, 2, "FY2023-24-Q1"),
        (20231103, 2, "FY2023-24-Q4"),
        (20230203, 1, "2023-02..2023-04"),
        (20230412, 1, "2023-04..2024-03"),
        (20230124, 1, "2023-01..2024-12"),
    ],
)
def test_name_is_calendar_first_then_fiscal_then_first_and_last_month(
    code: int, fiscal_start: int, expected: str
) -> None:
    assert name(from_code(code), fiscal_start) == expected


@given(starts, st.integers(1, 99))
def test_code_when_read_is_the_period(start: int, span: int) -> None:
    period = Period(start, span)

    assert from_code(period.code) == period


@pytest.mark.parametrize("code", [0, -1, 20230100, 20230001, 20231301, 18991201, 22000101, 2023, 202306])
def test_number_that_is_no_code_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match=rf"^{code} is not the code of a period$"):
        from_code(code)


@given(st.lists(starts, max_size=12), st.sampled_from(NATIVE_SPANS))
def test_codes_of_one_span_sort_by_time(given_starts: list[int], span: int) -> None:
    periods = [Period(start, span) for start in given_starts]

    assert sorted(periods, key=lambda period: period.code) == sorted(periods, key=lambda period: period.start)


@given(natives)
def test_days_of_a_period_are_its_own_and_no_others(period: Period) -> None:
    before, after = month_of(period.first_day - timedelta(days=1)), month_of(period.last_day + timedelta(days=1))

    assert (before, after) == (Period(period.start - 1, 1), Period(period.end, 1))
    assert (month_of(period.first_day), month_of(period.last_day)) == (
        Period(period.start, 1),
        Period(period.end - 1, 1),
    )


def test_last_day_of_february_knows_leap_years() -> None:
    days = [parse(text).last_day for text in ("2023-02", "2024-02", "2000-02", "2100-02")]

    assert days == [date(2023, 2, 28), date(2024, 2, 29), date(2000, 2, 29), date(2100, 2, 28)]


@given(natives, st.sampled_from(NATIVE_SPANS))
def test_cells_fill_the_period_end_to_end(period: Period, span: int) -> None:
    if period.span % span:
        with pytest.raises(ValueError, match="cannot be cut into spans"):
            period.cells(span)
        return

    cells = period.cells(span)

    assert [cell.start for cell in cells] + [period.end] == [period.start, *(cell.end for cell in cells)]
    assert {cell.span for cell in cells} == {span}


@given(natives, st.integers(-120, 120))
def test_shifted_there_and_back_is_the_period(period: Period, by: int) -> None:
    assert period.shifted(by).shifted(-by) == period
    assert period.shifted(by).start - period.start == by


@pytest.mark.parametrize(
    ("text", "fiscal_start", "expected"),
    [
        ("2023-06", 4, "2023-04..2023-06"),
        ("2023-07", 4, "2023-04..2023-07"),
        ("2023-03", 4, "2022-04..2023-03"),
        ("FY2023-24", 4, "FY2023-24"),
        ("2023", 4, "2023-04..2023-12"),
        ("2023-Q1", 4, "FY2022-23"),
        ("2023-H1", 1, "2023-H1"),
        ("2023-Q2", 1, "2023-H1"),
        ("2023-01", 1, "2023-01"),
        ("2022-11..2023-02", 1, "2023-01..2023-02"),
    ],
)
def test_year_to_date_runs_from_the_fiscal_year_of_the_last_month(text: str, fiscal_start: int, expected: str) -> None:
    assert year_to_date(parse(text, fiscal_start), fiscal_start) == parse(expected, fiscal_start)


@given(starts, fiscal_starts)
def test_year_of_a_month_holds_it_and_begins_with_the_fiscal_start(start: int, fiscal_start: int) -> None:
    year = year_of(start, fiscal_start)

    assert (year.start <= start < year.end, year.span, year.start % 12) == (True, 12, fiscal_start - 1)


@given(st.builds(Period, st.integers(1900 * 12, 2199 * 12), st.integers(1, 99)), st.integers(1, 12))
def test_year_to_date_begins_with_the_year_of_the_last_month_and_ends_with_the_period(
    period: Period, fiscal_start: int
) -> None:
    found = year_to_date(period, fiscal_start)

    assert (found.start, found.end) == (year_of(period.end - 1, fiscal_start).start, period.end)
