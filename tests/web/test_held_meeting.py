"""A meeting that was held keeps its figures: the big screen opened a week later shows what was known on its day.

G  Group     revenue of January 80 planned, 100 as known on 14 July, 60 since 20 July
└ A  East
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client, override_settings

from headrope.core.periods import parse
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Meeting
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Load
from tests.web.conftest import BACKEND, read

FACTS = """
unit,measure,period,version,value,vintage
A,REV,2023-01,target,80,2023-07-05
A,REV,2023-01,actual,100,2023-07-05
A,REV,2023-01,actual,60,2023-07-20
"""
At = Callable[[int], None]


@pytest.fixture
def at() -> Iterator[At]:
    """Puts the clock to noon of a day of July 2023."""
    made: list[override_settings] = []

    def put(day: int) -> None:
        made.append(override_settings(CLOCK_SHIFT=datetime(2023, 7, day, 4, tzinfo=UTC) - datetime.now(UTC)))
        made[-1].enable()

    yield put
    for each in reversed(made):
        each.disable()


@pytest.fixture
def chair(load: Load, at: At) -> Client:
    """Who leads the meeting of 14 July."""
    at(21)
    load(
        ledger="key,value\ntime_zone,Asia/Shanghai",
        units="code,name,parent\nG,Group,\nA,East,G",
        measures="code,name,account,quantity,step,kind,direction,weight\nREV,Revenue,CNY,money,0.01,flow,up,1",
        facts=FACTS,
    )
    at(14)
    ids = unit_ids()
    user = User.objects.create_user("office", name="Office")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=ids["G"], valid_from=date(2020, 1, 1))
    about = About("special", date(2023, 7, 14))
    make_meeting(by=user, unit=ids["G"], period=parse("2023-01"), about=about, units=[ids["A"]])
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend=BACKEND)
    return client


def begin(chair: Client) -> None:
    item = Item.objects.get().pk
    given = {"key": str(uuid4()), "item": item, "running": True, "view": "", "at": 0}
    stopped = {**given, "key": str(uuid4()), "running": False}
    now = datetime(2023, 7, 14, 3, tzinfo=UTC).timestamp() * 1000
    moves = {"moves": [{**given, "at": now}, {**stopped, "at": now + 60_000}]}
    sent = chair.post(f"/meetings/{Meeting.objects.get().pk}/move/", json.dumps(moves), content_type="application/json")
    assert sent.status_code == 200


def screen(chair: Client, query: str = "") -> str:
    answer = chair.get(f"/meetings/{Meeting.objects.get().pk}/screen/{query}")
    assert answer.status_code == 200
    return " ".join(" ".join(read(answer.content).text).split())


def finding(text: str) -> str:
    return next(each for each in ("Revenue is 20 ahead of plan.", "Revenue is 20 short of plan.") if each in text)


def test_meeting_shows_the_figures_of_now_until_its_day_is_over(chair: Client, at: At) -> None:
    begin(chair)

    assert "Figures as known now" in screen(chair)
    at(25)
    assert "Figures as known on 14 Jul 2023" in screen(chair)


def test_meeting_that_was_held_keeps_its_figures_and_leads_to_those_of_now(chair: Client, at: At) -> None:
    begin(chair)
    at(25)

    then, now, other = (screen(chair, query) for query in ("", "?known=now", "?known=2023-07-21"))

    assert [finding(text) for text in (then, now, other)] == ["Revenue is 20 ahead of plan.", *["Revenue is 20 short of plan."] * 2]  # fmt: skip
    assert [("Figures of now" in text, "Figures of 14 Jul 2023" in text) for text in (then, now, other)] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert "as known on 14 Jul 2023" in then


def test_meeting_that_was_not_held_shows_the_figures_of_now(chair: Client, at: At) -> None:
    at(25)

    assert finding(screen(chair)) == "Revenue is 20 short of plan."
    assert "Figures of" not in screen(chair)


def test_meeting_of_a_day_on_which_nothing_was_known_shows_the_figures_of_now(chair: Client, at: At) -> None:
    at(25)

    assert "Figures as known now" in screen(chair, "?known=2023-07-01")


def test_page_of_the_meeting_leads_to_the_situation_of_that_day(chair: Client, at: At) -> None:
    here = f"/meetings/{Meeting.objects.get().pk}/"
    before = chair.get(here).content.decode()
    begin(chair)
    at(25)
    after = chair.get(here).content.decode()

    assert [('href="/review/A/2023-01/"' in body, "screen/?known=now" in body) for body in (before, after)] == [
        (True, False),
        (False, True),
    ]
    assert 'href="/review/A/2023-01/?known=2023-07-14"' in after
    assert "held: figures as known on 14 Jul 2023" in after
