"""The example group behind the pages, and the fixed cast that looks at it.

T Hengchuan Group                 zhou.yi, group office
├ T01 Hengchuan Turbine           gao.wenbin, leader of another unit
├ T03 Xinglu Boiler               fang.zhiqiang
│ ├ T0301 Utility Boilers
│ ├ T0302 Pressure Vessels        jin.hao, clerk of a leaf (it has taken over T0305)
│ └ T0303 Heat Recovery
├ T04 Transformer, T06 Cable, T09 Construction, T11 Trading, T18 College
└ nowhere                         li.ping, outsider; gone, whose mandate on T is of no use any more
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from headrope.demo.conference import make_conferences
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Place

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CAST = {
    "anonymous": "",
    "office": "zhou.yi",
    "leader": "gao.wenbin",
    "clerk": "jin.hao",
    "outsider": "li.ping",
    "inactive": "gone",
}
WHOLE_CAST = {
    "office": "zhou.yi",
    "clerk": "jin.hao",
    "head": "fang.zhiqiang",
    "leader": "chen.yuanhang",
    "superv": "zheng.kai",
    "finance": "wu.jie",
    "viewer": "viewer",
    "admin": "admin",
    "outsider": "li.ping",
    "nobody": "",
}
"""Somebody for each role, in the order of the table in rows.py; the viewer reads T01."""
GONE_PASSWORD = "no longer with us"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture(scope="session")
def demo_place(copy_of_example: Callable[[], Place]) -> Place:
    """The example group, built once for all tests of the pages; they only read."""
    place = copy_of_example()
    make_conferences(User.objects.get(username="zhou.yi"))
    gone = User.objects.create_user("gone", password=GONE_PASSWORD, is_active=False)
    with transaction.atomic():
        whole, day = unit_ids()["T"], date(2021, 1, 1)
        give_mandate(by=console_user(), user=gone, role=Role.LEADER, unit=whole, valid_from=day)
        viewer, part = User.objects.create_user("viewer"), unit_ids()["T01"]
        give_mandate(by=console_user(), user=viewer, role=Role.VIEWER, unit=part, valid_from=day)
    return place


@pytest.fixture
def demo(demo_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The example group, entered, for this process and for those that it begins; nobody has failed to sign in yet."""
    demo_place.enter()
    for name in ("HEADROPE_HOME", "HEADROPE_DATABASE_URL"):
        monkeypatch.setenv(name, demo_place.environment[name])
    cache.clear()
    yield demo_place
    connection.close()


Browse = Callable[..., Client]


def signed_in(username: str, **more: object) -> Client:
    """A browser in which the person is signed in; nobody for an empty name."""
    client = Client(SERVER_NAME="127.0.0.1", **more)
    if username:
        client.force_login(User.objects.get(username=username), backend=BACKEND)
    return client


@pytest.fixture
def browse(demo: Place) -> Browse:
    """A browser for somebody of the cast, or for a user by name."""
    return lambda who, **more: signed_in(CAST.get(who, who), **more)


def same(body: bytes) -> bytes:
    """The bytes of a page without what differs at each loading: the tokens of its forms."""
    return TOKEN.sub(b"", body)


class _Found(HTMLParser):
    """Reads a page as a browser does and notes what could run in it."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []
        self.text: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # What is no script runs nowhere: the specs of charts.
        if tag == "script" and given.get("type") == "application/json":
            return
        self._in_script = tag == "script"
        if tag in ("img", "iframe", "object", "embed", "base", "style") or tag.startswith("x-"):
            self.notes.append(f"<{tag}>")
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.notes.append(f"<script> {given}")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.notes.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and re.match(
                r"\s*(javascript|data|https?|//)", value or "", re.IGNORECASE
            ):
                self.notes.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.notes.append(f"script with text {data.strip()[:40]}")
        self.text.append(data)


def read(body: bytes) -> _Found:
    """The page, read."""
    found = _Found()
    found.feed(body.decode())
    found.close()
    return found


def dangers(body: bytes) -> list[str]:
    """What could run or load from elsewhere in a page; empty when it is as it should be."""
    return read(body).notes
