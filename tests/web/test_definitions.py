"""Definitions on pages: who may, rows by form and by file, what is shown before it is saved, and trying a check.

G Harbour                 office, group office; head, head of the group; admin, administrator
  A East Works            east, group office of A
    A1 East Pumps
    A2 East Valves
  AB Airport Base
"""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from headrope.journal.models import Posting
from headrope.journal.queries import books
from headrope.ledger.book.current import current_rows
from headrope.ledger.book.kept import kept_file
from headrope.ledger.sheets.reading import read_sheets
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.web.definitions.kinds import KINDS
from tests.conftest import Load
from tests.ledger.book.sheets import write
from tests.ledger.workbook.made import parts
from tests.web.conftest import dangers, read, signed_in

FILES = {
    "units": "code,name,parent,kind\nG,Harbour,,group\nA,East Works,G,company\nA1,East Pumps,A,branch\nA2,East Valves,A,branch\n"
    "AB,Airport Base,G,company\nSEG,Coast,G,segment",
    "measures": "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up\nCOST,-Cost,CNY,money,0.01,flow,down",
    "facts": "unit,measure,period,version,value\nA1,REV,2023-01,actual,100\nA1,REV,2023-02,actual,300\nA2,REV,2023-01,actual,10\n"
    "A2,REV,2023-02,actual,11\nAB,REV,2023-02,actual,-5",
    "forms": "code,name,span,measures,due\nF,Finance,month,REV COST,business day 5",
    "duties": "form,unit,from,to\nF,A1,,2022-12-31\nF,A1,2023-02-01,\nF,AB,,",
    "holdings": "owner,held,share,from,to\nG,A,51 %,,",
    "segments": "segment,unit\nSEG,A1",
    "checks": "code,kind,severity,measures,against,change\nJUMP,jump,warning,REV,previous,50 %",
    "calendars": "calendar,kind,day\nCN,holiday,2023-05-01\nCN,workday,2023-05-06",
    "unit_calendars": "unit,calendar\nG,CN",
}  # fmt: skip
CAST = {
    "office": (Role.OFFICE, "G"),
    "admin": (Role.ADMINISTRATOR, "G"),
    "east": (Role.OFFICE, "A"),
    "head": (Role.HEAD, "G"),
    "leader": (Role.LEADER, "G"),
    "supervision": (Role.SUPERVISION, "G"),
    "finance": (Role.FINANCE, "G"),
    "viewer": (Role.VIEWER, "G"),
    "clerk": (Role.CLERK, "A1"),
    "outsider": None,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ADDRESSES = [
    "/definitions/",
    *(f"/definitions/{kind}{ending}" for kind in KINDS for ending in ("/", ".xlsx", ".csv", "/new/")),
    "/definitions/measures/row/?code=REV",
    "/definitions/duties/row/?form=F&unit=A1&n=1",
]


@pytest.fixture
def group(load: Load) -> None:
    """The group with two months of figures, and the cast."""
    load(**FILES)
    ids = unit_ids()
    for name, mandate in CAST.items():
        user = User.objects.create_user(name, name=name.capitalize())
        if mandate:
            with transaction.atomic():
                give_mandate(by=console_user(), user=user, role=mandate[0], unit=ids[mandate[1]], valid_from=date(2020, 1, 1))  # fmt: skip


@pytest.fixture
def office(group: None) -> Client:
    return signed_in("office")


def finding(body: bytes) -> str:
    found = re.search(r'<h1 class="hr-finding">(.*?)</h1>', body.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def hidden(body: bytes) -> dict[str, str]:
    form = body.decode().partition('<main class="hr-page"')[2]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def text_of(html: str) -> str:
    return " ".join(" ".join(read(html.encode()).text).split())


def listed(body: bytes) -> list[str]:
    return [text_of(line) for line in re.findall(r"<li>(.*?)</li>", body.decode().partition("o-problems")[2].partition("</ul>")[0])]  # fmt: skip


def beside(body: bytes) -> dict[str, str]:
    """What stands beside the fields."""
    return {name: text_of(lines) for name, lines in re.findall(r'id="f-c-(\w+)-problem" role="alert">(.*?)</div>', body.decode(), re.DOTALL)}  # fmt: skip


def table(body: bytes) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", body.decode().partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def fields(body: bytes) -> dict[str, str]:
    """What stands in the form of a row, ready to be sent."""
    text = body.decode()
    found = {name: unescape(value) for name, value in re.findall(r'<input class="hr-field" id="f-[\w-]+" name="(c-\w+)" value="([^"]*)"', text)}  # fmt: skip
    for name, options in re.findall(r'<select class="hr-field" id="f-[\w-]+" name="(c-\w+)">(.*?)</select>', text, re.DOTALL):  # fmt: skip
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def save(client: Client, kind: str, shown: bytes) -> str:
    answer = client.post(f"/definitions/{kind}/save/", hidden(shown))
    assert answer.status_code == 302, listed(answer.content)
    return str(answer.headers["Location"])


# Who may


@pytest.mark.usefixtures("group")
def test_pages_are_for_those_who_define_the_whole_ledger() -> None:
    found = {name: {signed_in(name).get(address).status_code for address in ADDRESSES} for name in CAST}

    assert found == {name: {200 if name in ("office", "admin") else 404} for name in CAST}
    assert {Client().get(address).status_code for address in ADDRESSES} == {302}


@pytest.mark.usefixtures("group")
def test_nobody_else_saves() -> None:
    rows = {"rows": "code,kind,severity,measures\nNEG,not-negative,blocking,REV\n", "seq": str(books().seq)}
    others = [name for name in CAST if name not in ("office", "admin")]

    found = {signed_in(name).post(address, rows).status_code for name in others
             for address in ("/definitions/checks/save/", "/definitions/checks/new/", "/definitions/checks/", "/definitions/checks/row/?code=JUMP")}  # fmt: skip

    assert (found, len(current_rows("checks"))) == ({404}, 1)
    careful = signed_in("office", enforce_csrf_checks=True)
    assert careful.post("/definitions/checks/save/", rows).status_code == 403


def test_what_there_is_not_is_not_found(office: Client) -> None:
    addresses = ("/definitions/units/", "/definitions/facts.csv", "/definitions/measures/row/?code=NONE", "/definitions/measures/row/",
                 "/definitions/measures/row/?code=REV&n=1", "/definitions/measures/row/?code=REV&n=-1")  # fmt: skip

    assert [office.get(address).status_code for address in addresses] == [404] * 6
    assert office.post("/definitions/measures/row/?code=REV", {"step": "withdraw"}).status_code == 404


# Tables


@pytest.mark.parametrize("kind", KINDS)
def test_table_shows_every_row_with_a_form_of_its_own(office: Client, kind: str) -> None:
    body = office.get(f"/definitions/{kind}/").content
    links = re.findall(r'<th scope="row"><a href="([^"]+)"', body.decode())

    assert len(links) == len(current_rows(kind)) > 0
    assert len(set(links)) == len(links)
    assert [office.get(unescape(link)).status_code for link in links] == [200] * len(links)
    assert dangers(body) == []


def test_search_finds_rows_by_what_codes_mean(office: Client) -> None:
    found = table(office.get("/definitions/duties/?q=airport").content)

    assert [row[:2] for row in found] == [["F", "AB Airport Base"]]
    assert "No row holds these words." in office.get("/definitions/duties/?q=nowhere").content.decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_file_that_went_out_changes_nothing_when_it_comes_back(office: Client, kind: str, ending: str) -> None:
    before = current_rows(kind)
    content = office.get(f"/definitions/{kind}.{ending}").content

    answer = office.post(f"/definitions/{kind}/", {"file": SimpleUploadedFile(f"{kind}.{ending}", content)})

    assert listed(answer.content) == ["Nothing would change. The file says what the books say already."]
    assert current_rows(kind) == before


def test_downloads_hold_no_formula(office: Client, tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(office.get("/definitions/measures.csv").content.decode("utf-8-sig"))))
    (tmp_path / "m.xlsx").write_bytes(office.get("/definitions/measures.xlsx").content)
    cells = {cell.text for sheet in read_sheets(tmp_path / "m.xlsx").sheets for row in sheet.rows for cell in row}

    assert [row["name"] for row in rows] == ["Revenue", "'-Cost"]
    assert "-Cost" in cells and not read_sheets(tmp_path / "m.xlsx").problems


# Rows


def test_row_is_changed_after_it_was_shown(office: Client) -> None:
    address = "/definitions/measures/row/?code=REV"
    sent = fields(office.get(address).content)
    shown = office.post(address, {**sent, "c-name": "Turnover", "c-direction": "none", "step": "look"}).content
    assert (finding(shown), table(shown)) == (
        "Measures: 1 changed.",
        [["REV", "Name", "Revenue", "Turnover"], ["REV", "Better", "up", "none"]],
    )
    assert current_rows("measures")[0]["name"] == "Revenue"

    to = save(office, "measures", shown)

    assert to == f"/definitions/measures/?posting={books().seq}"
    assert "Saved as posting" in office.get(to).content.decode()
    assert [(row["code"], row["name"], row["direction"]) for row in current_rows("measures")] == [
        ("REV", "Turnover", "none"),
        ("COST", "-Cost", "down"),
    ]
    assert Posting.objects.get(seq=books().seq).by.username == "office"


@pytest.mark.parametrize("kind", KINDS)
def test_form_sent_as_it_is_changes_nothing(office: Client, kind: str) -> None:
    for link in re.findall(r'<th scope="row"><a href="([^"]+)"', office.get(f"/definitions/{kind}/").content.decode()):
        address = unescape(link)
        body = office.post(address, {**fields(office.get(address).content), "step": "look"}).content
        assert listed(body) == ["Nothing would change. The books say this already."], (address, beside(body))


def test_problems_stand_beside_their_fields(office: Client) -> None:
    sent = {"c-code": "2X", "c-name": "", "c-account": "CNY", "c-quantity": "money", "c-step": "0.03", "c-kind": "flow", "c-direction": "up", "c-from": "2023-13-01", "step": "look"}  # fmt: skip

    body = office.post("/definitions/measures/new/", sent).content

    assert beside(body) == {
        "code": "'2X' is not a code of a measure. Begin with a letter; use letters, digits and _. 2X has no name. Write one.",
        "step": "'0.03' is not a step. Write a power of ten such as 0.01, 1 or 1000.",
        "from": "'2023-13-01' is not a day. Write it like 2023-06-30 in the column from.",
    }
    assert fields(body)["c-step"] == "0.03"


def test_new_row_needs_a_code_of_its_own(office: Client) -> None:
    sent = {"c-code": "REV", "c-name": "Again", "c-account": "CNY", "c-quantity": "money", "c-step": "1", "c-kind": "flow", "c-direction": "up", "step": "look"}  # fmt: skip

    body = office.post("/definitions/measures/new/", sent).content

    assert beside(body) == {"code": "There is one with the code REV already. Take another code, or edit that one."}


def test_row_of_a_thing_with_several_is_added_and_changed(office: Client) -> None:
    shown = office.post("/definitions/holdings/new/", {"c-owner": "AB", "c-held": "A", "c-share": "1/3", "step": "look"}).content  # fmt: skip
    assert table(shown) == [["A", "", "", "Owner AB, Share 1/3"]]
    save(office, "holdings", shown)

    address = "/definitions/duties/row/?form=F&unit=A1&n=0"
    shown = office.post(address, {**fields(office.get(address).content), "c-to": "2022-06-30", "step": "look"}).content
    assert table(shown) == [["F A1", "To", "2022-12-31", "2022-06-30"]]
    save(office, "duties", shown)

    assert [(row["owner"], row["held"], row["share"]) for row in current_rows("holdings")] == [("G", "A", "51/100"), ("AB", "A", "1/3")]  # fmt: skip
    assert [(row["unit"], row["from"], row["to"]) for row in current_rows("duties")] == [("A1", "", "2022-06-30"), ("A1", "2023-02-01", ""), ("AB", "", "")]  # fmt: skip


def test_shares_beyond_the_whole_are_refused_with_the_sentence_of_a_load(office: Client) -> None:
    body = office.post("/definitions/holdings/new/", {"c-owner": "AB", "c-held": "A", "c-share": "50 %", "step": "look"}).content  # fmt: skip

    told = [*listed(body), *beside(body).values()]
    assert len(told) == 1 and "add up to" in told[0]


def test_thing_is_withdrawn(office: Client) -> None:
    shown = office.post("/definitions/checks/row/?code=JUMP", {"step": "withdraw"}).content
    assert finding(shown) == "Checks: 1 withdrawn."

    save(office, "checks", shown)

    assert current_rows("checks") == []


def test_books_that_moved_are_shown_anew(office: Client) -> None:
    address = "/definitions/measures/row/?code=REV"
    shown = office.post(address, {**fields(office.get(address).content), "c-name": "Turnover", "step": "look"}).content
    other = signed_in("admin")
    save(other, "checks", other.post("/definitions/checks/row/?code=JUMP", {"step": "withdraw"}).content)

    answer = office.post("/definitions/measures/save/", hidden(shown))

    assert answer.status_code == 200 and "The books have moved since you looked." in answer.content.decode()
    assert current_rows("measures")[0]["name"] == "Revenue"
    save(office, "measures", answer.content)
    assert current_rows("measures")[0]["name"] == "Turnover"


def test_rows_that_were_tampered_with_are_judged_again(office: Client) -> None:
    before = books().seq
    for rows in (
        "",
        "x" * 200_000,
        '"',
        "code,kind\nA,b",
        "code,kind,severity,measures\nX,jump,warning,NONE\n",
        "a\0b",
    ):
        answer = office.post("/definitions/checks/save/", {"rows": rows, "seq": str(before)})
        assert answer.status_code == 200
    assert books().seq == before


# Files


def upload(client: Client, kind: str, content: bytes, name: str) -> bytes:
    return bytes(client.post(f"/definitions/{kind}/", {"file": SimpleUploadedFile(name, content)}).content)


def test_workbook_with_macros_is_refused(office: Client) -> None:
    book = office.get("/definitions/measures.xlsx").content
    carrying = parts(book, {"xl/vbaProject.bin": lambda _: b"\xd0\xcf\x11\xe0"})

    said = unescape(upload(office, "measures", carrying, "m.xlsx").decode())

    assert "The workbook carries macros." in said and "Save it as .xlsx, which holds none, and send that." in said


def test_file_is_shown_before_and_after_then_saved(office: Client, tmp_path: Path) -> None:
    sheet = [
        ("code", "kind", "severity", "measures", "against", "change", "state"),
        ("NEG", "not-negative  not below 0", "blocking", "REV COST", None, None, None),
        ("JUMP", None, None, None, None, None, "withdrawn"),
    ]
    shown = upload(office, "checks", write(tmp_path / "c.xlsx", {"checks": sheet}).read_bytes(), "c.xlsx")
    assert finding(shown) == "Checks: 1 new, 1 withdrawn."
    assert table(shown)[0] == ["NEG", "", "", "Kind not-negative, Weight blocking, Measures REV COST"]

    save(office, "checks", shown)

    assert [row["code"] for row in current_rows("checks")] == ["NEG"]


def test_file_is_kept_with_its_posting_and_rows_sent_beside_it_do_not_count(office: Client, tmp_path: Path) -> None:
    sheet = [("code", "kind", "severity", "measures"), ("NEG", "not-negative", "blocking", "REV")]
    content = write(tmp_path / "c.xlsx", {"checks": sheet}).read_bytes()
    shown = upload(office, "checks", content, "folder/c.xlsx")
    sent = {**hidden(shown), "rows": "code,kind,severity,measures\nFALSE,not-negative,blocking,REV\n"}

    office.post("/definitions/checks/save/", sent)

    assert [row["code"] for row in current_rows("checks")] == ["JUMP", "NEG"]
    kept = kept_file(books().seq)
    assert kept is not None
    assert (kept[0].name, kept[1]) == ("c.xlsx", content)
    again = office.post("/definitions/checks/save/", sent).content
    assert listed(again) == ["The file is not kept any longer. Upload it again."]


def test_row_that_was_typed_has_no_file(office: Client) -> None:
    save(office, "checks", office.post("/definitions/checks/row/?code=JUMP", {"step": "withdraw"}).content)

    assert kept_file(books().seq) is None


def test_all_problems_of_a_file_are_named_with_their_cells(office: Client, tmp_path: Path) -> None:
    sheet = [
        ("code", "kind", "severity", "measures", "change", "min"),
        ("A1", "jump", "loud", "REV", 0.5, None),
        ("A2", "range", "warning", "NONE", None, 3),
    ]

    body = upload(office, "checks", write(tmp_path / "c.xlsx", {"checks": sheet}).read_bytes(), "<b>c.xlsx")

    assert [line.split(" ")[0] for line in listed(body)] == ["checks!C2", "checks!D3"]
    assert dangers(body) == []


def test_text_file_names_rows(office: Client) -> None:
    body = upload(office, "checks", b"code,kind,severity,measures,vintage\nX,missing,warning,REV,2023-01-01\n", "checks.csv")  # fmt: skip

    assert "checks.csv The column vintage is not taken here. Take it out, or load a folder with `headrope load`." in listed(body)  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", b"x" * 5_000_001])
def test_what_is_no_file_of_the_kind_is_refused(office: Client, content: bytes) -> None:
    before = books().seq

    body = upload(office, "measures", content, "../../m.xlsx")

    assert len(listed(body)) >= 1 and books().seq == before and "../" not in " ".join(listed(body))


def test_script_in_names_is_shown_as_text(office: Client) -> None:
    sent = {"c-code": "EVIL", "c-name": "<script>alert(1)</script>", "c-span": "month", "c-measures": "REV", "step": "look"}  # fmt: skip
    shown = office.post("/definitions/forms/new/", sent).content
    save(office, "forms", shown)

    for address in ("/definitions/forms/", "/definitions/forms/row/?code=EVIL"):
        assert dangers(office.get(address).content) == []
    assert dangers(shown) == []


# Trying a check


def test_check_is_tried_on_the_last_figures(office: Client) -> None:
    address = "/definitions/checks/row/?code=JUMP"
    body = office.post(address, {**fields(office.get(address).content), "step": "try"}).content

    assert "It doubts the figures of 1 of 3 units with figures for 2023-02." in body.decode()
    assert table(body)[0][:2] == ["East Pumps", "REV"]
    assert current_rows("checks")[0]["change"] == "0.5"

    body = office.post("/definitions/checks/new/", {"c-code": "NEG", "c-kind": "not-negative", "c-severity": "blocking", "c-measures": "*", "step": "try"}).content  # fmt: skip
    assert [row[0] for row in table(body)] == ["Airport Base"]

    body = office.post(address, {**fields(office.get(address).content), "c-change": "300 %", "step": "try"}).content
    assert "It finds nothing: none of 3 units with figures for 2023-02 has a doubt." in body.decode()


def test_check_that_is_wrong_is_not_tried(office: Client) -> None:
    body = office.post("/definitions/checks/new/", {"c-code": "X", "c-kind": "jump", "c-severity": "warning", "c-measures": "REV", "step": "try"}).content  # fmt: skip

    told = [*listed(body), *beside(body).values()]
    assert len(told) >= 1 and "It doubts" not in body.decode()
