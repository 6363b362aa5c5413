"""How large money is counted is the reader's choice, kept in a cookie, and the same everywhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from headrope.core.display import MINUS, Style
from headrope.ledger.wording import FigureWording
from headrope.review.wording import Wording
from headrope.web.urls import urlpatterns
from tests.conftest import Place
from tests.review.asking import ask
from tests.web.conftest import Browse

GROUP = "/review/T/2023-H1/"


@pytest.mark.parametrize(
    ("language", "style", "scale", "spoken"),
    [
        ("en", "auto", "CNY million", "395 million"),
        ("en", "million", "CNY million", "395 million"),
        ("en", "wan", "100 million yuan", "3.95 hundred million"),
        ("zh-hans", "auto", "亿元", "3.95亿元"),
        ("zh-hans", "wan", "亿元", "3.95亿元"),
        ("zh-hans", "million", "百万元", "395百万元"),
    ],
)
def test_figures_are_spoken_in_the_style(demo: Place, language: str, style: Style, scale: str, spoken: str) -> None:
    review, _ranking = ask()("T", "2023-H1")
    line = review.line("PROFIT")
    assert line is not None and line.actual.value is not None

    with translation.override(language):
        wording = FigureWording(review.ledger, review.largest_money, style=style)
        found = (wording.scale_name, wording.spoken(line.info, line.actual.value))

    assert found == (scale, spoken)


def test_other_currencies_keep_their_code(demo: Place) -> None:
    review, _ranking = ask()("T", "2023-H1")
    ledger = replace(review.ledger, currency="EUR")

    with translation.override("en"):
        assert FigureWording(ledger, 1e12, style="wan").scale_name == "100 million EUR"


def test_style_is_kept_in_a_cookie_and_goes_back(browse: Browse) -> None:
    browser = browse("office")

    answer = browser.post("/numbers/", {"style": "wan", "next": f"{GROUP}?scale=k"})

    assert (answer.status_code, answer["Location"]) == (302, f"{GROUP}?scale=k")
    assert (answer.cookies["numbers"].value, answer.cookies["numbers"]["samesite"]) == ("wan", "Lax")
    assert "10 thousand yuan" in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("given", "back", "kept"),
    [("yi", "/units/", False), ("", "/units/", False), ("million", "https://evil.example/", True), ("wan", "//evil.example", True)],
)  # fmt: skip
def test_style_that_is_none_is_not_kept_and_no_way_leads_out(browse: Browse, given: str, back: str, kept: bool) -> None:
    answer = browse("office").post("/numbers/", {"style": given, "next": back})

    assert answer["Location"] == (back if back.startswith("/u") else "/")
    assert ("numbers" in answer.cookies) == kept


@pytest.mark.parametrize("cookie", ["", "WAN", "<b>", "auto; x"])
def test_cookie_that_is_no_style_is_the_languages(browse: Browse, cookie: str) -> None:
    browser = browse("office")
    browser.cookies["numbers"] = cookie

    assert 'class="hr-coordinate">In</span> <b>CNY million</b>' in browser.get(GROUP).content.decode()


def test_switch_that_is_opened_leads_to_the_first_page(browse: Browse) -> None:
    answer = browse("office").get("/numbers/?numbers=wan")

    assert (answer.status_code, answer["Location"], dict(answer.cookies)) == (302, "/?numbers=wan", {})


# The nouns of the mast


def nav(browse: Browse, who: str) -> list[str]:
    """The addresses of the mast's navigation."""
    body = browse(who).get("/password/").content.decode()
    return re.findall(r'href="([^"]*)" data-go', body.partition('<nav class="hr-nav"')[2].partition("</nav>")[0])


def test_mast_shows_only_what_is_there_and_may_be_done(browse: Browse) -> None:
    found = {who: nav(browse, who) for who in ("office", "admin", "clerk", "outsider")}

    set_up = {"office": ["/organisation/", "/posts/", "/definitions/", "/rules/", "/start/"], "admin": ["/organisation/", "/posts/", "/people/", "/definitions/", "/rules/", "/audit/", "/start/"], "clerk": [], "outsider": []}  # fmt: skip
    cycle = ["/", "/landing/", "/figures/", "/meetings/", "/units/"]
    assert found == {who: [*cycle, *extra] for who, extra in set_up.items()}
    every = {f"/{each.pattern}" for each in urlpatterns}
    assert {href for hrefs in found.values() for href in hrefs} <= every


def test_every_noun_has_a_key_of_its_own(browse: Browse) -> None:
    body = browse("admin").get("/password/").content.decode()
    keys = re.findall(r'href="([^"]*)" data-go="(\w)"', body)

    assert len({key for _href, key in keys}) == len({href for href, _key in keys}) >= 8


def test_mast_asks_nothing_that_the_page_has_asked(browse: Browse) -> None:
    """Books, settings and mandates are read once for a page, and once for a page that needs them for its mast only."""
    browser = browse("office")
    counts = {}
    for address in (GROUP, "/units/", "/password/"):
        browser.get(address)
        with CaptureQueriesContext(connection) as statements:
            browser.get(address)
        counts[address] = sum('FROM "mandate"' in each["sql"] for each in statements)

    assert counts == {GROUP: 1, "/units/": 1, "/password/": 1}


@pytest.mark.parametrize(
    ("language", "scale", "printed", "gap"),
    [
        ("en", None, ("867k", "940k", "2,026k"), f"{MINUS}73k"),
        ("zh-hans", None, ("86.7万", "94.0万", "202.6万"), f"{MINUS}7.3万"),
        ("en", "1", ("866,856", "939,566", "2,026,440"), f"{MINUS}72,710"),
    ],
)
def test_money_for_each_head_is_short_unless_money_is_counted_by_ones(
    demo: Place, language: str, scale: str | None, printed: tuple[str, ...], gap: str
) -> None:
    """Xinglu earns 866,856 yuan for each of its people, where 939,566 were planned: 72,710 short."""
    review, _ranking = ask()("T03", "2023-H1")
    line = review.line("REVENUE_PER_HEAD")
    assert line is not None and line.year_plan is not None and line.gap is not None
    beside = (line.actual.value, line.plan.value)

    with translation.override(language):
        wording = FigureWording(review.ledger, review.largest_money, scale)
        figures = (line.actual.value, line.plan.value, line.year_plan.value)
        found = tuple(wording.figure(line.info, value, *beside) for value in figures)
        short = wording.figure(line.info, line.gap, *beside, sign=True)

    assert (found, short) == (printed, gap)


@pytest.mark.parametrize(
    ("language", "fen", "spoken"),
    [
        ("en", 39_500_000_00, "40 million"),
        ("en", 230_000_00, "230 thousand"),
        ("en", 45_00, "CNY\N{NO-BREAK SPACE}45"),
        ("en", 0, "0 million"),
        ("zh-hans", 230_000_00, "23.0万元"),
        ("zh-hans", 45_00, "45元"),
    ],
)
def test_money_that_would_be_nothing_is_told_in_a_smaller_scale(
    demo: Place, language: str, fen: int, spoken: str
) -> None:
    """A small unit beside a giant is 230 thousand short, not 0 million."""
    review, _ranking = ask()("T", "2023-H1")
    line = review.line("PROFIT")
    assert line is not None

    with translation.override(language):
        assert FigureWording(review.ledger, review.largest_money).spoken(line.info, fen) == spoken


@pytest.mark.parametrize(
    ("actual", "plan", "printed"),
    [
        (0.0764, 0.0761, ("7.64", "7.61", "+0.03")),  # one digit told nothing apart
        (0.0764, 0.0731, ("7.6", "7.3", "+0.3")),
        (0.07641, 0.07640, ("7.6", "7.6", "0.0")),  # one digit more would not either
    ],
)
def test_shares_are_told_apart_where_one_digit_more_does_it(
    demo: Place, actual: float, plan: float, printed: tuple[str, ...]
) -> None:
    review, _ranking = ask()("T", "2023-H1")
    line = review.line("DEBT_RATIO")
    assert line is not None

    with translation.override("en"):
        wording = FigureWording(review.ledger, review.largest_money)
        found = [wording.figure(line.info, value, actual, plan) for value in (actual, plan)]
        gap = wording.figure(line.info, actual - plan, actual, plan, sign=True)

    assert (*found, gap) == printed


def test_what_is_stated_differs_by_what_can_be_read(demo: Place) -> None:
    """Donglian states 350,000 yuan more than its units add up to, on a page in millions."""
    review, _ranking = ask()("T04", "2023-H1")
    line = review.line("REVENUE")
    assert line is not None

    with translation.override("en"):
        assert Wording.of(review).stated(line) == "stated 1,228, +350 thousand to the sum"
