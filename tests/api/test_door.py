"""The door: tokens that are not good, rate, size, languages, methods, and parameters that do not exist."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from headrope.api import limits
from headrope.org.models import Mandate, User
from headrope.org.tokens.actions import make_token, revoke_token
from headrope.org.tokens.models import Token
from tests.api.conftest import CAST, Call, Caller, problems, token
from tests.conftest import Place

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def made(who: str, days: int = 1) -> tuple[Caller, Token]:
    user = User.objects.get(username=CAST[who])
    new = make_token(by=user, user=user, name="another", scopes=["read"], days=days)
    return Caller(new.text), new.token


def test_bad_tokens_are_one_answer(own: Place) -> None:
    """Wrong, expired, revoked, of a closed account, of another scheme, none: nobody learns which."""
    expired, first = made("clerk")
    Token.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(2), expires_at=timezone.now())
    revoked, second = made("clerk")
    revoke_token(by=second.user, token=second)
    closed, third = made("outsider")
    User.objects.filter(pk=third.user_id).update(is_active=False)
    good = token("clerk")
    headers = [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        good,
        "Bearer x" + good,
        "Bearer " + "x" * 5000,
        f"Bearer {good}\x00",
    ]

    answers = [caller("/me") for caller in (expired, revoked, closed, Caller("wrong"))]
    answers += [Caller("")("/me", headers={"Authorization": text}) for text in headers]

    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, "Bearer")
    }
    assert Caller("")("/me", headers={"Authorization": f"bearer  {good} "}).status_code == 200


def test_session_opens_nothing_but_the_description(demo: Place) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(username="zhou.yi"), backend=BACKEND)

    assert browser.get("/api/v1/me").status_code == 401
    assert browser.get("/api/v1/openapi.json").status_code == 200
    assert browser.post("/api/v1/openapi.json").status_code == 401
    assert Client(SERVER_NAME="127.0.0.1").get("/api/v1/openapi.json").status_code == 401


def test_token_can_do_what_its_user_may_today(own: Place) -> None:
    clerk = Caller(token("clerk"))
    assert clerk("/units/T0302").status_code == 200

    Mandate.objects.filter(user__username="jin.hao").update(valid_to=date(2026, 1, 1))

    assert clerk("/units/T0302").status_code == 404
    assert clerk.data("/me")["mandates"] == []


def test_use_of_a_token_is_noted(own: Place) -> None:
    caller, held = made("clerk")

    caller("/me"), caller("/me")

    held.refresh_from_db()
    assert held.last_used_on == timezone.now().date()


def test_too_many_calls_have_to_wait(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)

    answers = [call("clerk")("/me") for _ in range(5)]

    if answers[3].status_code == 200:  # the minute has changed in between
        answers = [call("clerk")("/me") for _ in range(5)]
    assert [answer.status_code for answer in answers[-2:]] == [429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert problems(answers[-1])[0][1] == "A token has 3 calls a minute."
    assert call("office")("/me").status_code == 200  # each token has its own


def test_calls_are_counted_over_all_processes(demo: Place) -> None:
    """Two processes with their own counts tell each other each tenth call; the cache stands for both."""
    now = 60.0 * 1000
    told = [limits.seconds_to_wait(7, now) for _ in range(limits.PER_MINUTE // 2)]
    limits._counts.clear()  # another process
    told += [limits.seconds_to_wait(7, now) for _ in range(limits.PER_MINUTE // 2)]

    assert told == [0] * limits.PER_MINUTE
    assert limits.seconds_to_wait(7, now + 20) == 40
    assert limits.seconds_to_wait(7, now + 60) == 0
    assert limits.seconds_to_wait(8, now) == 0
    cache.clear()


@pytest.mark.parametrize("length", ["2000001", "9" * 15])
def test_body_that_is_said_to_be_too_large_is_refused(call: Call, length: str) -> None:
    answer = call("office")("/me", CONTENT_LENGTH=length)

    assert (answer.status_code, problems(answer)[0][2]) == (413, "Send at most 2,000,000 bytes at a time.")


def test_parameter_that_does_not_exist_is_refused(call: Call) -> None:
    """Passed over, perimter=as-was would give the figures of another perimeter."""
    answer = call("office")("/figures?unit=T&period=2023-H1&perimter=as-was&%00=1")

    assert (answer.status_code, [(where, message) for where, message, _ in problems(answer)]) == (
        400,
        [("query", "There is no parameter 'perimter'."), ("query", "There is no parameter '\x00'.")],
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["/units", "/figures", "/review/T/2023-H1"])
def test_operation_that_only_reads_takes_nothing(call: Call, method: str, path: str) -> None:
    answer = call("office")(path, method)

    assert (answer.status_code, answer["Allow"], problems(answer)) == (405, "GET", [])


def test_operation_that_only_changes_is_not_read_and_leads_nowhere(call: Call) -> None:
    answer = call("office")("/submissions/T0302/FINANCE/2023-06/submit")

    assert (answer.status_code, answer["Allow"], answer.get("Location")) == (405, "POST", None)


def test_refusals_speak_the_caller_s_language(call: Call) -> None:
    told = json.loads(call("")("/me", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).content)

    assert told["title"] == "需要有效的令牌。"
    assert told["problems"][0]["message"] == "没有收到有效的令牌。"


def test_answers_are_kept_by_nobody(call: Call) -> None:
    answer = call("office")("/me")

    assert answer["Cache-Control"] == "private, no-store"
    assert {"Authorization", "Accept-Language"} <= set(answer["Vary"].split(", "))
    assert answer.cookies == {}


@pytest.mark.parametrize("path", ["/units/..%2f..%2fetc", "/units/%00", "/units/T%0d%0aX: y", "/units/" + "x" * 3000, "/units/%ff%fe", "/review/T/9999", "/units?limit=-1", "/units?limit=1e3", "/units?limit=%2B5", "/units?limit=9999999999999999999999", "/units?on=1600000000", "/units?on=2023-02-30", "/units?known=0000-01-01", "/figures?unit=T&period=2023-H1&unit=%00", "/review/T/2023-H1?tier=0", "/review/T/2023-H1?where=%00", "/figures?unit=T", "/figures?unit=T&period=2023-H1&below=some"])  # fmt: skip
def test_what_cannot_be_read_is_refused(call: Call, path: str) -> None:
    assert call("office")(path).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/units?on=0001-01-01", "/units?on=9999-12-31&known=9999-12-31", "/units?known=0001-01-01", "/measures?known=0001-01-01"])  # fmt: skip
def test_days_at_the_ends_of_time_are_days(call: Call, path: str) -> None:
    assert call("office")(path).status_code == 200
