"""Checks are read from rows with everything that is wrong with them, and written so that they are read back."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.checks.check import KINDS, Check
from headrope.core.checks.rows import COLUMNS, check_row, parse_checks, write_checks
from headrope.core.checks.thresholds import read_threshold, write_threshold
from headrope.core.formulas import parse_formula
from headrope.core.units import FOREVER
from tests.core.checks.asking import read, sentences

codes = st.from_regex(r"[A-Z]\w{0,5}", fullmatch=True)
lists = st.lists(codes, max_size=3).map(tuple)
formulas = st.sampled_from(["A", "A-B", "0.5*(A+B)", "A/3-2*C"]).map(parse_formula) | st.just(())
numbers = st.none() | st.fractions()
counts = st.none() | st.integers(0, 9999)
texts = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)
checks = st.builds(
    Check,
    code=codes,
    kind=st.sampled_from(KINDS),
    severity=st.sampled_from(["blocking", "warning"]),
    measures=lists | st.just(("*",)),
    formula=formulas,
    denominator=formulas,
    against=st.sampled_from(["", "previous", "year"]),
    **dict.fromkeys(["min", "max", "change", "tolerance", "floor", "limit"], numbers.filter(lambda n: n is None or len(write_threshold(n)) <= 40)),
    **dict.fromkeys(["decimals", "past", "answer"], counts),
    under=lists,
    unit_kinds=lists,
    message=texts,
    message_zh=texts,
    valid_from=st.dates(),
    valid_to=st.dates(min_value=date(1, 1, 2)),
)  # fmt: skip


@given(st.lists(checks, max_size=2))
def test_checks_when_written_are_read_back(given_: list[Check]) -> None:
    assert parse_checks(write_checks(given_)) == (given_, [])


@given(st.fractions())
def test_threshold_when_written_is_read_back(value: Fraction) -> None:
    text = write_threshold(value)

    assert read_threshold(text) == (value if len(text) <= 40 else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("+1500", 1500),
        ("-0.50", Fraction(-1, 2)),
        ("15 %", Fraction(3, 20)),
        ("15%", Fraction(3, 20)),
        ("-1/3", Fraction(-1, 3)),
        (" 2 / 6 ", Fraction(1, 3)),
        ("1/0", None),
        ("1,5", None),
        ("1e3", None),
        ("１５", None),
        (".5", None),
        ("nan", None),
        ("1/3 %", None),
        ("", None),
        ("9" * 41, None),
    ],
)
def test_threshold_is_an_exact_number_or_none(text: str, expected: Fraction | None) -> None:
    assert read_threshold(text) == expected


def test_check_of_a_full_row() -> None:
    made, problems = read(
        "range", "R1", measures=" REV  COST ", min="-1", max="15 %", answer="8", under="EAST", unit_kinds="company",
        message="Over 15 % of what?", message_zh="超过15%。", from_="2023-01-01", to="2023-12-31",
    )  # fmt: skip

    assert problems == []
    assert made == Check(
        "R1", "range", "warning", ("REV", "COST"), min=Fraction(-1), max=Fraction(3, 20), answer=8, under=("EAST",),
        unit_kinds=("company",), message="Over 15 % of what?", message_zh="超过15%。",
        valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 1),
    )  # fmt: skip


def test_last_day_of_all_stays_the_last_day() -> None:
    made, _ = read("same", measures="REV", to="9999-12-31")

    assert made is not None
    assert (made.valid_to, check_row(made)["to"]) == (FOREVER, "")


WRONG = [
    ({"kind": "magic"}, ["row 2: The column kind holds 'magic'. Known: not-negative, not-positive, range, jump, sum, cumulative, ratio, unusual, missing, decimals, same."]),
    ({"kind": ""}, ["row 2: The column kind holds ''. Known: not-negative, not-positive, range, jump, sum, cumulative, ratio, unusual, missing, decimals, same."]),
    ({"kind": "same", "severity": "maybe"}, ["row 2: The column severity holds 'maybe'. Known: blocking, warning."]),
    ({"kind": "jump", "against": "plan"}, ["row 2: The column against holds 'plan'. Known: previous, year."]),
    ({"kind": "sum", "formula": "A+"}, ["row 2: 'A+' is no formula: it ends too early. Write it like A-B or 0.5*(A+B) in the column formula."]),
    ({"kind": "ratio", "denominator": "A*B"}, ["row 2: 'A*B' is no formula: two measures are multiplied; a formula adds and subtracts measures. Write it like A-B or 0.5*(A+B) in the column denominator."]),
    ({"kind": "range", "min": "1,500", "max": "big"}, [
        "row 2: '1,500' in the column min is not a number. Write it like 1500, -0.5, 15 % or 1/3.",
        "row 2: 'big' in the column max is not a number. Write it like 1500, -0.5, 15 % or 1/3.",
    ]),
    ({"kind": "same", "past": "-1"}, ["row 2: '-1' in the column past is not a whole number. Write it like 8."]),
    ({"kind": "same", "past": "²"}, ["row 2: '²' in the column past is not a whole number. Write it like 8."]),
    ({"kind": "same", "from_": "1.6.2023"}, ["row 2: '1.6.2023' is not a day. Write it like 2023-06-30 in the column from."]),
    ({"kind": "same", "message": "x" * 1001}, ["row 2: The column message is longer than 1000 characters. Shorten it."]),
    ({"kind": "same", "measures": "RE\x00V"}, ["row 2: The column measures holds a control character. Take it out."]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), WRONG)
def test_what_cannot_be_read_is_said_with_its_remedy(cells: dict[str, str], expected: list[str]) -> None:
    made, problems = read(**cells)

    assert (made, sentences(problems)) == (None, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["checks.csv, row 1: The column 'code' is missing. Add it.", "checks.csv, row 1: The column 'kind' is missing. Add it.",
              "checks.csv, row 1: The column 'severity' is missing. Add it."]),
        ("code,kind,severity,code\n", ["checks.csv, row 1: The column 'code' stands there twice. Keep one."]),
        ("code,kind,severity\nA,same,warning,x\n", ["checks.csv, row 2: The row has 4 cells, the header has 3. Complete the row; was the file cut off, or does a text hold an unquoted comma?"]),
        ('code,kind,severity\nA,same,"warning\n', ["checks.csv, row 2: The row cannot be read: unexpected end of data. Look for a quote that is left open; was the file cut off?"]),
        ("\ufeffcode,kind,severity\n\n", []),
    ],
)  # fmt: skip
def test_text_that_is_no_table_is_said_to_be_none(text: str, expected: list[str]) -> None:
    found, problems = parse_checks(text)

    assert (found, sentences(problems)) == ([], expected)


def test_unknown_column_is_named_with_the_known_ones() -> None:
    _, problems = parse_checks("code,kind,severity,python\n")

    assert sentences(problems) == [
        f"checks.csv, row 1: 'python' is not a column of this file. Known columns: {', '.join([*COLUMNS[0], *COLUMNS[1]])}."
    ]


def test_a_bad_row_does_not_hide_the_others() -> None:
    found, problems = parse_checks(
        "code,kind,severity,measures\nA,same,warning,REV\nB,odd,warning,REV\nC,same,no,REV\n"
    )

    assert [each.code for each in found] == ["A"]
    assert [problem.where for problem in problems] == ["checks.csv, row 3", "checks.csv, row 4"]
    assert found[0].where == "checks.csv, row 2"


@given(
    st.text(max_size=200)
    | st.text("code,kind\n\"*%()=1'", max_size=60).map(lambda text: f"code,kind,severity,measures\n{text}")
)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found, problems = parse_checks(text)

    assert all(str(problem) for problem in problems)
    assert all(isinstance(each, Check) for each in found)
