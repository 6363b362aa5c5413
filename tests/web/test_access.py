"""Who may see what: every address for the whole cast, and nothing between the lines (the tree stands in conftest.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.ledger.actions import refresh_cube
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import unit_ids
from headrope.web.urls import urlpatterns
from tests.conftest import Databases, Folder, Load, Place
from tests.web.conftest import CAST, GONE_PASSWORD, WHOLE_CAST, Browse, read, same, signed_in
from tests.web.rows import TABLE, rows, without_row

ADDRESSES = rows(TABLE)
OPEN = {address for address, statuses in ADDRESSES.items() if address.startswith("/sign-in/") or address in ("/language/", "/theme/", "/numbers/", "/health/")}  # fmt: skip


def test_every_address_of_the_pages_has_a_row() -> None:
    assert without_row((str(each.pattern) for each in urlpatterns), ADDRESSES) == []


def test_address_without_a_row_is_noticed() -> None:
    patterns = ["units/", "units/<str:unit>/secret/", "units/found/<int:n>/"]

    assert without_row(patterns, ["/units/?q=1", "/units/found/7/", "/units/T/"]) == ["units/<str:unit>/secret/"]


def test_cast_has_somebody_for_every_role_and_two_without_any(demo: Place) -> None:
    roles = {who: set(Mandate.objects.filter(user__username=name).values_list("role", flat=True)) for who, name in WHOLE_CAST.items()}  # fmt: skip

    assert sorted(role for found in roles.values() for role in found) == sorted(Role.values)
    assert [who for who, found in roles.items() if not found] == ["outsider", "nobody"]
    assert list(roles) == list(next(iter(ADDRESSES.values())))


@pytest.mark.parametrize("who", WHOLE_CAST)
def test_addresses_answer_each_of_the_cast_by_his_mandates(demo: Place, who: str) -> None:
    """All addresses with one browser: what opens for one does not open the next."""
    browser = signed_in(WHOLE_CAST[who])

    answers = {address: browser.get(address).status_code for address in ADDRESSES}

    assert answers == {address: statuses[who] for address, statuses in ADDRESSES.items()}


@pytest.mark.parametrize("who", ["anonymous", "inactive"])
def test_addresses_when_not_signed_in_lead_to_the_sign_in(browse: Browse, who: str) -> None:
    browser = browse(who)

    answers = {address: browser.get(address) for address in ADDRESSES}

    found = {address: (answer.status_code, answer.get("Location", "").partition("?")[0], answer.content) for address, answer in answers.items() if address not in OPEN}  # fmt: skip
    assert found == dict.fromkeys(found, (302, "/sign-in/", b""))
    assert [address for address, answer in answers.items() if answer.wsgi_request.path != address.partition("?")[0]] == []  # fmt: skip
    opened = {address: answers[address].status_code for address in OPEN}
    assert opened == {address: ADDRESSES[address]["nobody"] for address in OPEN}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_pages_that_only_show_take_nothing(browse: Browse, method: str) -> None:
    addresses = ["/", "/review/T/2023-H1/", "/origin/T/PROFIT/2023-H1/actual/", "/units/", "/units/found/", "/units/below/T/", "/health/"]  # fmt: skip
    browser = browse("office")

    answers = {address: getattr(browser, method)(address).status_code for address in addresses}

    assert answers == dict.fromkeys(addresses, 405)


def test_sign_in_leads_back_to_what_was_asked_for(browse: Browse) -> None:
    browser = browse("anonymous")
    asked = browser.get("/review/T0302/2023-H1/?scale=k")

    answer = browser.post(asked["Location"], {"login": "jin.hao", "password": "headrope-demo", "next": "/review/T0302/2023-H1/?scale=k"})  # fmt: skip

    assert asked["Location"] == "/sign-in/?next=/review/T0302/2023-H1/%3Fscale%3Dk"
    assert (answer.status_code, answer["Location"]) == (302, "/review/T0302/2023-H1/?scale=k")


def test_fragment_when_not_signed_in_sends_the_whole_page_to_the_sign_in(browse: Browse) -> None:
    """The sign-in page must not appear inside the panel; of the page's address only the path is taken."""
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/review/T/?scale=k"}

    answer = browse("anonymous").get("/origin/T/PROFIT/2023-H1/actual/", headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Freview%2FT%2F%3Fscale%3Dk"


# Forbidden and missing are one answer


PAIRS = [
    ("/review/T/", "/review/Z/"),
    ("/review/T/2023-H1/", "/review/Z/2023-H1/"),
    ("/review/T0301/2023-H1/?scale=1", "/review/ZZZZZ/2023-H1/?scale=1"),
    ("/review/T0303/2023-06/?known=2023-07-11", "/review/ZZZZZ/2023-06/?known=2023-07-11"),
    ("/origin/T0301/PROFIT/2023-06/actual/", "/origin/ZZZZZ/PROFIT/2023-06/actual/"),
    ("/units/?at=T0301", "/units/?at=ZZZZZ"),
    ("/units/below/T03/", "/units/below/ZZZ/"),
    ("/organisation/T0301/", "/organisation/ZZZZZ/"),
    ("/organisation/T0301/close/", "/organisation/ZZZZZ/close/"),
    ("/people/zhou.yi/", "/people/zhou.zz/"),
    ("/people/console/", "/people/nothing/"),
]


@pytest.mark.parametrize("who", ["clerk", "outsider"])
@pytest.mark.parametrize(("forbidden", "missing"), PAIRS)
def test_forbidden_unit_answers_as_one_that_is_not_there(
    browse: Browse, who: str, forbidden: str, missing: str
) -> None:
    """Byte for byte, header for header and statement for statement, but for the page's own address."""
    browser = browse(who)
    browser.get(missing)

    answers = []
    for address in (forbidden, missing):
        with CaptureQueriesContext(connection) as statements:
            answer = browser.get(address)
        own = address.replace("&", "&amp;").encode()
        assert own in answer.content  # the forms lead back here
        answers.append((answer.status_code, same(answer.content).replace(own, b""), dict(answer.items()), len(statements)))  # fmt: skip

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_forbidden_unit_in_a_fragment_answers_as_one_that_is_not_there(browse: Browse) -> None:
    browser = browse("clerk")

    first, second = (
        browser.get(f"/origin/{unit}/PROFIT/2023-06/actual/", headers={"HX-Request": "true"})
        for unit in ("T0301", "ZZZZZ")
    )

    assert same(first.content).replace(b"T0301", b"") == same(second.content).replace(b"ZZZZZ", b"")
    assert first.status_code == second.status_code == 404


def test_search_finds_only_what_stands_under_the_mandate(browse: Browse) -> None:
    found = {
        who: re.findall(r'href="/review/(\w+)/', browse(who).get("/units/found/?q=T03").content.decode())
        for who in ("office", "leader", "clerk", "outsider")
    }

    assert found == {
        "office": ["T03", "T0301", "T0302", "T0303"],
        "leader": [],
        "clerk": ["T0302"],
        "outsider": [],
    }


def test_search_shows_no_path_above_the_mandate(browse: Browse) -> None:
    body = browse("clerk").get("/units/?q=vessels").content.decode()

    assert "Pressure Vessels" in body
    assert "Xinglu" not in body


def test_tree_begins_at_the_mandate(browse: Browse) -> None:
    units = {
        who: re.findall(r'href="/review/(\w+)/', browse(who).get("/units/").content.decode())
        for who in ("office", "leader", "clerk", "outsider")
    }

    assert units == {
        "office": [*(f"T{n:02d}" for n in range(1, 19)), "T"],  # and the segments, of which the codes have dashes
        "leader": ["T0101", "T0102", "T0103", "T0104", "T01"],
        "clerk": ["T0302"],
        "outsider": [],
    }


# Nothing between the lines


PERIODS = ("2023-H1", "2023-06", "2022", "2021-01..2023-06", "2022-Q1")
QUESTIONS = (
    "", "&tier=2", "&tier=3", "&tier=1", "&where=REVENUE>0", "&threshold=PROFIT>=0", "&measure=PROFIT&order=change",
    "&all=1", "&against=last-year", "&known=2023-07-11", "&where=PROFIT<0&tier=3&threshold=REVENUE>0",
)  # fmt: skip
HIDDEN = ("T", "T03", "T0301", "T0303", "T01", "T11")
ORIGINS = ("REVENUE", "PROFIT", "CASH", "RECEIVABLES", "ASSETS")
LONG = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")  # figures of seven digits and more


class Reading:
    """What somebody finds at addresses; each is asked once, since no test of this file changes a figure."""

    def __init__(self, who: str) -> None:
        self.who = who
        self.found: dict[str, str] = {}
        self.browser: Client | None = None

    def __call__(self, address: str) -> str:
        if address not in self.found:
            self.browser = self.browser or signed_in(self.who)
            answer = self.browser.get(address)
            assert answer.status_code == 200, address
            self.found[address] = answer.content.decode()
        return self.found[address]

    def figures(self, addresses: Iterable[str]) -> set[str]:
        """The long figures on these pages."""
        return {figure for address in addresses for figure in LONG.findall(self(address))}


@pytest.fixture(scope="module")
def readings(demo_place: Place) -> dict[str, Reading]:
    """The office and the clerk, as readers; a test that uses them uses `demo` as well."""
    return {who: Reading(CAST[who]) for who in ("office", "clerk")}


def clerks_pages(clerk: Reading) -> str:
    """The text of all that the clerk can ask about his unit, at full scale."""
    return "".join(clerk(f"/review/T0302/{period}/?scale=1{more}") for period in PERIODS for more in QUESTIONS)


def test_figures_of_others_are_never_in_the_bytes_of_a_clerks_page(demo: Place, readings: dict[str, Reading]) -> None:
    """Neither a sister's nor the total of a unit above, whatever is asked for; they are on the office's pages."""

    def shown(*units: str) -> set[str]:
        pages = (f"/review/{unit}/{period}/?scale=1" for unit in units for period in PERIODS)
        return readings["office"].figures(page + more for page in pages for more in ("", "&against=last-year"))

    # The ranking of T03 holds the clerk's own figures as well.
    others = shown(*HIDDEN) - shown("T0302")

    own = set(LONG.findall(clerks_pages(readings["clerk"])))

    assert len(others) > 500
    assert len(own) > 50
    assert others & own == set()


def test_names_of_others_are_never_in_the_bytes_of_a_clerks_page(demo: Place, readings: dict[str, Reading]) -> None:
    names = ["Xinglu", "Utility Boilers", "Heat Recovery", "Turbine", "T0301", "/T03/", "/T/"]

    text = clerks_pages(readings["clerk"]) + readings["clerk"]("/units/?at=T0302")
    office = readings["office"]("/review/T03/2023-H1/?scale=1") + readings["office"]("/units/?at=T0302")

    assert [name for name in names if name in text] == []
    assert [name for name in names if name not in office] == []


def test_exact_figures_of_others_are_never_in_the_bytes_of_a_clerks_origins(demo: Place, readings: dict[str, Reading]) -> None:  # fmt: skip
    def exact(who: str, units: Iterable[str]) -> set[str]:
        asked = [f"/origin/{unit}/{m}/{p}/actual/?against=target" for unit in units for m in ORIGINS for p in PERIODS]
        found = readings[who].figures(asked)
        return {figure for figure in found if not figure.endswith("0,000.00")}  # two units may plan the same round sum

    others, own = exact("office", HIDDEN), exact("clerk", ("T0302", "T0305"))

    # A parent's origin shows its parts: what the clerk may see of them is his own.
    assert others & own <= exact("office", ("T0302", "T0305"))
    assert exact("office", ("T0301", "T0303", "T01", "T11")) & own == set()
    assert len(own) > 50


def test_ranking_of_a_tier_holds_only_units_under_the_mandate(browse: Browse) -> None:
    def ranked(who: str, unit: str, tier: int) -> list[str]:
        body = browse(who).get(f"/review/{unit}/2023-H1/?tier={tier}&all=1").content.decode()
        return re.findall(r'<th scope="row"><a href="/review/(\w+)/', body)

    assert sorted(ranked("fang.zhiqiang", "T03", 3)) == ["T0301", "T0302", "T0303"]
    assert [ranked("fang.zhiqiang", "T03", tier) for tier in (1, 2, 4)] == [[], [], []]
    assert len(ranked("office", "T", 3)) == 35


def test_unit_that_has_moved_away_is_hidden_on_pages_of_old_periods(load: Load) -> None:
    """AB stood under A in April; today it does not, and A's clerk does not see it any more.

    until 31 May 2023       from 1 June 2023
    G                       G
        A                       A
            A1                      A1
            AB                  AB
    """
    load(
        units="code,name,parent,kind,from,to\nG,Harbour,,group,,\nA,East Works,G,company,,\nA1,East Pumps,A,branch,,\n"
        "AB,Airport Base,A,branch,,2023-05-31\nAB,Airport Base,G,company,2023-06-01,",
        measures="code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
        facts="unit,measure,period,version,value\nA1,REV,2023-04,actual,1000000.10\nAB,REV,2023-04,actual,7654321.80",
    )
    clerk = User.objects.create_user("clerk")
    with transaction.atomic():
        give_mandate(by=console_user(), user=clerk, role=Role.CLERK, unit=unit_ids()["A"], valid_from=date(2020, 1, 1))
    office = User.objects.create_user("office")
    with transaction.atomic():
        give_mandate(by=console_user(), user=office, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2020, 1, 1))  # fmt: skip
    addresses = [
        "/review/A/2023-04/?scale=1",
        "/review/A/2023-04/?scale=1&tier=3&where=REV>0&threshold=REV>0&all=1",
        "/review/A/2023-04/?scale=1&order=value&measure=REV",
        "/origin/A/REV/2023-04/actual/",
        "/units/?q=A",
    ]

    seen = {name: "".join(signed_in(name).get(each).content.decode() for each in addresses) for name in ("office", "clerk")}  # fmt: skip

    for hidden in ("Airport Base", "7,654,322", "7,654,321.80", "/AB/"):
        assert (hidden in seen["office"], hidden in seen["clerk"]) == (True, False), hidden
    assert "1,000,000" in seen["clerk"]
    assert signed_in("clerk").get("/review/AB/2023-04/").status_code == 404


# The seat at the door


def test_sign_in_says_the_same_whatever_is_wrong(browse: Browse) -> None:
    """A wrong password, a name that there is not, one without a password."""
    tries = [("jin.hao", "not-the-password"), ("nobody.here", "headrope-demo"), ("console", "headrope-demo")]

    said = [
        (answer.status_code, [text for text in read(answer.content).text if "do not fit together" in text])
        for name, password in tries
        for answer in [browse("anonymous").post("/sign-in/", {"login": name, "password": password})]
    ]

    assert said == [(200, ["Name and password do not fit together. Nothing is wrong with your figures. Type both again; after five failures there is a pause."])] * len(tries)  # fmt: skip


def test_sign_in_of_a_closed_account_is_told_as_a_wrong_password_is(browse: Browse) -> None:
    answer = browse("anonymous").post("/sign-in/", {"login": "gone", "password": GONE_PASSWORD})

    assert answer.status_code == 200
    assert "Name and password do not fit together." in answer.content.decode()


def test_sign_in_pauses_after_five_failures(browse: Browse) -> None:
    browser = browse("anonymous")

    texts = [
        " ".join(read(browser.post("/sign-in/", {"login": "li.ping", "password": password}).content).text)
        for password in ["wrong"] * 5 + ["headrope-demo"]
    ]

    assert ["Too many attempts" in text for text in texts] == [False] * 5 + [True]
    assert browser.get("/").status_code == 302  # the right password did not help
    assert browse("anonymous").post("/sign-in/", {"login": "jin.hao", "password": "headrope-demo"}).status_code == 302


OUTSIDE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "http://127.0.0.1.evil.example/", "\thttps://evil.example"]  # fmt: skip


@pytest.mark.parametrize("next_", OUTSIDE)
def test_next_that_leads_elsewhere_is_not_followed(browse: Browse, next_: str) -> None:
    browser = browse("anonymous")
    forms = {
        "/language/": {"language": "en"},
        "/theme/": {"theme": "dark"},
        "/sign-in/": {"login": "zhou.yi", "password": "headrope-demo"},
    }

    answers = {address: browser.post(f"{address}", {**form, "next": next_}) for address, form in forms.items()}

    led = {address: (answer.status_code, answer["Location"]) for address, answer in answers.items()}
    assert led == dict.fromkeys(forms, (302, "/"))


@pytest.mark.parametrize("next_", OUTSIDE)
def test_next_in_the_address_of_the_sign_in_is_not_followed(browse: Browse, next_: str) -> None:
    answer = browse("anonymous").post(f"/sign-in/?{urlencode({'next': next_})}", {"login": "zhou.yi", "password": "headrope-demo"})  # fmt: skip

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(("address", "form"), [("/language/", {"language": "zh-hans"}), ("/theme/", {"theme": "dark"}), ("/sign-in/", {"login": "jin.hao", "password": "headrope-demo"}), ("/sign-out/", {}), ("/password/", {"oldpassword": "headrope-demo", "password1": "quite another one", "password2": "quite another one"})])  # fmt: skip
def test_form_without_its_token_changes_nothing(browse: Browse, address: str, form: dict[str, str]) -> None:
    browser = browse("anonymous" if address == "/sign-in/" else "clerk", enforce_csrf_checks=True)
    before = dict(browser.cookies)

    answer = browser.post(address, form)

    assert answer.status_code == 403
    assert "The form was not accepted." in answer.content.decode()
    assert {key: morsel.value for key, morsel in browser.cookies.items() if key != "csrftoken"} == {key: morsel.value for key, morsel in before.items()}  # fmt: skip
    assert (browser.get("/units/").status_code == 200) == (address != "/sign-in/")


@pytest.mark.parametrize("address", ["/language/?language=zh-hans&next=/units/", "/theme/?theme=dark&next=/units/"])
def test_language_and_theme_are_not_changed_by_an_address(browse: Browse, address: str) -> None:
    browser = browse("clerk")

    browser.get(address)

    assert {"django_language", "theme"} & set(browser.cookies) == set()
    assert '<html lang="en">' in browser.get("/units/").content.decode()


def test_language_is_changed_by_the_form_of_the_page(browse: Browse) -> None:
    browser = browse("clerk", enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/units/").content.decode())
    assert token

    answer = browser.post("/language/", {"language": "zh-hans", "next": "/units/", "csrfmiddlewaretoken": token[1]})

    assert (answer.status_code, answer["Location"]) == (302, "/units/")
    assert '<html lang="zh-Hans">' in browser.get("/units/").content.decode()


def test_mandate_that_has_ended_shows_nothing(databases: Databases, demo_place: Place, folder: Folder) -> None:
    place = databases.copy(of=demo_place)
    refresh_cube()
    user = User.objects.create_user("former")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=unit_ids()["T"], valid_from=date(2021, 1, 1), valid_to=date(2024, 1, 1))  # fmt: skip
    browser = signed_in("former")

    assert place.home.is_dir()
    assert [browser.get(each).status_code for each in ("/", "/review/T/2023-H1/", "/units/below/T/")] == [200, 404, 404]
    assert "You have no mandate yet." in browser.get("/").content.decode()
