"""The findings of English A&E stand on the pages too (needs the trial data)."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Place

HALF = "/review/ENG/2025-04..2025-09/"


@pytest.fixture
def office(nhs_place: Place) -> Client:
    nhs_place.enter()
    user = User.objects.filter(username="office").first()
    if user is None:
        by = console_user()
        with transaction.atomic():
            user = make_user(by=by, username="office", password="a long password")
            give_mandate(by=by, user=user, role=Role.OFFICE, unit=unit_ids()["ENG"], valid_from=date(2020, 1, 1))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table behind the heading, without markup."""
    table = page[page.index(f"<h2>{heading}</h2>") :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    found = []
    for row in table.split("<tr")[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        found.append([" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells])
    return found


def test_page_of_the_half_says_75_5_per_cent_against_95(office: Client) -> None:
    page = office.get(f"{HALF}?against=standard").content.decode()

    headline = unescape(re.sub(r"<[^>]+>", "", page[page.index("<h1") : page.index("</h1>")]))
    assert "is 75.5\N{NARROW NO-BREAK SPACE}%, 19.5 points short of 95.0\N{NARROW NO-BREAK SPACE}%" in headline
    assert "a year before it was 74.8\N{NARROW NO-BREAK SPACE}%" in headline
    assert "14,032,556, 2.8\N{NARROW NO-BREAK SPACE}% more than a year before" in headline


def test_page_ranks_the_regions_from_low_to_high(office: Client) -> None:
    page = office.get(f"{HALF}?measure=PCT4H&order=value").content.decode()

    ranked = [(row[1], re.findall(r"\d\d\.\d", " ".join(row[2:]))[1]) for row in rows(page, "Units below")[:7]]
    assert ranked == [
        ("North West", "72.7"),
        ("Midlands", "73.6"),
        ("South West", "73.9"),
        ("East Of England", "75.3"),
        ("North East And Yorkshire", "76.8"),
        ("London", "77.6"),
        ("South East", "77.9"),
    ]


def test_page_of_twelve_hour_waits(office: Client) -> None:
    by_value = rows(office.get(f"{HALF}?measure=W12&tier=4&order=value").content.decode(), "Units below")
    page = office.get(f"{HALF}?measure=W12&tier=4&order=change").content.decode()

    waits = next(row for row in rows(page, "Measures") if row[0].startswith("12+ hours"))
    assert {"242,363", "+6.8 %"} <= set(waits)
    assert by_value[19][-1] == "47.2 %"
    first, second = rows(page, "Units below")[:2]
    assert (first[1], "+6,304" in first, second[1], "+4,611" in second) == (
        "ROYAL FREE LONDON NHS FOUNDATION TRUST behind",
        True,
        "PORTSMOUTH HOSPITALS UNIVERSITY NHS TRUST behind",
        True,
    )


def test_situation_of_the_half_shows_the_major_providers_and_the_worst_first(office: Client) -> None:
    """More than 60 providers: one row of pixels each."""
    page = office.get(f"{HALF}below/?against=standard&tier=4&measure=PCT4H&where=ATT1>0").content.decode()

    named = [unescape(each).split(":")[0] for each in re.findall(r"<title>(.*?)</title>", page) if ": " in each]
    assert len(named) == 121
    assert named[:3] == [
        "EAST CHESHIRE NHS TRUST",
        "THE SHREWSBURY AND TELFORD HOSPITAL NHS TRUST",
        "NOTTINGHAM UNIVERSITY HOSPITALS NHS TRUST",
    ]
