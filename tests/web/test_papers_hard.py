"""Papers of the group that has everything that spoils a page: they are made, hold, and no text runs off the sheet."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader

from headrope.reports.checking import check
from headrope.reports.making import again
from headrope.reports.opening import opened
from headrope.reports.paper import Question
from headrope.reports.pdf import pdf
from headrope.reports.word import word
from tests.web.hard_group import hard as hard  # the fixtures
from tests.web.hard_group import hard_place as hard_place
from tests.web.test_hard import WRONG
from tests.web.test_papers_say import HALF, made, reader

PRINTED = ("G", "LONG", "MANY", "ZERO", "LOSS", "OLD", "HEIR", "MUTE", "NONE", "ODD")
A4 = (842, 595)
"""Points of the sheet, landscape."""


def off(page: object) -> list[str]:
    """Texts of the page that begin outside of it."""
    found: list[str] = []

    def each(text: str, matrix: list[float], place: list[float], _font: object, _size: float) -> None:
        x = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
        y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        if text.strip() and not (0 <= x <= A4[0] and 0 <= y <= A4[1]):
            found.append(f"{text.strip()} at {x:.0f}, {y:.0f}")

    page.extract_text(visitor_text=each)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("unit", PRINTED)
@pytest.mark.parametrize("kind", ["sheet", "situation"])
def test_paper_of_a_hard_unit_is_made_and_holds(
    hard: Client, tmp_path: Path, kind: str, unit: str, language: str
) -> None:
    paper = made(Question(kind, unit, HALF, "", language))
    files = {ending: tmp_path / f"paper.{ending}" for ending in ("pdf", "docx")}
    files["pdf"].write_bytes(pdf(paper))
    files["docx"].write_bytes(word(paper))

    pages = PdfReader(BytesIO(files["pdf"].read_bytes())).pages
    text = "\n".join(page.extract_text() for page in pages)
    flat = re.sub(r"\s+", "", text)
    assert [check(opened(file), again(reader())).findings for file in files.values()] == [(), ()]
    assert WRONG.findall(text) == []
    assert [number.text for number in paper.numbers() if re.sub(r"\s+", "", number.text) not in flat] == []
    assert [each for page in pages for each in off(page)] == []
    assert len(pages) <= (2 if kind == "sheet" else 5)
