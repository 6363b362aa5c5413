"""Figures, vintages and origins: the same numbers as the pages, exact, with coverage, as known on any day."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.ledger.actions import refresh_cube
from headrope.org.models import User
from headrope.review.defined.actions import save
from headrope.review.defined.kinds import RULES
from tests.api.conftest import Call, Caller, problems, token
from tests.conftest import Says


def figure(call: Call, query: str) -> dict[str, Any]:
    (found,) = call("office").data(f"/figures?{query}")["items"]
    return dict(found)


def test_money_is_exact_text_and_ratios_are_numbers(call: Call) -> None:
    profit = figure(call, "unit=T03&measure=PROFIT&period=2023-H1")
    share = figure(call, "unit=T03&measure=DEBT_RATIO&period=2023-H1")
    owed, owned = (figure(call, f"unit=T03&measure={code}&period=2023-H1") for code in ("LIABILITIES", "ASSETS"))

    assert profit == {"value": "-43998724.10", "state": "complete", "reported": 18, "expected": 18, "unit": "T03", "measure": "PROFIT", "compared": None}  # fmt: skip
    assert share["value"] == pytest.approx(float(owed["value"]) / float(owned["value"]))


def test_figures_are_those_of_the_review(call: Call) -> None:
    """Value, coverage, target, gap and judgement of every measure that the review has a line for."""
    review = call("office").data("/review/T03/2023-H1?against=last-year")
    found = {each["measure"]: each for each in call("office").data("/figures?unit=T03&period=2023-H1&against=last-year")["items"]}  # fmt: skip

    for line in review["measures"]:
        shown = found[line["code"]]
        exact = "exact" in line["actual"]
        assert shown["value"] == line["actual"]["exact" if exact else "value"]
        assert (shown["reported"], shown["expected"]) == (line["actual"]["reported"], line["actual"]["expected"])
        assert shown["compared"]["figure"]["value"] == line["last_year"]["exact" if exact else "value"]
        assert shown["compared"]["judgement"] == (None if line["state"] == "none" else line["state"])
        gap = shown["compared"]["gap"]
        assert (None if gap is None else float(gap)) == line["gap"]
    assert len(review["measures"]) > 15


SWINGS = {
    **{code: {"watch": 0.03, "behind": 0.1} for code in ("CAPEX", "ORDERS", "RECEIVABLES")},
    "REVENUE_PER_HEAD": {"watch": 0.02, "behind": 0.05},
}
"""The tolerances that measures of the example group have of their own."""


@pytest.mark.usefixtures("own")
def test_figures_are_judged_by_the_pace_rule_in_force() -> None:
    """By a rule that lets everything pass, nothing that adds up is behind; the review says the same."""
    refresh_cube()
    office = User.objects.get(username="zhou.yi")
    lenient = {"code": "PACE", "kind": "pace", "watch": "900", "behind": "1000"}
    assert save(RULES, [("row 1", lenient)], office).problems == ()
    caller = Caller(token("office"))

    review = caller.data("/review/T03/2023-H1?against=target")
    (shown,) = caller.data("/figures?unit=T03&measure=REVENUE&period=2023-H1&against=target")["items"]

    (line,) = [each for each in review["measures"] if each["code"] == "REVENUE"]
    assert line["gap"] < -0.02 * line["plan"]["value"]  # by the rule that is built in, it would be watched or behind
    assert (shown["compared"]["judgement"], line["state"]) == ("on", "on")
    assert review["pace"] == {"rule": "PACE", "basis": "phases", "watch": 9.0, "behind": 10.0, "ratio_watch": 0.01, "ratio_behind": 0.025, "measures": SWINGS}  # fmt: skip


def test_figures_on_a_day_are_those_known_then(call: Call) -> None:
    """A provision was found missing and posted on 12 July 2023."""
    now, before = (figure(call, f"unit=T&measure=PROFIT&period=2023-H1{known}") for known in ("", "&known=2023-07-11"))

    assert Decimal(now["value"]) != Decimal(before["value"])
    assert figure(call, "unit=T&measure=PROFIT&period=2023-H1&known=2999-01-01") == now
    assert call("office")("/figures?unit=T&period=2023-H1&known=1999-01-01").status_code == 404


def test_missing_is_not_zero(call: Call) -> None:
    later, silent = (figure(call, f"unit=T03&measure=PROFIT&period={period}") for period in ("2023-07", "1950"))

    assert (later["value"], later["state"], later["reported"]) == (None, "missing", 0)
    assert later["expected"] > 0
    assert (silent["value"], silent["state"], silent["expected"]) == (None, "not-expected", 0)


def test_part_that_is_in_is_called_partial(call: Call) -> None:
    found = figure(call, "unit=T03&measure=PROFIT&period=2023")

    assert (found["state"], found["reported"], found["expected"]) == ("partial", 18, 36)


def test_children_add_up_to_their_parent(call: Call) -> None:
    found = call("office").data("/figures?unit=T03&below=children&measure=PROFIT&period=2023-06")["items"]
    whole, *parts = found

    assert [each["unit"] for each in found] == ["T03", "T0301", "T0302", "T0303"]
    assert Decimal(whole["value"]) == sum(Decimal(each["value"]) for each in parts)


def test_everything_below_is_there_once(call: Call) -> None:
    found = call("office").data("/figures?unit=T&unit=T03&below=all&measure=PROFIT&period=2023-06&limit=1000")["items"]
    codes = [each["unit"] for each in found]

    assert codes == sorted(set(codes))
    assert len(codes) > 40


def test_perimeter_is_the_tree_of_a_month(call: Call) -> None:
    """T0305 went into T0302 in 2022: over today's tree its past is T0302's."""
    query = "unit=T0302&measure=PROFIT&period=2021"

    was, like = figure(call, query), figure(call, f"{query}&perimeter=2023-06")

    gone = figure(call, "unit=T0305&measure=PROFIT&period=2021")
    assert Decimal(like["value"]) == Decimal(was["value"]) + Decimal(gone["value"])
    assert figure(call, f"{query}&perimeter=as-was") == was


@pytest.mark.parametrize(
    ("query", "where", "word"),
    [("measure=NONE", "measure", "NONE"), ("version=plan", "version", "plan"), ("against=plan", "against", "plan"), ("version=last-year", "version", "last-year")],
)  # fmt: skip
def test_words_that_the_ledger_does_not_know_are_told(call: Call, query: str, where: str, word: str) -> None:
    answer = call("office")(f"/figures?unit=T&period=2023-H1&{query}")

    noun = "measure" if where == "measure" else "version"
    assert (answer.status_code, problems(answer)[0][:2]) == (422, (where, f"There is no {noun} '{word}'."))


def test_period_of_another_calendar_is_told(call: Call) -> None:
    answer = call("office")("/figures?unit=T&period=FY2023-24")

    assert (answer.status_code, problems(answer)[0][:2]) == (422, ("period", "'FY2023-24' is not a period."))


def test_many_units_take_as_many_statements_as_one(call: Call) -> None:
    caller = call("office")
    counts = []
    for path in (
        "/figures?unit=T03&measure=PROFIT&period=2023-06",
        "/figures?unit=T&below=all&period=2023-06&limit=1000",
    ):
        caller(path)
        with CaptureQueriesContext(connection) as queries:
            caller(path)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_vintages_tell_every_posting_of_a_cell(call: Call) -> None:
    """June's profit of T0302 was posted, then posted again with the provision."""
    found = call("office").data("/figures/vintages?unit=T0302&measure=PROFIT&period=2023-06")["items"]

    assert [each["period"] for each in found] == ["2023-06"] * len(found)
    assert len(found) > 1
    assert [each["seq"] for each in found] == sorted((each["seq"] for each in found), reverse=True)
    assert found[0]["reason"] == "Warranty provision of Unit 4 was missed"
    known = call("office").data("/figures/vintages?unit=T0302&measure=PROFIT&period=2023-06&known=2023-07-11")["items"]
    assert known == found[1:]
    now = figure(call, "unit=T0302&measure=PROFIT&period=2023-06")
    assert (now["value"], {each["basis"] for each in found}) == (found[0]["value"], {"own"})


def test_origin_adds_up(call: Call) -> None:
    found = call("office").data("/origin?unit=T03&measure=PROFIT&period=2023-H1")

    assert Decimal(found["figure"]["value"]) == sum(Decimal(part["value"]) for part in found["below"])
    assert (found["hidden"], found["components"], found["facts"]) == (0, [], [])


def test_origin_of_a_ratio_names_its_components(call: Call) -> None:
    found = call("office").data("/origin?unit=T03&measure=DEBT_RATIO&period=2023-H1")
    parts = {part["measure"]: float(part["value"]) for part in found["components"]}

    assert (found["numerator"], found["denominator"]) == ("LIABILITIES", "ASSETS")
    assert found["figure"]["value"] == pytest.approx(parts["LIABILITIES"] / parts["ASSETS"])


def test_review_is_what_the_command_prints(call: Call, says: Says) -> None:
    status, printed, _ = says("--as", "zhou.yi", "review", "T03", "2023-H1", "--json", "--language", "en")

    assert status == 0
    assert call("office").data("/review/T03/2023-H1") == json.loads(printed)


def test_review_tells_what_the_months_left_must_bring(call: Call) -> None:
    """Year's target less actual, spread over six months to the cent; beside the best month of all that were reported."""
    (line,) = [each for each in call("office").data("/review/T03/2023-H1")["measures"] if each["code"] == "REVENUE"]
    year, actual = (Decimal(line[key]["exact"]) for key in ("year_plan", "actual"))
    months = call("office").data("/figures/vintages?unit=T0301&measure=REVENUE&period=2023-H1&limit=1000")["items"]

    need = line["need"]

    assert Decimal(need["month"]["exact"]) == ((year - actual) / 6).quantize(Decimal("0.01"))
    assert (need["left"], need["reached"]) == (6, False)
    assert need["month"]["value"] == float(need["month"]["exact"])
    assert need["share_of_best"] == pytest.approx(need["month"]["value"] / need["best"]["value"])
    assert need["best"]["value"] > max(float(each["value"]) for each in months)  # one of its branches alone
    whole = call("office").data("/review/T03/2022")
    assert {line["need"] for line in whole["measures"]} == {None}


def test_review_tells_the_landing_of_the_run_that_was_known(call: Call) -> None:
    now = call("office").data("/review/T03/2023-H1")
    before = call("office").data("/review/T03/2023-H1?known=2023-07-11")
    landed = call("office").data("/landing/T03/2023?measure=PROFIT")
    (shown,) = landed["items"]

    (line,) = [each for each in now["measures"] if each["code"] == "PROFIT"]

    told = {key: landed["run"][key] for key in ("seq", "read_seq", "year", "month")}
    assert {key: now["landing_run"][key] for key in told} == told
    assert line["landing"]["point"] == {"value": float(shown["point"]), "exact": shown["point"]}
    assert [each["exact"] for each in line["landing"]["range80"]] == [shown["low80"], shown["high80"]]
    assert [each["exact"] for each in line["landing"]["range50"]] == [shown["low50"], shown["high50"]]
    assert line["landing"]["target"]["exact"] == shown["target"]
    assert (line["landing"]["odds"], line["landing"]["odds_range"]) == (shown["odds"], None)
    assert (before["landing_run"], {each["landing"] is None for each in before["measures"]}) == (None, {True})


def test_review_ranks_as_asked(call: Call) -> None:
    found = call("office").data(
        "/review/T/2023-H1?measure=PROFIT&tier=3&order=value&where=PROFIT>0&threshold=PROFIT>=0"
    )

    values = [row["actual"]["value"] for row in found["ranking"]["rows"]]
    assert values == sorted(values, reverse=True) and min(values) > 0
    assert (found["ranking"]["tier"], found["ranking"]["where"]) == (3, ["PROFIT>0"])


@pytest.mark.parametrize("query", ["where=PROFIT", "threshold=>", "measure=NONE", "where=NONE>0", "against=x"])
def test_review_tells_what_it_cannot_rank(call: Call, query: str) -> None:
    answer = call("office")(f"/review/T/2023-H1?{query}")

    assert answer.status_code == 422
    assert problems(answer)
