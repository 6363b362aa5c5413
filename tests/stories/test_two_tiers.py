"""A month from the second tier up to the lock and past it: accepted, sent on with a word why not all, locked, reopened, restated.

G  Harbour Group    office accepts and locks; leader
├ A  East Works     head accepts, and sends on
│ ├ A1 East Pumps   clerk
│ └ A2 East Valves  nora has not sent
└ B  Airport Base   other has not sent
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.ledger.submissions import conftest as small
from tests.stories.conftest import headrope, posted, served

PASSWORD = "harbour and airport"
NOW = datetime(2023, 7, 10, 4, tzinfo=UTC)
"""Noon of the Monday after the Friday on which June was due."""
CAST = {
    "office": ("Zhou Yi", "周毅", Role.OFFICE, "G"),
    "leader": ("Chen Yuan", "陈远", Role.LEADER, "G"),
    "head": ("Wang Fang", "王芳", Role.HEAD, "A"),
    "clerk": ("Li Wei", "李伟", Role.CLERK, "A1"),
    "nora": ("Nora Bai", "白诺", Role.CLERK, "A2"),
    "other": ("Guo Min", "郭敏", Role.CLERK, "B"),
}
A1, A, G = (f"/figures/{unit}/FIN/2023-06/" for unit in ("A1", "A", "G"))
WHY, GOODS = "East Valves has no power since Friday", "Goods came back"


@dataclass
class Round:
    """The served group, and everybody at his browser."""

    browser: Browser
    address: str
    place: Place
    language: str
    shift: str

    def say(self, text: str, **values: object) -> str:
        """A text of the pages in the language of the story."""
        with translation.override(self.language):
            return translation.gettext(text) % values

    def event(self, text: str) -> str:
        """What stands in the history of a form."""
        with translation.override(self.language):
            return translation.pgettext("event", text)

    def sit(self, who: str, path: str) -> Page:
        """Somebody signed in on the page that he wanted."""
        context = self.browser.new_context()
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "django_language", "value": self.language, "url": self.address}])
        page = context.new_page()
        page.goto(self.address + path)
        page.locator("input[name=login]").fill(who)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{path}**")
        return page

    def press(self, page: Page, text: str) -> None:
        """The button, and the page that comes of it."""
        with page.expect_navigation():
            page.get_by_role("button", name=self.say(text), exact=True).click()

    def mails(self) -> list[EmailMessage]:
        """What the next tick sends, in the order of the receivers."""
        with posted(self.address, HEADROPE_CLOCK_SHIFT=self.shift) as (server, mine):
            headrope(self.place, "tick", **mine)
        self.place.enter()
        return sorted(server.mails, key=lambda mail: str(mail["To"]))


@pytest.fixture(scope="module")
def harbour(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small group with figures of May, loaded once."""
    place, folder = databases.copy(), tmp_path_factory.mktemp("harbour")
    files = ("ledger", "units", "measures", "forms", "duties", "checks", "facts")
    for name in files:
        (folder / f"{name}.csv").write_text(str(getattr(small, name.upper())).lstrip(), encoding="utf-8")
    held, settings.CLOCK_SHIFT = settings.CLOCK_SHIFT, small.NOON - datetime.now(UTC)
    load_folder(folder, by=console_user())
    ids = unit_ids()
    for username, (name, name_zh, role, unit) in CAST.items():
        with transaction.atomic():
            user = make_user(by=console_user(), username=username, password=PASSWORD, name=name, name_zh=name_zh)
            give_mandate(by=console_user(), user=user, role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
        User.objects.filter(pk=user.pk).update(email=f"{username}@harbour.example")
    refresh_cube()
    settings.CLOCK_SHIFT = held
    return place


@pytest.fixture(params=["en", "zh-hans"])
def round(request: Any, chromium: Browser, databases: Databases, harbour: Place) -> Iterator[Round]:
    """The group of one's own, served, on NOW."""
    place = databases.copy(harbour)
    User.objects.update(language=request.param)
    shift = str(int((NOW - datetime.now(UTC)).total_seconds()))
    with served(place, HEADROPE_CLOCK_SHIFT=shift) as address:
        place.enter()
        yield Round(chromium, address, place, request.param, shift)


def fill_in(round: Round, page: Page, **cells: str) -> None:
    """Type into the form, and send it; k counts thousands in whatever the page counts."""
    for code, text in cells.items():
        page.locator(f"[data-cell={code}] input").fill(text)
        page.locator(f"[data-cell={code}] input").press("Enter")
        expect(page.locator(f"[data-cell={code}].is-wrong")).to_have_count(0)
    expect(page.locator("[data-submit]")).to_be_visible()
    with page.expect_navigation():
        page.locator("[data-submit]").click()


def test_late_units_are_reminded_with_one_click_once_a_day(round: Round) -> None:
    page = round.sit("office", G + "units/")
    round.press(page, "Remind all who are late")

    with translation.override(round.language):
        told = translation.ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", 3) % {"n": 3}
    expect(page.get_by_role("status").first).to_have_text(told)
    round.press(page, "Remind all who are late")
    expect(page.locator(".o-problems")).to_contain_text(
        round.say("%(name)s has been reminded today already.", name=CAST["nora"][0])
    )
    asked = [mail for mail in round.mails() if round.say("%(name)s reminds you.", name=CAST["office"][round.language != "en"]) in mail.get_content()]  # fmt: skip
    assert [str(mail["To"]).partition("@")[0] for mail in asked] == ["clerk", "nora", "other"]
    links = [re.findall(r"/figures/\S+", mail.get_content()) for mail in asked]
    assert links == [[f"/figures/{unit}/FIN/2023-06/"] for unit in ("A1", "A2", "B")]


def test_month_from_the_second_tier_to_the_restatement(round: Round) -> None:
    say = round.say
    clerk = round.sit("clerk", A1)
    fill_in(round, clerk, REV="1.1k", PROFIT="0.11k", STAFF="51")

    # The tier above accepts, and sends on before all are in, with a word why.
    head = round.sit("head", "/owe/")
    head.get_by_role("link", name=say("Look and accept")).first.click()
    head.wait_for_url(f"**{A1}*")
    round.press(head, "Accept")
    head.goto(round.address + A)
    expect(head.locator("#page")).to_contain_text("East Valves" if round.language == "en" else "东阀")
    round.press(head, "Send without them")
    expect(head.locator(".o-problems")).to_contain_text("A2")
    head.locator("[name=exception]").fill(WHY)
    round.press(head, "Send without them")

    # The office reads why, accepts and locks.
    office = round.sit("office", "/owe/")
    office.get_by_role("link", name=say("Look and accept")).first.click()
    office.wait_for_url(f"**{A}*")
    expect(office.locator("#page")).to_contain_text(WHY)
    round.press(office, "Accept")
    office.goto(f"{round.address}{G}units/")
    round.press(office, "Lock the period")
    expect(office.locator(".o-problems")).to_contain_text("A2")
    office.get_by_label(say("Why"), exact=True).fill("The conference is tomorrow")
    round.press(office, "Lock the period")
    expect(office.get_by_role("status").first).to_have_text(say("The period is locked."))

    # Under the lock nobody but the office opens it.
    for page in (clerk, head):
        page.goto(round.address + A1)
        expect(page.locator("[data-cell=REV] input")).to_have_count(0)
        expect(page.get_by_role("button", name=say("Reopen"), exact=True)).to_have_count(0)
    assert not any("/restated/" in mail.get_content() for mail in round.mails())
    office.goto(round.address + A1)
    office.locator("[name=reason]").first.fill(GOODS)
    round.press(office, "Reopen")
    clerk.reload()
    fill_in(round, clerk, REV="0.9k")
    head.goto(round.address + A1)
    round.press(head, "Accept")
    expect(head.locator(".f-side")).to_contain_text(round.event("restated"))

    # All above are told, and the page that the message leads to says what, from what to what and why.
    mails = [mail for mail in round.mails() if "/restated/" in mail.get_content()]
    assert [str(mail["To"]).partition("@")[0] for mail in mails] == ["head", "leader", "office"]
    text = mails[1].get_content()
    assert GOODS in text and CAST["head"][round.language != "en"] in text
    (path,) = re.findall(rf"{round.address}(/\S+/restated/)", text)
    leader = round.sit("leader", path)
    row = leader.locator("#restated li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(GOODS)
    for figure in ("1,100", "900"):
        expect(row).to_contain_text(figure)
    leader.goto(f"{round.address}/review/G/2023-06/?scale=1")
    expect(leader.locator(".hr-measures tbody tr").first).to_contain_text("900")
    leader.goto(f"{round.address}/sheet/G/2023-06/")
    expect(leader.locator("a[href='/origin/G/2023-06/restated/']").first).to_be_visible()
