"""A call that changes something is done once, however often it is sent."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from headrope.api.models import Answered
from headrope.api.once import KEPT
from headrope.org.models import User
from headrope.org.tokens.actions import make_token
from tests.api.conftest import CAST, Caller, problems, token
from tests.conftest import Place


@pytest.fixture
def changing(own: Place, settings: LazySettings) -> None:
    """A ledger of its own, behind the interface that changes names."""
    settings.ROOT_URLCONF = "tests.api.changing"


def send(who: str = "clerk", key: str | None = "first", **body: Any) -> HttpResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    return Caller(token(who))("/names", "post", data=json.dumps(body), content_type="application/json", headers=headers)


def name_of(who: str) -> str:
    return User.objects.get(username=CAST[who]).name


@pytest.mark.usefixtures("changing")
def test_repeated_call_gets_the_same_answer_and_is_not_done_again() -> None:
    first, second = send(letters="a"), send(letters="a")

    assert (first.status_code, json.loads(first.content)) == (200, {"name": "Jin Haoa"})
    assert (second.status_code, second.content, second["Content-Type"]) == (200, first.content, first["Content-Type"])
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    assert name_of("clerk") == "Jin Haoa"


@pytest.mark.usefixtures("changing")
def test_other_keys_are_other_calls() -> None:
    send(letters="a"), send(key="second", letters="a")

    assert name_of("clerk") == "Jin Haoaa"


@pytest.mark.usefixtures("changing")
def test_key_is_one_person_s() -> None:
    send(letters="a")

    answer = send("head", letters="b")

    assert (answer.status_code, name_of("clerk"), name_of("head")) == (200, "Jin Haoa", "Fang Zhiqiangb")


@pytest.mark.usefixtures("changing")
def test_same_key_with_another_body_is_refused() -> None:
    send(letters="a")

    answer = send(letters="b")

    assert answer.status_code == 422
    assert problems(answer) == [("Idempotency-Key", "This key was used for another call.", "Send a new key with another call.")]  # fmt: skip
    assert name_of("clerk") == "Jin Haoa"


@pytest.mark.usefixtures("changing")
@pytest.mark.parametrize("key", [None, "", "with a blank", "x" * 201, "schlüssel"])
def test_call_without_a_readable_key_is_refused(key: str | None) -> None:
    answer = send(key=key, letters="a")

    assert (answer.status_code, problems(answer)[0][0]) == (400, "Idempotency-Key")
    assert (name_of("clerk"), Answered.objects.count()) == ("Jin Hao", 0)


@pytest.mark.usefixtures("changing")
def test_refused_call_changes_nothing_and_leaves_the_key_free() -> None:
    refused = send(letters="12")
    mended = send(letters="b")

    assert (refused.status_code, problems(refused)) == (422, [("letters", "'12' are digits.", "Send letters.")])
    assert (mended.status_code, name_of("clerk")) == (200, "Jin Haob")


@pytest.mark.usefixtures("changing")
def test_broken_call_changes_nothing_and_says_nothing_of_the_inside() -> None:
    broken = send(letters="!")

    assert (broken.status_code, problems(broken)) == (500, [])
    assert (name_of("clerk"), Answered.objects.count()) == ("Jin Hao", 0)


@pytest.mark.usefixtures("changing")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"letters": 3}', b'{"letters": null}', b"\xff\xfe", b'{"letters": "\xff"}'])  # fmt: skip
def test_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    headers = {"Idempotency-Key": "k"}

    answer = Caller(token("clerk"))("/names", "post", data=body, content_type="application/json", headers=headers)

    assert answer.status_code == 400
    assert problems(answer)
    assert name_of("clerk") == "Jin Hao"


@pytest.mark.usefixtures("changing")
def test_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    answer = send(letters="a" * 2_000_001)

    assert (answer.status_code, problems(answer)[0][1]) == (413, "The body is too large.")


@pytest.mark.usefixtures("changing")
def test_of_several_that_come_at_once_exactly_one_runs() -> None:
    """All wait for one another, and the action sleeps with its change made, so that they do meet."""
    together = Barrier(4)

    def sent(_: int) -> tuple[int, bytes]:
        together.wait()
        try:
            answer = send(letters="a", seconds=0.2)
            return answer.status_code, answer.content
        finally:
            connection.close()

    send("clerk", key="warm", letters="")  # the day of the token's use is written
    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(sent, range(4)))

    assert answers == {(200, b'{"name":"Jin Haoa"}')}
    assert name_of("clerk") == "Jin Haoa"


@pytest.mark.usefixtures("changing")
def test_old_answers_are_forgotten() -> None:
    send(letters="a")
    Answered.objects.update(at=timezone.now() - KEPT - timedelta(minutes=1))

    send(letters="a")

    assert (name_of("clerk"), Answered.objects.count()) == ("Jin Haoaa", 1)


def test_token_without_the_scope_changes_nothing(own: Place, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.api.changing"

    clerk = User.objects.get(username="jin.hao")
    reader = Caller(make_token(by=clerk, user=clerk, name="r", scopes=["read", "submit"], days=1).text)

    answer = reader("/names", "post", data=b'{"letters": "a"}', content_type="application/json", headers={"Idempotency-Key": "k"})  # fmt: skip

    assert (answer.status_code, name_of("clerk")) == (403, "Jin Hao")
