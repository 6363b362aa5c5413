"""A paper's file held against the books: what has changed, what was edited, what is no paper of ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from headrope.reports.checking import Finding, check
from headrope.reports.manifest import NoManifest, manifest_of
from headrope.reports.opening import Opened, opened
from headrope.reports.paper import Number, Paper, Question, Table
from headrope.reports.pdf import pdf
from headrope.reports.word import word
from tests.reports.conftest import number


def kept(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def loss(paper: Paper, text: str, value: str) -> Paper:
    """The paper with another profit wherever it is printed as a loss of 44.05."""

    def mended(piece: str | Number) -> str | Number:
        return (
            replace(piece, text=text, value=value) if isinstance(piece, Number) and piece.value == "-44.05" else piece
        )

    table = paper.wide[0]
    assert isinstance(table, Table)
    rows = [replace(row, cells=[tuple(map(mended, cell)) for cell in row.cells]) for row in table.rows]
    finding = [tuple(map(mended, sentence)) for sentence in paper.finding]
    question = replace(paper.question, seq=190)
    return replace(paper, question=question, finding=finding, wide=[replace(table, rows=rows), *paper.wide[1:]])


@pytest.mark.parametrize(("name", "write"), [("a.pdf", pdf), ("a.docx", word)])
def test_paper_that_still_holds_has_no_findings(
    paper: Paper, tmp_path: Path, name: str, write: Callable[[Paper], bytes]
) -> None:
    asked: list[Question] = []

    def again(question: Question) -> Paper:
        asked.append(question)
        return paper

    checked = check(opened(kept(tmp_path / name, write(paper))), again)

    assert (checked.findings, checked.numbers, checked.seq) == ((), 6, 184)
    assert asked == [paper.question]


@pytest.mark.parametrize(("name", "write"), [("a.pdf", pdf), ("a.docx", word)])
def test_number_that_has_changed_is_told_once_with_both_values(
    paper: Paper, tmp_path: Path, name: str, write: Callable[[Paper], bytes]
) -> None:
    later = loss(paper, "−50", "-50.25")

    checked = check(opened(kept(tmp_path / name, write(paper))), lambda _question: later)

    (ref,) = {each.ref for each in paper.numbers() if each.value == "-44.05"}
    assert [(each.kind, each.ref, each.now) for each in checked.findings] == [("changed", ref, "−50")]
    assert checked.seq == 190


def test_change_below_what_is_printed_is_a_change(paper: Paper, tmp_path: Path) -> None:
    checked = check(opened(kept(tmp_path / "a.pdf", pdf(paper))), lambda _question: loss(paper, "−44", "-44.06"))

    assert [(each.kind, each.now) for each in checked.findings] == [("changed", "−44")]


def test_number_that_is_no_longer_there_is_gone(paper: Paper, tmp_path: Path) -> None:
    checked = check(
        opened(kept(tmp_path / "a.pdf", pdf(paper))),
        lambda _question: replace(paper, wide=[], finding=[number("9", "9")]),
    )

    # Profit is still told, as 9; its plan and revenue are nowhere.
    assert {(each.kind, each.ref.measure, each.ref.version) for each in checked.findings} == {
        ("changed", "PROFIT", "actual"),
        ("gone", "PROFIT", "target"),
        ("gone", "REV", "actual"),
        ("gone", "REV", "target"),
    }


def test_number_edited_by_hand_is_found(paper: Paper, tmp_path: Path) -> None:
    made = word(paper)
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"918", b"981") if name == "word/document.xml" else data)

    checked = check(opened(kept(tmp_path / "a.docx", changed.getvalue())), lambda _question: paper)

    (ref,) = {each.ref for each in paper.numbers() if each.text == "918"}
    assert checked.findings == (Finding("edited", ref, "918", "981"),)


def test_number_taken_out_is_missing(paper: Paper) -> None:
    held = manifest_of(paper)
    shown = {place: each.text for place, each in enumerate(held.numbers) if each.text != "918"}

    checked = check(Opened(held, shown), lambda _question: paper)

    assert [(each.kind, each.printed) for each in checked.findings] == [("missing", "918")]


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name.replace("__", "/").replace("_json", ".json").replace("_xml", ".xml"), data)
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\x00" * 2000,
        b"PK\x03\x04",
        b"plain text",
        zipped(word__document_xml=b"<a/>"),
    ],
)
def test_other_file_is_refused_with_a_remedy(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NoManifest) as found:
        opened(kept(tmp_path / "x.docx", data))

    assert found.value.problem.where == "x.docx"
    assert found.value.problem.remedy


def test_part_that_swells_when_unpacked_is_refused(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrope.reports.opening.MOST_BYTES", 200_000)
    made = BytesIO(word(paper))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as held, pytest.warns(UserWarning, match="Duplicate"):
        held.writestr("word/document.xml", b" " * 300_000)

    with pytest.raises(NoManifest, match="too large"):
        opened(kept(tmp_path / "bomb.docx", made.getvalue()))


def test_entities_in_the_text_are_refused(paper: Paper, tmp_path: Path) -> None:
    made = BytesIO(word(paper))
    with zipfile.ZipFile(made, "a") as held, pytest.warns(UserWarning, match="Duplicate"):
        held.writestr("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')

    with pytest.raises(NoManifest, match="entities"):
        opened(kept(tmp_path / "x.docx", made.getvalue()))
