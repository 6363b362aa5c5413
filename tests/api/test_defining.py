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
