"""Bad input of reviews on the pages: nothing is divided by nothing, nothing unknown looks good or bad, and it is said."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

from headrope.meetings.models import Item
from tests.web.conftest import dangers, read
from tests.web.hard_group import LONG, UNDER_G
from tests.web.hard_group import hard as hard  # the fixtures
from tests.web.hard_group import hard_place as hard_place

HALF = "2023-H1"
UNITS = ("G", *UNDER_G, "L1", "L2", "M000", "S1")
ASKED = [*((unit, "en") for unit in UNITS), *((unit, "zh-hans") for unit in ("G", "LONG", "MUTE", "OLD", "HEIR"))]
WRONG = re.compile(r"\bNone\b|\bnan\b|NaN|\binf\b|Infinity|undefined|%\(|\{\{|\{%|Traceback")
SCRIPT = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.S)
MINUS = "\N{MINUS SIGN}"


def no_number(text: str) -> float:
    raise AssertionError(f"{text} in what a script reads")


def wrong(body: bytes) -> list[str]:
    """What no page may hold: words of the program, numbers that are none, what could run."""
    text = body.decode()
    for script in SCRIPT.findall(text):
        json.loads(unescape(script), parse_constant=no_number)
    shown = " ".join(read(SCRIPT.sub("", text).encode()).text)
    return [*WRONG.findall(shown), *re.findall(r'="[^"]*\b(?:nan|inf|None)\b[^"]*"', text), *dangers(body)]


def words(text: str) -> str:
    shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", SCRIPT.sub("", text)))).strip()
    return shown.replace(" .", ".")


def rows(body: str, section: str = "") -> dict[str, list[str]]:
    """The rows of the first table of a section by the first words of their heads."""
    part = body[body.index(section) :] if section else body
    part = part[part.index("<tbody>") : part.index("</table>")]
    cells = [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in part.split("<tr")]
    return {row[0]: row[1:] for row in cells if row}


@pytest.mark.parametrize(("unit", "language"), ASKED)
def test_every_page_of_every_unit_is_there_and_sound(hard: Client, unit: str, language: str) -> None:
    hard.cookies["django_language"] = language
    review, sheet = f"/review/{unit}/{HALF}/", f"/sheet/{unit}/{HALF}/"
    pages = [
        f"{review}?measures=all", f"{review}?against=last-year", f"{review}?known=2023-03-31", f"{review}?tree=as-was",
        f"{review}below/", f"{review}below/?against=last-year", f"{review}since/?since=2023-05-10",
        f"/review/{unit}/2023-06/", f"/review/{unit}/2023/", sheet, f"{sheet}?against=last-year",
        f"{sheet}?known=2023-04-30", f"/sheet/{unit}/2023-06/", f"/gaps/{unit}/{HALF}/", f"/gaps/{unit}/2023-06/",
    ]  # fmt: skip

    answers = {page: hard.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200} == {}
    assert {page: found for page, answer in answers.items() if (found := wrong(answer.content))} == {}


def matrix(hard: Client, query: str = "") -> dict[str, list[str]]:
    body = hard.get(f"/review/G/{HALF}/below/{query}").content.decode()
    return rows(body, 'id="heat"')


def test_matrix_says_of_every_bad_row_what_is_known_and_nothing_else(hard: Client) -> None:
    """Revenue, profit and margin: amounts where the plan is nothing, no colour without a plan, silence said."""
    found = {name: row[:3] for name, row in matrix(hard).items()}

    assert {name.partition(" ")[0]: row for name, row in found.items() if "Works" in name} == {
        "Zero": ["+300 ahead", "+30 ahead", ""],
        "Loss": [f"{MINUS}11 behind", f"{MINUS}80 behind", f"{MINUS}5.69 behind"],
        "Free": ["", "·", "·"],
        "New": [f"{MINUS}20 behind", "", ""],
        "Heir": [f"{MINUS}7.7 behind", "", ""],
        "Mute": ["not reported"] * 3,
        "Odd": ["not reported", "0.0", "not reported"],
        "Empty": ["·"] * 3,
        "Many": [f"{MINUS}3.1 watch", "·", "·"],
    }
    assert [name for name in found if name.endswith(" late")] == ["Mute Works late"]


def test_unit_that_was_closed_or_founded_says_so_and_compares_no_half_with_a_whole(hard: Client) -> None:
    pages = {unit: words(hard.get(f"/review/{unit}/{HALF}/").content.decode()) for unit in ("OLD", "NEW", "HEIR")}
    sheets = {unit: words(hard.get(f"/sheet/{unit}/{HALF}/").content.decode()) for unit in pages}

    for body in (pages, sheets):
        assert "Closed on 30 Apr 2023, goes on in Heir Works" in body["OLD"]
        assert "Founded on 1 Mar 2023" in body["NEW"]
        assert "Old Works is in it since 1 May 2023" in body["HEIR"]
        assert "Revenue is 20 short of plan. Profit is 16." in body["OLD"]  # not a third less than a year before
        assert "Need a month" not in body["OLD"]
    assert "No figures a year before" in sheets["NEW"]


def test_measure_that_was_replaced_is_owed_by_nobody_afterwards(hard: Client) -> None:
    body = hard.get(f"/sheet/HEIR/{HALF}/").content.decode()

    old = next(row for name, row in rows(body, "s-measures").items() if name.startswith("Old quality"))
    new = next(row for name, row in rows(body, "s-measures").items() if name.startswith("New quality"))
    assert [cell for cell in old if cell] == ["behind", "27.00", "27.00", "25.50", f"{MINUS}1.50"]
    assert [cell for cell in new if cell] == ["behind", "36.00", "12.00", "9.75", f"{MINUS}2.25", "4.38", "135 %"]
    assert "New quality has replaced Old quality on 1 Apr 2023" in words(body)
    assert "All figures are in" in words(body)
    assert "3 of 6 in" not in body


def test_unit_that_never_reported_is_neither_good_nor_bad(hard: Client) -> None:
    review, sheet, gaps = (
        words(hard.get(f"/{page}/MUTE/{HALF}/").content.decode()) for page in ("review", "sheet", "gaps")
    )

    assert "Nothing is reported for Jan–Jun 2023. 0 of 12 figures are in" in review
    assert "overdue since 11 Feb 2023" in review
    assert "Nothing can be judged, so nothing is asked." in sheet
    assert "Nothing is behind" not in sheet
    assert "There is no gap to show." in gaps


def test_uneven_parts_have_no_margin_that_is_good_or_bad(hard: Client) -> None:
    margin = next(
        row for name, row in rows(hard.get(f"/review/G/{HALF}/").content.decode()).items() if name.startswith("Margin")
    )

    assert margin[0] == "uneven"
    assert f"{MINUS}" not in " ".join(margin)


def test_coverage_and_who_is_late_stand_on_the_page(hard: Client) -> None:
    body = words(hard.get(f"/review/G/{HALF}/").content.decode())

    assert "407 of 409 reporting units are in; late: Mute Works, Hoch" in body
    assert "Revenue is stale: 2 of 408 not in, overdue since 15 Feb 2023." in body


def test_400_units_are_one_row_of_pixels_each_and_the_worst_come_first(hard: Client) -> None:
    body = hard.get(f"/review/MANY/{HALF}/below/").content.decode()

    named = re.findall(r"<title>(.*?)</title>", body[body.index('id="heat"') :])
    assert (len(named), named[0], named[-1]) == (400, "Branch 000: 1 behind", "Branch 351: 1 ahead")
    assert sum("behind" in each for each in named) == 40
    assert "400 of 400 units" in words(body)


@pytest.mark.parametrize("number", [1, 2])
def test_conference_has_a_slide_for_every_unit_whatever_it_is_like(hard: Client, number: int) -> None:
    answer = hard.get(f"/meetings/{number}/screen/")

    body = answer.content.decode()
    items = Item.objects.filter(meeting_id=number).order_by("place").values_list("pk", flat=True)
    assert (answer.status_code, wrong(answer.content)) == (200, [])
    assert [int(item) for item in re.findall(r'<template data-slide="(\d+)"', body)] == [0, *items]
    assert wrong(hard.get(f"/meetings/{number}/").content) == []
    assert wrong(hard.get(f"/meetings/{number}/notes/").content) == []


def test_conference_says_of_silent_and_closed_units_what_is_the_case(hard: Client) -> None:
    body = hard.get("/meetings/1/screen/").content.decode()

    def slide(name: str) -> str:
        part = body[body.index(f'data-name="{name}"') :]
        return words(part[: part.index("</template>")])

    assert "Nothing is reported for Jan–Jun 2023." in slide("Mute Works")
    assert "not reported" in slide("Mute Works")
    assert "Nothing is reported for Jan–Jun 2023." in slide("Empty Works")
    assert "Profit is a loss of 54 against a planned loss of 30." in slide("Loss Works")
    assert "Revenue is 20 short of plan. Profit is 16." in slide("Old Works")
    assert f'data-name="{LONG[:199]}A"' in body
