"""The tree of units as rows for the grid: in order, under the mandate only, and fetched once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.conftest import Browse
from tests.web.sheet_reading import values


def fetched(browse: Browse, who: str, language: str = "en") -> dict[str, Any]:
    """What the grid is given."""
    browser = browse(who)
    browser.cookies["django_language"] = language
    answer = browser.get("/units/rows.json")
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_rows_follow_the_one_they_stand_under_and_name_its_place(browse: Browse) -> None:
    """
    T03 Xinglu Boiler
    ├ T0301 Utility Boilers
    ├ T0302 Pressure Vessels
    └ T0303 Heat Recovery
    """
    whole = fetched(browse, "office")["rows"]
    place = {row[0]: at for at, row in enumerate(whole)}

    assert fetched(browse, "fang.zhiqiang") == {
        "rows": [
            ["T03", "Xinglu Boiler", "兴炉锅炉", -1, "company", 0],
            ["T0301", "Utility Boilers", "电站锅炉厂", 0, "branch", 0],
            ["T0302", "Pressure Vessels", "压力容器公司", 0, "branch", 0],
            ["T0303", "Heat Recovery", "余热利用公司", 0, "branch", 0],
        ],
        "at": "T03",
    }
    assert all(-1 <= row[3] < at for at, row in enumerate(whole))
    assert [whole[place[code]][3] for code in ("T0301", "T0303", "T03", "T")] == [place["T03"], place["T03"], place["T"], -1]  # fmt: skip
    assert all(row[5] == 1 for row in whole)  # the office may change the tree


@pytest.mark.parametrize(("who", "codes"), [("clerk", ["T0302"]), ("leader", ["T01", "T0101", "T0102", "T0103", "T0104"]), ("outsider", [])])  # fmt: skip
def test_rows_are_those_under_the_mandate(browse: Browse, who: str, codes: list[str]) -> None:
    assert [row[0] for row in fetched(browse, who)["rows"]] == codes


def test_rows_speak_the_language_and_keep_the_other_name_for_the_filter(browse: Browse) -> None:
    (row,) = fetched(browse, "clerk", "zh-hans")["rows"]

    assert row[:3] == ["T0302", "压力容器公司", "Pressure Vessels"]
    assert row[4] == "分支机构"


def test_rows_that_the_browser_has_are_not_sent_again(browse: Browse) -> None:
    """The mark changes with the language and with who asks, so that nobody is told that he has another's rows."""
    marks = {}
    for who in ("office", "clerk", "leader", "outsider"):
        for language in ("en", "zh-hans"):
            browser = browse(who)
            browser.cookies["django_language"] = language
            answer = browser.get("/units/rows.json")
            again = browser.get("/units/rows.json", headers={"If-None-Match": answer["ETag"]})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
            assert "private" in again["Cache-Control"]
            marks[who, language] = answer["ETag"]

    assert len(set(marks.values())) == len(marks)
    foreign = browse("clerk").get("/units/rows.json", headers={"If-None-Match": marks["office", "en"]})
    assert foreign.status_code == 200


def test_file_of_the_office_and_rows_of_the_grid_are_the_same_units(browse: Browse) -> None:
    rows = values(browse("office").get("/units/units.xlsx").content)
    grid = fetched(browse, "office")["rows"]

    assert [row[0] for row in rows[3:-2]] == [row[0] for row in grid]
    assert [row[4] for row in rows[3:-2]] == [grid[row[3]][0] if row[3] >= 0 else None for row in grid]


def test_page_without_scripts_still_is_the_list(browse: Browse) -> None:
    body = browse("office").get("/units/").content.decode()

    assert body.count('class="u-name"') > 20
    assert 'class="hr-grid" data-rows="/units/rows.json"' in body
    assert "hidden></div>" in body
