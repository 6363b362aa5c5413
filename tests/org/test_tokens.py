"""Tokens: shown once, kept as a digest, good for what they name and for so long."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from headrope.core.problems import ProblemsFound
from headrope.journal.models import Audit
from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.org.tokens.actions import Made, make_token, note_use, revoke_token
from headrope.org.tokens.models import Token
from headrope.org.tokens.queries import token_by_prefix, token_of, tokens_of
from headrope.org.tokens.secret import digest_of, new_secret
from tests.conftest import Place, Says


@pytest.fixture
def user(place: Place) -> User:
    """Somebody with an account."""
    return User.objects.create_user("ann")


def made(user: User, **changes: object) -> Made:
    asked = {"name": "figures to the warehouse", "scopes": ["read"], "days": 30} | changes
    return make_token(by=console_user(), user=user, **asked)  # type: ignore[arg-type]


def test_token_is_found_by_its_text_and_by_nothing_else(user: User) -> None:
    mine, now = made(user), timezone.now()

    assert token_of(mine.text, now) == mine.token
    wrong = ["", mine.text[:-1], mine.text + "0", mine.text.upper(), mine.token.prefix, mine.token.digest, "\ud800"]
    assert [token_of(text, now) for text in wrong] == [None] * len(wrong)


def test_secret_is_kept_nowhere(user: User) -> None:
    """256 bits of chance in hex; the database has the digest, the trail has the first characters."""
    mine = made(user)
    secret = mine.text.rpartition("_")[2]

    assert re.fullmatch("hr_[0-9a-f]{8}_[0-9a-f]{64}", mine.text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM token")
        assert secret not in str(cursor.fetchall())
    assert secret not in str(list(Audit.objects.values_list("object", flat=True)))
    assert Token.objects.get().digest == digest_of(mine.text)


def test_secrets_differ() -> None:
    assert len({new_secret().text for _ in range(1000)}) == 1000


def test_token_ends_at_its_time_when_revoked_and_with_the_account(user: User) -> None:
    mine, now = made(user, days=1), timezone.now()

    assert token_of(mine.text, mine.token.expires_at - timedelta(microseconds=1)) == mine.token
    assert token_of(mine.text, mine.token.expires_at) is None
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert token_of(mine.text, now) is None
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert (revoke_token(by=user, token=mine.token), revoke_token(by=user, token=mine.token)) == (True, False)
    assert token_of(mine.text, now) is None


def test_all_that_is_wrong_with_a_token_is_told_at_once(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()

    with pytest.raises(ProblemsFound) as found:
        made(user, name=" ", scopes=["read", "rule", "all"], days=367)

    assert [str(problem) for problem in found.value.problems] == [
        "name: A token needs a name of 1 to 80 characters. Say which program will use it.",
        "scopes: 'all, rule' are no scopes. Name one or more of read, enter, submit, accept, answer, define.",
        "days: A token is good for 1 to 366 days. Give a number of days within that.",
        "user: The account ann is closed.",
    ]
    assert Token.objects.count() == 0


@pytest.mark.parametrize("changes", [{"scopes": []}, {"days": 0}, {"days": -1}, {"name": "x" * 81}, {"name": "a\x00b"}])
def test_token_that_says_nothing_is_not_made(user: User, changes: dict[str, object]) -> None:
    with pytest.raises(ProblemsFound):
        made(user, **changes)


def test_making_and_revoking_stand_in_the_trail(user: User) -> None:
    mine = made(user, scopes=["submit", "read"])
    revoke_token(by=user, token=mine.token)

    lines = list(Audit.objects.order_by("id").values_list("by__username", "action", "object"))
    assert lines[-2:] == [
        ("console", "make token", f"token {mine.token.prefix} of user ann: read submit"),
        ("ann", "revoke token", f"token {mine.token.prefix} of user ann"),
    ]


def test_use_is_noted_once_a_day(user: User) -> None:
    mine, day = made(user).token, datetime(2026, 5, 4, tzinfo=UTC).date()

    note_use(mine, day)
    mine.refresh_from_db()

    assert mine.last_used_on == day
    note_use(mine, day - timedelta(days=1))  # a clock that goes back changes nothing
    mine.refresh_from_db()
    assert mine.last_used_on == day


def test_list_says_what_a_token_is_good_for(user: User) -> None:
    old, good, ended = made(user, name="old", days=1), made(user, name="good", days=9), made(user, name="ended")
    revoke_token(by=user, token=ended.token)
    made(User.objects.create_user("bob"), name="of another")
    now = old.token.expires_at + timedelta(hours=1)

    rows = tokens_of(user, now)

    assert [(row.name, row.state) for row in rows] == [("ended", "revoked"), ("good", "good"), ("old", "expired")]
    assert rows[1].prefix == good.token.prefix and len(tokens_of(None, now)) == 4
    assert token_by_prefix(good.token.prefix) == good.token
    assert (token_by_prefix("x"), token_by_prefix("\x00"), token_by_prefix("")) == (None, None, None)


def test_commands_make_list_and_revoke(user: User, says: Says) -> None:
    status, text, told = says("token", "make", "ann", "--name", "warehouse", "--scope", "read", "--scope", "enter", "--days", "7")  # fmt: skip
    token = token_of(text.strip(), timezone.now())

    assert token is not None
    assert (status, told) == (0, f"Shown this once. Good until {token.expires_at:%Y-%m-%d} for: read enter.\n")
    (row,) = json.loads(says("token", "list", "ann", "--json")[1])
    assert (row["username"], row["name"], row["scopes"], row["state"], row["last_used_on"]) == ("ann", "warehouse", ["read", "enter"], "good", None)  # fmt: skip
    assert f"hr_{token.prefix}" in says("token", "list")[1]
    assert says("token", "revoke", f"hr_{token.prefix}") == (0, "The token warehouse of ann is revoked.\n", "")
    assert says("token", "revoke", token.prefix) == (1, "", "The token warehouse of ann was revoked before.\n")
    assert token_of(text.strip(), timezone.now()) is None


def test_commands_say_what_is_wrong(user: User, says: Says) -> None:
    assert says("token", "make", "nobody", "--name", "x") == (2, "", "There is no user nobody.\n")
    assert says("token", "list", "nobody")[0] == 2
    assert says("token", "revoke", "hr_00000000") == (2, "", "There is no token that begins with hr_00000000.\n")
    status, _, told = says("token", "make", "ann", "--name", "x", "--scope", "all")
    assert (status, told.splitlines()[-1]) == (1, "1 problem; nothing was changed.")
