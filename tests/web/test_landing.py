"""Landing pages of the example group: what they say, what they hide, what if, as known on, and how to begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.landing.runs.actions import run
from headrope.landing.runs.queries import Run, landed, latest
from headrope.landing.whatif import Change, what_if
from headrope.ledger.actions import refresh_cube
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.web.conftest import CAST, signed_in

PAGE = "/landing/T/2023/"


@pytest.fixture(scope="session")
def landed_demo(databases: Databases, demo_place: Place) -> Place:
    """The example group with a run after June."""
    place = databases.copy(demo_place)
    run(None, console_user())
    refresh_cube()
    return place


@pytest.fixture
def june(landed_demo: Place) -> Iterator[Run]:
    """Its run, entered."""
    landed_demo.enter()
    found = latest(parse("2023"), books())
    assert found is not None
    yield found
    connection.close()


def text_of(who: str, path: str, **headers: str) -> str:
    """The page as text, without marks."""
    answer = signed_in(CAST.get(who, who)).get(path, follow=True, headers=headers)
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", body)))


def measure(code: str) -> int:
    return next(info.id for info in measures() if info.code == code)


def test_the_page_opens_with_the_answer(june: Run) -> None:
    row = landed(june, [unit_ids()["T"]], [measure("PROFIT")])[unit_ids()["T"], measure("PROFIT")]
    assert row.account is not None and row.odds.value is not None

    said = text_of("office", PAGE + "?measure=PROFIT&scale=m")

    assert f"Profit of Hengchuan Group ends 2023 at about {row.account / 1e6:,.0f} million" in said
    assert "The target of 980 million is met with a probability of" in said
    assert f"as posting {june.seq}" in said
    assert "It is no sum over time and no level of which the year's figure could be forecast." in said


def test_the_units_below_stand_by_their_gap_to_the_target(june: Run) -> None:
    said = text_of("office", PAGE + "?measure=PROFIT&scale=m").partition("Units below")[2]

    assert 0 < said.index("Xinglu Boiler") < said.index("Hengchuan Generator") < said.index("Technical College")
    assert "The last month is missing and estimated." in said  # Trading owes its June


def test_the_fan_stands_as_a_table_too(june: Run) -> None:
    row = landed(june, [unit_ids()["T"]], [measure("PROFIT")])[unit_ids()["T"], measure("PROFIT")]

    said = text_of("office", PAGE + "?measure=PROFIT&scale=1")

    assert f"{row.months[5].point:,.2f}" in said or f"{row.months[5].point:,.0f}" in said
    assert "As a table" in said and "Dec 2023" in said


def test_a_what_if_says_what_happens_to_the_whole(june: Run) -> None:
    ids, profit = unit_ids(), measure("PROFIT")
    effect = what_if(june, [Change(ids["T03"], profit, 20e6)]).effects[ids["T"], profit]
    assert effect.after.account is not None

    said = text_of("office", PAGE + "?measure=PROFIT&scale=m&what=T03:20000000.0")

    assert "With +20 million the odds of Hengchuan Group go from" in said
    answer = said.partition("With +20 million")[2]
    assert f"{effect.after.account / 1e6:,.0f}" in answer


def test_the_form_leads_to_an_address_that_keeps_its_changes(june: Run) -> None:
    browser = signed_in(CAST["office"])

    first = browser.get(PAGE, {"measure": "PROFIT", "scale": "m", "of": "T03", "amount": "20"})
    second = browser.get(first["Location"].partition("#")[0] + "&of=T09&amount=−3.5")

    assert first.status_code == 302
    assert (
        second["Location"] == "/landing/T/2023/?measure=PROFIT&scale=m&what=T03%3A20000000.0&what=T09%3A-3500000.0#what"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("of=T03&amount=much", "'much' is not an amount; write a number such as 20 or -3.5."),
        ("of=NONE&amount=5", "There is no unit 'NONE' that you may see."),
        ("what=T03:x", "'T03:x' is not understood; write a unit and an amount."),
        ("measure=NONE", "The run has not landed the measure 'NONE'."),
        ("known=yesterday", "'yesterday' is not a day; write it like 2023-07-14."),
        ("measure=CASH&what=T03:-9e15", "Less than what has come already is left of it."),
    ],
)
def test_what_cannot_be_read_is_told(june: Run, query: str, told: str) -> None:
    assert told in text_of("office", f"{PAGE}?{query}")


def test_who_sees_a_part_learns_nothing_of_the_whole(june: Run) -> None:
    """A change in his own leaf moves the group; the clerk is shown his own unit only."""
    said = text_of("clerk", "/landing/T0302/2023/?measure=PROFIT&scale=m&what=T0302:20000000.0")

    assert "Pressure Vessels" in said and "+20" in said
    answer = said.partition("What if")[2].partition("Landings of the year")[0]
    assert "Vessels" in answer and "Hengchuan Group" not in answer and "Xinglu" not in answer
    assert "There is no unit" not in said
    assert "'T01:5.0' is not understood" in text_of("clerk", "/landing/T0302/2023/?what=T01:5.0")
    assert signed_in(CAST["clerk"]).get(PAGE).status_code == 404
    assert signed_in(CAST["clerk"]).get("/landing/judged/").status_code == 404


def test_before_the_run_nothing_had_been_landed(june: Run) -> None:
    said = text_of("office", PAGE + "?known=2023-07-01")

    assert "On 1 Jul 2023 nothing of 2023 had been landed." in said


def test_a_year_without_a_run_says_how_to_begin(june: Run) -> None:
    said = text_of("office", "/landing/T/2022/")

    assert "Nothing of 2022 has been landed yet." in said and "headrope landing run" in said
    assert signed_in(CAST["office"]).get("/landing/T/2023-06/").status_code == 404
    assert signed_in(CAST["office"]).get("/landing/T/never/").status_code == 404


def test_the_first_address_leads_to_the_last_year_landed(june: Run) -> None:
    browser = signed_in(CAST["clerk"])

    assert browser.get("/landing/")["Location"] == "/landing/T0302/2023/"
    assert browser.get("/landing/T0302/")["Location"] == "/landing/T0302/2023/"


def test_judged_says_how_to_begin(june: Run) -> None:
    said = text_of("office", "/landing/judged/")

    assert "No landing can be judged yet." in said and "headrope landing judge" in said


def test_the_page_is_chinese(june: Run) -> None:
    browser = signed_in(CAST["office"])
    browser.cookies["django_language"] = "zh-hans"

    assert "衡川机电集团" in browser.get(PAGE).content.decode()


def test_the_number_of_statements_does_not_depend_on_the_units(june: Run) -> None:
    counts = []
    for path in (PAGE, "/landing/T15/2023/", PAGE):
        browser = signed_in(CAST["office"])
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]
