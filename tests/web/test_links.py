"""Every number of a situation and of a sheet leads to where it comes from; what does not stands in a short list with the reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import LazySettings
from django.test import Client

from headrope.demo.actions import DEMO_NOW
from headrope.web.origin import restated
from tests.conftest import Place
from tests.web.conftest import Browse, signed_in

DAY = r"\d{1,2} \w{3} \d{4}"
IN = rf"\d+ of \d+ in|(\d+ of \d+ not in, )?overdue since {DAY}|(highest|lowest) since (\w{{3}} )?\d{{4}}"
ORDERS = r"\d+ of its \d+ orders done(, \d+ overdue)?"
WITHOUT_LINK = [
    # Where (the end of the path of elements), the text, and why it leads nowhere.
    (r"hr-print|hr-foot", r".*", "the bearing in print: period, day, posting"),
    (r"> th", r".*", "names of columns and rows: years, periods, so many others"),
    (r"> th.* > span\.(hr-unit-of|s-what)", r".*", "how many units are below, and which form"),
    (r"header > p", r".*", "what a section shows: periods, days, counts of its rows"),
    (
        r"hr-facts.* > span",
        r"\d+ (behind|to watch|on pace|ahead|stale|units below|records)",
        "counts of what the page shows",
    ),
    (r"hr-facts.* > span", r"[\d,]+ of [\d,]+ (figures|reporting units) are in.*|All .* are in", "counts of forms"),
    (r"hr-facts.* > span", ORDERS, "counts of orders"),
    (r"hr-facts.* > span", r"\(was \d+\)", "a place among sisters, beside one that leads to the ranking"),
    (r"hr-facts.* > span", r".* 100\N{NARROW NO-BREAK SPACE}% held", "a holding, no figure of a measure"),
    (r"hr-facts.* > span", rf"figures? restated, (last )?{DAY}", "days"),
    (r"h1\.hr-finding", rf"Since the session of {DAY}: [^\d]*|; {ORDERS}", "days, counts of orders"),
    (r"hr-place", r"\d+", "the place in the ranking"),
    (r"hr-key > span", r"\d+ units? (is|are) left out\.", "counts of units"),
    (r"> td.*hr-mid\.is-wide", IN, "notes: counts of figures, days, years"),
    (r"#late.* > td\.is-wide", DAY, "the day a form was due"),
    (r"#late.* > td\.hr-left.*", r"\d+ days? late", "how late a form is"),
    (r"#late.* > button\.hr-btn", r"Remind \d+ units?: .*", "what a button does"),
    (r"#restated.* > td.*", r"Jun 2023: Warranty provision of Unit 4 was missed", "people's words"),
    (r"s-notes.*", r".*", "people's words, and counts of orders"),
]
ALONE = ("br", "input", "img", "rect", "line", "circle", "path", "polyline")


class Figures(HTMLParser):
    """Notes every text with a digit that stands in the page proper and in no link, with the elements that it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []
        self.linked = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in ALONE:
            ident = f"#{given['id']}" if given.get("id") else ""
            self.inside.append((tag, ident + "".join(f".{each}" for each in (given.get("class") or "").split())))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _names in self.inside]
        if not re.search(r"\d", data) or "main" not in tags or {"script", "svg"} & set(tags):
            return
        if "a" in tags:
            self.linked += 1
        else:
            path = "".join(f" > {tag}{names}" for tag, names in self.inside[tags.index("main") + 1 :])
            self.found.append((path, data))


@pytest.fixture
def office(browse: Browse, settings: LazySettings) -> Client:
    """The group office on the day of the example group."""
    settings.CLOCK_SHIFT = DEMO_NOW - datetime.now(UTC)
    return browse("office")


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("/review/T/2023-H1/", 170),
        ("/review/T/2023-H1/below/", 200),
        ("/review/T/2023-H1/since/", 35),
        ("/review/T03/2023-H1/?against=last-year", 80),
        ("/sheet/T/2023-H1/", 150),
        ("/sheet/T03/2023-H1/", 150),
        ("/sheet/T0302/2023-H1/", 120),
    ],
)
def test_every_number_is_in_a_link(office: Client, page: str, least: int) -> None:
    figures = Figures()

    figures.feed(office.get(page).content.decode())

    left = [(path, text) for path, text in figures.found if not excused(path, text.strip())]
    assert left == []
    assert figures.linked >= least


def excused(path: str, text: str) -> bool:
    return any(re.search(f"({where})[^>]*$", path) and re.fullmatch(what, text) for where, what, _why in WITHOUT_LINK)


def numbers_of_charts(body: str) -> list[tuple[str, str]]:
    """The numbers of the tables beside charts with their addresses."""
    tables = re.findall(r'<details class="hr-numbers">.*?</details>', body, re.DOTALL)
    return [
        (text, unescape(href)) for table in tables for href, text in re.findall(r'href="([^"]+)">([^<]+)</a>', table)
    ]


def told_by(client: Client, href: str) -> float:
    """The exact value that an origin shows; held against another, the difference."""
    answer = client.get(href.partition("#")[0])
    assert answer.status_code == 200, href
    body = answer.content.decode()
    if "against=" in href:
        (text,) = re.findall(r"Difference</th><td>([^<]+)<", body)
    else:
        (text,) = re.findall(r'class="d-big[^"]*">\s*([^<]+)<', body)
    return number(text)


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-").replace(",", "").replace("+", ""))


@pytest.mark.parametrize("page", ["/sheet/T03/2023-H1/", "/review/T/2023-H1/below/", "/sheet/T0302/2023-H1/"])
def test_number_of_a_chart_leads_to_the_figure_that_it_shows(office: Client, page: str) -> None:
    """Money in units of account, so that nothing is rounded by a scale; sums of several and landings lead to lists."""
    numbers = numbers_of_charts(office.get(f"{page}?scale=1").content.decode())

    held = {href: text for text, href in numbers if not re.search("#parts|/landing/|^/gaps/", href)}
    wrong = [
        (text, told_by(office, href), href)
        for href, text in held.items()
        if abs(number(text) - told_by(office, href)) > 1
    ]
    assert wrong == []
    assert len(held) > 5


def test_count_of_restated_figures_opens_what_was_restated(office: Client) -> None:
    """One figure of Pressure Vessels below it was restated in July: Unit 4's warranty provision."""
    sheet = office.get("/sheet/T03/2023-H1/").content.decode()
    (href,) = re.findall(r'href="([^"]+)"><b>1</b></a> figure restated', sheet)

    page = office.get(href).content.decode()
    panel = office.get(href, headers={"HX-Request": "true"}).content.decode()

    rows = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<li>.*?</li>", panel, re.DOTALL)]
    told = (
        "Pressure Vessels · Profit · Jun 2023 −1,888,766.48 → −7,888,766.48 CNY Warranty provision of Unit 4 was missed"
    )
    assert [row.partition(" known 12 Jul 2023 ")[0] for row in rows] == [told]
    assert panel in page


def test_restated_figures_that_do_not_fit_are_counted(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restated, "MOST", 0)

    page = office.get("/origin/T03/2023-H1/restated/").content.decode()

    assert "<span>1 more</span>" in page


def test_period_without_restatements_says_so(office: Client) -> None:
    assert "Nothing was restated." in office.get("/origin/T03/2021-H1/restated/").content.decode()


def test_number_of_a_landing_s_fan_leads_to_its_figure(furnished_example: Place, settings: LazySettings) -> None:
    settings.CLOCK_SHIFT = DEMO_NOW - datetime.now(UTC)
    furnished_example.enter()
    client = signed_in("zhou.yi")

    numbers = numbers_of_charts(client.get("/landing/T/2023/?scale=1").content.decode())

    known = {href: text for text, href in numbers if "/landing/" not in href}
    landed = {href for _text, href in numbers if "/landing/" in href}
    figures = {href: number(text.removesuffix(", partly estimated")) for href, text in known.items()}
    wrong = [href for href, figure in figures.items() if abs(figure - told_by(client, href)) > 1]
    # June is not all in: the run has put in what is likely, and the figure itself says how many are missing.
    assert wrong == ["/origin/T/PROFIT/2023-H1/actual/"]
    assert [href for href, text in known.items() if text.endswith("estimated")] == wrong
    assert len(known) == 12 + 12 + 6  # plan and last year of all months, and what is known of this one
    assert [client.get(href).status_code for href in landed] == [200]
