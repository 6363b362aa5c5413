"""Where people and programs come from, and the lines that this leaves in the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from headrope.journal.models import Audit
from headrope.org.accounts.place import UNKNOWN, place_of
from headrope.org.accounts.sign_ins import count_failed_sign_ins, note_failed_sign_in
from headrope.org.actions import console_user
from headrope.org.models import FailedSignIns, User
from headrope.org.tokens.actions import MOST_PLACES, make_token, note_use
from headrope.org.tokens.models import Token, TokenPlace
from tests.conftest import Place

DAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("meta", "proxies", "place"),
    [
        ({"REMOTE_ADDR": "10.0.0.9"}, 0, "10.0.0.9"),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 0, "10.0.0.9"),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 192.0.2.7"}, 1, "192.0.2.7"),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "192.0.2.7:4431"}, 1, "192.0.2.7"),
        ({"REMOTE_ADDR": "10.0.0.9"}, 1, "10.0.0.9"),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 2, "10.0.0.9"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, 0, "2001:db8:1:2::/64"),
        ({"REMOTE_ADDR": "<script>"}, 0, UNKNOWN),
        ({"REMOTE_ADDR": ""}, 0, UNKNOWN),
        ({}, 0, UNKNOWN),
    ],
)
def test_place_is_an_address_that_our_own_proxies_vouch_for(meta: dict[str, str], proxies: int, place: str) -> None:
    assert place_of(meta, proxies) == place


def token(name: str = "ann") -> Token:
    user = User.objects.filter(username=name).first() or User.objects.create_user(name)
    return make_token(by=console_user(), user=user, name="x", scopes=["read"], days=30).token


def lines(action: str) -> list[tuple[str, str]]:
    return list(Audit.objects.filter(action=action).order_by("id").values_list("by__username", "object"))


def test_token_that_comes_from_a_new_place_leaves_a_line(place: Place) -> None:
    mine, other = token(), token()

    for day, where in ((0, "192.0.2.7"), (0, "192.0.2.7"), (1, "192.0.2.7"), (2, "192.0.2.8"), (3, "")):
        note_use(mine, DAY + timedelta(days=day), where)
    note_use(other, DAY, "192.0.2.7")

    assert lines("token from a new place") == [
        ("ann", f"token {mine.prefix} of user ann from 192.0.2.7"),
        ("ann", f"token {mine.prefix} of user ann from 192.0.2.8"),
        ("ann", f"token {other.prefix} of user ann from 192.0.2.7"),
    ]


def test_token_that_moves_about_fills_no_trail(place: Place) -> None:
    mine = token()

    for number in range(MOST_PLACES + 5):
        note_use(mine, DAY, f"192.0.2.{number}")
    today = len(lines("token from a new place"))
    note_use(mine, DAY + timedelta(days=1), f"192.0.2.{MOST_PLACES}")

    assert (today, len(lines("token from a new place"))) == (MOST_PLACES, MOST_PLACES + 1)
    assert TokenPlace.objects.count() == MOST_PLACES + 1


def test_failures_are_counted_by_account_and_hour(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine o'clock: ann three times, somebody unknown once. Ten o'clock: ann once."""
    User.objects.create_user("ann")
    nine = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    for minute, name in ((5, "ann"), (6, "ann"), (59, "ann"), (20, "ann's password"), (61, "ann")):
        monkeypatch.setattr("headrope.journal.clock.now", lambda minute=minute: nine + timedelta(minutes=minute))
        note_failed_sign_in(username=name, place="192.0.2.7")
    counted = [count_failed_sign_ins(nine + timedelta(minutes=minutes)) for minutes in (59, 70, 70, 130)]

    assert lines("failed sign-in") == [
        ("console", "user ann from 192.0.2.7"),
        ("console", "an unknown name from 192.0.2.7"),
        ("console", "user ann from 192.0.2.7"),
    ]
    assert lines("failed sign-ins") == [("console", "user ann: 3 in the hour from 2026-05-04 09:00 UTC")]
    assert (counted, FailedSignIns.objects.count()) == ([0, 1, 0, 0], 0)
