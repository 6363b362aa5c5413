"""Causes, rules and benchmarks over the interface, a unit beside its peers, and the red and the black list."""

from __future__ import annotations

import pytest

from tests.api.conftest import Call, problems


def test_causes_are_a_tree(call: Call) -> None:
    found = {each["code"]: each for each in call("clerk").data("/causes")["items"]}

    assert found["COST"] == {"code": "COST", "parent": None, "name": "Cost", "name_zh": "成本", "valid_from": None, "valid_to": None}  # fmt: skip
    assert all(each["parent"] is None or each["parent"] in found for each in found.values())
    assert call("clerk").data("/causes?known=2023-07-11")["items"] == []


def test_rules_tell_pace_and_lists(call: Call) -> None:
    found = {each["code"]: each for each in call("clerk").data("/rules?on=2023-06-30")["items"]}

    assert found["PACE"]["pace"] == {"basis": "phases", "watch": 0.02, "behind": 0.05, "ratio_watch": 0.01, "ratio_behind": 0.025}  # fmt: skip
    assert (found["PACE"]["kind"], found["PACE"]["listing"], found["PACE"]["tolerance"]) == ("pace", None, None)
    assert found["PACE-SWINGS"]["tolerance"] == {"measures": ["ORDERS", "CAPEX", "RECEIVABLES"], "watch": 0.03, "behind": 0.1}  # fmt: skip
    assert (found["PACE-SWINGS"]["kind"], found["PACE-SWINGS"]["pace"]) == ("tolerance", None)
    assert (found["BLACK"]["kind"], found["BLACK"]["pace"], found["BLACK"]["name"]) == ("black", None, "Black list")
    assert found["BLACK"]["listing"] == {"measures": ["REVENUE", "PROFIT", "CASH"], "share": 0.1, "most": None, "silent": True}  # fmt: skip


def test_benchmarks_hide_inside_peers_that_may_not_be_seen(call: Call) -> None:
    office, head = (call(who).data("/benchmarks?limit=1000")["items"] for who in ("office", "head"))

    inside = [each["peer"] for each in office if each["side"] == "inside"]
    assert len(inside) > 3
    assert head == [each for each in office if each["side"] == "outside"]
    ratio = next(each for each in head if (each["peer"], each["measure"]) == ("BEIYUAN", "DEBT_RATIO"))
    assert (ratio["value"], ratio["period"], ratio["set_name_zh"]) == (pytest.approx(0.578), "2023-H1", "发电装备同行")
    assert call("office").data("/benchmarks?set=MACHINES")["items"] == [each for each in office if each["set"] == "MACHINES"]  # fmt: skip


def test_unit_beside_outside_peers_has_a_rank_and_distances(call: Call) -> None:
    lines = {each["measure"]: each for each in call("head").data("/benchmarks/T03/2023-H1?set=INDUSTRY")["items"]}

    debt = lines["DEBT_RATIO"]
    values = [each["value"] for each in debt["peers"]]
    assert (debt["of"], debt["hidden"], debt["best"]) == (len(values) + 1, 0, min(values))
    assert debt["rank"] == 1 + sum(value < debt["figure"]["value"] for value in values)
    assert debt["to_best"] == pytest.approx(min(values) - debt["figure"]["value"])


def test_inside_peers_that_are_hidden_count_in_the_rank(call: Call) -> None:
    office, other = (call(who).data("/benchmarks/T01/2023-H1?set=MACHINES") for who in ("office", "other"))

    assert [(each["measure"], each["rank"], each["of"]) for each in office["items"]] == [
        (each["measure"], each["rank"], each["of"]) for each in other["items"]
    ]
    assert {len(each["peers"]) for each in other["items"]} == {0}
    assert all(each["hidden"] > 0 and each["best"] is None for each in other["items"])
    assert len(office["items"]) > 1


def test_set_that_is_none_is_told(call: Call) -> None:
    answer = call("office")("/benchmarks/T01/2023-H1?set=NONE")

    assert (answer.status_code, problems(answer)[0][:2]) == (422, ("set", "There is no set 'NONE'."))


def test_lists_tell_who_stands_out_by_which_rule(call: Call) -> None:
    rows = call("office").data("/lists/T/2023-H1?limit=1000")["items"]

    red, black = ([each for each in rows if each["list"] == name] for name in ("red", "black"))
    assert {each["rule"] for each in red} == {"RED"} and {each["rule"] for each in black} == {"BLACK"}
    assert all(each["share"] is None or each["share"] >= 0.05 for each in red)
    assert all(each["overdue"] or each["share"] is None or each["share"] <= -0.1 for each in black)
    assert ("T03", "PROFIT") in [(each["unit"], each["measure"]) for each in black]
    assert call("office").data("/lists/T/2023-H1?known=2023-07-11")["items"] == []
