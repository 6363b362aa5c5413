"""Locking a unit with all below it, unlocking it, and later due days, over the interface."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from headrope.journal.models import Audit
from tests.api.conftest import Caller, problems, token

FORM = "/submissions/T0302/FINANCE/2023-07"
_keys = iter(range(10**6))
pytestmark = pytest.mark.usefixtures("own")


def send(who: str, path: str, **body: Any) -> HttpResponse:
    more = {
        "data": json.dumps(body),
        "content_type": "application/json",
        "headers": {"Idempotency-Key": f"test-{next(_keys)}"},
    }
    return Caller(token(who))(path, "post", **more)


def data(answer: HttpResponse) -> Any:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def test_lock_needs_a_word_where_not_all_is_accepted_and_holds_until_it_is_lifted() -> None:
    refused = send("office", f"{FORM}/lock")
    locked = data(send("office", f"{FORM}/lock", exception="the month is closed"))
    body = {
        "data": json.dumps({"row_version": 0, "cells": {"REVENUE": {"raw": "7"}}}),
        "content_type": "application/json",
    }
    typed = Caller(token("clerk"))(FORM, "put", headers={"Idempotency-Key": "typed"}, **body)
    unlocked = data(send("office", f"{FORM}/unlock", reason="one more week"))

    assert (refused.status_code, problems(refused)[0][1]) == (422, "Not accepted: T0302.")
    assert (locked["locked"], locked["open"]) == (True, False)
    assert (typed.status_code, problems(typed)[0][1]) == (409, "The period is locked.")
    assert (unlocked["locked"], unlocked["open"]) == (False, True)
    made = Audit.objects.exclude(action__startswith="token").order_by("-id")  # the clerk may use his for the first time
    assert list(made.values_list("action", "by__username")[:4]) == [
        ("unlock", "zhou.yi"),
        ("post define", "zhou.yi"),
        ("lock", "zhou.yi"),
        ("post define", "zhou.yi"),
    ]


def test_later_due_day_is_given_with_a_reason() -> None:
    before = Caller(token("clerk")).data(FORM)["due"]

    without = send("head", f"{FORM}/extend", day="2023-08-31", reason=" ")
    earlier = send("head", f"{FORM}/extend", day="2023-07-01", reason="why not")
    given = data(send("head", f"{FORM}/extend", day="2023-08-31", reason="the auditors are here"))

    assert [(answer.status_code, len(problems(answer))) for answer in (without, earlier)] == [(422, 1), (422, 1)]
    assert before < given["due"] == "2023-08-31"


@pytest.mark.parametrize("day", ["2023-08-32", "20230831", "1690000000", "31.8.2023"])
def test_day_that_cannot_be_read_is_told(day: str) -> None:
    answer = send("head", f"{FORM}/extend", day=day, reason="x")

    assert (answer.status_code, problems(answer)[0][0]) == (400, "body.day")
