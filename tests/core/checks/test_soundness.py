"""Checks that could never be asked, or that nothing could pass, are refused with a remedy."""

from __future__ import annotations

import pytest

from headrope.core.checks.check import KINDS
from headrope.core.checks.evaluation import prepare
from headrope.core.checks.soundness import check_checks
from tests.core.checks.asking import RULES, read, sentences

SAME = {"kind": "same", "measures": "REV"}
WRONG: list[tuple[dict[str, str], list[str]]] = [
    ({**SAME, "code": "1A"}, ["'1A' is not a code of a check. Begin with a letter; use letters, digits and _, at most 40."]),
    ({"kind": "same"}, ["C is of the kind same, and the column measures is empty. Fill it in."]),
    ({"kind": "jump"}, [
        "C is of the kind jump, and the column measures is empty. Fill it in.",
        "C is of the kind jump, and the column against is empty. Fill it in.",
        "C is of the kind jump and has no threshold. Fill in change / tolerance.",
    ]),
    ({**SAME, "min": "0"}, ["C is of the kind same, which has no min. Leave the column min empty."]),
    ({"kind": "range", "min": "0"}, ["C looks at measures or at a formula, at one of them. Fill in one column."]),
    ({"kind": "range", "min": "0", "measures": "REV", "formula": "REV"}, ["C looks at measures or at a formula, at one of them. Fill in one column."]),
    ({"kind": "range", "measures": "REV"}, ["C is of the kind range and has no threshold. Fill in min / max."]),
    ({"kind": "range", "measures": "REV", "min": "2", "max": "1"}, ["C allows nothing: its min is above its max. Correct one of them."]),
    ({"kind": "jump", "measures": "REV", "against": "year", "tolerance": "5", "floor": "1"},
     ["C has a floor and no change that is taken of it. Fill in the column change, or leave the floor empty."]),
    ({"kind": "jump", "measures": "REV", "against": "year", "change": "-30 %"}, ["The column change of C is below 0. Write it without its sign."]),
    ({"kind": "unusual", "measures": "REV", "limit": "0"}, ["The limit of C is not above 0. Write it like 3.5, or leave it empty."]),
    ({"kind": "unusual", "measures": "REV", "past": "3"}, ["C takes 3 past figures. Write 4 to 36."]),
    ({**SAME, "past": "0"}, ["C takes 0 past figures. Write 1 to 36."]),
    ({"kind": "decimals", "measures": "REV", "decimals": "10"}, ["C allows 10 decimals. Write 0 to 9."]),
    ({**SAME, "severity": "blocking", "answer": "8"}, ["C blocks, and its doubts are not answered. Leave the column answer empty."]),
    ({**SAME, "answer": "0"}, ["C wants an answer of 0 letters and digits. Write 1 to 200."]),
    ({**SAME, "under": "EAST EASTERN"}, ["C looks at units under EASTERN, which is no unit. Correct it."]),
    ({**SAME, "unit_kinds": "firm"}, ["'firm' is not a kind of unit. Known kinds: regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit."]),
    ({**SAME, "from_": "2023-06-30", "to": "2023-06-29"}, ["C ends on 2023-06-29, before it begins. Correct the column from or to."]),
    ({**SAME, "measures": "REV COST REV"}, ["C asks for REV twice. Take one out."]),
    ({**SAME, "measures": "* REV"}, ["C names every measure, and more. Write * alone, or leave it out."]),
    ({**SAME, "measures": "REVE"}, ["C looks at REVE, which is no measure. Correct the code, or add the measure."]),
    ({**SAME, "measures": "rev"}, ["C looks at rev, which is no measure. Did you mean REV?"]),
    ({**SAME, "measures": "MARGIN"}, ["MARGIN is formed from others and not entered. Check its parts, with a formula of the kinds range or ratio."]),
    ({**SAME, "measures": "WORDS"}, ["WORDS is a text; the kind same does not look at such. Take it out."]),
    ({"kind": "cumulative", "measures": "REV"}, ["REV is a flow; the kind cumulative does not look at such. Take it out."]),
    ({"kind": "jump", "measures": "YTD", "against": "previous", "change": "1"},
     ["YTD is cumulative and grows with each period. Compare it with year, or make a check of the kind cumulative."]),
    ({"kind": "sum", "measures": "*", "formula": "REV"}, ["C is a sum, and a sum has one total. Write one measure; make a check of each sum."]),
    ({"kind": "sum", "measures": "REV COST", "formula": "REV_DOM"}, ["C is a sum, and a sum has one total. Write one measure; make a check of each sum."]),
    ({"kind": "sum", "measures": "REV", "formula": "REV-COST"}, ["REV is a part of its own sum. Correct the formula."]),
    ({"kind": "range", "min": "0", "formula": "REV-WORDS"}, ["WORDS is a text and cannot stand in a formula of C. Write measures that are entered as numbers."]),
    ({"kind": "range", "min": "0", "formula": "MARGIN"}, ["MARGIN is a ratio and cannot stand in a formula of C. Write measures that are entered as numbers."]),
    ({"kind": "ratio", "max": "1", "formula": "REV", "denominator": "PROFIT-REV+COST"}, ["The column denominator of C is always 0. Correct the formula."]),
    ({"kind": "ratio", "max": "1", "formula": "REV", "denominator": "X"}, ["C looks at X, which is no measure. Correct the code, or add the measure."]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), WRONG)
def test_what_is_wrong_with_a_check_is_said_with_its_remedy(cells: dict[str, str], expected: list[str]) -> None:
    made, unreadable = read(**cells)

    assert made is not None and unreadable == []
    assert sentences(check_checks([made], RULES, {"EAST", "EAST1"})) == [f"row 2: {each}" for each in expected]


def test_units_are_not_looked_at_where_they_are_not_known() -> None:
    made, _ = read(**SAME, under="EASTERN")

    assert made is not None
    assert check_checks([made], RULES) == []


def test_second_check_of_a_code_is_named_with_the_first() -> None:
    made, _ = read(**SAME)

    assert made is not None
    assert sentences(check_checks([made, made], RULES)) == ["row 2: C stands here and at row 2. Keep one row."]


def test_all_problems_of_all_checks_come_at_once() -> None:
    wrong = [read("range", f"C{place}", min="2", max="1", unit_kinds="firm")[0] for place in range(3)]

    problems = check_checks([each for each in wrong if each], RULES)

    assert [problem.values["code"] for problem in problems] == ["C0"] * 3 + ["C1"] * 3 + ["C2"] * 3
    assert all(problem.blocking and problem.remedy for problem in problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_sound_check_can_be_prepared(kind: str) -> None:
    cells = {
        "range": {"measures": "*", "min": "0"},
        "jump": {"measures": "*", "against": "previous", "change": "1"},
        "sum": {"measures": "REV", "formula": "PROFIT+COST-COST+REV_DOM"},
        "ratio": {"formula": "PROFIT", "denominator": "REV", "max": "1"},
        "decimals": {"measures": "*", "decimals": "0"},
    }.get(kind, {"measures": "*"})
    made, _ = read(kind, **cells)

    assert made is not None
    problems = check_checks([made], RULES)
    assert (problems, len(prepare([made], RULES).groups)) == ([], 1)
