"""Pages of figures in a real browser: what is stored never runs, and a change of scale never changes a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from headrope.ledger.submissions.models import SubmissionValue
from tests.conftest import Load, Place
from tests.ledger.submissions import conftest as small
from tests.stories.conftest import chromium as chromium  # the fixture
from tests.stories.conftest import served
from tests.web.small_group import RIGHT, Group, form, settle, shift
from tests.web.test_figures import BAD, HOSTILE

PASSWORD = "a harbour at night"


@dataclass
class Desk:
    """The served group, its browser, and what its pages complained of."""

    group: Group
    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, who: str, path: str, language: str = "en") -> Page:
        """Somebody's page, signed in."""
        context = self.browser.new_context()
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": self.address}])
        page = context.new_page()
        page.on("dialog", lambda found: self.complaints.append(found.message))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address + path)
        page.locator("input[name=login]").fill(who)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{path}**")
        return page


@pytest.fixture
def desk(chromium: Browser, load: Load, place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """Serves the small group with files of one's own in place of its."""
    monkeypatch.setattr(settings, "CLOCK_SHIFT", shift())
    ended: list[object] = []

    def run(**files: str) -> Desk:
        names = ("ledger", "units", "measures", "forms", "duties", "checks", "facts")
        load(**{**{name: getattr(small, name.upper()) for name in names}, **files})
        group = settle()
        for user in group.people.values():
            user.set_password(PASSWORD)
            user.save()
        serving = served(place, HEADROPE_CLOCK_SHIFT=str(round(settings.CLOCK_SHIFT.total_seconds())))
        address = serving.__enter__()
        ended.append(serving)
        place.enter()
        return Desk(group, chromium, address)

    yield run
    for serving in ended:
        serving.__exit__(None, None, None)  # type: ignore[attr-defined]


def test_what_is_stored_never_runs(desk: Callable[..., Desk]) -> None:
    made = desk(**HOSTILE)
    group = made.group
    group.post("clerk", "save/", **{"v-REV": BAD[:200], "v-REMARK": BAD, "n-REV": BAD})
    pages = [made.open("clerk", form())]
    group.type("clerk", **{**RIGHT, "REV": "9", "REMARK": BAD})
    group.post("clerk", "save/", **{"a-LEAP REV": BAD})
    group.post("clerk", "submit/")
    group.post("head", "return/", **{"reason": BAD, "r-REV": BAD})

    for who, path in (
        ("clerk", form()),
        ("head", form("A") + "units/"),
        ("office", "/owe/"),
        ("clerk", form() + "upload/"),
    ):
        pages.append(made.open(who, path))
        pages.append(made.open(who, path, "zh-hans"))
    pages[2].locator("[name=v-STAFF]").fill("60")
    pages[2].keyboard.press("Enter")
    pages[2].wait_for_timeout(1500)

    assert group.state() == "returned"
    assert BAD in pages[1].locator("body").inner_text()
    assert made.complaints == []
    for page in pages:
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
        page.context.close()


def test_language_that_changes_beside_an_open_page_changes_no_value(desk: Callable[..., Desk]) -> None:
    made = desk()
    page = made.open("clerk", form(), "zh-hans")
    revenue = page.locator("[name=v-REV]")
    revenue.fill("0.11")
    page.locator("[name=v-STAFF]").click()
    expect(page.locator("[data-part=k-REV]")).to_have_text("")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": made.address}])

    page.locator("[name=v-STAFF]").fill("51")
    page.locator("[name=v-PROFIT]").click()

    expect(page.locator("[name=exponent]")).to_have_value("3")
    expect(revenue).to_have_value("1.1")
    page.locator("[name=v-PROFIT]").fill("0.1")
    page.locator("[name=v-REV]").click()
    page.wait_for_timeout(1500)
    page.reload()
    assert [(held.raw, held.exponent) for held in SubmissionValue.objects.exclude(raw="").order_by("measure_id")] == [
        ("0.11", 4),
        ("0.1", 3),
        ("51", 0),
    ]


def test_what_was_kept_without_a_connection_is_saved_in_its_scale(desk: Callable[..., Desk]) -> None:
    made = desk()
    page = made.open("clerk", form(), "zh-hans")
    page.route("**/save/*", lambda route: route.abort())
    page.route("**/save/", lambda route: route.abort())
    page.locator("[name=v-REV]").fill("0.11")
    page.locator("[name=v-STAFF]").click()
    page.wait_for_timeout(500)
    assert SubmissionValue.objects.count() == 0
    page.unroute("**/save/*")
    page.unroute("**/save/")
    page.on("dialog", lambda found: found.accept())

    page.goto(made.address + form() + "?scale=1")

    expect(page.locator("[name=exponent]")).to_have_value("0")
    expect(page.locator("[name=v-REV]")).to_have_value("1,100")
    assert [(held.raw, held.exponent) for held in SubmissionValue.objects.exclude(raw="")] == [("0.11", 4)]


def test_a_session_that_ends_loses_nothing_that_is_typed(desk: Callable[..., Desk]) -> None:
    """The clerk types on when signed out, signs in in another tab, and all of it is saved."""
    made = desk()
    page = made.open("clerk", form())
    page.locator("[name=v-REV]").fill("1.1")
    page.locator("[name=v-STAFF]").click()
    expect(page.locator("[data-part=saved]")).to_contain_text("Saved")
    page.context.clear_cookies(name="sessionid")

    page.locator("[name=v-STAFF]").fill("51")
    page.locator("[name=v-PROFIT]").click()
    expect(page.locator("[data-live]")).to_contain_text("Signed out.")
    page.locator("[name=v-PROFIT]").fill("0.11")
    with page.context.expect_page() as opened:
        page.locator("[data-sign-in]").click()
    other = opened.value
    other.locator("input[name=login]").fill("clerk")
    other.locator("input[name=password]").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url(f"{made.address}/owe/")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(page.locator("[data-live]")).to_be_hidden(timeout=20_000)
    expect(page.locator("[data-sign-in]")).to_be_hidden()
    expect(page.locator("[data-part=k-PROFIT]")).to_have_text("")
    assert [held.raw for held in SubmissionValue.objects.exclude(raw="").order_by("measure_id")] == [
        "1.1",
        "0.11",
        "51",
    ]
    assert made.complaints == []


def test_somebody_else_who_signs_in_saves_nothing_of_what_was_typed(desk: Callable[..., Desk]) -> None:
    made = desk()
    page = made.open("clerk", form())
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=v-STAFF]").fill("51")
    page.locator("[name=v-PROFIT]").click()
    with page.context.expect_page() as opened:
        page.locator("[data-sign-in]").click()
    other = opened.value
    other.locator("input[name=login]").fill("office")
    other.locator("input[name=password]").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url(f"{made.address}/owe/")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(page.locator("[data-live]")).to_contain_text("Somebody else has signed in here.", timeout=20_000)
    expect(page.locator("[name=v-STAFF]")).to_have_value("51")
    assert SubmissionValue.objects.count() == 0


def test_a_column_that_is_pasted_says_in_what_it_counts(desk: Callable[..., Desk]) -> None:
    """Plain numbers count in the scale of the page, those with a word for a scale in that."""
    made = desk()
    page = made.open("clerk", form(), "zh-hans")
    page.locator("[name=v-REV]").click()

    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "0.11\\n200元\\n110\\n");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )

    expect(page.locator("[data-pasted]")).to_contain_text("C12–C14")
    expect(page.locator("[data-pasted]")).to_contain_text("万元")
    expect(page.locator("[name=v-OVERSEAS]")).to_have_value("0.02")
    assert [(held.raw, held.exponent) for held in SubmissionValue.objects.exclude(raw="").order_by("measure_id")] == [
        ("0.11", 4),
        ("200元", 4),
        ("110", 4),
    ]
    assert made.complaints == []


COMPUTED = """
code,name,name_zh,span,measures,due,scale
FIN,Monthly form,月报,month,REV PROFIT STAFF,business day 5 at 18:00,k
"""
PASTED = {
    "names beside own figures": ("REV", "Revenue\t1.1\nProfit\t2,4o7\nEmployees\t51\n", ["1.1", "2,4o7", "51"], "C12–C15", "Taken was column 2 of 2. Computed, and passed over: C14."),
    "the workbook's rows": ("REV", "1.1\n0.1\n9 %\n51\n", ["1.1", "0.1", "51"], "C12–C15", "Computed, and not taken: C14."),
    "two rows of three": ("STAFF", "51\t50\t49\n60\t60\t60\n", ["", "", "51"], "C15", "Taken was column 1 of 3. Rows below the last cell, not taken: 1."),
    "one row of three": ("PROFIT", "0.1\t0.2\t0.3", ["", "0.1", ""], "C13", "Taken was column 1 of 3."),
    "full-width digits": ("REV", "\uff11\uff12\n1.2万\n", ["\uff11\uff12", "12", ""], "C12–C13", ""),
}  # fmt: skip


def test_a_block_that_is_pasted_goes_into_its_rows_and_is_undone_at_once(desk: Callable[..., Desk]) -> None:
    """C12 revenue, C13 profit, C14 the margin, which is computed, C15 employees; money in thousands."""
    made = desk(forms=COMPUTED, checks="code,kind,severity,measures\nREQUIRED,missing,blocking,REV\n")
    page = made.open("clerk", form())
    entered = [page.locator(f"[name=v-{code}]") for code in ("REV", "PROFIT", "STAFF")]

    for first, text, wanted, cells, told in PASTED.values():
        page.locator(f"[name=v-{first}]").click()
        page.evaluate(
            """text => { const data = new DataTransfer(); data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
            text,
        )
        expect(page.locator("[data-pasted]")).to_contain_text(f"Pasted into {cells}.")
        if told:
            expect(page.locator("[data-pasted]")).to_contain_text(told)
        for cell, value in zip(entered, wanted, strict=True):
            expect(cell).to_have_value(value)
        page.keyboard.press("Control+z")
        for cell in entered:
            expect(cell).to_have_value("")


def test_a_note_is_written_from_the_keyboard_and_stays_with_what_others_typed(desk: Callable[..., Desk]) -> None:
    made = desk()
    page = made.open("clerk", form())
    page.locator("[name=v-REV]").fill("1.1")
    page.keyboard.press("Shift+F2")
    expect(page.locator("[name=n-REV]")).to_be_focused()
    page.keyboard.type("Second shift")
    page.keyboard.press("Enter")
    expect(page.locator("[name=v-REV]")).to_be_focused()
    expect(page.locator("[data-note=REV]")).to_have_class("f-note has-note")
    expect(page.locator("[data-part=k-REV]")).to_have_text("")
    for _time in range(200):  # the page saves by itself, a little later
        if held := SubmissionValue.objects.filter(note="Second shift").first():
            break
        page.wait_for_timeout(50)
    assert held
    made.group.post("office", "save/", **{"n-REV": "A ship came in", "v-STAFF": "51"})

    page.locator("[name=n-REV]").fill("Second shift since 20 May")
    page.locator("[name=v-PROFIT]").click()
    page.wait_for_selector("button[data-take=n-REV]")

    expect(page.locator("[name=n-REV]")).to_have_value("A ship came in")
    page.locator("button[data-take=n-REV]").click()
    expect(page.locator("[name=n-REV]")).to_have_value("Second shift since 20 May")
    expect(page.locator("[data-part=saved]")).to_contain_text("by clerk")
    held.refresh_from_db()
    assert (held.raw, held.note) == ("1.1", "Second shift since 20 May")
