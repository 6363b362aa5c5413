"""How large money is counted is the reader's choice, kept in a cookie, and the same everywhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from headrope.core.display import Style
from headrope.ledger.wording import FigureWording
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


def test_switch_takes_no_get(browse: Browse) -> None:
    assert browse("office").get("/numbers/").status_code == 405


# The nouns of the mast


def nav(browse: Browse, who: str) -> list[str]:
    """The addresses of the mast's navigation."""
    body = browse(who).get("/password/").content.decode()
    return re.findall(r'href="([^"]*)" data-go', body.partition('<nav class="hr-nav"')[2].partition("</nav>")[0])


def test_mast_shows_only_what_is_there_and_may_be_done(browse: Browse) -> None:
    found = {who: nav(browse, who) for who in ("office", "admin", "clerk", "outsider")}

    set_up = {"office": ["/organisation/", "/posts/", "/definitions/", "/start/"], "admin": ["/organisation/", "/posts/", "/people/", "/definitions/", "/audit/", "/start/"], "clerk": [], "outsider": []}  # fmt: skip
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
