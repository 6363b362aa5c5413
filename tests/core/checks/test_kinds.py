"""Each kind of check finds what it is for, says it in a sentence, and is silent at its border."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headrope.core.checks.asked import Entered
from headrope.core.checks.check import KINDS
from headrope.core.checks.evaluation import find_doubts, prepare
from headrope.core.checks.kinds import FINDERS
from headrope.core.periods import parse
from tests.core.checks.asking import RULES, check, doubts, said

GOLDEN: list[tuple[dict[str, str], dict[str, Any], dict[str, Any], list[str]]] = [
    # kind, cells; figures (exact ones in steps); earlier figures; sentences
    ({"kind": "not-negative", "measures": "REV"}, {"REV": -1}, {}, ["-0.01 is below 0."]),
    ({"kind": "not-negative", "measures": "REV"}, {"REV": 0}, {}, []),
    ({"kind": "not-positive", "measures": "ENERGY"}, {"ENERGY": 5e-324}, {}, [f"0.{'0' * 323}5 is above 0."]),
    ({"kind": "not-positive", "measures": "ENERGY"}, {"ENERGY": -0.0}, {}, []),
    ({"kind": "range", "measures": "STAFF", "min": "1", "max": "9"}, {"STAFF": 0}, {}, ["0 is less than 1."]),
    ({"kind": "range", "measures": "STAFF", "min": "1", "max": "9"}, {"STAFF": 1}, {}, []),
    ({"kind": "range", "measures": "STAFF", "min": "1", "max": "9"}, {"STAFF": 9}, {}, []),
    ({"kind": "range", "measures": "STAFF", "min": "1", "max": "9"}, {"STAFF": 10}, {}, ["10 is more than 9."]),
    ({"kind": "range", "measures": "ENERGY", "max": "0.1"}, {"ENERGY": 0.1}, {}, []),
    ({"kind": "range", "measures": "ENERGY", "max": "0.3"}, {"ENERGY": 0.1 + 0.2}, {}, ["0.30000000000000004 is more than 0.3."]),
    ({"kind": "range", "measures": "KILO", "max": "1500"}, {"KILO": 2}, {}, ["2000 is more than 1500."]),
    ({"kind": "range", "formula": "REV-REV_OVS", "min": "0"}, {"REV": 5, "REV_OVS": 6}, {}, ["REV-REV_OVS makes -0.01, less than 0."]),
    ({"kind": "range", "formula": "REV-REV_OVS", "max": "0"}, {"REV": 7, "REV_OVS": 6}, {}, ["REV-REV_OVS makes 0.01, more than 0."]),
    ({"kind": "range", "formula": "PROFIT", "min": "0"}, {"REV": 5, "COST": 6}, {}, ["PROFIT makes -0.01, less than 0."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "30 %"}, {"REV": 130_00}, {"REV 2023-05": 100_00}, []),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "30 %"}, {"REV": 130_01}, {"REV 2023-05": 100_00},
     ["130.01, up 30.0 % on the 100 of 2023-05."]),
    ({"kind": "jump", "measures": "REV", "against": "year", "change": "0.3"}, {"REV": 69_99}, {"REV 2022-06": 100_00},
     ["69.99, down 30.0 % on the 100 of 2022-06."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3"}, {"REV": 20_00}, {"REV 2023-05": -20_00},
     ["20, after -20 in 2023-05."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3"}, {"REV": 1}, {"REV 2023-05": 0}, ["0.01, after 0 in 2023-05."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3", "floor": "10"}, {"REV": 3_00}, {"REV 2023-05": 0}, []),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3", "floor": "10"}, {"REV": 3_01}, {"REV 2023-05": 0},
     ["3.01, after 0 in 2023-05."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3", "tolerance": "50"}, {"REV": 150_00}, {"REV 2023-05": 100_00}, []),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.6", "tolerance": "50"}, {"REV": 151_00}, {"REV 2023-05": 100_00}, []),
    ({"kind": "jump", "measures": "REV", "against": "previous", "tolerance": "50"}, {"REV": 150_01}, {"REV 2023-05": 100_00},
     ["150.01, up 50.0 % on the 100 of 2023-05."]),
    ({"kind": "jump", "measures": "REV", "against": "previous", "change": "0.3"}, {"REV": 9_00}, {}, []),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"REV": 30, "REV_DOM": 10, "REV_OVS": 20}, {}, []),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"REV": 31, "REV_DOM": 10, "REV_OVS": 20}, {},
     ["0.31, and REV_DOM+REV_OVS makes 0.3: 0.01 too much."]),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"REV": 28, "REV_DOM": 10, "REV_OVS": 20}, {},
     ["0.28, and REV_DOM+REV_OVS makes 0.3: 0.02 short."]),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS", "tolerance": "0.02"}, {"REV": 28, "REV_DOM": 10, "REV_OVS": 20}, {}, []),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"REV": 31, "REV_DOM": 10, "REV_OVS": None}, {}, []),
    ({"kind": "sum", "measures": "REV", "formula": "REV_DOM+REV_OVS"}, {"REV": 31, "REV_DOM": 10}, {"REV_OVS 2023-06": 20},
     ["0.31, and REV_DOM+REV_OVS makes 0.3: 0.01 too much."]),
    ({"kind": "sum", "measures": "KILO", "formula": "REV"}, {"KILO": 1, "REV": 1000_00}, {}, []),
    ({"kind": "sum", "measures": "KILO", "formula": "REV"}, {"KILO": 1, "REV": 1000_01}, {}, ["1000, and REV makes 1000.01: 0.01 short."]),
    ({"kind": "sum", "measures": "ENERGY", "formula": "0.1*STAFF"}, {"ENERGY": 0.3, "STAFF": 3}, {}, []),
    ({"kind": "cumulative", "measures": "YTD"}, {"YTD": 99}, {"YTD 2023-05": 100}, ["0.99 is less than the 1 reached by 2023-05."]),
    ({"kind": "cumulative", "measures": "YTD"}, {"YTD": 100}, {"YTD 2023-05": 100}, []),
    ({"kind": "cumulative", "measures": "YTD"}, {"YTD": 99}, {"YTD 2023-02": 100}, ["0.99 is less than the 1 reached by 2023-02."]),
    ({"kind": "cumulative", "measures": "YTD"}, {"YTD": 99}, {"YTD 2022-12": 100}, []),
    ({"kind": "cumulative", "measures": "YTD", "tolerance": "0.01"}, {"YTD": 99}, {"YTD 2023-05": 100}, []),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "min": "13 %", "max": "15 %"}, {"COST": 19, "REV": 100}, {},
     ["COST over REV is 19.0 %, more than 15.0 %."]),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "min": "13 %", "max": "15 %"}, {"COST": 13, "REV": 100}, {}, []),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "max": "1"}, {"COST": 3, "REV": 2}, {},
     ["COST over REV is 150.0 %, more than 100.0 %."]),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "min": "1/3"}, {"COST": 1, "REV": 3}, {}, []),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "max": "-2"}, {"COST": 4, "REV": -3}, {},
     ["COST over REV is -1.33, more than -2.00."]),
    ({"kind": "ratio", "formula": "COST", "denominator": "REV", "min": "1"}, {"COST": 4, "REV": 0}, {}, []),
    ({"kind": "ratio", "formula": "KILO", "denominator": "REV", "max": "1"}, {"KILO": 1, "REV": 1000_00}, {}, []),
    ({"kind": "missing", "measures": "REV"}, {"REV": None, "COST": None}, {}, ["Empty, and owed for this period."]),
    ({"kind": "missing", "measures": "COST"}, {"REV": 1, "COST": None}, {}, []),
    ({"kind": "missing", "measures": "REV"}, {"REV": "  "}, {}, ["Empty, and owed for this period."]),
    ({"kind": "missing", "measures": "REV"}, {"COST": 1}, {}, ["Empty, and owed for this period."]),
    ({"kind": "missing", "measures": "REV"}, {"REV": "2,4o7"}, {}, []),
    ({"kind": "missing", "measures": "REV"}, {"REV": 0}, {}, []),
    ({"kind": "decimals", "measures": "ENERGY", "decimals": "0"}, {"ENERGY": 192.5}, {}, ["192.5 is not a whole number."]),
    ({"kind": "decimals", "measures": "ENERGY", "decimals": "1"}, {"ENERGY": 0.1}, {}, []),
    ({"kind": "decimals", "measures": "ENERGY", "decimals": "1"}, {"ENERGY": 0.15}, {}, ["0.15 has more decimals than the allowed 1."]),
    ({"kind": "decimals", "measures": "REV", "decimals": "0"}, {"REV": 1_01}, {}, ["1.01 is not a whole number."]),
    ({"kind": "decimals", "measures": "KILO REV", "decimals": "0"}, {"KILO": 7, "REV": 2_00}, {}, []),
    ({"kind": "same", "measures": "REV"}, {"REV": 5_00}, {"REV 2023-05": 5_00}, ["5, exactly as in 2023-05."]),
    ({"kind": "same", "measures": "REV"}, {"REV": 5_01}, {"REV 2023-05": 5_00}, []),
    ({"kind": "same", "measures": "REV"}, {"REV": 0}, {"REV 2023-05": 0}, []),
    ({"kind": "same", "measures": "REV", "floor": "5"}, {"REV": 5_00}, {"REV 2023-05": 5_00}, []),
    ({"kind": "same", "measures": "REV", "past": "2"}, {"REV": 5}, {"REV 2023-05": 5}, []),
    ({"kind": "same", "measures": "REV", "past": "2"}, {"REV": 5}, {"REV 2023-05": 5, "REV 2023-04": 5}, ["0.05, exactly as in the last 2 periods."]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "values", "past", "expected"), GOLDEN)
def test_kind_says_what_it_has_found(
    cells: dict[str, str], values: dict[str, Any], past: dict[str, Any], expected: list[str]
) -> None:
    assert said(check(**cells), values, past, owed={"REV"}) == expected


def test_every_kind_has_a_finder() -> None:
    assert tuple(FINDERS) == KINDS


@pytest.mark.parametrize(
    "value", [None, "", "2,4o7", "Infinity", float("nan"), float("-inf"), Decimal("NaN"), Decimal("1e999999")]
)
@pytest.mark.parametrize("cells", [cells for cells, *_ in GOLDEN if cells["kind"] != "missing"])
def test_check_is_silent_where_there_is_no_number(cells: dict[str, str], value: Any) -> None:
    measures = ("REV", "REV_DOM", "REV_OVS", "COST", "KILO", "STAFF", "ENERGY", "YTD")

    assert said(check(**cells), dict.fromkeys(measures, value), {"REV 2023-05": 5_00, "YTD 2023-05": 9}) == []


@pytest.mark.parametrize(
    ("period", "fiscal_start", "before", "silent"),
    [
        ("2023-Q2", 1, "2023-Q1", False),
        ("2023-Q2", 4, "2023-Q1", True),
        ("2023-05", 4, "2023-04", False),
        ("2023-04", 4, "2023-03", True),
        ("2023-01", 1, "2022-12", True),
        ("2023-03", 4, "2022-04", False),
        ("2023-03", 4, "2022-03", True),
        ("2023", 1, "2022", True),
    ],
)
def test_cumulative_begins_anew_with_the_fiscal_year(period: str, fiscal_start: int, before: str, silent: bool) -> None:
    known = {("YTD", before): 100}
    prepared = prepare([check("cumulative", measures="YTD")], RULES, fiscal_start)

    found = find_doubts(prepared, Entered(parse(period), {"YTD": 99}), lambda code, when: known.get((code, str(when))))

    assert bool(found) is not silent


def test_remedy_asks_for_an_answer_only_where_one_is_taken() -> None:
    warning, blocking = (check("not-negative", measures="REV", severity=each) for each in ("warning", "blocking"))

    found = [doubts(each, {"REV": -1})[0].problem("C12") for each in (warning, blocking)]

    assert [(problem.remedy, problem.blocking) for problem in found] == [
        ("Right? Then say why. Wrong? Then mend the figure.", False),
        ("Mend the figure.", True),
    ]
