"""The page of a sheet: what it says of the example group, that every breakdown adds up, and who learns what."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.review.queries import Question
from headrope.review.sheet.pictures import fan_chart, waterfall_chart
from headrope.review.sheet.queries import sheet
from headrope.review.wording import Wording
from tests.conftest import Place
from tests.review.asking import ask
from tests.web.conftest import Browse, read

BOILER = "/sheet/T03/2023-H1/"
PERIODS = ("2023-H1", "2023-05", "2022", "2021-Q1")
UNITS = ("T", "T03", "T0302", "T0305", "T07", "T13", "T14", "T1402", "T17", "T18", "SEG-POWER")
"""With children and without, founded, closed, moved and joint ones, one without profit, and a segment."""


def words(body: bytes) -> str:
    """The page's text with single spaces."""
    return re.sub(r"\s+", " ", " ".join(read(body).text))


def page(browse: Browse, who: str, path: str = BOILER, language: str = "en") -> str:
    browser = browse(who)
    browser.cookies["django_language"] = language
    answer = browser.get(path)
    assert answer.status_code == 200
    assert read(answer.content).notes == []
    return words(answer.content)


def test_sheet_says_who_the_unit_is_and_how_it_stands(browse: Browse) -> None:
    said = page(browse, "office")

    for text in (
        "Xinglu Boiler 兴炉锅炉",
        "Company, 100 % held Head Fang Zhiqiang 1,070 people Segment Power equipment",
        "Profit to plan: rank 17 of 17",
        "All 3 reporting units are in 1 figure restated, 12 Jul 2023",
        "Profit is a loss of 44 million against a planned loss of 1 million . Utility Boilers explains 26 of it.",
    ):
        assert text in said


def test_a_unit_that_no_meeting_has_gone_through_says_so(browse: Browse) -> None:
    assert "Last review No meeting has reviewed this unit yet." in page(browse, "office", "/sheet/T0301/2023-H1/")


def test_units_below_and_causes_of_the_gap_stand_in_one_table(browse: Browse) -> None:
    said = page(browse, "office")

    # Plan, actual, gap of revenue and of profit; volume, mix, own performance: -43 = 0 + 1 - 44.
    assert "Utility Boilers 552 499 −53 −8 −34 −26 +1 0 −27" in said
    assert "Xinglu Boiler 995 918 −77 −1 −44 −43 0 +1 −44" in said


def test_sheet_is_there_in_chinese(browse: Browse) -> None:
    said = page(browse, "office", language="zh-hans")

    assert "兴炉锅炉 Xinglu Boiler" in said
    assert "利润总额" in said


def test_sisters_that_are_hidden_are_counted_and_not_named(browse: Browse) -> None:
    """The clerk of T0302 learns that his unit is the second of three, and nothing of the other two."""
    said = page(browse, "clerk", "/sheet/T0302/2023-H1/")

    assert "Profit to plan: rank 3 of 3" in said
    assert "Utility Boilers" not in said
    assert "Heat Recovery" not in said


def test_figures_of_others_are_never_in_the_bytes_of_a_clerks_sheet(browse: Browse) -> None:
    """Neither a sister's nor the total above; at full scale, where every figure is told from every other."""

    def figures(who: str, unit: str) -> set[str]:
        text = browse(who).get(f"/sheet/{unit}/2023-H1/?scale=1").content.decode()
        return set(re.findall(r"\d{1,3}(?:,\d{3}){2,}", text))

    others = figures("office", "T03") | figures("office", "T0301") | figures("office", "T0303")
    own = figures("clerk", "T0302")

    assert len(others) > 200
    assert len(own) > 50
    # The sheet above shows what the clerk's unit adds to it, as his own does.
    assert own - figures("office", "T0302") == set()
    assert (others - figures("office", "T0302")) & own == set()


@pytest.mark.parametrize("period", PERIODS)
def test_everything_adds_up_for_all_sorts_of_units(demo: Place, period: str) -> None:
    asking = ask()
    asked = parse(period)
    for unit in UNITS:
        found = sheet(asking.reader, Question(unit, asked))
        wording = Wording.of(found.review)
        line = found.explained
        if found.children is not None:
            assert line is not None
            assert sum(part.given for part in found.children.parts) + found.children.rest == line.gap
        if found.shift is not None:
            assert line is not None
            assert found.shift.whole.of_gap == line.gap
            children = found.children.parts if found.children else ()
            by_unit = {unit.id: effects for unit, effects in found.shift.by if unit}
            assert {part.unit.id: part.given for part in children if part.unit} == {
                unit: effects.of_gap for unit, effects in by_unit.items()
            }
        for path in found.paths:
            total = found.review.line(path.info.code)
            assert total is not None
            if asked.start == path.cells[0].start and total.actual.known:
                assert sum(value or 0 for value in path.actual) == total.actual.value
            assert fan_chart(found, path, wording).spec["layer"]
        waterfall_chart(found, wording)


def test_sheet_takes_no_more_statements_for_three_units_below_than_for_two(browse: Browse) -> None:
    def statements(path: str) -> int:
        browser = browse("office")
        browser.get(path)
        with CaptureQueriesContext(connection) as found:
            browser.get(path)
        return len(found)

    assert statements("/sheet/T10/2023-H1/") == statements("/sheet/T04/2023-H1/")


def test_questions_go_along_from_sheet_to_sheet(browse: Browse) -> None:
    body = browse("office").get(f"{BOILER}?against=last-year&measure=PROFIT").content.decode()

    assert 'href="/sheet/T04/2023-H1/?against=last-year"' in body
    assert 'href="/sheet/T03/2023-05/?against=last-year"' in body
    assert 'href="/review/T03/2023-H1/?against=last-year"' in body


def test_a_sheet_against_nothing_that_is_held_is_not_there(browse: Browse) -> None:
    assert browse("office").get(f"{BOILER}?against=budget2").status_code == 404
