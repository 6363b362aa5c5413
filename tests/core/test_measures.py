"""A rule names what it is formed from, and a set of rules is checked as a whole."""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.formulas import parse_formula
from headrope.core.measures import KINDS, MeasureRule, check_measures, loops, resolved
from headrope.core.quantities import Quantity
from headrope.core.units import FOREVER

MONEY, NUMBER, TEXT = Quantity("money", -2), Quantity("number"), Quantity("text")


def rule(code: str, kind: str, above: str = "", below: str = "", **more: object) -> MeasureRule:
    """A measure with formulae as texts."""
    formed = kind in ("ratio", "formula", "average", "growth")
    quantity = TEXT if kind == "text" else NUMBER if formed else MONEY
    parts = [parse_formula(text) if text else () for text in (above, below)]
    return MeasureRule(code, more.pop("quantity", quantity), kind, more.pop("direction", "up"), *parts, **more)  # type: ignore[arg-type]


def faults(*rules: MeasureRule) -> list[str]:
    """What is wrong, as sentences."""
    return [fault.message % fault.values for fault in check_measures({each.code: each for each in rules})]


REV, COST, ASSETS = rule("REV", "flow"), rule("COST", "flow"), rule("ASSETS", "stock")


def test_components_of_a_ratio_are_named_once_in_their_order() -> None:
    share = rule("SHARE", "ratio", "ATT-OV4", "ATT+AT-OV4")

    assert share.components == ("ATT", "OV4", "AT")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"ratio", "formula", "average", "growth"}))
def test_component_of_a_stored_measure_is_itself(kind: str) -> None:
    assert rule("ATT", kind).components == ("ATT",)


def test_whole_set_of_all_kinds_has_no_fault() -> None:
    everything = [
        REV,
        COST,
        ASSETS,
        rule("YTD", "cumulative"),
        rule("WORST", "max"),
        rule("BEST", "min"),
        rule("CUSTOMERS", "disjoint"),
        rule("VISITORS", "distinct"),
        rule("PRICE", "weighted", below="REV"),
        rule("MOOD", "score", below="REV"),
        rule("RATING", "score"),
        rule("WORDS", "text"),
        rule("PROFIT", "formula", "REV-COST"),
        rule("MARGIN", "ratio", "PROFIT", "REV"),
        rule("MEAN", "average", "ASSETS"),
        rule("ROA", "ratio", "PROFIT", "MEAN", annualise=True),
        rule("RISE", "growth", "MARGIN"),
    ]

    assert faults(*everything) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([rule("R", "ratio", "REV")], ["R is a ratio and needs a denominator."]),
        ([rule("R", "formula")], ["R is a formula and needs a numerator."]),
        ([rule("R", "flow", "REV")], ["R is a flow and has no numerator."]),
        (
            [rule("R", "average", "REV-COST")],
            [
                "R is formed from one measure, not from a formula.",
                "R is a average and cannot be formed from REV, which is a flow.",
                "R is a average and cannot be formed from COST, which is a flow.",
            ],
        ),
        ([rule("R", "formula", "REV-NO")], ["R is formed from NO, which is no measure."]),
        (
            [rule("R", "ratio", "REV", "Q"), rule("Q", "ratio", "REV", "COST")],
            ["R is a ratio and cannot be formed from Q, which is a ratio."],
        ),
        (
            [rule("R", "growth", "Q"), rule("Q", "growth", "REV")],
            ["R is a growth and cannot be formed from Q, which is a growth."],
        ),
        (
            [rule("R", "formula", "Q"), rule("Q", "formula", "S"), rule("S", "formula", "R+REV")],
            ["These formulae stand in a circle: R > Q > S > R."],
        ),
        ([rule("R", "formula", "R+REV")], ["These formulae stand in a circle: R > R."]),
        ([rule("R", "ratio", "REV", "Q-COST"), rule("Q", "formula", "COST")], ["The denominator of R is always 0."]),
        ([rule("R", "formula", "Q-COST"), rule("Q", "formula", "COST")], ["The numerator of R is always 0."]),
        ([rule("R", "flow", annualise=True)], ["Only ratios are annualised; R is none."]),
        ([rule("R", "flow", missing="carry")], ["R is a flow: a missing value cannot be taken as carry."]),
        ([rule("R", "flow", margin=1.0)], ["R has a margin, and its direction needs none."]),
        ([rule("R", "flow", direction="band")], ["R keeps to a band and has no margin."]),
        ([rule("R", "max", attributable=True)], ["R is not a sum of whole steps: no part of it is attributable."]),
        ([rule("R", "text", quantity=MONEY)], ["R: texts, and only texts, are of the kind text."]),
        ([rule("R", "flow", continuity="same")], ["R has a continuity and no successor."]),
        (
            [rule("R", "flow", successor="NO", continuity="same", valid_to=date(2023, 1, 1))],
            ["The successor NO of R is no measure."],
        ),
        (
            [rule("R", "flow", successor="REV")],
            ["R has a successor and no last day.", "How REV continues R is not said."],
        ),
        (
            [rule("R", "stock", successor="REV", continuity="same", valid_to=date(2023, 1, 1))],
            ["REV succeeds R and is of another quantity or kind."],
        ),
    ],
)
def test_what_is_wrong_with_a_measure_is_said(wrong: list[MeasureRule], said: list[str]) -> None:
    assert faults(REV, COST, ASSETS, *wrong) == said


def test_successors_in_a_circle_are_refused() -> None:
    end = date(2023, 1, 1)
    first = rule("A", "flow", successor="B", continuity="same", valid_to=end)
    second = rule("B", "flow", successor="A", continuity="same", valid_to=end)

    assert faults(first, second) == ["These measures succeed each other in a circle: A > B > A."]


def test_formulae_inside_formulae_are_replaced() -> None:
    rules = [REV, COST, rule("PROFIT", "formula", "REV-COST"), rule("MARGIN", "ratio", "2*PROFIT", "REV+PROFIT")]

    found = resolved({each.code: each for each in rules})["MARGIN"]

    assert (found.numerator, found.denominator) == (parse_formula("2*REV-2*COST"), parse_formula("2*REV-COST"))


def test_circles_of_a_graph_are_found_each_once() -> None:
    graph = {"A": ("B", "C"), "B": ("D",), "C": ("D",), "D": (), "E": ("F",), "F": ("E",), "G": ("G", "A")}

    assert loops(graph) == [["E", "F"], ["G"]]


def test_rule_without_dates_holds_always() -> None:
    assert REV.valid_to == FOREVER
