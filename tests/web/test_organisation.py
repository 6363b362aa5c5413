"""The organisation on pages: who may change the tree, what a change would do before it is saved, by form and by file.

G Harbour                 office, group office; head, head of the group; admin, administrator
  A East Works            east, group office of A
    A1 East Pumps
    A2 East Valves
  AB Airport Base
    AB1 Hangar
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.core.units import Edition
from headrope.journal.models import Posting
from headrope.journal.queries import books
from headrope.ledger.sheets.reading import read_sheets
from headrope.org.actions import console_user, give_mandate
from headrope.org.folder import BodyRow, MemberRow, PeopleRows, PersonRow, PostRow
from headrope.org.models import Role, User
from headrope.org.people.actions import set_people
from headrope.org.queries import edition_rows, unit_ids
from tests.conftest import Load
from tests.ledger.workbook.made import parts
from tests.web.conftest import dangers, read, same, signed_in

UNITS = """
code,name,name_zh,parent,kind
G,Harbour,港湾集团,,group
A,East Works,东方厂,G,company
A1,East Pumps,东方泵业,A,branch
A2,East Valves,东方阀门,A,branch
AB,Airport Base,空港基地,G,company
AB1,Hangar,机库,AB,branch
"""
MEASURES = "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up"
MONTHS = [f"2023-{month:02d}" for month in range(1, 7)]
FACTS = "unit,measure,period,version,value\n" + "\n".join(
    f"{unit},REV,{month},actual,{100 + place}.00" for unit in ("A1", "A2", "AB1") for place, month in enumerate(MONTHS)
)
CAST = {
    "office": (Role.OFFICE, "G"),
    "admin": (Role.ADMINISTRATOR, "G"),
    "east": (Role.OFFICE, "A"),
    "head": (Role.HEAD, "G"),
    "outsider": None,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Tree = dict[str, list[tuple[str | None, str, str]]]


@pytest.fixture
def group(load: Load) -> None:
    """The group with half a year of figures, and the cast."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    ids = unit_ids()
    for name, mandate in CAST.items():
        user = User.objects.create_user(name, name=name.capitalize())
        if mandate:
            with transaction.atomic():
                give_mandate(by=console_user(), user=user, role=mandate[0], unit=ids[mandate[1]], valid_from=date(2020, 1, 1))  # fmt: skip


def stored() -> Tree:
    """Parents and days by unit, of editions that do not hold always."""
    found: Tree = {}
    for row in edition_rows():
        e = row.edition
        found.setdefault(e.code, []).append((e.parent, str(e.valid_from), str(e.valid_to)))
    return {code: rows for code, rows in found.items() if rows[0][1:] != ("0001-01-01", "9999-12-31")}


def texts(body: bytes) -> str:
    return " ".join(" ".join(read(body).text).split())


def finding(body: bytes) -> str:
    found = re.search(r'<h1 class="hr-finding">(.*?)</h1>', body.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def hidden(body: bytes) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    form = body.decode().partition('<main class="hr-page"')[2]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def wrong(body: bytes) -> dict[str, list[str]]:
    """What stands beside the fields of a form, by field; of no field under an empty name."""
    text = body.decode()
    found = {
        name: [" ".join(read(line.encode()).text).replace("  ", " ").strip() for line in re.findall(r"<p>(.*?)</p>", lines)]
        for name, lines in re.findall(r'id="f-(\w+)-problem" role="alert">(.*?)</div>', text, re.DOTALL)
    }  # fmt: skip
    listed = [" ".join(" ".join(read(line.encode()).text).split()) for line in re.findall(r"<li>(.*?)</li>", text.partition("o-problems")[2].partition("</ul>")[0])]  # fmt: skip
    return found | ({"": listed} if listed else {})


MERGER = {"heir": "AB", "day": "2023-04-01", "reason": "one business"}


# Who may


ADDRESSES = {
    "/organisation/": (200, 200, 200, 404, 404),
    "/organisation/units.xlsx": (200, 200, 200, 404, 404),
    "/organisation/units.csv": (200, 200, 200, 404, 404),
    "/organisation/G/": (200, 200, 404, 404, 404),
    "/organisation/A/": (200, 200, 200, 404, 404),
    "/organisation/A1/": (200, 200, 200, 404, 404),
    "/organisation/AB/": (200, 200, 404, 404, 404),
    "/organisation/NONE/": (404, 404, 404, 404, 404),
    "/organisation/A1/move/": (200, 200, 200, 404, 404),
    "/organisation/AB1/move/": (200, 200, 404, 404, 404),
    "/organisation/A1/abolish/": (404, 404, 404, 404, 404),
    "/organisation/A1/Move/": (404, 404, 404, 404, 404),
    **{f"/organisation/A/{change}/": (200, 200, 200, 404, 404) for change in ("found", "rename", "close", "merge", "redate")},
}  # fmt: skip


@pytest.mark.usefixtures("group")
def test_pages_are_for_offices_and_administrators_of_the_unit() -> None:
    cast = {name: signed_in(name) for name in CAST}

    found = {address: tuple(browser.get(address).status_code for browser in cast.values()) for address in ADDRESSES}

    assert found == ADDRESSES


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize("who", ["east", "head", "outsider", ""])
def test_form_that_is_sent_by_somebody_else_changes_nothing(who: str) -> None:
    at = books().seq

    answers = [
        signed_in(who).post("/organisation/AB/merge/", {"heir": "A", "day": "2023-04-01", "step": "save", "seq": at}),
        signed_in(who).post("/organisation/AB1/rename/", {"name": "x", "kind": "unit", "day": "2023-04-01", "step": "save", "seq": at}),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404 if who else 302] * 2
    assert (books().seq, stored()) == (at, {})


@pytest.mark.usefixtures("group")
def test_forbidden_unit_answers_as_one_that_is_not_there() -> None:
    browser = signed_in("east")

    answers = [browser.get(f"/organisation/{unit}/") for unit in ("AB", "ZZ")]

    first, second = (same(answer.content).replace(unit, b"") for answer, unit in zip(answers, (b"AB", b"ZZ"), strict=True))  # fmt: skip
    assert first == second


@pytest.mark.usefixtures("group")
def test_form_without_its_token_is_not_taken() -> None:
    at = books().seq

    answer = signed_in("office", enforce_csrf_checks=True).post("/organisation/AB/merge/", MERGER | {"step": "save", "seq": at})  # fmt: skip

    assert (answer.status_code, books().seq) == (403, at)


@pytest.mark.usefixtures("group")
def test_codes_in_the_tree_lead_to_what_one_may_change() -> None:
    found = {name: re.findall(r'href="(/organisation/[^"]*)"', signed_in(name).get("/units/").content.decode().partition("<main")[2]) for name in ("office", "east", "head")}  # fmt: skip

    assert found == {
        "office": ["/organisation/", "/organisation/A/", "/organisation/AB/", "/organisation/G/"],
        "east": ["/organisation/", "/organisation/A1/", "/organisation/A2/", "/organisation/A/"],
        "head": [],
    }


# By form


@pytest.mark.usefixtures("group")
def test_merger_is_shown_before_it_is_saved() -> None:
    at, browser = books().seq, signed_in("office")

    shown = browser.post("/organisation/A/merge/", MERGER | {"step": "look"}).content

    assert finding(shown) == "Closes 1 unit, moves 2 units, changes 9 totals of 3 units; the first month is Apr 2023."
    assert texts(shown).partition("Nothing is saved yet.")[2].partition("Units what becomes of them")[2].split(" Who ")[0].strip() == (
        "What Count Which Closed 1 East Works Moved 2 East Pumps , East Valves ".replace(" , ", ", ").strip()
        + " Totals months with figures in which the unit adds up other units than before, as-was Unit Months First Last "
        "East Works 3 Apr 2023 Jun 2023 Airport Base 3 Apr 2023 Jun 2023 Harbour 3 Apr 2023 Jun 2023"
    )  # fmt: skip
    assert "East group office of East Works 3" in texts(shown)
    assert hidden(shown) == MERGER | {"seq": str(at)}
    assert (books().seq, stored()) == (at, {})

    saved = browser.post("/organisation/A/merge/", hidden(shown) | {"step": "save"})

    assert (saved.status_code, saved["Location"]) == (302, f"/organisation/A/?posting={at + 1}")
    assert stored() == {
        "A": [("G", "0001-01-01", "2023-04-01")],
        "A1": [("A", "0001-01-01", "2023-04-01"), ("AB", "2023-04-01", "9999-12-31")],
        "A2": [("A", "0001-01-01", "2023-04-01"), ("AB", "2023-04-01", "9999-12-31")],
    }
    posting = Posting.objects.get(seq=at + 1)
    assert (posting.by.username, posting.reason) == ("office", "merge A into AB from 2023-04-01: one business")
    page = texts(browser.get(saved["Location"]).content)
    assert f"Saved as posting {at + 1}." in page
    assert "company, closed from 1 Apr 2023 on and carried on by Airport Base" in page


@pytest.mark.usefixtures("group")
def test_review_after_the_merger_adds_up_the_new_tree_and_before_it_the_old() -> None:
    browser = signed_in("office")
    shown = browser.post("/organisation/A/merge/", MERGER | {"step": "look"}).content
    browser.post("/organisation/A/merge/", hidden(shown) | {"step": "save"})

    first, second = (browser.get(f"/review/AB/2023-{quarter}/?scale=1").content.decode() for quarter in ("Q1", "Q2"))

    # Three units of 103 + 104 + 105 in the second quarter, the hangar alone with 100 + 101 + 102 in the first.
    assert [">303<" in first, ">936<" in second, ">936<" in first] == [True, True, False]


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("address", "form", "expected"),
    [
        ("A/found", {"code": "A3", "name": "East Fans", "kind": "branch", "method": "full", "day": "2023-06-01"}, "Founds 1 unit, changes 2 totals of 2 units; the first month is Jun 2023."),
        ("A1/rename", {"name": "Pumps", "name_zh": "泵业", "kind": "branch", "day": "2023-06-01"}, "Renames 1 unit; no total changes."),
        ("A1/rename", {"name": "East Pumps", "name_zh": "东方泵业", "kind": "institute", "day": "2023-06-01"}, "Changes 1 unit otherwise; no total changes."),
        ("A/move", {"parent": "Airport Base", "method": "full", "day": "2023-05-20"}, "Moves 3 units, changes 2 totals of 1 unit; the first month is May 2023."),
        ("A2/close", {"day": "2023-07-01", "below": "none"}, "Closes 1 unit; no total changes."),
        ("A/close", {"day": "2023-07-01", "below": "closed"}, "Closes 3 units; no total changes."),
        ("A/close", {"day": "2023-02-01", "below": "parent"}, "Closes 1 unit, moves 2 units, changes 10 totals of 2 units; the first month is Feb 2023."),
    ],
)  # fmt: skip
def test_every_form_says_first_what_it_would_change(address: str, form: dict[str, str], expected: str) -> None:
    shown = signed_in("office").post(f"/organisation/{address}/", form | {"step": "look"})

    assert (finding(shown.content), stored()) == (expected, {})


@pytest.mark.usefixtures("group")
def test_correction_of_a_day_moves_the_whole_merger() -> None:
    browser = signed_in("office")
    for address, form in (("A/merge", MERGER), ("A/redate", {"was": "2023-04-01", "day": "2023-06-01"})):
        shown = browser.post(f"/organisation/{address}/", form | {"step": "look"}).content
        browser.post(f"/organisation/{address}/", hidden(shown) | {"step": "save"})

    assert {code: next(row[1:] for row in rows) for code, rows in stored().items()} == dict.fromkeys(["A", "A1", "A2"], ("0001-01-01", "2023-06-01"))  # fmt: skip
    page = texts(browser.get("/organisation/A/").content)
    assert "Said before corrected since" in page
    assert "merge A into AB from 2023-04-01: one business" in page


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("address", "form", "expected"),
    [
        (
            "A/found",
            {"code": "A1", "name": "", "name_zh": "x", "kind": "shop", "method": "half", "day": "tomorrow"},
            {
                "code": ["The code A1 is taken. Take another; a code is never used again."],
                "name": ["The unit has no name. Write one."],
                "kind": ["'shop' is not a kind of unit. Known kinds: regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit."],
                "method": ["'half' is not a method. Known methods: full, proportionate, none."],
                "day": ["'tomorrow' is not a day; write it like 2023-07-14."],
            },
        ),
        (
            "A1/move",
            {"parent": "east", "method": "full", "day": "0001-01-01"},
            {
                "parent": ["There is no unit 'east' that you may change. Did you mean one of these: East Works (A), East Pumps (A1), East Valves (A2)?"],
                "day": ["Days run from 1900 to 2199. Correct the year."],
            },
        ),
        ("A/close", {"day": "2023-07-01", "below": "none"}, {"below": ["On 1 Jul 2023 or later 2 units stand directly below A: A1, A2. Say what becomes of them."]}),
        ("A/move", {"parent": "A1", "method": "full", "day": "2023-07-01"}, {"": ["A1 These units stand under each other in a circle: A1 > A > A1. Give one of them another parent."]}),
        ("A1/rename", {"name": "East Pumps", "name_zh": "东方泵业", "kind": "branch", "day": "2023-07-01"}, {"": ["Nothing would change. Change something, or go back."]}),
        (
            "A2/close",
            {"day": "2023-05-15", "below": "none"},
            {"": [
                "A2 has figures for 2023-05, at whose end it would not exist. Withdraw them first, or correct the dates.",
                "A2 has figures for 2023-06, at whose end it would not exist. Withdraw them first, or correct the dates.",
            ]},
        ),
        ("A/redate", {"was": "2023-01-01", "day": "2023-02-01"}, {"was": ["Nothing happens to A on 1 Jan 2023. Choose a day out of its history."]}),
    ],
    ids=["found", "move", "close", "circle", "nothing", "figures", "redate"],
)  # fmt: skip
def test_all_that_is_wrong_stands_beside_the_fields_and_nothing_is_saved(
    address: str, form: dict[str, str], expected: dict[str, list[str]]
) -> None:
    at = books().seq

    bodies = [signed_in("office").post(f"/organisation/{address}/", form | {"step": step, "seq": at}).content for step in ("look", "save")]  # fmt: skip

    assert [wrong(body) for body in bodies] == [expected] * 2
    assert (books().seq, stored()) == (at, {})
    assert all(f'value="{value}"' in unescape(bodies[0].decode()) for name, value in form.items() if name in ("code", "parent", "day"))  # fmt: skip


@pytest.mark.usefixtures("group")
def test_what_has_been_shown_is_not_saved_when_the_books_have_moved() -> None:
    office, admin = signed_in("office"), signed_in("admin")
    shown = office.post("/organisation/A/merge/", MERGER | {"step": "look"}).content
    other = admin.post("/organisation/A2/close/", {"day": "2023-07-01", "below": "none", "step": "look"}).content
    admin.post("/organisation/A2/close/", hidden(other) | {"step": "save"})
    at, before = books().seq, stored()

    again = office.post("/organisation/A/merge/", hidden(shown) | {"step": "save"})

    assert (again.status_code, books().seq, stored()) == (200, at, before)
    assert "The books have moved since you looked. This is what it would change now; nothing was saved." in texts(again.content)  # fmt: skip
    office.post("/organisation/A/merge/", hidden(again.content) | {"step": "save"})
    assert (books().seq, stored()["A"]) == (at + 1, [("G", "0001-01-01", "2023-04-01")])


@pytest.mark.usefixtures("group")
def test_preview_leads_back_to_the_form_as_it_was_filled() -> None:
    browser = signed_in("office")
    shown = browser.post("/organisation/A/merge/", MERGER | {"step": "look"}).content

    form = browser.post("/organisation/A/merge/", hidden(shown) | {"step": "form"}).content.decode()

    assert [f'value="{value}"' in form for value in MERGER.values()] == [True] * 3
    assert wrong(form.encode()) == {}


@pytest.mark.usefixtures("group")
def test_office_of_a_part_sees_nothing_of_the_rest_in_what_it_would_change() -> None:
    """Moving a unit within A changes totals of G as well: they count, without G's name or whoever sees G."""
    shown = signed_in("east").post("/organisation/A2/close/", {"day": "2023-07-01", "below": "none", "step": "look"})
    founded = signed_in("east").post("/organisation/A/found/", {"code": "A3", "name": "Fans", "kind": "branch", "method": "full", "day": "2023-06-01", "step": "look"})  # fmt: skip
    denied = signed_in("east").post("/organisation/A1/move/", {"parent": "AB", "method": "full", "day": "2023-06-01", "step": "look"})  # fmt: skip

    assert finding(founded.content) == "Founds 1 unit, changes 2 totals of 2 units; the first month is Jun 2023."
    assert "outside your mandate 1 Jun 2023 Jun 2023" in texts(founded.content)
    assert wrong(denied.content) == {"parent": ["There is no unit 'AB' that you may change. Write the code of a unit under your mandate."]}  # fmt: skip
    for body in (shown.content, founded.content, signed_in("east").get("/organisation/A/").content):
        assert [name for name in ("Harbour", "Airport", "Hangar", "Office group", "Head unit") if name in texts(body)] == []  # fmt: skip


@pytest.mark.usefixtures("group")
def test_names_with_markup_stay_text() -> None:
    browser = signed_in("office")
    name = "<script>alert(1)</script>\"'><img src=x>"
    form = {"code": "A3", "name": name, "name_zh": name, "kind": "branch", "method": "full", "day": "2023-06-01", "reason": name}  # fmt: skip
    shown = browser.post("/organisation/A/found/", form | {"step": "look"}).content
    browser.post("/organisation/A/found/", hidden(shown) | {"step": "save"})

    pages = [shown, *(browser.get(f"/organisation/{path}").content for path in ("A3/", "A3/rename/", "A1/move/", ""))]

    assert [dangers(page) for page in pages] == [[]] * 5
    assert stored()["A3"] == [("A", "2023-06-01", "9999-12-31")]


@pytest.mark.usefixtures("group")
def test_pages_speak_chinese() -> None:
    browser = signed_in("office")
    browser.cookies["django_language"] = "zh-hans"

    shown = browser.post("/organisation/A/merge/", MERGER | {"step": "look"}).content
    refused = browser.post("/organisation/A1/move/", {"parent": "", "method": "full", "day": "7月", "step": "look"}).content  # fmt: skip

    assert finding(shown) == "撤销1家单位、调整2家单位的隶属、改变3家单位的9个合计；最早为2023年4月。"
    assert wrong(refused) == {"parent": ["未填写。 请填写。"], "day": ["“7月”不是日期；应写成2023-07-14。"]}


# A unit


@pytest.mark.usefixtures("group")
def test_page_of_a_unit_shows_its_posts_and_bodies_of_today() -> None:
    ever = (date(2020, 1, 1), date(9999, 12, 31))
    rows = PeopleRows(
        people=[PersonRow("P1", "Zhou Yi", "周毅", ""), PersonRow("P2", "Gao Wenbin", "高文斌", "")],
        posts=[PostRow("P1", "A", "Head", "厂长", 1, *ever), PostRow("P2", "A", "Deputy", "副厂长", 2, *ever), PostRow("P2", "AB", "Head", "主任", 1, *ever)],
        bodies=[BodyRow("SAFE", "Safety committee", "安委会", "A")],
        members=[MemberRow("SAFE", "P2", "chair", "主任", *ever)],
    )  # fmt: skip
    set_people(by=console_user(), rows=rows)

    page = texts(signed_in("office").get("/organisation/A/").content)

    people = page.partition("posts of today, the highest rank first")[2].partition(" Headrope · ")[0]
    assert people.strip() == (
        "Excel Post Person First day Last day Head Zhou Yi 1 Jan 2020 Deputy Gao Wenbin 1 Jan 2020 "
        "Safety committee 1 member today Person Role First day Last day Gao Wenbin chair 1 Jan 2020"
    )


@pytest.mark.usefixtures("group")
def test_page_of_a_unit_takes_as_many_statements_with_one_edition_as_with_three() -> None:
    browser, counts = signed_in("office"), []
    for day in ("2023-07-01", "2023-09-01"):
        browser.get("/organisation/A1/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/organisation/A1/")
        counts.append(len(asked))
        form = {"name": f"Pumps {day}", "name_zh": "", "kind": "branch", "day": day, "step": "look"}
        shown = browser.post("/organisation/A1/rename/", form).content
        browser.post("/organisation/A1/rename/", hidden(shown) | {"step": "save"})
    browser.get("/organisation/A1/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/organisation/A1/")

    assert len(stored()["A1"]) == 3
    assert counts == [len(asked)] * 2


# By file


def table(body: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(body.decode("utf-8-sig"))))


def as_file(rows: list[list[str]], name: str = "units.csv") -> SimpleUploadedFile:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode())


def as_book(rows: list[list[object]], name: str = "units.xlsx") -> SimpleUploadedFile:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("units")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.close()
    return SimpleUploadedFile(name, out.getvalue(), XLSX)


Upload = Callable[[SimpleUploadedFile], bytes]


@pytest.fixture
def office(group: None) -> Client:
    return signed_in("office")


@pytest.fixture
def upload(office: Client) -> Upload:
    """Sends a file and gives the page that answers."""
    return lambda file: office.post("/organisation/", {"file": file, "step": "look"}).content


HEADER = ["code", "name", "name_zh", "parent", "kind", "from", "to", "successor", "method"]


def test_download_has_the_tree_from_the_top_down(office: Client) -> None:
    office.post("/organisation/A/merge/", MERGER | {"step": "save", "seq": books().seq})

    rows = table(office.get("/organisation/units.csv").content)

    assert rows == [
        HEADER,
        ["G", "Harbour", "港湾集团", "", "group", "", "", "", "full"],
        ["AB", "Airport Base", "空港基地", "G", "company", "", "", "", "full"],
        ["A1", "East Pumps", "东方泵业", "A", "branch", "", "2023-03-31", "", "full"],
        ["A1", "East Pumps", "东方泵业", "AB", "branch", "2023-04-01", "", "", "full"],
        ["A2", "East Valves", "东方阀门", "A", "branch", "", "2023-03-31", "", "full"],
        ["A2", "East Valves", "东方阀门", "AB", "branch", "2023-04-01", "", "", "full"],
        ["AB1", "Hangar", "机库", "AB", "branch", "", "", "", "full"],
        ["A", "East Works", "东方厂", "G", "company", "", "2023-03-31", "AB", "full"],
    ]


def test_workbook_has_days_as_days_and_a_note_on_each_column(office: Client, tmp_path: object) -> None:
    office.post("/organisation/A/merge/", MERGER | {"step": "save", "seq": books().seq})
    path = tmp_path / "units.xlsx"  # type: ignore[operator]
    path.write_bytes(office.get("/organisation/units.xlsx").content)

    book = read_sheets(path)

    assert ([sheet.name for sheet in book.sheets], list(book.problems)) == (["units", "notes"], [])
    cells = [[(cell.kind, cell.text) for cell in row] for row in book.sheets[0].rows]
    assert [text for _, text in cells[0]] == HEADER
    assert cells[4][5] == ("date", "2023-04-01")
    assert cells[3][6] == ("date", "2023-03-31")


@pytest.mark.parametrize("name", ["units.xlsx", "units.csv"])
def test_file_that_comes_back_as_it_went_changes_nothing(office: Client, upload: Upload, name: str) -> None:
    office.post("/organisation/A/merge/", MERGER | {"step": "save", "seq": books().seq})
    at = books().seq

    body = upload(SimpleUploadedFile(name, office.get(f"/organisation/{name}").content))

    assert (wrong(body), books().seq) == ({"": ["Nothing would change. Change something, or go back."]}, at)


@pytest.mark.parametrize("make", [as_file, as_book])
def test_file_is_shown_and_then_saved(office: Client, upload: Upload, make: Callable[[list[list[str]]], SimpleUploadedFile]) -> None:  # fmt: skip
    at = books().seq
    rows = [
        ["code", "name", "parent", "kind", "from", "to", "tier"],
        ["A1", "East Pumps", "A", "branch", "", "2023-03-31", "3"],
        ["A1", "East Pumps", "AB", "branch", "2023-04-01", "", "3"],
        [],
        ["A3", "East Fans", "A", "branch", "2023-05-01", "", "3"],
    ]

    shown = upload(make(rows))

    # The Chinese name is not in the file, and so is none any more.
    assert finding(shown) == "Founds 1 unit, moves 1 unit, renames 1 unit, changes 8 totals of 3 units; the first month is Apr 2023."  # fmt: skip
    assert (books().seq, stored()) == (at, {})

    saved = office.post("/organisation/", hidden(shown) | {"step": "save"})

    assert (saved.status_code, saved["Location"]) == (302, f"/organisation/?posting={at + 1}")
    assert stored() == {
        "A1": [("A", "0001-01-01", "2023-04-01"), ("AB", "2023-04-01", "9999-12-31")],
        "A3": [("A", "2023-05-01", "9999-12-31")],
    }
    assert f"Saved as posting {at + 1}." in texts(office.get(saved["Location"]).content)


def test_all_that_is_wrong_with_a_workbook_is_listed_with_its_cells(upload: Upload) -> None:
    at = books().seq
    rows: list[list[object]] = [
        ["code", "name", "parent", "kind", "from", "tier"],
        ["A 1", "", "A", "shop", "", ""],
        ["A2", "East Valves", "A", "branch", "1 May", "three"],
        ["A3", "Fans", "B", "branch", date(2023, 5, 1), ""],
    ]

    assert wrong(upload(as_book(rows))) == {
        "": [
            "units, row 2 'A 1' is not a code. Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
            "units, row 2 A 1 has no name. Write one.",
            "units, row 2 'shop' is not a kind of unit. Known kinds: regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit.",
            "units!E3 '1 May' is not a day. Write it like 2023-06-30 in the column from.",
            "units, row 3 'three' is not a tier. Write 1 for the group, 2 for the units below it.",
        ]
    }
    assert wrong(upload(as_book([rows[0], rows[3]]))) == {
        "": ["units, row 2 A3 stands under B, which is no unit. Add a row for B, or correct the parent."]
    }
    assert (books().seq, stored()) == (at, {})


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (SimpleUploadedFile("units.xlsx", b"PK\x03\x04 no workbook"), "units.xlsx The workbook is damaged or was cut off"),
        (SimpleUploadedFile("units.csv", b"\xff\xfe\xfd"), "units.csv, row 1 The file is not written in UTF-8"),
        (SimpleUploadedFile("units.csv", b"code,nam\nA1,x"), "units.csv!B1 'nam' is not a column of this file. Did you mean 'name'?"),
        (SimpleUploadedFile("units.csv", b"code,name,parent,vintage\nA1,x,A,2023-01-01"), "units.csv!D1 The column vintage is not taken here."),
        (SimpleUploadedFile("../../units.csv", b"code,name,parent\n" + b"A1,x,A\n" * 1_000_000), "units.csv The file is larger than 5 MB."),
    ],
    ids=["damaged", "bytes", "column", "vintage", "large"],
)  # fmt: skip
def test_file_that_cannot_be_taken_is_told(upload: Upload, file: SimpleUploadedFile, expected: str) -> None:
    file.seek(0)

    found = wrong(upload(file))[""]

    assert found[0].startswith(expected)
    assert stored() == {}


def test_file_that_changes_more_than_a_page_can_carry_is_told(upload: Upload) -> None:
    rows = [["code", "name", "name_zh", "parent"], *([f"N{n}", f"Unit {n}", "单" * 60, "A"] for n in range(10_000))]

    assert wrong(upload(as_file(rows))) == {
        "": ["The file changes 10,000 units, more than a page can show. Load it as a folder with `headrope load`."]
    }
    assert stored() == {}


def test_file_of_a_thousand_units_in_chinese_is_shown_and_saved(office: Client, upload: Upload) -> None:
    rows = [["code", "name", "name_zh", "parent", "from"], *([f"N{n}", f"Unit {n}", "单" * 60, "A", "2023-01-01"] for n in range(1000))]  # fmt: skip

    saved = office.post("/organisation/", hidden(upload(as_file(rows))) | {"step": "save"})

    assert (saved.status_code, len(stored())) == (302, 1000)


def test_upload_without_a_file_is_told(office: Client) -> None:
    assert wrong(office.post("/organisation/", {"step": "look"}).content) == {
        "": ["No file was chosen. Choose the file that you have edited."]
    }


@pytest.mark.usefixtures("group")
def test_files_of_a_part_hold_that_part_and_reach_no_further() -> None:
    east = signed_in("east")

    rows = table(east.get("/organisation/units.csv").content)
    book = east.get("/organisation/units.xlsx").content
    answer = east.post("/organisation/", {"file": as_file([HEADER, ["AB1", "Mine", "", "A", "branch", "", "", "", ""], ["A1", "East Pumps", "", "G", "branch", "", "", "", ""]]), "step": "look"})  # fmt: skip

    # A itself stands under G, which is outside the mandate.
    assert [row[0] for row in rows] == ["code", "A1", "A2"]
    assert b"Harbour" not in book
    denied = "There is no unit {} that you may change. Ask the office of the unit above."
    assert wrong(answer.content) == {
        "": [
            f"units.csv, row 2 {denied.format('AB')}",
            f"units.csv, row 2 {denied.format('AB1')}",
            f"units.csv, row 3 {denied.format('G')}",
        ]
    }
    assert stored() == {}


def test_workbook_with_macros_is_refused(office: Client, upload: Upload) -> None:
    book = office.get("/organisation/units.xlsx").content
    carrying = parts(book, {"xl/vbaProject.bin": lambda _: b"\xd0\xcf\x11\xe0"})

    said = wrong(upload(SimpleUploadedFile("units.xlsx", carrying)))

    assert said == {"": ["units.xlsx The workbook carries macros. Save it as .xlsx, which holds none, and send that."]}


def test_names_that_look_like_formulas_stay_names(office: Client, upload: Upload) -> None:
    name = '=HYPERLINK("https://evil.example","x")'
    shown = upload(as_file([["code", "name", "name_zh", "parent", "kind"], ["A1", name, "东方泵业", "A", "branch"]]))
    office.post("/organisation/", hidden(shown) | {"step": "save"})

    back = upload(SimpleUploadedFile("units.xlsx", office.get("/organisation/units.xlsx").content))
    written = office.get("/organisation/units.csv").content
    again = upload(SimpleUploadedFile("units.csv", written))

    cells = [cell for row in csv.reader(StringIO(written.decode("utf-8-sig"))) for cell in row]
    assert f"'{name}" in cells and not [cell for cell in cells if re.match("[=+@-]", cell)]
    assert wrong(again) == {"": ["Nothing would change. Change something, or go back."]}
    names: list[Edition] = [row.edition for row in edition_rows() if row.edition.code == "A1"]
    assert [each.name for each in names] == [name]
    assert wrong(back) == {"": ["Nothing would change. Change something, or go back."]}
