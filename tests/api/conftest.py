"""The example group behind the interface, and the fixed cast with a token each.

T Hengchuan Group                 zhou.yi, group office; wu.jie, finance; zheng.kai, supervision; chen.yuanhang, leader;
│                                 viewer; admin, administrator
├ T01 Hengchuan Turbine           gao.wenbin, head of another unit
├ T03 Xinglu Boiler               fang.zhiqiang, head
│ ├ T0301 Utility Boilers
│ ├ T0302 Pressure Vessels        jin.hao, clerk of a leaf (it has taken over T0305)
│ └ T0303 Heat Recovery
└ nowhere                         li.ping, outsider
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from headrope.api import limits
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.org.tokens.actions import make_token
from headrope.org.tokens.models import Scope
from tests.conftest import Databases, Place

CAST = {
    "office": "zhou.yi",
    "clerk": "jin.hao",
    "head": "fang.zhiqiang",
    "other": "gao.wenbin",
    "leader": "chen.yuanhang",
    "supervision": "zheng.kai",
    "finance": "wu.jie",
    "viewer": "viewer",
    "administrator": "admin",
    "outsider": "li.ping",
}
_texts: dict[str, str] = {}


@pytest.fixture(scope="session")
def api_demo(copy_of_furnished: Callable[[], Place]) -> Place:
    """The example group with its landing, conferences, gaps and answers, built once; a token of every scope for each of the cast."""
    place = copy_of_furnished()
    viewer = User.objects.create_user("viewer", password=None)
    with transaction.atomic():
        whole, day = unit_ids()["T"], date(2021, 1, 1)
        give_mandate(by=console_user(), user=viewer, role=Role.VIEWER, unit=whole, valid_from=day)
    for who, username in CAST.items():
        user = User.objects.get(username=username)
        made = make_token(by=console_user(), user=user, name=f"test of {who}", scopes=Scope.values, days=30)
        _texts[who] = made.text
    return place


@pytest.fixture
def demo(api_demo: Place) -> Iterator[Place]:
    """The example group, entered; nobody has called yet."""
    api_demo.enter()
    cache.clear()
    limits._counts.clear()
    yield api_demo
    connection.close()


def token(who: str) -> str:
    """The token of somebody of the cast."""
    return _texts[who]


@dataclass
class Caller:
    """Calls in the name of a token; nobody's for an empty one."""

    text: str

    def __call__(self, path: str, method: str = "get", **more: Any) -> HttpResponse:
        """The answer to the call."""
        headers = {"Authorization": f"Bearer {self.text}"} if self.text else {}
        headers |= more.pop("headers", {})
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        return client.generic(method.upper(), f"/api/v1{path}", headers=headers, **more)  # type: ignore[return-value]

    def data(self, path: str, **more: Any) -> Any:
        """What a call that succeeds answers."""
        answer = self(path, **more)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


Call = Callable[[str], Caller]


@pytest.fixture
def call(demo: Place) -> Call:
    """A caller for somebody of the cast; for nobody with an empty name."""
    return lambda who: Caller(_texts.get(who, ""))


def problems(answer: HttpResponse) -> list[tuple[str, str, str]]:
    """Where, what and what to do of a refused call."""
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == answer.status_code
    return [(each["where"], each["message"], each["remedy"]) for each in told["problems"]]


NewToken = Callable[..., Caller]


@pytest.fixture
def new_token(demo: Place) -> NewToken:
    """A caller with a token of its own for somebody of the cast."""

    def made(who: str, *, scopes: tuple[str, ...] = ("read",), days: int = 1) -> Caller:
        user = User.objects.get(username=CAST[who])
        return Caller(make_token(by=console_user(), user=user, name="another", scopes=scopes, days=days).text)

    return made


@pytest.fixture
def own(api_demo: Place, databases: Databases) -> Iterator[Place]:
    """A copy of the example group that a test may change."""
    made = databases.copy(api_demo)
    cache.clear()
    limits._counts.clear()
    yield made
    connection.close()
