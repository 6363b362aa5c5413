"""Gaps over the interface: the list with its findings and promises, one gap with its answers, and answering it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse

from headrope.api.models import Answered
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.ledger.actions import refresh_cube
from headrope.review.models import GapAnswer
from tests.api.conftest import Call, Caller, problems, token
from tests.conftest import Place

GAP = "/gaps/T03/2023-H1/PROFIT"
WHOLE = {"words": "Both outages are done by October.", "causes": [{"cause": "MARKET-TIMING", "amount": "12000000.50"}]}
_keys = iter(range(10**6))


def send(who: str, path: str = GAP, key: str = "", **body: Any) -> HttpResponse:
    more = {
        "data": json.dumps({**WHOLE, **body}),
        "content_type": "application/json",
        "headers": {"Idempotency-Key": key or f"test-{next(_keys)}"},
    }
    return Caller(token(who))(f"{path}/answer", "post", **more)


def done(who: str, path: str = GAP, **body: Any) -> Any:
    answer = send(who, path, **body)
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


@pytest.fixture
def ledger(own: Place) -> Place:
    """A ledger of its own, added up."""
    refresh_cube()
    return own


def test_list_tells_who_is_red_who_has_answered_and_what_is_left_open(call: Call) -> None:
    found = call("office").data("/gaps/T/2023-H1?limit=1000")
    rows = {(each["unit"], each["measure"]): each for each in found["items"]}

    answered = rows["T03", "PROFIT"]
    assert (answered["state"], answered["finding"], answered["red"]) == ("answered", False, True)
    assert answered["answer"]["by"] == "fang.zhiqiang"
    assert Decimal(answered["answer"]["promised"]) == sum(Decimal(each["amount"]) for each in answered["answer"]["months"])  # fmt: skip
    assert Decimal(answered["short"]) == -Decimal(answered["gap"])
    findings = [each for each in found["items"] if each["finding"]]
    assert found["findings"] == len(findings) > 0
    assert found["reds"] == sum(each["red"] for each in found["items"])
    assert {each["answer"] for each in findings if each["state"] == "open"} == {None}
    assert call("office").data("/gaps/T/2023-H1?limit=1000&show=findings")["items"] == findings
    left = [each for each in found["promised"] if isinstance(each["open"], str)]
    assert any(Decimal(each["open"]) < Decimal(each["short"]) for each in left)
    for each in left:
        assert Decimal(each["open"]) == Decimal(each["short"]) - Decimal(each["promised"])


def test_figures_of_a_gap_are_those_of_the_review(call: Call) -> None:
    review = call("head").data("/review/T03/2023-H1")
    lines = {each["code"]: each for each in review["measures"]}

    rows = [each for each in call("head").data("/gaps/T03/2023-H1?limit=1000")["items"] if each["unit"] == "T03"]

    assert len(rows) > 1
    for row in rows:
        line = lines[row["measure"]]
        exact = "exact" if "exact" in line["actual"] else "value"
        assert (row["actual"]["value"], row["plan"]["value"]) == (line["actual"][exact], line["plan"][exact])
        assert (float(row["gap"]), row["judgement"]) == (pytest.approx(line["gap"]), line["state"])


def test_list_as_known_before_the_answers_has_none(call: Call) -> None:
    found = call("office").data("/gaps/T/2023-H1?known=2023-07-11&limit=1000")

    assert {each["answer"] for each in found["items"]} == {None}
    assert found["findings"] == found["reds"] > 0


def test_gap_tells_the_answer_with_its_files_and_the_months_that_follow(call: Call) -> None:
    found = call("head").data(GAP)

    assert (found["row_version"], found["answerable"], found["older"], found["earlier"]) == (1, True, [], None)
    assert found["months"] == [f"2023-{month:02d}" for month in range(7, 13)]
    file, *_ = found["answer"]["evidence"]
    sent = call("head")(f"{GAP}/files/{file['file']}")
    assert (sent.status_code, len(sent.content), sent["Content-Type"]) == (200, file["size"], "application/octet-stream")  # fmt: skip
    assert file["name"] in sent["Content-Disposition"]
    assert call("head")(f"/gaps/T03/2023-H1/REVENUE/files/{file['file']}").status_code == 404
    assert call("clerk")(f"{GAP}/files/{file['file']}").status_code == 404
    assert call("leader").data(GAP)["answerable"] is False


@pytest.mark.usefixtures("ledger")
def test_head_answers_again_and_what_was_said_before_stays() -> None:
    before = Caller(token("head")).data(GAP)

    given = done("head", row_version=1, months=[{"month": "2023-09", "amount": "20"}], exponent=6)
    after = Caller(token("head")).data(GAP)

    assert (given["row_version"], given["on_behalf"], given["words"]) == (2, False, WHOLE["words"])
    assert given["causes"] == [{"cause": "MARKET-TIMING", "amount": "12000000500000.00"}]
    assert (given["months"], given["promised"]) == ([{"month": "2023-09", "amount": "20000000.00"}], "20000000.00")
    assert given["evidence"] == before["answer"]["evidence"]
    assert after["older"] == [before["answer"]]
    assert {**after["answer"], "at": ""} == {**given, "at": ""}
    assert given["seq"] == books().seq
    assert Audit.objects.order_by("-id").values_list("action", "by__username")[0] == ("answer", "fang.zhiqiang")


@pytest.mark.usefixtures("ledger")
def test_office_answers_on_behalf_and_the_finding_is_gone() -> None:
    office = Caller(token("office"))
    found = office.data("/gaps/T/2023-H1?show=findings&limit=1000")
    row = next(each for each in found["items"] if each["unit"] != "T")
    path = f"/gaps/{row['unit']}/2023-H1/{row['measure']}"

    given = done("office", path, row_version=0, causes=[{"cause": "MARKET"}])
    after = office.data("/gaps/T/2023-H1?show=findings&limit=1000")

    assert (given["on_behalf"], given["causes"], given["evidence"]) == (True, [{"cause": "MARKET", "amount": None}], [])
    assert after["findings"] == found["findings"] - 1
    assert (row["unit"], row["measure"]) not in [(each["unit"], each["measure"]) for each in after["items"]]


@pytest.mark.usefixtures("ledger")
def test_file_that_is_not_kept_is_no_part_of_the_next_answer() -> None:
    first = Caller(token("head")).data(GAP)["answer"]["evidence"][0]

    one = done("head", row_version=1, keep=[first["file"]])
    none = done("head", row_version=2, keep=[])

    assert (one["evidence"], none["evidence"]) == ([first], [])


@pytest.mark.usefixtures("ledger")
def test_who_was_slower_is_told_and_nothing_is_lost() -> None:
    done("head", row_version=1)

    late, ahead = send("office", row_version=1), send("office", "/gaps/T0301/2023-H1/PROFIT", row_version=5)

    assert (late.status_code, problems(late)) == (409, [("row_version", "Somebody else has answered meanwhile.", "Read it again; its row_version is 2.")])  # fmt: skip
    assert (ahead.status_code, problems(ahead)[0][2]) == (409, "Read it again; its row_version is 0.")
    assert GapAnswer.objects.filter(by__username="zhou.yi", row_version__gt=1).count() == 0


@pytest.mark.usefixtures("ledger")
def test_all_problems_are_told_and_nothing_is_written() -> None:
    before, answers = books().seq, GapAnswer.objects.count()
    months = [{"month": "2023-05", "amount": "1"}, {"month": "2023-08", "amount": "1,2o"}]

    refused = send("head", key="again", row_version=1, words=" ", causes=[{"cause": "NONE"}], months=months)
    twice = send("head", row_version=1, months=[{"month": "2023-08", "amount": "1"}] * 2)

    assert refused.status_code == 422
    assert [where for where, _, _ in problems(refused)] == ["cause 1", "cause 1", "words", "2023-05", "2023-08"]
    assert (twice.status_code, problems(twice)[0][:2]) == (422, ("2023-08", "The month stands there twice."))
    assert (books().seq, GapAnswer.objects.count(), Answered.objects.count()) == (before, answers, 0)
    assert send("head", key="again", row_version=1).status_code == 200  # the key is free


@pytest.mark.usefixtures("ledger")
def test_repeated_answer_is_given_once() -> None:
    first, again = (send("head", key="same", row_version=1) for _ in range(2))

    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (200, first.content, "true")
    assert GapAnswer.objects.filter(by__username="fang.zhiqiang", row_version=2).count() == 1


def test_who_may_only_see_is_told_whose_it_is(call: Call) -> None:
    answer = send("leader", row_version=1)

    assert (answer.status_code, problems(answer)) == (403, [("", "You have not the right for this.", "It is for the head of the unit, and the group office on behalf.")])  # fmt: skip


@pytest.mark.parametrize("body", [{"row_version": "1"}, {"row_version": 1, "more": 1}, {"row_version": 1, "months": [{"month": "2023-H2", "amount": "1"}]}, {"row_version": 1, "words": None}])  # fmt: skip
def test_body_of_another_form_is_refused(call: Call, body: dict[str, Any]) -> None:
    assert send("head", **body).status_code == 400
