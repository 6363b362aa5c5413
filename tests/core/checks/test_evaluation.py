"""Doubts come in the order of the cells, whatever the order of the checks, and only from checks that hold for the unit."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.checks.asked import Entered
from headrope.core.checks.check import Check
from headrope.core.checks.evaluation import find_doubts, prepare
from headrope.core.checks.thresholds import write_threshold
from headrope.core.formulas import parse_formula
from headrope.core.periods import Period, parse
from tests.core.checks.asking import JUNE, RULES, check, doubts, months_before, said

MONEYS = ("REV", "REV_DOM", "REV_OVS", "COST")
steps = st.one_of(st.none(), st.integers(-300, 300), st.integers(-(2**62), 2**62))
figures = st.fixed_dictionaries(dict.fromkeys(MONEYS, steps))
past = st.dictionaries(
    st.sampled_from([f"{code} {month}" for code in MONEYS for month in months_before(16)]), steps, max_size=40
)
thresholds = st.fractions(0, 400, max_denominator=100)
MANY = [
    check("not-negative", "SIGN", measures="*"),
    check("range", "RANGE", measures="REV COST", min="-1", max="2"),
    check("range", "PART", formula="REV-REV_OVS", min="0"),
    check("jump", "LAST", measures="*", against="previous", change="30 %", floor="0.5"),
    check("jump", "YEAR", measures="*", against="year", change="30 %", tolerance="1"),
    check("sum", "SUM", measures="REV", formula="REV_DOM+REV_OVS", tolerance="0.01"),
    check("ratio", "RATIO", formula="COST", denominator="REV", min="0.5", max="1.5"),
    check("unusual", "UNUSUAL", measures="*", past="4"),
    check("missing", "MISSING", measures="*"),
    check("decimals", "WHOLE", measures="*", decimals="0"),
    check("same", "SAME", measures="*"),
]


@given(figures, past, st.randoms(use_true_random=False))
def test_order_of_checks_and_of_measures_in_them_does_not_matter(
    values: dict[str, Any], known: dict[str, Any], order: random.Random
) -> None:
    shuffled = MANY.copy()
    order.shuffle(shuffled)

    assert doubts(shuffled, values, known, owed=MONEYS) == doubts(MANY, values, known, owed=MONEYS)


@given(figures, past)
def test_doubts_stand_in_the_order_of_cells_then_of_checks(values: dict[str, Any], known: dict[str, Any]) -> None:
    found = doubts(MANY, values, known, owed=MONEYS)

    places = [(list(values).index(doubt.measure), doubt.check.code) for doubt in found]
    assert places == sorted(places)
    assert len({doubt.key for doubt in found}) == len(found)


@given(figures, past)
def test_checks_do_not_know_of_each_other(values: dict[str, Any], known: dict[str, Any]) -> None:
    together = doubts(MANY, values, known, owed=MONEYS)

    alone = [doubt for each in MANY for doubt in doubts(each, values, known, owed=MONEYS)]

    assert sorted(doubt.key for doubt in alone) == sorted(doubt.key for doubt in together)


WIDER = [
    ({"kind": "range", "measures": "*"}, "max", 1),
    ({"kind": "range", "measures": "*"}, "min", -1),
    ({"kind": "range", "formula": "REV-0.3*COST"}, "max", 1),
    ({"kind": "ratio", "formula": "COST-REV_DOM", "denominator": "REV"}, "max", 1),
    ({"kind": "ratio", "formula": "COST-REV_DOM", "denominator": "REV"}, "min", -1),
    ({"kind": "jump", "measures": "*", "against": "previous"}, "change", 1),
    ({"kind": "jump", "measures": "*", "against": "year"}, "tolerance", 1),
    ({"kind": "jump", "measures": "*", "against": "year", "change": "0.2"}, "floor", 1),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, "tolerance", 1),
    ({"kind": "unusual", "measures": "*", "past": "4"}, "limit", 1),
    ({"kind": "unusual", "measures": "*", "past": "4"}, "tolerance", 1),
    ({"kind": "same", "measures": "*"}, "floor", 1),
]


@pytest.mark.parametrize(("cells", "column", "sign"), WIDER)
@given(values=figures, known=past, narrow=thresholds, more=thresholds)
def test_wider_threshold_never_finds_more(
    cells: dict[str, str], column: str, sign: int, values: dict[str, Any], known: dict[str, Any], **widths: Fraction
) -> None:
    narrow, wide = widths["narrow"] + 1, widths["narrow"] + 1 + widths["more"]

    few, many = (
        {doubt.key for doubt in doubts(check(**cells, **{column: write_threshold(sign * width)}), values, known)}
        for width in (wide, narrow)
    )

    assert few <= many


SCALED = [
    ({"kind": "range", "measures": "*"}, {"min": Fraction(-1, 2), "max": Fraction(3, 7)}),
    ({"kind": "jump", "measures": "*", "against": "previous", "change": "1/3"}, {"floor": Fraction(1, 3)}),
    ({"kind": "jump", "measures": "*", "against": "year"}, {"tolerance": Fraction(1)}),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"tolerance": Fraction(1, 50)}),
    ({"kind": "ratio", "formula": "COST-0.1*REV", "denominator": "REV", "min": "-1/7", "max": "4/3"}, {}),
    ({"kind": "unusual", "measures": "*", "past": "4"}, {"tolerance": Fraction(1, 9)}),
    ({"kind": "same", "measures": "*"}, {"floor": Fraction(1)}),
]


@pytest.mark.parametrize(("cells", "amounts"), SCALED)
@given(values=figures, known=past, factor=st.integers(1, 10**6))
def test_scale_of_figures_and_amounts_does_not_matter(
    cells: dict[str, str], amounts: dict[str, Fraction], values: dict[str, Any], known: dict[str, Any], factor: int
) -> None:
    def times(held: dict[str, Any], by: int) -> dict[str, Any]:
        return {key: None if value is None else value * by for key, value in held.items()}

    plain, scaled = (
        {
            doubt.key
            for doubt in doubts(
                check(**cells, **{name: write_threshold(amount * by) for name, amount in amounts.items()}),
                times(values, by),
                times(known, by),
            )
        }
        for by in (1, factor)
    )

    assert plain == scaled


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6), st.integers(1, 999))
def test_border_is_inside_and_one_step_beyond_is_not(before: int, amount: int, share: int) -> None:
    """Per mille of any figure in steps: the border itself is silent, the first step beyond it is not."""
    jump = check(
        "jump",
        measures="REV",
        against="previous",
        change=f"{share}/1000",
        tolerance=write_threshold(Fraction(amount, 100)),
    )
    border = max(share * abs(before) // 1000, amount)

    found = [
        said(jump, {"REV": before + sign * (border + beyond)}, {"REV 2023-05": before})
        for sign in (1, -1)
        for beyond in (0, 1)
    ]

    assert [len(each) for each in found] == [0, 1, 0, 1]


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from([1, -1]))
def test_float_is_the_decimal_number_that_was_typed(border: Decimal, sign: int) -> None:
    """Of an inexact measure, too, what is typed like the border is inside."""
    column = "max" if sign > 0 else "min"
    bounded = check("range", measures="ENERGY", **{column: f"{border:f}"})

    at, beyond = (said(bounded, {"ENERGY": float(border + sign * Decimal(more))}) for more in ("0", "0.000001"))

    assert (at, len(beyond)) == ([], 1)


@given(figures, past)
def test_steps_decimals_and_fractions_are_the_same_figure(values: dict[str, Any], known: dict[str, Any]) -> None:
    def as_(make: Any, held: dict[str, Any]) -> dict[str, Any]:
        return {key: None if value is None else make(value) for key, value in held.items()}

    expected = doubts(MANY, values, known, owed=MONEYS)

    for make in (lambda steps: Decimal(steps).scaleb(-2), lambda steps: Fraction(steps, 100)):
        assert doubts(MANY, as_(make, values), as_(make, known), owed=MONEYS) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, True),
        ({"under": "EAST"}, True),
        ({"under": "EA"}, False),  # a link, never a prefix
        ({"under": "EAST1"}, True),
        ({"under": "EAST12 WEST"}, False),
        ({"under": "WEST EAST"}, True),
        ({"unit_kinds": "company"}, True),
        ({"unit_kinds": "school institute"}, False),
        ({"under": "EAST", "unit_kinds": "school"}, False),
        ({"from_": "2023-06-30"}, True),
        ({"from_": "2023-07-01"}, False),
        ({"to": "2023-06-30"}, True),
        ({"to": "2023-06-29"}, False),
    ],
)
def test_check_holds_for_its_units_and_days(cells: dict[str, str], expected: bool) -> None:
    """GROUP > EAST > EAST1, and EAST12 beside it; the period is June, so its last day is the 30th."""
    found = said(
        check("not-negative", measures="REV", **cells), {"REV": -1}, path=("EAST1", "EAST", "GROUP"), kind="company"
    )

    assert (found != []) == expected


def test_doubt_of_several_measures_stands_at_the_first_that_is_asked_for_here() -> None:
    known = {"REV 2023-06": 31, "REV_DOM 2023-06": 10}
    total = check("sum", measures="REV", formula="REV_DOM+REV_OVS")

    here, elsewhere = (
        doubts(total, {"REV_OVS": 20}, known),
        doubts(total, {"COST": 20}, {**known, "REV_OVS 2023-06": 20}),
    )

    assert [doubt.measures for doubt in here] == [("REV_OVS", "REV", "REV_DOM")]
    assert elsewhere == []


def test_earlier_figures_are_asked_for_once_and_only_where_needed() -> None:
    asked: list[tuple[str, str]] = []

    def earlier(measure: str, period: Period) -> int:
        asked.append((measure, str(period)))
        return 100

    find_doubts(prepare(MANY, RULES), Entered(JUNE, {"REV": 100}), earlier)

    assert len(asked) == len(set(asked))
    assert ("REV", "2023-05") in asked
    assert ("REV", "2023-06") not in asked
    assert {measure for measure, _ in asked} == {"REV", "REV_DOM", "REV_OVS", "COST"}


def test_star_is_every_measure_that_can_be_asked() -> None:
    everything = dict.fromkeys(RULES, -1) | {"WORDS": "-1"}

    asked = [
        [doubt.measure for doubt in doubts(each, everything, {f"{code} 2023-05": -5 for code in RULES})]
        for each in (check("not-negative", measures="*"), check("jump", measures="*", against="previous", change="0.1"))
    ]

    assert asked == [
        ["REV", "REV_DOM", "REV_OVS", "COST", "KILO", "STAFF", "ENERGY", "YTD"],
        ["REV", "REV_DOM", "REV_OVS", "COST", "KILO", "STAFF", "ENERGY"],
    ]


def test_missing_texts_are_owed_like_figures() -> None:
    found = doubts(check("missing", measures="*"), {"WORDS": "", "REV": "n/a"}, owed={"WORDS", "REV"})

    assert [doubt.measures for doubt in found] == [("WORDS",)]


anything = st.one_of(
    st.none(), st.text(), st.floats(), st.decimals(), st.integers(-(2**62), 2**62), st.fractions(), st.floats(-5, 5)
)


@given(st.dictionaries(st.sampled_from(sorted(RULES)), anything), st.lists(anything, min_size=1))
def test_whatever_stands_in_cells_and_ledger_doubts_can_be_read(values: dict[str, Any], known: list[Any]) -> None:
    def earlier(measure: str, period: Period) -> Any:
        return known[period.start % len(known)]

    found = find_doubts(prepare(MANY, RULES), Entered(JUNE, values, owed=set(values)), earlier)

    assert all(str(doubt.problem("C12")).startswith("C12: ") for doubt in found)


def test_checks_of_measures_that_there_are_not_are_a_wrong_program() -> None:
    for wrong in (Check("C", "same", measures=("REVE",)), Check("C", "range", formula=parse_formula("REV-X"))):
        with pytest.raises(ValueError, match="which is no measure"):
            prepare([wrong], RULES)


def test_leap_days_and_long_histories_do_not_matter() -> None:
    found = said(
        check("jump", measures="REV", against="year", change="0"),
        {"REV": 2},
        {"REV 2023-02": 1},
        period=parse("2024-02"),
    )

    assert found == ["0.02, up 100.0 % on the 0.01 of 2023-02."]
