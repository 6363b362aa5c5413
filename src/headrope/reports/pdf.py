"""A paper as .pdf, set by Typst; the list of its numbers is attached to the file."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from headrope.ledger.said import gettext as _
from headrope.reports import manifest, pictures
from headrope.reports.paper import Block, Cell, Drawing, Figure, Paper, Table, Text

TEMPLATE = Path(__file__).parent / "paper.typ"
LONGEST_WORD = 28
"""From so many letters without a space a word is broken where a column ends."""


def pdf(paper: Paper) -> bytes:
    """The file, one page or more of A4 landscape; the same paper gives the same pages."""
    # Brought in when first asked for: pages never need it.
    import typst  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="headrope-paper-") as name:
        folder = Path(name)
        (folder / "paper.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / manifest.NAME).write_bytes(manifest.written(manifest.manifest_of(paper)))
        (folder / "paper.json").write_text(json.dumps(_content(paper, folder)), encoding="utf-8")
        made = typst.compile(
            str(folder / "paper.typ"), root=str(folder), font_paths=[str(pictures.FONTS)], ignore_system_fonts=True
        )
    return bytes(made)


def _content(paper: Paper, folder: Path) -> dict[str, Any]:
    language = paper.question.language
    return {
        "language": language,
        "title": paper.title,
        "heading": _breaking(paper.title),
        "facts": [_sentence(each, folder) for each in paper.facts],
        "finding": [_sentence(each, folder) for each in paper.finding],
        "wide": [_block(each, folder, language) for each in paper.wide],
        "columns": [[_block(each, folder, language) for each in column] for column in paper.columns],
        "last": [_block(each, folder, language) for each in paper.last],
        "foot": paper.foot,
        "attachment": manifest.NAME,
        "attached": _("The numbers of this paper, with their references"),
    }


def _breaking(text: str) -> str:
    """Words that are too long for a column may be broken anywhere; Chinese may be without being told."""
    return re.sub(rf"[!-\u024f]{{{LONGEST_WORD},}}", lambda found: "\N{ZERO WIDTH SPACE}".join(found[0]), text)


def _sentence(sentence: Cell, folder: Path) -> list[str | dict[str, Any]]:
    found: list[str | dict[str, Any]] = []
    for piece in sentence:
        if isinstance(piece, str):
            found.append(_breaking(piece))
        elif isinstance(piece, Drawing):
            found.append({"file": _kept(pictures.row_svg(piece.svg), folder)})
        else:
            found.append({"text": piece.text, "bad": piece.bad})
    return found


def _kept(svg: str, folder: Path) -> str:
    """The name under which the picture stands in the folder."""
    name = f"{sum(1 for _each in folder.iterdir())}.svg"
    (folder / name).write_text(svg, encoding="utf-8")
    return name


def _block(block: Block, folder: Path, language: str) -> dict[str, Any]:
    shared: dict[str, Any] = {"title": _breaking(block.title), "note": block.note}
    if isinstance(block, Table):
        columns = [{"title": _breaking(each.title), "width": each.width, "words": each.words} for each in block.columns]
        rows = [
            {"cells": [_sentence(cell, folder) for cell in row.cells], "strong": row.strong, "tints": list(row.tints)}
            for row in block.rows
        ]
        shared["below"] = [_sentence(line, folder) for line in block.below]
        whole = {"empty": block.empty, "whole": block.whole}
        return {"kind": "table", "columns": columns, "rows": rows, **whole, **shared}
    if isinstance(block, Figure):
        file = _kept(pictures.svg(block.chart, language), folder)
        return {"kind": "figure", "file": file, "alt": block.chart.alt, **shared}
    assert isinstance(block, Text)
    return {"kind": "text", "lines": [_sentence(line, folder) for line in block.lines], **shared}
