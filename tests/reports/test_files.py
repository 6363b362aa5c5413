"""Papers as files: what is in them, and that the same paper gives the same file."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

from headrope.reports import manifest
from headrope.reports.paper import Paper
from headrope.reports.pdf import pdf
from headrope.reports.word import PART, TAG, word


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


def test_same_paper_gives_the_same_file(paper: Paper) -> None:
    assert pdf(paper) == pdf(paper)
    with zipfile.ZipFile(BytesIO(word(paper))) as one, zipfile.ZipFile(BytesIO(word(paper))) as two:
        assert {name: one.read(name) for name in one.namelist()} == {name: two.read(name) for name in two.namelist()}
