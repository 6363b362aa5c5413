"""Tables of lists as .xlsx: what the page lists, all of it, and texts that stay texts (the cast stands in conftest.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from headrope.demo.actions import DEMO_NOW
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.models import User
from headrope.web.audit import views as audit
from tests.conftest import Databases, Place
from tests.web.conftest import Browse, signed_in
from tests.web.sheet_reading import values
from tests.web.test_people import part_administrator


@pytest.fixture
def house(databases: Databases, demo_place: Place) -> Iterator[Place]:
    """The example group, to be changed."""
    place = databases.copy(of=demo_place)
    cache.clear()
    yield place
    connection.close()


@pytest.fixture
def july(browse: Browse, settings: LazySettings) -> Browse:
    """The cast, some days after June was due."""
    settings.CLOCK_SHIFT = DEMO_NOW + timedelta(days=5) - datetime.now(UTC)
    return browse


def lines(browser: Client, address: str) -> list[list[object]]:
    """The rows of the table between its heads and its foot, which is the ledger and the day; no cell is a formula."""
    answer = browser.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment"), answer.status_code
    rows: list[list[object]] = [list(row) for row in values(answer.content)]
    assert "Hengchuan Group" in str(rows[-1][0])
    return rows[3:-2]


def test_accounts_come_with_a_row_for_each_mandate(house: Place) -> None:
    User.objects.create_user("sums", name="=1+1", name_zh="@SUM(A1)", email="sums@example.org")
    admin = signed_in("admin")

    every = lines(admin, "/people/people.xlsx")
    found = lines(admin, "/people/people.xlsx?q=jin.hao")

    assert len({row[1] for row in every}) == User.objects.filter(is_superuser=False).count()
    assert [row[:6] for row in every if row[1] == "sums"] == [["=1+1", "sums", "sums@example.org", None, None, None]]
    assert [row[1:6] for row in found] == [["jin.hao", None, "unit clerk", "T0302", "Pressure Vessels"]]


def test_accounts_of_a_part_are_all_that_its_administrator_gets(house: Place) -> None:
    every = lines(part_administrator(), "/people/people.xlsx")

    assert {row[4] for row in every} <= {"T03", "T0301", "T0302", "T0303", "T0305"}
    assert "jin.hao" in {row[1] for row in every}


def test_trail_comes_as_it_is_filtered_and_not_without_end(house: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, office = signed_in("admin"), User.objects.get(username="zhou.yi")
    with transaction.atomic():
        lock_head()
        for number in range(5):
            record(by=office, action="tried", object=f"=cmd|{number}", at=clock.now())

    found = lines(admin, "/audit/audit.xlsx?who=zhou.yi&action=tried")
    monkeypatch.setattr(audit, "MOST_DOWNLOADED", 3)
    cut = admin.get("/audit/audit.xlsx?action=tried")

    assert [row[2:] for row in found] == [["Zhou Yi", "zhou.yi", "tried", f"=cmd|{n}"] for n in (4, 3, 2, 1, 0)]
    rows = values(cut.content)
    assert "the newest 3 lines" in str(rows[1][0])
    assert [row[5] for row in rows[3:]] == ["=cmd|4", "=cmd|3", "=cmd|2", None, None]


def test_what_one_owes_comes_as_the_page_lists_it(july: Browse) -> None:
    for who in ("lin.yue", "office"):
        browser = july(who)
        page = browser.get("/owe/").content.decode()

        rows = lines(browser, "/owe/owe.xlsx")

        assert [row[1] for row in rows] == re.findall(r"<div class=\"hr-item\".*?<b>(.*?)</b>", page)
        assert (len(rows) > 0) == (who == "lin.yue")
        assert all(isinstance(row[4], float) for row in rows)


def test_who_has_not_reported_comes_with_every_unit(july: Browse) -> None:
    """The page names six of each form and counts the others."""
    office, clerk = july("office"), july("clerk")
    counts = [int(count) for count in re.findall(r"(\d+) of \d+ late", office.get("/owe/").content.decode())]

    rows = lines(office, "/owe/missing.xlsx")

    assert (len(rows), len({tuple(row) for row in rows})) == (sum(counts), sum(counts))
    assert sum(counts) > 0
    assert lines(clerk, "/owe/missing.xlsx") == []


def test_kinds_of_definitions_come_with_their_counts(browse: Browse) -> None:
    admin = browse("admin")
    page = admin.get("/definitions/").content.decode()

    rows = lines(admin, "/definitions/kinds.xlsx")

    assert [row[0] for row in rows] == re.findall(r'<th scope="row"><a href="/definitions/\w+/">(.*?)</a>', page)
    assert all(isinstance(row[1], float) for row in rows)


def test_board_of_a_round_comes_with_the_units_that_the_page_shows(july: Browse) -> None:
    office = july("office")
    for show in ("all", "late"):
        page = office.get(f"/figures/T/FINANCE/2023-06/units/?show={show}").content.decode()

        rows = lines(office, f"/figures/T/FINANCE/2023-06/units.xlsx?show={show}")

        assert [row[1] for row in rows] == re.findall(r'<th scope="row" class="f-depth-.">.*?<a[^>]*>(.*?)</a>', page)
        assert f"units.xlsx?show={show}" in page
    assert [row[3] for row in rows] == ["not begun"] * len(rows) and rows
    assert [row[0] for row in lines(july("clerk"), "/figures/T0302/FINANCE/2023-06/units.xlsx")] == ["T0302"]


def test_every_page_prints_its_coordinates_below(july: Browse) -> None:
    """Once: a page that prints its own line has no other."""
    office = july("office")

    feet = {
        address: re.findall(r'<p class="hr-foot">(.+?)</p>', office.get(address).content.decode())
        for address in ("/owe/", "/account/", "/figures/T/FINANCE/2023-06/units/", "/units/", "/review/T/2023-H1/", "/definitions/")
    }  # fmt: skip

    assert {address: len(found) for address, found in feet.items()} == dict.fromkeys(feet, 1)
    assert feet["/owe/"] == ["Hengchuan Group · 18 Jul 2023"]
    assert feet["/figures/T/FINANCE/2023-06/units/"][0].startswith("Hengchuan Group · Jun 2023 · Monthly finance form")
    assert "hr-foot" not in july("").get("/sign-in/").content.decode()
