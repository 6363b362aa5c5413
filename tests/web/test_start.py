"""Starting a group in the browser: who may, what is listed, what is shown before it is loaded, and what follows.

G Harbour
  A East Works
    A1 East Pumps    li.na, clerk
  AB Airport Base
"""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from headrope.demo.papers import begin, make_examples, paths
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.ledger.actions import refresh_cube
from headrope.ledger.book.reading import LARGEST, read_book
from headrope.ledger.sheets.reading import read_sheets
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, Unit, User
from headrope.org.queries import unit_ids
from headrope.org.starting import appoint_starter
from tests.conftest import Databases, Load, Place, Says
from tests.ledger.book.sheets import HARBOUR, Sheets, changed, write
from tests.web.conftest import dangers, read, signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ADDRESSES = ("/start/", "/start/group.xlsx", "/start/example.xlsx")


@pytest.fixture
def starter(place: object) -> Client:
    """Somebody appointed at the machine to start the group."""
    user = User.objects.create_user("chen", name="Chen")
    with transaction.atomic():
        appoint_starter(by=console_user(), user=user)
    return signed_in("chen")


def send(client: Client, path: Path, name: str = "harbour.xlsx") -> bytes:
    file = SimpleUploadedFile(name, path.read_bytes(), XLSX)
    answer = client.post("/start/", {"step": "look", "file": file})
    assert answer.status_code == 200
    return bytes(answer.content)


def finding(body: bytes) -> str:
    found = re.search(r'<h1 class="hr-finding">(.*?)</h1>', body.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def listed(body: bytes) -> list[str]:
    return [" ".join(" ".join(read(line.encode()).text).split()) for line in re.findall(r"<li>(.*?)</li>", body.decode().partition("o-problems")[2].partition("</ul>")[0])]  # fmt: skip


def word(body: bytes) -> str:
    found = re.search(r'name="word" value="(\w+)"', body.decode())
    assert found
    return found[1]


# Who may


@pytest.mark.usefixtures("place")
def test_nobody_starts_a_group_who_was_not_appointed_at_the_machine() -> None:
    User.objects.create_user("guest")
    guest = signed_in("guest")

    assert [guest.get(address).status_code for address in ADDRESSES] == [404, 404, 404]
    assert guest.post("/start/", {"step": "look"}).status_code == 404
    assert guest.post("/start/passwords/").status_code == 404
    assert Client().get("/start/").status_code == 302


def test_started_group_belongs_to_those_who_define_all_of_it(load: Load) -> None:
    load(units="code,name,parent\nG,Group,\nA,East,G", measures="code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,1,flow,up")  # fmt: skip
    ids, cast = unit_ids(), {}
    mandates = {"admin": (Role.ADMINISTRATOR, "G"), "office": (Role.OFFICE, "G"), "east": (Role.OFFICE, "A"), "clerk": (Role.CLERK, "G"), "outsider": None}  # fmt: skip
    for name, mandate in mandates.items():
        user = User.objects.create_user(name)
        cast[name] = signed_in(name)
        if mandate:
            with transaction.atomic():
                give_mandate(
                    by=console_user(), user=user, role=mandate[0], unit=ids[mandate[1]], valid_from=date(2020, 1, 1)
                )

    found = {address: [client.get(address).status_code for client in cast.values()] for address in ADDRESSES}
    passwords = [client.post("/start/passwords/").status_code for client in cast.values()]

    assert found == {address: [200, 200, 404, 404, 404] for address in ADDRESSES}
    assert passwords == [200, 404, 404, 404, 404]
    assert [client.post("/start/", {"step": "load", "word": "0" * 64}).status_code for client in cast.values()] == [404] * 5  # fmt: skip


@pytest.mark.usefixtures("place")
def test_command_appoints_whoever_is_made_administrator_of_an_empty_ledger(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("headrope.cli.user.typer.prompt", lambda *_, **__: "harbour and airport")

    status, said, _ = says("user", "chen", "--role", "administrator")

    assert (status, said) == (0, "chen can sign in and start the group on the page /start/.\n")
    assert signed_in("chen").get("/").headers["Location"] == "/start/"
    assert Audit.objects.filter(action="appoint starter").count() == 1


# The workbook


def test_workbook_holds_the_answers_and_last_years_months(starter: Client, tmp_path: Path) -> None:
    answer = starter.get(
        "/start/group.xlsx?name=Harbour&currency=EUR&fiscal_start=4&time_zone=Europe/Berlin&language=en"
    )
    (tmp_path / "group.xlsx").write_bytes(answer.content)
    book = read_sheets(tmp_path / "group.xlsx")
    sheets = {sheet.name.split()[0]: [[cell.text for cell in row] for row in sheet.rows] for sheet in book.sheets}

    assert answer.headers["Content-Disposition"] == 'attachment; filename="group.xlsx"'
    assert sheets["ledger"][1:] == [
        ["name", "Harbour"],
        ["currency", "EUR"],
        ["fiscal_start", "4"],
        ["time_zone", "Europe/Berlin"],
        ["language", "en"],
    ]
    months = sheets["figures"][0][3:]
    assert len(months) == 12 and months[0].endswith("-04") and months[-1].endswith("-03")


def test_settings_that_are_none_do_no_harm(starter: Client, tmp_path: Path) -> None:
    answer = starter.get("/start/group.xlsx", {"name": "=1+1\0", "fiscal_start": "13", "time_zone": "../etc", "currency": "x" * 999})  # fmt: skip
    (tmp_path / "group.xlsx").write_bytes(answer.content)
    (tmp_path / "folder").mkdir()

    assert read_book(tmp_path / "group.xlsx", "group.xlsx", tmp_path / "folder").rows == {"ledger": 4}


# Upload


def test_all_problems_are_listed_and_nothing_is_saved(starter: Client, tmp_path: Path) -> None:
    sheets = {**changed("units 单位", 3, 4, "brunch"), "mandates": changed("mandates", 1, 2, "<b>A9</b>")["mandates"]}

    body = send(starter, write(tmp_path / "upload.xlsx", sheets))

    assert [line.split("!")[0] for line in listed(body)] == ["units 单位", "mandates"]
    assert "2 problems; nothing was saved." in body.decode()
    assert (books().seq, dangers(body)) == (0, [])


def test_workbook_is_looked_at_then_loaded(starter: Client, tmp_path: Path) -> None:
    shown = send(starter, write(tmp_path / "upload.xlsx", HARBOUR))
    assert finding(shown) == "The workbook is right. It loads 4 units, 2 measures, 7 figures, 1 person."
    assert (books().seq, Unit.objects.count(), dangers(shown)) == (0, 0, [])

    answer = starter.post("/start/", {"step": "load", "word": word(shown)})
    done = starter.get("/start/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/start/")
    assert finding(done.content) == "The group has begun, with 4 units."
    assert list(Mandate.objects.values_list("user__username", "role", "unit__code").order_by("id")) == [
        ("li.na", "clerk", "A1"),
        ("chen", "administrator", "G"),
    ]
    assert not User.objects.get(username="chen").is_superuser
    review = starter.get("/", follow=True)
    assert review.status_code == 200 and "Revenue" in review.content.decode()


def test_loading_twice_is_loading_once(starter: Client, tmp_path: Path) -> None:
    shown = send(starter, write(tmp_path / "upload.xlsx", HARBOUR))
    starter.post("/start/", {"step": "load", "word": word(shown)})
    before = books().seq

    again = starter.post("/start/", {"step": "load", "word": word(shown)})

    assert (again.status_code, books().seq) == (404, before)


def test_start_that_was_broken_off_is_done_again(starter: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    path = write(tmp_path / "upload.xlsx", HARBOUR)
    with monkeypatch.context() as broken:
        broken.setattr("headrope.ledger.book.loading.load_people", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            starter.post("/start/", {"step": "load", "word": word(send(starter, path))})
    assert (Unit.objects.count(), Mandate.objects.count()) == (4, 0)

    starter.post("/start/", {"step": "load", "word": word(send(starter, path))})

    assert finding(starter.get("/start/").content) == "The group has begun, with 4 units."
    assert Mandate.objects.count() == 2


def test_kept_upload_is_its_persons_alone(starter: Client, tmp_path: Path) -> None:
    shown = send(starter, write(tmp_path / "upload.xlsx", HARBOUR))
    other = User.objects.create_user("other")
    with transaction.atomic():
        appoint_starter(by=console_user(), user=other)

    body = signed_in("other").post("/start/", {"step": "load", "word": word(shown)}).content

    assert (listed(body), books().seq) == (["The file is not kept any longer. Upload it again."], 0)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.xlsx", b"", ""),
        ("../../x.xlsx", b"PK\x03\x04 cut off", "x.xlsx"),
        ("picture.xlsx", b"\x89PNG\r\n" * 40, "picture.xlsx"),
    ],
)
def test_what_is_no_workbook_is_told(starter: Client, name: str, content: bytes, told: str) -> None:
    answer = starter.post("/start/", {"step": "look", "file": SimpleUploadedFile(name, content, XLSX)})

    found = listed(answer.content)
    assert answer.status_code == 200 and len(found) >= 1 and found[0].startswith(told)
    assert gettempdir() not in " ".join(found)


def test_too_large_an_upload_is_refused(starter: Client) -> None:
    file = SimpleUploadedFile("large.xlsx", b"x" * (LARGEST + 1), XLSX)

    answer = starter.post("/start/", {"step": "look", "file": file})

    assert listed(answer.content) == ["large.xlsx The file is larger than 10 MB. Cut it in parts."]


def test_names_with_script_are_shown_as_text(starter: Client, tmp_path: Path) -> None:
    sheets: Sheets = changed("units 单位", 2, 1, "<script>alert(1)</script>")

    body = send(starter, write(tmp_path / "upload.xlsx", sheets), "<img src=x>.xlsx")

    assert dangers(body) == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body.decode()


def test_example_is_a_workbook_that_loads(starter: Client, tmp_path: Path) -> None:
    (tmp_path / "example.xlsx").write_bytes(starter.get("/start/example.xlsx").content)

    shown = send(starter, tmp_path / "example.xlsx", "example.xlsx")

    assert re.fullmatch(r"The workbook is right\. It loads 7\d units, 24 measures, [\d,]{6} figures, \d\d people\.", finding(shown))  # fmt: skip


# Example papers of the demo


def test_papers_of_the_example_group_are_taken_by_whoever_defines_it(databases: Databases, demo_place: Place) -> None:
    """They are made as the whole group sees it, so that a head does not get even the sheet of his own company."""
    home = databases.copy(of=demo_place).home
    sheet, situation = paths(home)
    sheet.parent.mkdir()
    sheet.write_bytes(b"%PDF sheet")
    address = f"/start/papers/{sheet.name}"
    office, head = signed_in("zhou.yi"), signed_in("fang.zhiqiang")

    page, answer = office.get("/start/").content.decode(), office.get(address)

    assert re.findall(r'href="(/start/papers/[^"]*)" download>(.*?)</a>', page) == [(address, "Sheet of Xinglu Boiler, PDF")]  # fmt: skip
    assert b"".join(cast("list[bytes]", answer.streaming_content)) == b"%PDF sheet"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{sheet.name}"'
    others = (f"/start/papers/{situation.name}", "/start/papers/secret.pdf", "/start/papers/..%2Fsheet-T03-2023-H1.pdf")
    assert [office.get(other).status_code for other in others] == [404, 404, 404]
    assert head.get(address).status_code == 404


def test_example_papers_are_made_once_and_opened_from_the_start_page(
    databases: Databases, demo_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `headrope demo` begins it: a process of its own makes them, and who comes later finds them made."""
    place = databases.copy(of=demo_place)
    refresh_cube()
    for name in ("HEADROPE_HOME", "HEADROPE_DATABASE_URL"):
        monkeypatch.setenv(name, place.environment[name])
    begun = begin(place.home)
    assert begun is not None and begun.wait(120) == 0
    office = signed_in("zhou.yi")

    page = office.get("/start/").content.decode()

    links = re.findall(r'href="(/start/papers/[^"]*)" download>(.*?)</a>', page)
    assert [text for _href, text in links] == ["Sheet of Xinglu Boiler, PDF", "Situation of Hengchuan Group, PDF"]
    answers = [b"".join(cast("list[bytes]", office.get(href).streaming_content)) for href, _text in links]
    first = [PdfReader(BytesIO(answer)).pages[0].extract_text() for answer in answers]
    assert [name in text for name, text in zip(("Xinglu Boiler", "Hengchuan Group"), first, strict=True)] == [
        True,
        True,
    ]
    made = [path.stat().st_mtime_ns for path in paths(place.home)]
    assert begin(place.home) is None
    make_examples(place.home)
    assert [path.stat().st_mtime_ns for path in paths(place.home)] == made


# First passwords


def test_first_passwords_are_shown_once_and_work(starter: Client, tmp_path: Path) -> None:
    shown = send(starter, write(tmp_path / "upload.xlsx", HARBOUR))
    starter.post("/start/", {"step": "load", "word": word(shown)})
    assert "li.na" in starter.get("/start/").content.decode()

    answer = starter.post("/start/passwords/")
    again = starter.post("/start/passwords/")

    found = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
    assert len(found) == 1 and answer.headers["Cache-Control"] == "no-store"
    assert User.objects.get(username="li.na").check_password(found[0])
    assert found[0] not in again.content.decode() and "Every account has a password." in again.content.decode()
    assert not any(found[0] in text for line in Audit.objects.values_list("action", "object") for text in line)


def test_uploads_need_the_token_of_the_form(starter: Client) -> None:
    careful = signed_in("chen", enforce_csrf_checks=True)

    assert careful.post("/start/", {"step": "look"}).status_code == 403
    assert careful.post("/start/passwords/").status_code == 403
