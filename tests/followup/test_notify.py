"""Other channels than mail: apprise is asked when it is there, and missed with a clear word when it is not."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType

import pytest
from django.conf import LazySettings
from django.db import transaction

from headrope.followup.models import Channel, Message
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.sending import send_due
from headrope.followup.outbox.texts import Content
from headrope.org.models import User

NOW = datetime(2030, 3, 4, 9, tzinfo=UTC)
People = dict[str, User]


@dataclass
class FakeApprise:
    """Knows json:// addresses; those with `down` in them take nothing."""

    told: list[tuple[str, str, str]] = field(default_factory=list)

    def module(self) -> ModuleType:
        """What is imported in place of the package."""
        told = self.told

        class Apprise:
            def __init__(self) -> None:
                self.urls: list[str] = []

            def add(self, url: str) -> bool:
                self.urls.append(url)
                return url.startswith("json://")

            def notify(self, *, body: str, title: str, body_format: str) -> bool:
                assert body_format == "text"
                told.extend((url, title, body) for url in self.urls if "down" not in url)
                return not any("down" in url for url in self.urls)

        made = ModuleType("apprise")
        made.Apprise = Apprise  # type: ignore[attr-defined]
        return made


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> FakeApprise:
    fake = FakeApprise()
    monkeypatch.setitem(sys.modules, "apprise", fake.module())
    settings.NOTIFY_URLS = ["json://all.example.org", "json://one.example.org/{username}?to={email}"]
    settings.ADDRESS = "https://figures.example.org"
    return fake


def put(to: User) -> None:
    with transaction.atomic():
        content = Content("Due today", "East Pumps.", "/owe/")
        enqueue(key=to.username, to=to, content=content, channel=Channel.APPRISE, after=NOW)


def test_message_goes_to_every_address_filled_in_for_the_person(people: People, chat: FakeApprise) -> None:
    put(people["clerk"])

    done = send_due(NOW)

    text = (
        "East Pumps.\n\nOpen: https://figures.example.org/owe/\n\n"
        "Sent by Headrope; answers to this address are not read.\n"
    )
    assert (done.sent, chat.told) == (
        1,
        [
            ("json://all.example.org", "Due today", text),
            ("json://one.example.org/clerk?to=clerk%40example.org", "Due today", text),
        ],
    )


def test_name_of_a_person_cannot_change_the_address(people: People, chat: FakeApprise) -> None:
    User.objects.filter(username="clerk").update(username="../x?{email}#")
    put(User.objects.get(pk=people["clerk"].pk))

    send_due(NOW)

    assert chat.told[1][0] == "json://one.example.org/..%2Fx%3F%7Bemail%7D%23?to=clerk%40example.org"


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("json://down.example.org/secret", "apprise could not deliver it to every address"),
        ("nonsense-secret", "address 1 of HEADROPE_NOTIFY_URLS is none that apprise knows"),
    ],
)
def test_address_that_takes_nothing_is_a_failure_that_gives_no_secret_away(
    people: People, chat: FakeApprise, settings: LazySettings, url: str, error: str
) -> None:
    settings.NOTIFY_URLS = [url]
    put(people["clerk"])

    done = send_due(NOW)

    message = Message.objects.get()
    assert (done.failed, message.tries, message.last_error) == (1, 1, error)


def test_package_that_is_missing_is_told_and_costs_no_try(
    people: People, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    settings.NOTIFY_URLS = ["json://x"]
    put(people["clerk"])

    done = send_due(NOW)

    error = done.out_of_order["apprise"]
    assert (str(error), error.unset) == (
        "apprise is not installed: run `pip install headrope[notify]`, or unset HEADROPE_NOTIFY_URLS.",
        False,
    )
    assert (done.waiting, Message.objects.get().tries) == (1, 0)


def test_channel_without_addresses_waits(people: People, settings: LazySettings) -> None:
    settings.NOTIFY_URLS = []
    put(people["clerk"])

    done = send_due(NOW)

    assert (done.out_of_order["apprise"].unset, done.waiting) == (True, 1)


def test_package_is_asked_for_by_nobody_who_does_not_use_it(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)

    assert send_due(NOW).out_of_order == {}
