"""Definitions over the interface: read as rows, judged, put in one posting or refused with everything that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from headrope.api.models import Answered
from headrope.journal.models import Posting
from headrope.journal.queries import books
from headrope.ledger.book.current import current_rows
from headrope.org.models import User
from headrope.org.tokens.actions import make_token
from tests.api.conftest import Caller, problems, token

pytestmark = pytest.mark.usefixtures("own")
NEW = {"code": "NEG", "kind": "not-negative", "severity": "blocking", "measures": "REVENUE"}


def put(kind: str, key: str = "first", who: str = "office", **body: Any) -> HttpResponse:
    more = {"data": json.dumps({"seq": books().seq, **body}), "content_type": "application/json"}
    return Caller(token(who))(f"/definitions/{kind}", "post", headers={"Idempotency-Key": key}, **more)


def data(answer: HttpResponse) -> Any:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def codes(kind: str) -> list[str]:
    return [row["code"] for row in current_rows(kind)]


@pytest.mark.parametrize("kind", ["measures", "checks", "forms", "duties", "calendars"])
def test_rows_that_were_read_change_nothing_when_they_are_put(kind: str) -> None:
    read = Caller(token("office")).data(f"/definitions/{kind}?limit=1000")

    answer = data(put(kind, rows=read["items"], seq=read["seq"]))

    assert len(read["items"]) > 0
    assert (answer["posted"], answer["changes"], answer["seq"]) == (False, [], read["seq"])


def test_rows_come_in_pages() -> None:
    first = Caller(token("office")).data("/definitions/measures?limit=2")
    second = Caller(token("office")).data(f"/definitions/measures?limit=2&after={first['next']}")

    assert [row["code"] for row in [*first["items"], *second["items"]]] == codes("measures")[:4]
    assert set(first["items"][0]) <= set(first["columns"])


def test_row_is_judged_then_put_then_withdrawn() -> None:
    before, had = books().seq, codes("checks")

    tried = data(put("checks", "try", rows=[NEW], try_only=True))
    assert (tried["posted"], [each["names"] for each in tried["changes"]], books().seq) == (False, [["NEG"]], before)
    done = data(put("checks", "put", rows=[NEW]))
    assert (done["posted"], done["seq"], codes("checks")) == (True, before + 1, sorted([*had, "NEG"]))
    gone = data(put("checks", "gone", rows=[{"code": "NEG", "state": "withdrawn"}]))

    assert (gone["posted"], gone["changes"][0]["after"], codes("checks")) == (True, [], had)
    made = Posting.objects.order_by("-seq").values_list("kind", "by__username")[:2]
    assert list(made) == [("define", "zhou.yi"), ("define", "zhou.yi")]


def test_all_problems_are_told_with_row_and_column_and_nothing_is_put() -> None:
    before = books().seq
    bad = {**NEW, "code": "BAD", "severity": "loud"}

    answer = put("checks", rows=[NEW, bad, {**NEW, "code": "WORSE", "measures": "NOTHING"}])

    assert answer.status_code == 422
    assert [where for where, _, _ in problems(answer)] == ["rows.1.severity", "rows.2.measures"]
    assert (books().seq, Answered.objects.count()) == (before, 0)
    data(put("checks", rows=[NEW]))  # the key is free


def test_column_that_is_none_is_refused_and_not_passed_over() -> None:
    answer = put("checks", rows=[{**NEW, "sevrity": "x", "vintage": "2023-01-01"}])

    assert answer.status_code == 422
    assert [message for _, message, _ in problems(answer)] == ["There is no column 'sevrity'.", "There is no column 'vintage'."]  # fmt: skip


def test_definitions_that_moved_meanwhile_are_told_and_other_kinds_do_not_matter() -> None:
    read = books().seq
    data(put("checks", "one", rows=[NEW]))

    late = put("checks", "two", rows=[{**NEW, "severity": "warning"}], seq=read)
    other = data(put("measures", "three", rows=[{**current_rows("measures")[0], "name": "Renamed"}], seq=read))

    assert (late.status_code, problems(late)[0][0]) == (409, "seq")
    assert (other["posted"], current_rows("measures")[0]["name"]) == (True, "Renamed")


def test_repeated_call_is_done_once_and_another_under_its_key_is_refused() -> None:
    seq = books().seq
    first, again = put("checks", rows=[NEW], seq=seq), put("checks", rows=[NEW], seq=seq)
    other = put("checks", rows=[{**NEW, "code": "OTHER"}], seq=seq)

    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (200, first.content, "true")
    assert (other.status_code, problems(other)[0][0]) == (422, "Idempotency-Key")
    assert books().seq == seq + 1


def test_call_that_was_broken_off_before_its_answer_was_kept_is_answered_again() -> None:
    """As after a power cut: posted, the key is written, the answer is not. `seq` is that of before the posting."""
    seq = books().seq
    data(put("checks", rows=[NEW]))
    Answered.objects.update(status=None, body="")

    again = data(put("checks", rows=[NEW], seq=seq))

    assert (again["posted"], again["changes"]) == (False, [])
    assert (books().seq, codes("checks").count("NEG")) == (seq + 1, 1)


def test_token_without_the_scope_defines_nothing() -> None:
    office = User.objects.get(username="zhou.yi")
    caller = Caller(make_token(by=office, user=office, name="r", scopes=["read", "accept"], days=1).text)
    body = json.dumps({"rows": [NEW], "seq": books().seq})

    answer = caller("/definitions/checks", "post", data=body, content_type="application/json", headers={"Idempotency-Key": "k"})  # fmt: skip

    assert answer.status_code == 403


# The owner of measures: wu.jie owns PROFIT, RECEIVABLES and LIABILITIES


def test_owner_puts_checks_of_her_measures_in_her_name() -> None:
    read = Caller(token("finance")).data("/definitions/checks?limit=1000")
    had = codes("checks")
    own = {**NEW, "measures": "PROFIT RECEIVABLES"}

    done = data(put("checks", who="finance", rows=[*read["items"], own], seq=read["seq"]))

    assert (done["posted"], [each["names"] for each in done["changes"]]) == (True, [["NEG"]])
    assert codes("checks") == sorted([*had, "NEG"])
    assert Posting.objects.get(seq=done["seq"]).by.username == "wu.jie"


@pytest.mark.parametrize(
    ("row", "where", "message"),
    [
        ({**NEW, "measures": "PROFIT CASH"}, "rows.1.measures", "NEG judges CASH, and you are not the owner."),
        ({**NEW, "measures": "*"}, "rows.1.measures", "NEG does not judge your own measures only."),
        ({"code": "CLASS", "state": "withdrawn"}, "rows.1.code", "CLASS judges ACCIDENT_CLASS, and you are not the owner."),
        ({**NEW, "code": "PEOPLE", "measures": "PROFIT"}, "rows.1.code", "PEOPLE judges HEADCOUNT, and you are not the owner."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("try_only", [False, True])
def test_owner_is_refused_checks_of_others_and_then_puts_none(row: dict[str, str], where: str, message: str, try_only: bool) -> None:  # fmt: skip
    before = current_rows("checks")

    answer = put("checks", who="finance", rows=[{**NEW, "code": "OWN", "measures": "PROFIT"}, row], try_only=try_only)

    assert answer.status_code == 422
    remedy = "Leave the row out" if where.endswith("code") else "Name your own measures only"
    assert problems(answer) == [(where, message, f"{remedy}, or ask the group office.")]
    assert current_rows("checks") == before


@pytest.mark.parametrize("kind", ["measures", "forms", "duties", "calendars", "unit_calendars", "holdings", "segments"])
def test_owner_puts_and_reads_nothing_else(kind: str) -> None:
    assert put(kind, who="finance", rows=[{"code": "PROFIT"}]).status_code == 404
    assert Caller(token("finance"))(f"/definitions/{kind}").status_code == 404


def test_measure_names_its_owner() -> None:
    found = Caller(token("clerk")).data("/measures?limit=1000")["items"]

    assert {each["code"] for each in found if each["owner"] == "wu.jie"} == {"PROFIT", "RECEIVABLES", "LIABILITIES"}
    assert {each["owner"] for each in found} == {"", "wu.jie"}
