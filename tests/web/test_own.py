"""Beside what one owes: how one's units stand, and what one has done in the last seven days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.org.models import User
from tests.review.gaps.conftest import NOON, Desk, desk, gap_place  # noqa: F401  fixtures
from tests.web.small_group import Group
from tests.web.test_figures import Loaded as Loaded
from tests.web.test_figures import group as group  # the fixtures
from tests.web.test_figures import loaded as loaded
from tests.web.test_gaps import browser, text

OWN = "/owe/own/"


def own(who: str, language: str = "en") -> str:
    """What somebody reads."""
    client = browser(who)
    client.cookies["django_language"] = language
    return text(client.get(OWN).content)


# Units


def test_units_stand_with_actual_and_distance_and_lead_to_their_origin_and_sheet(desk: Desk) -> None:  # noqa: F811
    """A has 62 of 90 in profit; of what has no plan there is no distance; what has no weight is no headline."""
    said = own("head")
    page = unescape(browser("head").get(OWN).content.decode())

    assert "Your unit Jan–Jun 2023, CNY unless said Sheet" in said
    assert "Measure Actual To plan Pace behind Profit 62 −28 Revenue 900" in said and "Others 6" not in said
    assert 'href="/origin/A/PROFIT/2023-H1/actual/?against=target">−28</a>' in page
    assert 'href="/origin/A/PROFIT/2023-H1/actual/">62</a>' in page and 'href="/sheet/A/2023-H1/"' in page
    assert "本单位" in own("head", "zh-hans") and "较计划" in own("head", "zh-hans")


def test_page_of_what_one_owes_asks_for_the_part(desk: Desk) -> None:  # noqa: F811
    part = browser("clerk").get(OWN, headers={"HX-Request": "true"})

    assert b'hx-get="/owe/own/"' in browser("clerk").get("/owe/").content
    assert part.content.startswith(b'<div id="own">') and "HX-Request" in part["Vary"]
    assert "East Pumps" not in own("head_b") and "Profit 1 −19" in own("head_b")


def test_who_has_no_unit_has_nothing_beside(group: Group) -> None:
    said = text(group.browser("outsider").get(OWN).content)

    assert "Your unit, and what you have done What I owe" in said and "Measure" not in said and "Done in" not in said


# Done


def test_answers_given_in_the_last_week_are_done(desk: Desk, settings: object) -> None:  # noqa: F811
    assert "Done in the last seven days" not in own("head")
    desk.answer("head")
    desk.answer("head", words="It is done by July.", version=1)

    said = own("head")
    settings.CLOCK_SHIFT = NOON.replace(day=19) - datetime.now(UTC)  # type: ignore[attr-defined]
    later = own("head")
    settings.CLOCK_SHIFT += timedelta(days=2)  # type: ignore[attr-defined]

    assert said.count("Profit: gap answered") == 1
    assert "✓ Profit: gap answered East Works · Jan–Jun 2023 · " in said
    assert "Profit: gap answered East Works · Jan–Jun 2023 · 13 Jul 2023" in later
    assert "Done in" not in own("head") and "gap answered" not in own("office")


@pytest.mark.parametrize(("language", "said", "by"), [("en", "Monthly form accepted", "head"), ("zh-hans", "月报已接受", "head")])  # fmt: skip
def test_form_that_was_taken_over_is_done_for_him_who_sent_it(group: Group, language: str, said: str, by: str) -> None:
    group.send()
    sent = text(group.browser("clerk").get(OWN).content)
    group.post("head", "accept/")
    clerk = group.browser("clerk")
    clerk.cookies["django_language"] = language

    read = text(clerk.get(OWN).content)

    assert "Monthly form sent East Pumps · Jun 2023 · " in sent
    assert said in read and f" · {by} · " in read
    assert "Done in" not in text(group.browser("other").get(OWN).content)


def test_list_takes_the_same_statements_however_much_is_done(group: Group) -> None:
    def asked() -> int:
        group.browser("office").get(OWN)
        with CaptureQueriesContext(connection) as found:
            group.browser("office").get(OWN)
        return len(found)

    group.send("office", "A1")
    one = asked()
    group.send("office", "B", REV="0.2", PROFIT="0.02", STAFF="20", SHARE="40", OVERSEAS="0.1", REMARK="-")

    assert asked() == one
    assert text(group.browser("office").get(OWN).content).count("Monthly form sent") == 2


def test_who_has_not_reported_is_reminded_by_a_click(group: Group, settings: object) -> None:
    settings.CLOCK_SHIFT = datetime(2023, 7, 13, 4, tzinfo=UTC) - datetime.now(UTC)  # type: ignore[attr-defined]
    for name in ("clerk", "head", "other"):
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    page = group.browser("office").get("/owe/").content.decode()

    done = group.browser("office").post("/figures/G/FIN/2023-06/units/remind/")

    assert (
        'action="/figures/G/FIN/2023-06/units/remind/"' in page
        and page.count(">Remind</button>") == page.count("w-late") > 0
    )
    assert "3 people are reminded." in text(done.content)
    assert "Remind</button>" not in group.browser("clerk").get("/owe/").content.decode()
