"""Pages as they are answered: what they hold, what they refuse to hold, their headers, cookies and statements."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from headrope.core.display import MINUS
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import serving
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.web.asked import KEYS
from headrope.web.units import views as units
from tests.conftest import Databases, Folder, Load, Place
from tests.web.conftest import BACKEND, CAST, Browse, dangers, read, same, signed_in

GROUP, ORIGIN = "/review/T/2023-H1/", "/origin/T/PROFIT/2023-H1/actual/"


def text_of(body: bytes) -> str:
    """What a reader reads, in one line."""
    return re.sub(r"\s+", " ", " ".join(read(body).text)).strip()


def alerts(body: bytes) -> list[str]:
    """The sentences about what could not be read."""
    return [unescape(each) for each in re.findall(r'role="alert">([^<]*)<', body.decode())]


def office(client: Client, code: str = "G") -> Client:
    """Somebody who sees the whole group that a test has loaded, signed in."""
    user = User.objects.create_user("office", name="Of<x-1>fice", name_zh="办公\"室'")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=unit_ids()[code], valid_from=date(2020, 1, 1))
    client.force_login(user, backend=BACKEND)
    return client


# What the pages say


def test_first_page_leads_to_the_review_of_the_persons_unit(browse: Browse) -> None:
    led = {who: browse(who).get("/")["Location"] for who in ("office", "leader", "clerk")}

    assert led == {"office": GROUP, "leader": "/review/T01/2023-H1/", "clerk": "/review/T0302/2023-H1/"}


def test_first_page_without_a_mandate_says_what_to_do(browse: Browse) -> None:
    text = text_of(browse("outsider").get("/").content)

    assert "You have no mandate yet." in text
    assert "An administrator gives it" in text


def test_address_without_period_keeps_its_questions(browse: Browse) -> None:
    answer = browse("office").get("/review/T03/?scale=k&against=last-year")

    assert (answer.status_code, answer["Location"]) == (302, "/review/T03/2023-H1/?scale=k&against=last-year")


def test_review_opens_with_the_answer(browse: Browse) -> None:
    # The group itself has until six in the evening.
    with override_settings(CLOCK_SHIFT=datetime(2023, 7, 13, 4, tzinfo=UTC) - datetime.now(UTC)):
        body = browse("office").get(GROUP).content.decode()

    headline = re.search(r'<h1 class="hr-finding">(.*?)</h1>', body)
    assert headline
    assert re.sub("<[^>]*>", "", headline[1]) == (
        "Revenue is on plan. Profit is 47 million short of plan. Xinglu Boiler explains 43 of it."
    )
    assert "43 of 44 reporting units are in; late: East Pumps Trading" in body


def test_review_of_a_group_that_is_overdue_praises_nothing(browse: Browse) -> None:
    with override_settings(CLOCK_SHIFT=datetime(2023, 7, 18, 12, tzinfo=UTC) - datetime.now(UTC)):
        body = browse("office").get(GROUP).content.decode()

    assert "Revenue is stale: 1 of 44 not in, overdue since 13 Jul 2023." in re.sub("<[^>]*>", "", body)
    assert not re.findall(r"\d+ (?:on pace|ahead)", body)
    assert "hr-mark-stale" in body


def test_every_number_of_a_review_leads_to_an_origin_that_is_there(browse: Browse) -> None:
    browser = browse("office")
    links = sorted(set(re.findall(r'href="(/origin/[^"]*)"', browser.get(GROUP).content.decode())))

    answers = {link: browser.get(unescape(link)).status_code for link in links}

    assert len(links) > 80
    assert [link for link, status in answers.items() if status != 200] == []


def test_every_link_of_a_page_is_there(browse: Browse) -> None:
    browser = browse("office")
    pages = (GROUP, "/units/?at=T0302", "/units/?q=boil", ORIGIN)
    links = {unescape(link) for page in pages for link in re.findall(r'href="(/(?!origin|static)[^"]*)"', browser.get(page).content.decode())}  # fmt: skip

    assert [link for link in sorted(links) if browser.get(link, follow=True).status_code != 200] == []


def test_origin_shows_the_exact_figure_and_parts_that_make_it(browse: Browse) -> None:
    body = browse("office").get(ORIGIN).content.decode()

    big = re.search(r'<p class="d-big">([^<]*)<', body)
    parts = re.findall(r'class="d-down">[^<]*</a></th><td>([^<]*)</td>', body[body.index('id="parts"') :])
    assert big
    assert big[1] == "395,000,828.04"
    sold_to_each_other = 6_000_000_00
    assert sum(cents(part) for part in parts) - sold_to_each_other == cents(big[1])


def cents(text: str) -> int:
    return int(text.replace(MINUS, "-").replace(",", "").replace(".", ""))


def test_origin_in_a_fragment_is_the_middle_of_its_page(browse: Browse) -> None:
    browser = browse("office")

    page, fragment, restored = (
        browser.get(ORIGIN, headers=headers)
        for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-History-Restore-Request": "true"})
    )

    assert fragment.content.strip() in page.content
    assert b"<html" not in fragment.content
    assert same(restored.content) == same(page.content)
    assert "HX-Request" in page["Vary"]


def test_unit_without_units_below_has_no_ranking(browse: Browse) -> None:
    assert 'id="units"' not in browse("clerk").get("/review/T0302/2023-H1/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_visible_text_is_left_in_the_other_language(browse: Browse, language: str) -> None:
    """The switch to the other language, the brand, codes and what people typed stand as they are."""
    browser = browse("office")
    browser.post("/language/", {"language": language, "next": "/"})

    texts = {page: text_of(browser.get(page).content) for page in (GROUP, ORIGIN, "/units/", "/password/", "/sign-out/", "/nothing/")}  # fmt: skip

    for page, text in texts.items():
        if language == "en":
            assert re.findall("[\u4e00-\u9fff]+", text) == ["中文"], page
        else:
            words = set(re.findall(r"[A-Za-z][A-Za-z&]+", text)) - {"Headrope", "English", "Esc", "Hengchuan", "Group", "PROFIT", "REVENUE", "actual"}  # fmt: skip
            assert {word for word in words if word.islower()} == set(), page


# What cannot be read is told, or not found; never an error of ours


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("known=soon", ["'soon' is not a day; write it like 2023-07-14."]),
        ("known=2023-02-30", ["'2023-02-30' is not a day; write it like 2023-07-14."]),
        ("measure=NONE", ["There is no measure 'NONE'."]),
        ("where=NONE>1;PROFIT>0", ["There is no measure 'NONE'."]),
        ("where=PROFIT", ["'PROFIT' is not a condition; write a measure's code, a sign and a value, such as ATT1>0."]),
        ("threshold=PROFIT>1.2.3；REVENUE>0", ["'PROFIT>1.2.3' is not a condition; write a measure's code, a sign and a value, such as ATT1>0."]),
        ("where=%3Cb%3E&known=%22", ["'\"' is not a day; write it like 2023-07-14.", "'<b>' is not a condition; write a measure's code, a sign and a value, such as ATT1>0."]),
        ("scale=zz", []),
        ("tier=abc", []),
        ("tier=99", []),
        ("tier=0", []),
        ("order=size", []),
        ("known=9999-12-31", []),
    ],
)  # fmt: skip
def test_review_when_a_question_cannot_be_read_says_so_and_shows_the_rest(
    browse: Browse, query: str, told: list[str]
) -> None:
    answer = browse("office").get(f"{GROUP}?{query}")

    assert answer.status_code == 200
    assert alerts(answer.content) == told
    assert "Profit is" in text_of(answer.content)


@pytest.mark.parametrize("period", ["2023-13", "June", "2023-06..2023-04", "2023-Q5", "1899", "2200", "2000-01..2023-06", "FY2023-24", "２０２３", "2023 ", "-1", "2023-06..", "..", "2023-06..2023-06..2023-07"])  # fmt: skip
@pytest.mark.parametrize("start", ["/review/T/{}/", "/origin/T/PROFIT/{}/actual/"])
def test_period_that_is_none_is_not_found(browse: Browse, start: str, period: str) -> None:
    assert browse("office").get(start.format(quote(period))).status_code == 404


@pytest.mark.parametrize("period", ["1900", "1900-01", "2199", "2199-12", "2199-H2", "2023-12..2024-02", "2016-01..2024-03"])  # fmt: skip
@pytest.mark.parametrize("start", ["/review/T/{}/", "/review/T/{}/?against=last-year", "/review/T0302/{}/?tier=3", "/origin/T/PROFIT/{}/actual/", "/origin/T/DEBT_RATIO/{}/target/?against=last-year", "/origin/T0302/ASSETS/{}/actual/?known=2023-07-11"])  # fmt: skip
def test_period_without_figures_is_a_page(browse: Browse, start: str, period: str) -> None:
    assert browse("office").get(start.format(period)).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        f"{GROUP}?against=none",
        f"{GROUP}?against=actual",
        "/origin/T/NONE/2023-H1/actual/",
        "/origin/T/profit/2023-H1/actual/",
        "/origin/T/PROFIT/2023-H1/none/",
        "/origin/T/PROFIT/2023-H1/last-year/",
        "/review/t/2023-H1/",
        "/review/T%20/2023-H1/",
        "/review/T%00/2023-H1/",
        "/review/%F0%9F%8E%A3/2023-H1/",
        "/units/?at=%00",
        "/units/below/%22/",
    ],
)
def test_what_there_is_not_is_not_found(browse: Browse, address: str) -> None:
    answer = browse("office").get(address)

    assert answer.status_code == 404
    assert "There is nothing here that you can see." in text_of(answer.content)
    assert dangers(answer.content) == []


def test_known_before_everything_says_so_on_every_page(browse: Browse) -> None:
    browser = browse("office")

    for page in (f"{GROUP}?known=2019-12-31", f"{ORIGIN}?known=2019-12-31", f"{GROUP}?known=0001-01-01"):
        answer = browser.get(page)
        assert answer.status_code == 200
        text = text_of(answer.content)
        assert "nothing was known yet" in text
        assert "Choose a later day, or the figures as known now." in text


def test_known_before_a_restatement_shows_the_figure_of_that_day(browse: Browse) -> None:
    browser = browse("office")

    bodies = {day: browser.get(f"{ORIGIN}?known={day}").content.decode() for day in ("2023-07-11", "2023-07-12")}

    assert {day: re.findall(r'<p class="d-big">([^<]*)<', body) for day, body in bodies.items()} == {
        "2023-07-11": ["401,000,828.04"],
        "2023-07-12": ["395,000,828.04"],
    }


def test_origin_when_its_day_cannot_be_read_does_not_show_another_days_figure_in_silence(browse: Browse) -> None:
    answer = browse("office").get(f"{ORIGIN}?known=2023-07-32")

    assert "2023-07-32" in text_of(answer.content) or answer.status_code == 404


NASTY = ["", " ", "0", "-1", "1e999", "nan", "T", "T0302", "PROFIT", "target", "actual", "last-year", "2023-H1", "2023-07-11", "2022-12-31", "REVENUE>0", "PROFIT<=1e308", "DEBT_RATIO>=70%", "HEADCOUNT=99999999999999999999", "YIELD!=.", "REVENUE>1e-400", "；", ";;", "k", "bn", "gap", "%", "%s", "%(n)s", "{{7*7}}", "\0", "\n", '"><script>alert(1)</script>', "' onmouseover=x ", "</title><x-1>", "javascript:alert(1)", "//evil.example", "../..", "\ud7ff", "\U0001f3a3", "٣", "９", "x" * 3000]  # fmt: skip
words = st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8"), max_size=12)
queries = st.lists(st.tuples(st.sampled_from([*KEYS, "q", "at", "period", "tail", "next"]), words), max_size=5)
addresses = st.one_of(
    st.just(GROUP),
    st.just("/review/T0302/2023-06/"),
    st.just(ORIGIN),
    st.just("/origin/T/DEBT_RATIO/2023-06/target/"),
    st.just("/units/"),
    st.just("/units/found/"),
    st.tuples(words, words).map(lambda w: f"/review/{quote(w[0], '')}/{quote(w[1], '')}/"),
    st.tuples(words, words, words, words).map(lambda w: "/origin/" + "/".join(quote(each, "") for each in w) + "/"),
)


@pytest.fixture
def fuzzed(browse: Browse) -> Iterator[Client]:
    """One browser for all examples."""
    yield browse("office")


INJECTED_KNOWN = "a day that cannot be read (?known=) is written unescaped into the addresses of the measures' table: any markup can be put into the page (the policy stops scripts only)"  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@example(address=GROUP, query=[("where", "REVENUE>1e400"), ("threshold", "PROFIT=1e400")])
@example(address=GROUP, query=[("where", "٣>1")])
@example(address="/units/found/", query=[("q", "a"), ("period", '"><x-1>'), ("tail", '"><x-1>')])
@given(address=addresses, query=queries)
def test_whatever_an_address_asks_for_there_is_a_page_and_nothing_runs_in_it(
    fuzzed: Client, address: str, query: list[tuple[str, str]]
) -> None:
    answer = fuzzed.get(f"{address}?{urlencode(query)}")

    assert answer.status_code in (200, 302, 404)
    if answer.status_code != 302:
        assert dangers(answer.content) == []


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', '" onmouseover="x', '"><x-1>'])
def test_known_that_cannot_be_read_is_not_written_into_addresses(browse: Browse, text: str) -> None:
    answer = browse("office").get(f"{GROUP}?{urlencode({'known': text})}")

    assert dangers(answer.content) == []


# What people typed is shown as they typed it


EVIL = "<script>alert(1)</script><x-1>\"'&amp;`{{7*7}}%s"
UNITS = [["code", "name", "name_zh", "parent", "kind"], ["G", f"Group {EVIL}", f"集团{EVIL}", "", "group"]] + [[f"U{n}", f"Unit {n} {EVIL}", f"单位{n}{EVIL}", "G", "company"] for n in range(3)]  # fmt: skip
MEASURES = [
    ["code", "name", "name_zh", "account", "quantity", "step", "kind", "direction", "numerator", "denominator"],
    ["REV", f"Revenue {EVIL}", f"收入{EVIL}", "CNY", "money", "0.01", "flow", "up", "", ""],
    ["HEADS", f"Heads {EVIL}", f"人数{EVIL}", f"heads {EVIL}", "count", "1", "stock", "up", "", ""],
    ["RATE", f"Rate {EVIL}", f"率{EVIL}", f"per {EVIL}", "number", "", "ratio", "up", "REV", "HEADS"],
]
FACTS = [["unit", "measure", "period", "version", "value", "reason"]] + [
    [f"U{n}", measure, f"2023-{month:02d}", version, f"{1000 * n + 100 + month}", EVIL]
    for n in range(3)
    for measure in ("REV", "HEADS")
    for month in (1, 2, 3)
    for version in ("actual", "target")
    if not (n == 2 and month == 3)
]
LEDGER = [["key", "value"], ["name", f"Ledger {EVIL}"]]


def table(rows: list[list[str]]) -> str:
    """Rows as CSV, every cell in quotes."""
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_markup_in_names_reasons_and_accounts_comes_out_as_text(load: Load, language: str) -> None:
    load(ledger=table(LEDGER), units=table(UNITS), measures=table(MEASURES), facts=table(FACTS))
    browser = office(Client(SERVER_NAME="127.0.0.1"))
    browser.post("/language/", {"language": language, "next": "/"})
    pages = [
        "/review/G/2023-Q1/",
        "/review/G/2023-Q1/?measure=RATE&where=REV>0&threshold=HEADS>=1",
        "/review/G/2023-03/?tier=2&all=1&against=last-year",
        "/review/U0/2023-Q1/",
        "/origin/G/REV/2023-Q1/actual/?against=target",
        "/origin/G/RATE/2023-Q1/actual/",
        "/origin/U0/HEADS/2023-02/actual/",
        "/units/",
        "/units/?at=U0",
        "/units/?q=script",
        "/units/found/?q=<",
        "/units/below/G/",
    ]

    bodies = {page: browser.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in bodies.items() if answer.status_code != 200} == {}
    assert {page: found for page, answer in bodies.items() if (found := dangers(answer.content))} == {}
    assert [page for page, answer in bodies.items() if EVIL not in text_of(answer.content)] == []


def test_markup_that_was_searched_for_comes_out_as_text(browse: Browse) -> None:
    browser = browse("office")

    for page in ("/units/", "/units/found/", GROUP):
        answer = browser.get(f"{page}?{urlencode({'q': EVIL, 'where': EVIL, 'threshold': EVIL, 'measure': EVIL})}")
        assert dangers(answer.content) == []


# Headers and cookies


PAGES = ["/", GROUP, ORIGIN, f"{GROUP}?known=2020-01-01", "/units/", "/units/found/?q=T", "/units/below/T/", "/sign-in/", "/sign-out/", "/password/", "/health/", "/theme/", "/language/", "/nothing/", "/review/NONE/2023-H1/"]  # fmt: skip


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_policy(browse: Browse, who: str, address: str) -> None:
    answer = browse(who).get(address)

    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    if address != "/health/" and answer.status_code == 200:
        assert {"private", "no-cache"} <= set(re.split(", *", answer["Cache-Control"]))
        assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("address", [GROUP, "/sign-in/", "/nothing/"])
def test_every_answer_forbids_frames_to_old_browsers_too(browse: Browse, address: str) -> None:
    assert browse("office").get(address).headers.get("X-Frame-Options") == "DENY"


def test_page_when_the_program_fails_says_so_and_carries_the_policy(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(units, "find_units", fail)

    answer = browse("office", raise_request_exception=False).get("/units/?q=x")

    assert answer.status_code == 500
    assert "Content-Security-Policy" in answer
    assert "secret" not in answer.content.decode()
    assert dangers(answer.content) == []


def test_page_for_another_host_is_refused(demo: Place) -> None:
    answer = Client(SERVER_NAME="evil.example", raise_request_exception=False).get("/sign-in/")

    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


def test_page_holds_no_script_and_no_style_of_its_own(browse: Browse) -> None:
    browser = browse("office")

    assert {page: found for page in PAGES if (found := dangers(browser.get(page).content))} == {}


def test_static_file_is_open_and_may_be_kept(browse: Browse) -> None:
    browser = browse("anonymous")
    links = re.findall(r'(?:href|src)="(/static/[^"]*)"', browser.get("/sign-in/").content.decode())

    answers = {link: browser.get(link) for link in links}

    assert len(links) == 9
    for answer in answers.values():
        assert answer.status_code == 200
        assert "max-age=31536000" in answer["Cache-Control"]
        answer.close()


def test_cookies_are_kept_from_scripts_and_other_sites(browse: Browse) -> None:
    browser = browse("anonymous")
    browser.get("/sign-in/")
    browser.post("/sign-in/", {"login": "jin.hao", "password": "headrope-demo"})
    browser.post("/language/", {"language": "zh-hans"})
    browser.post("/theme/", {"theme": "dark"})

    flags = {name: (morsel["samesite"], bool(morsel["httponly"]), morsel["path"]) for name, morsel in browser.cookies.items()}  # fmt: skip

    assert flags == {
        "sessionid": ("Lax", True, "/"),
        "csrftoken": ("Lax", False, "/"),
        "django_language": ("Lax", False, "/"),
        "theme": ("Lax", False, "/"),
    }
    assert browser.cookies["sessionid"]["max-age"] == ""  # gone with the browser


def test_session_is_a_new_one_after_signing_in_and_gone_after_signing_out(browse: Browse) -> None:
    browser = browse("anonymous")
    browser.cookies["sessionid"] = "given-by-somebody-else"
    browser.post("/sign-in/", {"login": "jin.hao", "password": "headrope-demo"})
    given = browser.cookies["sessionid"].value

    assert browser.get("/").status_code == 302
    browser.post("/sign-out/")
    browser.cookies["sessionid"] = given

    assert given != "given-by-somebody-else"
    assert browser.get("/units/")["Location"].startswith("/sign-in/")


SECURE = """
import django, json
django.setup()
from django.conf import settings as s
print(json.dumps({name: getattr(s, name) for name in dir(s) if name.endswith("_COOKIE_SECURE")}))
"""


def test_cookies_travel_over_https_only_where_pages_do(demo: Place) -> None:
    environment = {**demo.environment, "HEADROPE_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}
    done = subprocess.run([sys.executable, "-c", SECURE], env=environment, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == {
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SESSION_COOKIE_SECURE": True,
    }


@override_settings(SESSION_COOKIE_SECURE=True)
def test_theme_travels_over_https_only_where_the_session_does(browse: Browse) -> None:
    browser = browse("office")
    browser.post("/theme/", {"theme": "dark"})

    assert browser.cookies["theme"]["secure"] is True


@pytest.mark.parametrize("cookie", ["nonsense", '"><x-1>', "DARK", ""])
def test_theme_that_is_none_is_the_systems(browse: Browse, cookie: str) -> None:
    browser = browse("office")
    browser.cookies["theme"] = cookie

    answer = browser.get("/units/")

    assert '<html lang="en">' in answer.content.decode()
    assert dangers(answer.content) == []


def test_password_is_changed_by_the_one_who_knows_it(databases: Databases, demo_place: Place) -> None:
    databases.copy(of=demo_place)
    browser = signed_in("jin.hao")
    form = {"oldpassword": "headrope-demo", "password1": "quite another one", "password2": "quite another one"}

    wrong = browser.post("/password/", {**form, "oldpassword": "not it"})
    short = browser.post("/password/", {**form, "password1": "short", "password2": "short"})
    right = browser.post("/password/", form)

    assert (wrong.status_code, len(alerts(wrong.content))) == (200, 1)
    assert (short.status_code, alerts(short.content)) == (200, ["This password is too short. It must contain at least 10 characters."])  # fmt: skip
    assert (right.status_code, right["Location"]) == (302, "/password/?changed=1")
    assert "The password is changed." in text_of(browser.get(right["Location"]).content)
    assert User.objects.get(username="jin.hao").check_password("quite another one")


# Statements


def counted(browser: Client, address: str) -> int:
    """How many statements a page takes when it is asked for the second time."""
    browser.get(address)
    with CaptureQueriesContext(connection) as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


@pytest.mark.parametrize(
    "address",
    ["/review/G/2023-03/", "/review/G/2023-03/?tier=2&where=REV>0&all=1", "/review/G/2023-03/?known=2024-01-01", "/origin/G/REV/2023-03/actual/", "/origin/G/REV/2023-03/actual/?against=target", "/units/", "/units/?q=Unit", "/units/below/G/"],
)  # fmt: skip
def test_page_takes_as_many_statements_for_many_units_as_for_one(
    databases: Databases, folder: Folder, address: str
) -> None:
    counts = {}
    for count in (1, 3, 80):
        databases.copy()
        units = ["code,name,parent,kind", "G,Group,,group", *(f"U{n},Unit {n},G,company" for n in range(count))]
        facts = ["unit,measure,period,version,vintage,value"]
        facts += [f"U{n},REV,2023-{m:02d},{v},2023-05-01,{n * 7 + m}" for n in range(count) for m in (1, 2, 3) for v in ("actual", "target")]  # fmt: skip
        measures = "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up"
        load_folder(folder(units="\n".join(units), measures=measures, facts="\n".join(facts)), by=console_user())
        refresh_cube()
        counts[count] = counted(office(Client(SERVER_NAME="127.0.0.1")), address)

    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= 12


# The cube behind the books


@pytest.fixture
def behind(databases: Databases, demo_place: Place, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The example group, as if it were large, after a posting that has not been added up yet: profit and a new name."""
    monkeypatch.setattr(serving, "SMALL", 0)
    monkeypatch.setattr(serving, "_start", lambda *_: None)  # the moment before the new generation is there
    databases.copy(of=demo_place)
    refresh_cube()
    browser = signed_in("zhou.yi")
    assert "Newer figures" not in browser.get(GROUP).content.decode()
    source = folder(
        units="code,name,name_zh,parent,kind,from\nT0102,Blades and Vanes,叶片,T01,branch,2020-01-01",
        facts="unit,measure,period,version,value\nT0102,PROFIT,2023-06,actual,1000000000.00",
    )
    load_folder(source, by=console_user())
    return browser


def test_page_while_newer_figures_are_prepared_shows_the_old_ones_and_says_so(behind: Client) -> None:
    review, origin = (behind.get(page).content.decode() for page in (GROUP, ORIGIN))

    assert "Newer figures are being prepared" in review
    assert "Profit is" in review
    assert "47 million" in review
    assert "395,000,828.04" in origin


def test_origin_while_newer_figures_are_prepared_never_mixes_two_states(behind: Client) -> None:
    """The vintage that the figure does not hold yet does not stand beside it; names are those of then."""
    origin = behind.get("/origin/T0102/PROFIT/2023-06/actual/").content.decode()
    parent = behind.get("/origin/T01/PROFIT/2023-06/actual/").content.decode()

    assert "1,000,000,000.00" not in origin
    assert "Blades and Vanes" not in parent
    assert "Blades" in parent


def test_page_after_newer_figures_are_prepared_shows_them(behind: Client) -> None:
    refresh_cube()

    review = behind.get(GROUP).content.decode()

    assert "Newer figures" not in review
    assert "Profit is" in review
    assert "47 million" not in review
    assert "Blades and Vanes" in behind.get("/review/T01/2023-H1/").content.decode()


def test_page_before_anything_is_loaded_says_how_to_begin(place: Place) -> None:
    user = User.objects.create_user("office")
    browser = signed_in(user.username)

    assert "You have no mandate yet." in text_of(browser.get("/").content)
    assert browser.get("/units/").status_code == 200


def test_page_before_anything_is_added_up_says_how_to(place: Place, folder: Folder) -> None:
    source = folder(units="code,name,parent,kind\nG,Group,,group")
    load_folder(source, by=console_user())
    browser = office(Client(SERVER_NAME="127.0.0.1"))

    for page in ("/", "/review/G/", "/review/G/2023/"):
        answer = browser.get(page)
        assert (answer.status_code, "headrope cube" in text_of(answer.content)) == (200, True), page


def test_review_of_a_ledger_without_figures_says_so(place: Place, folder: Folder) -> None:
    load_folder(folder(units="code,name,parent,kind\nG,Group,,group"), by=console_user())
    refresh_cube()
    browser = office(Client(SERVER_NAME="127.0.0.1"))

    assert "There are no figures yet." in text_of(browser.get("/").content)
    assert browser.get("/review/G/2023/").status_code == 200


def test_health_needs_nobody(demo: Place) -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get("/health/")

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")


def test_who_is_signed_in_is_named_in_the_mast(browse: Browse) -> None:
    browser = browse("office")
    english = text_of(browser.get("/units/").content)
    browser.post("/language/", {"language": "zh-hans", "next": "/"})

    assert ("Zhou Yi" in english, "周毅" in text_of(browser.get("/units/").content)) == (True, True)
