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


def test_history_of_a_unit_comes_as_its_page_tells_it(house: Place) -> None:
    """Welding Rods, T0305, was closed at the end of March 2022 and carried on by Pressure Vessels."""
    (row,) = lines(signed_in("zhou.yi"), "/organisation/T0305/history.xlsx")

    assert row[:7] == ["1 Jan 2020", "31 Mar 2022", "Welding Rods", "branch", "Xinglu Boiler", "all of it", "Pressure Vessels"]  # fmt: skip


def test_people_of_a_unit_come_as_its_page_tells_them(house: Place) -> None:
    """Posts first, then the seats of each of its bodies; of a closed unit there are none."""
    office = signed_in("zhou.yi")
    page = office.get("/organisation/T/").content.decode()
    posts, _section, bodies = page.partition("<h2>People</h2>")[2].partition('<section class="hr-section">')

    rows = lines(office, "/organisation/T/people.xlsx")

    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(<th scope=.row.*?)</tr>", posts)
    ]
    assert [[row[column] or "" for column in (1, 2, 3, 4)] for row in rows if row[0] is None] == cells and cells
    seats = [row for row in rows if row[0]]
    assert {str(row[0]) for row in seats} <= set(re.findall(r"<h2>(.*?)</h2>", bodies))
    assert [row[2] for row in seats] == re.findall(r'<th scope="row">(.*?)</th>', bodies)
    assert "/organisation/T/people.xlsx" in page
    assert lines(office, "/organisation/T0305/people.xlsx") == []


def test_mandates_of_an_account_come_with_those_that_have_ended(house: Place) -> None:
    admin, clerk = signed_in("admin"), signed_in("jin.hao")
    before = lines(clerk, "/account/mandates.xlsx")
    page = admin.get("/people/jin.hao/").content.decode()
    number = re.findall(r'name="mandate" value="([0-9]+)"', page)[0]
    admin.post("/people/jin.hao/", {"do": "end", "mandate": number, "last": ""})

    rows = lines(admin, "/people/jin.hao/mandates.xlsx")

    assert [row[:3] + row[5:] for row in rows] == [["unit clerk", "T0302", "Pressure Vessels", None, "ended"]]
    assert "/people/jin.hao/mandates.xlsx" in page
    assert [row[:3] + row[5:] for row in before] == [["unit clerk", "T0302", "Pressure Vessels", None, "holds"]]
    assert lines(clerk, "/account/mandates.xlsx")[0][:3] == ["unit clerk", None, "outside your mandate"]
    assert clerk.get("/people/jin.hao/mandates.xlsx").status_code == 404


def test_mandates_outside_one_s_own_are_not_in_the_table(house: Place) -> None:
    """Zhou Yi's mandate is on the whole group; the administrator of T03 finds the account of a clerk of T03 only."""
    part = part_administrator()

    assert len(lines(part, "/people/jin.hao/mandates.xlsx")) == 1
    assert part.get("/people/zhou.yi/mandates.xlsx").status_code == 404


def test_tiers_of_a_board_come_with_counts_and_shares(july: Browse) -> None:
    """Shares are numbers; the last row adds up the counts of all tiers, and its shares are those of the sums."""
    office = july("office")
    page = office.get("/figures/T/FINANCE/2023-05/units/").content.decode()
    table = page.partition("<h2>Complete and in time</h2>")[2].partition("</section>")[0]
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(<th scope=.row.*?)</tr>", table)
    ]

    *tiers, total = lines(office, "/figures/T/FINANCE/2023-05/tiers.xlsx")

    assert [
        [row[0], f"{row[2]:.0f} / {row[1]:.0f}", f"{100 * row[5]:.0f} %", f"{100 * row[6]:.0f} %"] for row in tiers
    ] == cells  # type: ignore[operator,str-format]
    assert total == ["All tiers", *(sum(row[column] for row in tiers) for column in (1, 2, 3, 4)), *total[5:]]  # type: ignore[misc]
    assert total[5] == total[2] / total[1]  # type: ignore[operator]
    assert "/figures/T/FINANCE/2023-05/tiers.xlsx" in page


@pytest.mark.parametrize("table", ["units", "tiers"])
def test_tables_of_a_period_that_has_not_begun_say_when(july: Browse, table: str) -> None:
    answer = july("office").get(f"/figures/T/FINANCE/2024-01/{table}.xlsx")

    assert answer.status_code == 404 and "1 Jan 2024" in answer.content.decode()


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
