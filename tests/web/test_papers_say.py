"""Papers say what the pages say: every cell of the tables of measures, who answers, places, notes and the line at the foot.

The example group and the group that has everything that spoils a page, as sheets and as situations, in both languages.
"""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client

from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import whole_sight
from headrope.reports.making import make
from headrope.reports.paper import Cell, Drawing, Figure, Paper, Question, Table
from headrope.review.queries import Reader
from tests.web.conftest import Browse
from tests.web.hard_group import hard as hard  # the fixtures
from tests.web.hard_group import hard_place as hard_place
from tests.web.test_hard import UNITS, words

HALF = "2023-H1"
PAGES = {"sheet": "sheet", "situation": "review"}
PICTURES = re.compile(r"Pace|Trend|Landing, target|Note|达成|走势|趋势|预计，|备注|^$")
LEFT_OUT = ("Gap, %", "Change, %", "8 cases in 10")
"""Columns that a paper has and the page of a sheet tells behind its pictures."""
DEMO = [
    (kind, unit, against, language)
    for kind, unit in (("sheet", "T03"), ("sheet", "T11"), ("sheet", "T0302"), ("situation", "T"), ("situation", "T03"))
    for against in ("target", "last-year")
    for language in ("en", "zh-hans")
]
HARD = [
    (kind, unit, against, language)
    for kind in PAGES
    for unit in UNITS
    for against in ("", "last-year")
    for language in ("en", "zh-hans" if unit in ("G", "LONG", "MUTE") else "")
    if language
]


def reader(known: date | None = None) -> Reader:
    """The books as the office reads them."""
    at, ledger = books(), ledger_settings()
    who = whole_sight(str(at.key), at.seq, clock.now().astimezone(ledger.zone).date())
    return Reader(store.fresh(known), ledger, at, who, known)


def made(asked: Question) -> Paper:
    """The paper as the office gets it."""
    return make(reader(date.fromisoformat(asked.known) if asked.known else None), asked)


def said(sentence: Cell) -> str:
    told = [piece for piece in sentence if not isinstance(piece, Drawing)]
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in told)
    return re.sub(r"\s+", " ", text).strip()


def drawn(body: str) -> list[list[str]]:
    """The small pictures of each row of the page's table of measures."""
    found = re.search(r'<table class="hr-table hr-measures.*?</table>', body, re.S)
    rows = found[0].partition("<tbody>")[2].split("<tr")[1:] if found else []
    return [re.findall(r'<svg class="hr-pic".*?</svg>', row, re.S) for row in rows]


def measures_of(body: str) -> tuple[list[str], list[list[str]], list[str]]:
    """The page's table of measures: heads, rows and the notes under it."""
    found = re.search(r'<table class="hr-table hr-measures.*?</table></div>\s*(<p class="hr-key">.*?</p>)?', body, re.S)
    if found is None:
        return [], [], []
    text = re.sub(r'<span class="hr-short">.*?</span>|<svg.*?</svg>', "", found[0], flags=re.S)
    head, rows = text[: text.index("</thead>")], text[text.index("<tbody>") : text.index("</tbody>")].split("<tr")[1:]
    cell = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.S)
    notes = [words(each) for each in re.findall(r"<span>(.*?)</span>", found[1] or "", re.S)]
    return [words(each) for each in cell.findall(head)], [[words(c) for c in cell.findall(row)] for row in rows], notes


def held(browser: Client, kind: str, unit: str, against: str, language: str) -> tuple[str, Paper]:
    browser.cookies["django_language"] = language
    query = f"?against={against}" if against else ""
    body = browser.get(f"/{PAGES[kind]}/{unit}/{HALF}/{query}").content.decode()
    return body, made(Question(kind, unit, HALF, against, language))


def beside(body: str, paper: Paper) -> None:
    """Each cell of the page stands in the paper under the same title, and nothing else does."""
    heads, rows, below = measures_of(body)
    table = paper.wide[0]
    assert isinstance(table, Table)
    titles = [column.title for column in table.columns]
    cells = [dict(zip(titles, map(said, row.cells), strict=True)) for row in table.rows]
    assert [next(iter(row.values())) for row in cells] == [row[0] for row in rows]
    pictures = [[each.svg for cell in row.cells for each in cell if isinstance(each, Drawing)] for row in table.rows]
    assert pictures == drawn(body)
    seen = set()
    for place, head in enumerate(heads):
        if PICTURES.search(head):
            continue
        seen.add(head)
        told = [row[place].replace("not reported", "–").replace("未报", "–") for row in rows]
        printed = [row.get(head, "").replace("not reported", "–").replace("未报", "–") for row in cells]
        assert (head, printed) == (head, told)
    if paper.question.kind == "situation":
        assert {title for title in titles if not PICTURES.search(title)} <= seen
    elif paper.question.language == "en":
        assert {title for title in titles if not PICTURES.search(title)} - seen <= set(LEFT_OUT)
    noted = [
        note for row in rows for note in row[len(heads) - 1].split(" · ") if note and heads[-1] in ("Note", "备注")
    ]
    told_below = [said(line) for line in table.below]
    if below:
        assert told_below == below
    assert all(any(line.endswith(note) for line in told_below) for note in noted)
    assert bool(told_below) == bool(below or noted)


@pytest.mark.parametrize(("kind", "unit", "against", "language"), DEMO)
def test_measures_of_a_paper_are_those_of_its_page(
    browse: Browse, kind: str, unit: str, against: str, language: str
) -> None:
    body, paper = held(browse("office"), kind, unit, against, language)

    beside(body, paper)

    assert len(paper.wide[0].rows) >= 10  # type: ignore[union-attr]
    assert paper.foot in words(body)


@pytest.mark.parametrize(("kind", "unit", "against", "language"), HARD)
def test_measures_of_the_hard_group_are_those_of_its_pages(
    hard: Client, kind: str, unit: str, against: str, language: str
) -> None:
    body, paper = held(hard, kind, unit, against, language)

    beside(body, paper)


def test_who_answers_on_paper_is_who_answers_on_the_page(browse: Browse) -> None:
    """Heads who cannot sign in as well: of ten rows none is empty."""
    paper = made(Question("situation", "T", HALF, "target", "en"))
    body = browse("office").get(f"/review/T/{HALF}/below/?against=target").content.decode()

    (table,) = [each for each in paper.blocks if isinstance(each, Table) and each.title == "Red without an answer"]
    printed = [(said(row.cells[0]), said(row.cells[1]), said(row.cells[2])) for row in table.rows]
    page = body[body.index('id="reds"') :]
    cells = [re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S) for row in page[page.index("<tbody>") : page.index("</table>")].split("<tr")[1:]]  # fmt: skip
    told = [(words(row[0]), words(row[1]), words(row[3])) for row in cells]
    assert printed[: len(told)] == told
    assert len(told) == 8
    assert all(who for _unit, _measure, who in printed)
    assert table.note.endswith("and 19 more")


def test_sheet_on_paper_says_both_ranks_and_those_of_a_month_before(browse: Browse) -> None:
    body = browse("office").get(f"/sheet/T03/{HALF}/?against=target").content.decode()
    paper = made(Question("sheet", "T03", HALF, "target", "en"))

    ranks = [said(each) for each in paper.facts if "rank" in said(each)]
    assert len(ranks) == 2
    assert all(each in re.sub(r"\s+", " ", words(body)) for each in ranks)
    bound = [each.value for each in paper.numbers() if each.ref.what == "rank"]
    assert bound[0].split("/")[1] == "18"


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_numbers_in_pictures_have_references(browse: Browse, kind: str, language: str) -> None:
    """Every text in a picture with a digit in it is one of its numbers, or ends with one: target 2,146; axes aside."""
    browse("office")
    paper = made(Question(kind, "T03" if kind == "sheet" else "T", HALF, "target", language))

    shown = [block for block in paper.blocks if isinstance(block, Figure)]
    assert shown
    for block in shown:
        held = {number.text for number in block.numbers}
        texts = re.findall(r'"text": "([^"]*\d[^"]*)"', json.dumps(block.chart.spec, ensure_ascii=False))
        assert texts
        assert [text for text in texts if not any(text.endswith(each) for each in held)] == []
