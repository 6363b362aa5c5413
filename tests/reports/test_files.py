"""Papers as files: what is in them, and that the same paper gives the same file."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

from headrope import web
from headrope.reports import manifest
from headrope.reports.paper import Cell, Column, Drawing, Paper, Row, Table
from headrope.reports.pdf import pdf
from headrope.reports.pictures import ROWS, row_svg
from headrope.reports.word import PART, TAG, word
from headrope.review.charts.tokens import PAPER
from headrope.review.pictures import landing_range, level, pace_bar, spark


def test_pdf_is_one_page_with_all_texts_and_its_numbers_attached(paper: Paper) -> None:
    reader = PdfReader(BytesIO(pdf(paper)))
    text = reader.pages[0].extract_text()

    assert len(reader.pages) == 1
    assert float(reader.pages[0].mediabox.width) > float(reader.pages[0].mediabox.height)
    for words in (paper.title, "Fang Zhiqiang", "−44", "Units below", "There are none.", "Xinglu Boiler", "兴炉锅炉"):
        assert words in text
    assert reader.attachments[manifest.NAME] == [manifest.written(manifest.manifest_of(paper))]


def test_word_binds_every_number_in_the_order_of_its_list(paper: Paper) -> None:
    data = word(paper)
    document = docx.Document(BytesIO(data))
    controls = document.element.body.findall(f".//{qn('w:sdt')}")
    tags = [each.find(f".//{qn('w:tag')}").get(qn("w:val")) for each in controls]
    texts = ["".join(part.text or "" for part in each.iter(qn("w:t"))) for each in controls]

    numbers = list(paper.numbers())
    assert tags == [f"{TAG}{place}" for place in range(len(numbers))]
    assert texts == [each.text for each in numbers]
    with zipfile.ZipFile(BytesIO(data)) as held:
        assert held.read(PART.lstrip("/")) == manifest.written(manifest.manifest_of(paper))
    pictures = document.element.body.findall(f".//{qn('wp:docPr')}")
    assert [each.get("descr") for each in pictures] == ["From plan to actual"]


def with_rows(paper: Paper, *cells: Cell) -> Paper:
    """The paper with a table of such cells alone."""
    rows = [Row([("Profit",), cell]) for cell in cells]
    return replace(
        paper, wide=[Table("Drawn", [Column("", 3, words=True), Column("Pace", words=True)], rows)], columns=()
    )


TARGET = PAPER["--accent"]
"""In which the year's target is drawn."""


def colours(content: bytes) -> set[str]:
    """The colours of what is drawn, as #rrggbb."""
    found = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN)\b", content)
    return {"#" + "".join(f"{round(float(part) * 255):02x}" for part in colour) for colour in found}


def test_small_pictures_of_rows_stand_in_both_files(paper: Paper) -> None:
    """In the .pdf as lines, in the .docx as wide as their cell."""
    svgs = (pace_bar(395, 442, 980, good=False), spark([1, 3, None, 2], [1, 2, 3, 4]))
    plain, drawn = with_rows(paper, (), ()), with_rows(paper, *((Drawing(svg),) for svg in svgs))

    pages = [PdfReader(BytesIO(pdf(each))).pages[0].get_contents() for each in (plain, drawn)]
    document = docx.Document(BytesIO(word(drawn)))

    assert [TARGET in colours(page.get_data()) for page in pages if page is not None] == [False, True]
    table = document.tables[0]
    (first,), (second,) = (row.cells[1]._tc.findall(f".//{qn('wp:extent')}") for row in table.rows[1:])
    assert int(first.get("cx")) == int(second.get("cx")) < table.columns[1].width
    assert [row.cells[1].width for row in table.rows] == [table.columns[1].width] * 3


def test_small_pictures_are_drawn_as_on_the_page() -> None:
    """The classes of the pictures have the lines of the page's style sheet."""
    css = (Path(web.__file__).parent / "static" / "headrope.css").read_text(encoding="utf-8")
    used = set(re.findall(r'class="(p-[\w-]+)"', "".join((pace_bar(1, 2, 3, None), pace_bar(2, 1, 3, True), pace_bar(1, 2, 3, False), level(1, 2, False), landing_range([1, 2, 3, 4, 5], 3, 2), spark([1, None, 2], [1, 2, 3], [1])))))  # fmt: skip

    assert all(line in css for line in ROWS.strip().splitlines())
    assert used <= set(re.findall(r"\.(p-[\w-]+) {", ROWS))
    drawn = row_svg(level(1, 2, False))
    assert "var(" not in drawn and PAPER["--behind"] in drawn


def test_same_paper_gives_the_same_file(paper: Paper) -> None:
    assert pdf(paper) == pdf(paper)
    with zipfile.ZipFile(BytesIO(word(paper))) as one, zipfile.ZipFile(BytesIO(word(paper))) as two:
        assert {name: one.read(name) for name in one.namelist()} == {name: two.read(name) for name in two.namelist()}
