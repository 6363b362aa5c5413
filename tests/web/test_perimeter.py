"""The page says over which tree a year earlier stands, and leads to the other way."""

from __future__ import annotations

import re
from html import unescape

from tests.conftest import Place
from tests.web.conftest import signed_in

HEIR = "/review/T0302/2023-H1/"


def difference(page: str) -> list[str]:
    """Actual, last year's and their difference, as the origin prints them."""
    section = page.partition("The difference")[2].partition("</section>")[0]
    return re.findall(r"<td>([^<]+)</td>", section)


def growth(page: str) -> tuple[str, str]:
    """Address and text of the cell "On last year" of revenue."""
    row = next(row for row in page.split("<tr") if ">Revenue<" in row)
    return re.findall(r'class="hr-mid is-wide"><a class="hr-n" href="([^"#]*)">([^<]*)', row)[-1]


def test_last_year_of_an_heir_is_like_for_like_and_as_was_when_asked(demo_place: Place) -> None:
    """T0305 went into T0302 after March 2022: its first quarter is in last year's figure of one tree."""
    demo_place.enter()
    office = signed_in("zhou.yi")

    like = office.get(HEIR).content.decode()
    was = office.get(HEIR, {"tree": "as-was"}).content.decode()

    assert "A year earlier stands on the tree of Jun 2023." in like
    assert f'href="{HEIR}?tree=as-was"' in like
    assert "A year earlier stands on the trees of the time." in was
    (like_href, like_text), (was_href, was_text) = growth(like), growth(was)
    assert like_text != was_text
    differences = [difference(office.get(unescape(href)).content.decode()) for href in (like_href, was_href)]
    assert differences[0] != differences[1]


def test_number_of_last_year_leads_to_its_tree(demo_place: Place) -> None:
    demo_place.enter()
    office = signed_in("zhou.yi")

    page = office.get(f"{HEIR}?against=last-year").content.decode()
    href = re.search(r'href="(/origin/T0302/REVENUE/2022-H1/actual/\?[^"]*like=2023-06[^"]*)"', page)

    assert href
    origin = office.get(unescape(href[1])).content.decode()
    assert 'data-address="/origin/T0302/REVENUE/2022-H1/actual/?like=2023-06"' in origin
