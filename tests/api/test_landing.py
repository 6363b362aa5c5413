"""Landings over the interface: the runs, what one says of a unit and those below, and as known on a day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.api.conftest import Call, problems


def test_run_tells_what_it_has_read_and_which_measures_it_landed(call: Call) -> None:
    (run, *older) = call("clerk").data("/landing/runs")["items"]

    assert (run["year"], run["month"], run["read_seq"] < run["seq"]) == ("2023", "2023-06", True)
    assert [each["seq"] for each in older] == sorted((each["seq"] for each in older), reverse=True)
    profit = next(each for each in run["measures"] if each["measure"] == "PROFIT")
    assert profit == {"measure": "PROFIT", "span": 1, "left": 6, "levels": False, "recovers": True, "why": ""}
    assert call("clerk").data("/landing/runs?year=2022")["items"] == []
    assert call("clerk").data("/landing/runs?known=2023-07-11")["items"] == []


def test_landing_widens_from_what_is_known_to_its_ranges(call: Call) -> None:
    (found,) = call("office").data("/landing/T03/2023?measure=REVENUE")["items"]
    actual = call("office").data("/figures?unit=T03&measure=REVENUE&period=2023-H1")["items"][0]["value"]

    ends = [Decimal(found[key]) for key in ("low80", "low50", "point", "high50", "high80")]
    assert ends == sorted(ends) and ends[0] < ends[-1]
    assert 0 <= found["odds"] <= 1
    steps = found["steps"]
    assert [each["period"] for each in steps] == [f"2023-{month:02d}" for month in range(1, 13)]
    assert steps[5] == {"period": "2023-06", **dict.fromkeys(("point", "low80", "low50", "high50", "high80"), actual)}
    assert found["actual"] == actual
    assert [Decimal(steps[-1][key]) for key in ("low80", "high80")] == pytest.approx([ends[0], ends[-1]])


def test_children_land_on_what_their_parent_does(call: Call) -> None:
    found = call("office").data("/landing/T03/2023?measure=PROFIT&below=children")["items"]
    whole, *parts = found

    assert [each["unit"] for each in found] == ["T03", "T0301", "T0302", "T0303"]
    assert Decimal(whole["point"]) == sum(Decimal(each["point"]) for each in parts)
    assert [each["unit"] for each in call("clerk").data("/landing/T0302/2023?below=children&measure=PROFIT")["items"]] == ["T0302"]  # fmt: skip


def test_all_headline_measures_are_there_unless_some_are_asked_for(call: Call) -> None:
    found = call("office").data("/landing/T03/2023")
    landed = {each["measure"] for each in found["run"]["measures"] if not each["why"]}

    assert {each["measure"] for each in found["items"]} == landed
    assert len(landed) > 4


def test_run_that_was_not_known_is_not_told(call: Call) -> None:
    early = call("office")("/landing/T03/2023?known=2023-07-11")
    none = call("office")("/landing/T03/2021")
    other = call("office")("/landing/T03/2023?run=1")

    assert (early.status_code, problems(early)[0][1]) == (404, "Nothing was landed for this year.")
    assert none.status_code == 404
    assert (other.status_code, problems(other)[0][:2]) == (422, ("run", "Posting 1 is no run of this year."))


def test_run_can_be_named(call: Call) -> None:
    last = call("office").data("/landing/T03/2023")

    assert call("office").data(f"/landing/T03/2023?run={last['run']['seq']}") == last


@pytest.mark.parametrize(("path", "status"), [("/landing/T/2023-H1", 400), ("/landing/T/FY2023-24", 422), ("/landing/T/2023?measure=NONE", 422)])  # fmt: skip
def test_year_or_measure_that_is_none_is_told(call: Call, path: str, status: int) -> None:
    assert call("office")(path).status_code == status
