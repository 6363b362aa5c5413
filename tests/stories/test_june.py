"""A clerk is done with June in five minutes: reminded, typed, mended, answered, sent, accepted, and in the group's total."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD, build_demo
from headrope.journal.models import Posting
from headrope.org.models import User
from tests.conftest import Databases, Place
from tests.stories.conftest import headrope, posted, served

FORM = "/figures/T11/FINANCE/2023-06/"
GROUP = "/review/T/2023-06/?scale=1"
REVENUE = ".hr-measures tbody tr:first-child td:nth-child(5) a.hr-n"
MOST_STEPS = 12
COLUMN = ["163,000", "2,4o7", "176,000", "144,000", "800", "900", "531,000", "1,443,000", "2,556,000", "20,000"]
"""June of East Pumps Trading as it is copied from Excel, in thousands; the profit has the letter o in it."""
WORDS = {
    "en": {
        "look": "Look and accept", "accept": "Accept", "43": "43 of 44", "unit": "East Pumps Trading", "sum": "Sum",
        "late": "Late by 3 business days",
    },
    "zh-hans": {
        "look": "查看并接受", "accept": "接受", "43": "应报44，已报43", "unit": "东泵贸易", "sum": "合计", "late": "逾期3个工作日",
    },
}  # fmt: skip
BOOK_WORDS = {
    "en": {
        "book": "Workbook .xlsx", "upload": "Upload", "see": "See what it changes", "take": "Take it over",
        "unsaved": "nothing was saved", "changes": "changes 10 cells",
    },
    "zh-hans": {
        "book": "下载工作簿 .xlsx", "upload": "上传", "see": "查看变更内容", "take": "采用",
        "unsaved": "未作任何保存", "changes": "改动10格",
    },
}  # fmt: skip
"""What the buttons and findings of the way of the workbook say."""


@dataclass
class Office:
    """The served example group and the people at their browsers; complaints of the pages are kept."""

    browser: Browser
    address: str
    place: Place
    shift: str
    complaints: list[str] = field(default_factory=list)

    def sit(self, user: str, language: str = "en", path: str = "/owe/", mail: str = "", **context: object) -> Page:
        """Somebody at his own browser, signed in on the page that he wanted; with a `mail` its link to it is pressed."""
        made: BrowserContext = self.browser.new_context(**context)  # type: ignore[arg-type]
        made.set_default_timeout(20_000)
        if language != "en":
            made.add_cookies([{"name": "django_language", "value": language, "url": self.address}])
        made.on(
            "console", lambda m: m.type == "error" and "status of 4" not in m.text and self.complaints.append(m.text)
        )
        made.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = made.new_page()
        if mail:
            (link,) = [each for each in re.findall(r"https?://\S+", mail) if each.endswith(path)]
            page.set_content(f'<a href="{link}">{link}</a>')
            page.get_by_role("link").click()
        else:
            page.goto(self.address + path)
        page.locator("input[name=login]").fill(user)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{path}**")
        return page


@pytest.fixture
def office(chromium: Browser, databases: Databases, demo_place: Place) -> Iterator[Office]:
    """The example group on the morning of 13 July 2023."""
    place = databases.copy(demo_place)
    shift = round((DEMO_NOW - datetime.now(UTC)).total_seconds())
    with served(place, HEADROPE_CLOCK_SHIFT=str(shift)) as address:
        place.enter()
        made = Office(chromium, address, place, str(shift))
        yield made
        assert made.complaints == []


@pytest.fixture(scope="module")
def demo_place(databases: Databases) -> Place:
    """The example group, built once on that morning."""
    place = databases.copy()
    held, settings.CLOCK_SHIFT = settings.CLOCK_SHIFT, DEMO_NOW - datetime.now(UTC)
    build_demo()
    settings.CLOCK_SHIFT = held
    return place


def reminder_of(office: Office, user: str, language: str) -> str:
    """The text of the one mail that the tick of the morning sends to somebody with an address."""
    User.objects.filter(username=user).update(email=f"{user}@hengchuan.example", language=language)
    with posted(office.address, HEADROPE_CLOCK_SHIFT=office.shift) as (mails, settings):
        said = headrope(office.place, "tick", **settings)
        assert "outbox: 1 sent." in said, said
        assert "outbox: 0 sent." in headrope(office.place, "tick", **settings)
    office.place.enter()
    assert mails.recipients == [f"{user}@hengchuan.example"]
    return str(mails.mails[0].get_content())


def revenue_of(page: Page) -> tuple[int, str]:
    """The group's revenue of June on its page, in yuan, and what is noted of it under the table."""
    notes = page.locator(".hr-wide:has(.hr-measures) + .hr-key").inner_text()
    return int(page.locator(REVENUE).inner_text().replace(",", "")), notes


def in_wan(text: str) -> str:
    """The same in ten thousands, in which the form counts for who reads Chinese."""
    plain = text.replace(",", "")
    return str(int(plain) / 10) if plain.isdecimal() else text


def paste(page: Page, column: list[str]) -> None:
    """Paste a column as Excel gives it into the cell that has the focus."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "\r\n".join(column) + "\r\n",
    )


def filled(book: Path, to: Path, column: list[str]) -> Path:
    """The workbook with June typed into its empty cells, C12 to C20 and C22 (C21 is computed)."""
    cells = dict(zip([*(f"C{row}" for row in range(12, 21)), "C22"], column, strict=True))
    with ZipFile(book) as before, ZipFile(to, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            if part == "xl/worksheets/sheet1.xml":
                for cell, typed in cells.items():
                    value = typed.replace(",", "")
                    text, count = re.subn(rb'<c r="%s"( s="\d+")?/>' % cell.encode(), rb'<c r="%s"\1><v>%s</v></c>' % (cell.encode(), value.encode()), text)  # fmt: skip
                    assert count == 1, cell
            after.writestr(part, text)
    return to


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_june_from_the_reminder_to_the_group_total(office: Office, language: str) -> None:
    words, steps = WORDS[language], list[str]()

    def step(what: str, do: Callable[[], object]) -> None:
        steps.append(what)
        do()

    mail = reminder_of(office, "lin.yue", language)
    assert words["late"] in mail
    steps.extend(["the link in the mail", "name", "password, Enter"])
    page = office.sit("lin.yue", language, FORM, mail)
    expect(page.locator("[data-cell=REVENUE] input")).to_be_focused()
    column = COLUMN if language == "en" else [in_wan(each) for each in COLUMN]
    step("paste the column", lambda: paste(page, column))
    expect(page.locator("[data-cell=PROFIT].is-wrong")).to_be_visible()
    step("F8", lambda: page.keyboard.press("F8"))
    expect(page.locator("[data-cell=PROFIT] input")).to_be_focused()
    step(
        "the right number, Enter",
        lambda: (page.keyboard.type("1,386" if language == "en" else "138.6"), page.keyboard.press("Enter")),
    )
    expect(page.locator("[data-cell=PROFIT].is-wrong")).to_have_count(0)
    while (open_ := page.locator(".f-answer input").filter(visible=True)).count() and len(steps) < MOST_STEPS:
        empty = [each for each in open_.all() if not each.input_value()]
        if not empty:
            break
        step("answer", lambda field=empty[0]: (field.fill("Two projects were invoiced"), field.press("Enter")))
        page.wait_for_load_state("networkidle")
    step("submit", lambda: page.locator("[data-submit]").click())
    page.wait_for_load_state("networkidle")
    expect(page.locator(".hr-steps .is-now")).to_contain_text({"en": "Submitted", "zh-hans": "已提交"}[language])
    assert len(steps) < MOST_STEPS, steps

    before = Posting.objects.count()
    chief = office.sit("zhou.yi", language, GROUP)
    total, count = revenue_of(chief)
    assert words["43"] in count
    chief.goto(f"{office.address}/owe/")
    chief.get_by_role("link", name=words["look"]).first.click()
    chief.get_by_role("button", name=words["accept"], exact=True).click()
    expect(chief.locator(".hr-steps .is-now")).to_contain_text("Hengchuan" if language == "en" else "衡川")

    assert Posting.objects.count() == before + 1
    posting = Posting.objects.order_by("-seq")[0]
    assert (posting.kind, posting.by.username) == ("accept", "zhou.yi")
    assert posting.recorded_at.date() == DEMO_NOW.date()
    chief.goto(office.address + GROUP)
    assert revenue_of(chief)[0] == total + 163_000_000
    chief.locator(REVENUE).click()
    origin = chief.locator("#panel")
    row = origin.locator("tr", has_text=words["unit"])
    expect(row).to_contain_text("163,000,000.00")
    expect(row).to_contain_text("1/1")
    expect(origin.locator("tr", has_text=words["sum"])).to_contain_text("44/44")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_workbook_goes_out_and_comes_back(office: Office, tmp_path: Path, language: str) -> None:
    words = BOOK_WORDS[language]
    column = [each.replace("o", "0") for each in COLUMN]
    column = column if language == "en" else [in_wan(each) for each in column]
    page = office.sit("lin.yue", language, FORM)
    with page.expect_download() as loading:
        page.get_by_role("link", name=words["book"]).click()
    book = tmp_path / "june.xlsx"
    loading.value.save_as(book)
    with ZipFile(book) as packed:
        assert {"xl/workbook.xml", "xl/worksheets/sheet1.xml"} <= set(packed.namelist())
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(book.read_bytes()[:2000])

    page.get_by_role("link", name=words["upload"]).click()
    page.locator("input[type=file]").set_input_files(broken)
    page.get_by_role("button", name=words["see"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words["unsaved"])

    page.locator("input[type=file]").set_input_files(filled(book, tmp_path / "filled.xlsx", column))
    page.get_by_role("button", name=words["see"]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words["changes"])
    page.get_by_role("button", name=words["take"]).click()
    expect(page.locator("[data-cell=REVENUE] input")).to_have_value("163,000" if language == "en" else "16,300")

    digest = sha256((tmp_path / "filled.xlsx").read_bytes()).hexdigest()
    expect(page.locator(".f-side")).to_contain_text(f"filled.xlsx · sha256 {digest[:12]}")
    with page.expect_download() as loading:
        page.get_by_role("link", name="filled.xlsx").click()
    assert Path(loading.value.path()).read_bytes() == (tmp_path / "filled.xlsx").read_bytes()


def test_a_file_of_200_megabytes_is_answered_in_words_and_the_server_is_unharmed(
    office: Office, tmp_path: Path
) -> None:
    page = office.sit("lin.yue", path=f"{FORM}upload/")
    with (tmp_path / "june.xlsx").open("wb") as handle:
        handle.truncate(200_000_000)

    page.locator("input[type=file]").set_input_files(tmp_path / "june.xlsx")
    page.get_by_role("button", name="See what it changes").click()

    expect(page.get_by_role("alert")).to_contain_text(
        "june.xlsx The file is larger than 5 MB. Send the workbook of the form alone.", timeout=30_000
    )
    page.goto(office.address + FORM)
    expect(page.locator("[data-cell=REVENUE] input")).to_be_focused()
    office.complaints.clear()  # the browser's own word for the status 422


def test_second_of_two_clerks_is_told_and_keeps_what_he_typed(office: Office) -> None:
    first, second = office.sit("lin.yue", path=FORM), office.sit("zhou.yi", path=FORM)
    first.locator("[data-cell=RD] input").fill("800")
    first.locator("[data-cell=RD] input").press("Enter")
    expect(first.locator("[data-part=saved]")).to_contain_text("Lin Yue")

    second.locator("[data-cell=RD] input").fill("850")
    second.locator("[data-cell=RD] input").press("Enter")

    expect(second.get_by_role("alert").first).to_contain_text("Lin Yue saved while you were typing")
    expect(second.locator("[data-cell=RD] input")).to_have_value("800")
    second.get_by_role("button", name="yours: 850").click()
    expect(second.locator("[data-part=saved]")).to_contain_text("Zhou Yi")
    expect(second.locator("[data-cell=RD] input")).to_have_value("850")


def test_what_is_typed_without_a_connection_is_not_lost(office: Office) -> None:
    page = office.sit("lin.yue", path=FORM)
    page.context.set_offline(True)
    page.locator("[data-cell=RD] input").fill("812")
    page.locator("[data-cell=RD] input").press("Enter")
    expect(page.locator("[data-live]")).to_contain_text("kept on this machine")
    office.complaints.clear()

    page.context.set_offline(False)

    expect(page.locator("[data-live]")).to_be_hidden(timeout=20_000)
    page.reload()
    expect(page.locator("[data-cell=RD] input")).to_have_value("812")
    office.complaints.clear()


def test_undo_and_keys(office: Office) -> None:
    page = office.sit("lin.yue", path=FORM)
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-cell=PROFIT] input")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-cell=REVENUE] input")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-cell=REVENUE] input")).to_have_value("")


def test_word_in_place_of_a_figure(office: Office) -> None:
    page = office.sit("lin.yue", path=FORM)
    for code, word in (("RD", "unknown"), ("CAPEX", "不适用")):
        page.locator(f"[data-cell={code}] input").fill(word)
        page.locator(f"[data-cell={code}] input").press("Enter")
        expect(page.locator(f"[data-part=k-{code}]")).to_have_text("")
    page.reload()
    expect(page.locator("[data-cell=RD] input")).to_have_attribute("placeholder", "not known")
    expect(page.locator("[data-cell=CAPEX] input")).to_have_attribute("placeholder", "not applicable")


def test_without_scripts_there_is_a_save_button(office: Office) -> None:
    page = office.sit("lin.yue", path=FORM, java_script_enabled=False)
    page.locator("[name=v-RD]").fill("801")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[name=v-RD]")).to_have_value("801")


def test_returned_with_a_remark_and_sent_again(office: Office) -> None:
    page = office.sit("lin.yue", path="/figures/T11/CUSTOMERS/2023-Q2/")
    paste(page, ["81.5", "60"])
    page.locator("[data-submit]").click()
    expect(page.locator(".hr-steps .is-now")).to_contain_text("Submitted")
    chief = office.sit("zhou.yi", path="/figures/T11/CUSTOMERS/2023-Q2/")
    chief.get_by_label("Reason").fill("Sixty is too few")
    chief.locator("summary", has_text="Remarks on cells").click()
    chief.locator("[name=r-REPLIES]").fill("Were there not 90?")
    chief.get_by_role("button", name="Send back").click()
    expect(chief.locator(".hr-steps .is-now")).to_contain_text("Returned")

    page.reload()

    expect(page.locator(".f-side")).to_contain_text("Were there not 90?")
    page.locator("[data-cell=REPLIES] input").fill("90")
    page.locator("[data-cell=REPLIES] input").press("Enter")
    expect(page.locator(".f-side")).not_to_contain_text("Were there not 90?")
    page.locator("[data-submit]").click()
    expect(page.locator(".hr-steps .is-now")).to_contain_text("Submitted")


def test_bytes_of_a_workbook_are_the_same_form(office: Office) -> None:
    page = office.sit("lin.yue", path=FORM)
    answer = page.request.get(f"{office.address}{FORM}workbook.xlsx")
    with ZipFile(BytesIO(answer.body())) as packed:
        assert packed.testzip() is None
    assert answer.headers["content-disposition"].startswith("attachment")
