"""The empty workbook that a group begins with, and the workbook of a folder or of the whole ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import translation

from headrope.core.periods import Period, name
from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.book.columns import File
from headrope.ledger.book.files import LANGUAGES, file_of, files
from headrope.ledger.book.numbers import FIGURES
from headrope.ledger.book.reading import rows_of
from headrope.ledger.book.writing import MOST_ROWS, BookWriter, Rows
from headrope.ledger.export.actions import export_folder
from headrope.ledger.said import gettext as _

HOW, EXAMPLES, LISTS = "how 说明", "examples 示例", "lists 选项"


def template(settings: Mapping[str, str], months: Sequence[Period]) -> bytes:
    """The empty workbook: the settings of the ledger filled in, and a column of figures for each of the months."""
    writer = _begun(with_examples=True)
    for file in files():
        given = Rows()
        if file.key == "ledger":
            given = Rows([{"key": key, "value": value} for key, value in settings.items() if value])
        if file.key == FIGURES:
            given = Rows(more=[name(month) for month in months])
        writer.file(file, given)
    return _finished(writer)


def book_of(folder: Path) -> bytes:
    """The workbook of a folder; ProblemsFound where a file has more rows than a sheet."""
    writer = _begun(with_examples=False)
    for file in files():
        if file.key != FIGURES and (folder / file.file).exists():
            writer.file(file, _given(file, rows_of(file, folder)))
    return _finished(writer)


def export_book() -> bytes:
    """The whole ledger as a workbook, with vintages; ProblemsFound where it has more figures than a sheet has rows."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "ledger"
        export_folder(folder)
        return book_of(folder)


def one_file(key: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    """A workbook of a single file."""
    file = file_of(key)
    if file is None:
        raise LookupError(key)
    writer = _begun(with_examples=False)
    writer.file(file, _given(file, rows))
    return _finished(writer)


def _given(file: File, rows: Sequence[Mapping[str, str]]) -> Rows:
    if len(rows) > MOST_ROWS:
        message, remedy = "%(file)s has %(count)s rows, more than a sheet can hold.", "Use `headrope export`."
        raise ProblemsFound([Problem(file.file, message, remedy, {"file": file.file, "count": f"{len(rows):,}"})])
    return Rows(rows, [name for name in file.rare if any(row.get(name) for row in rows)])


def _begun(with_examples: bool) -> BookWriter:
    """A workbook with its first sheets; choices must be there before the sheets that pick from them."""
    writer = BookWriter()
    if with_examples:
        lines: list[str] = []
        for language in LANGUAGES:
            with translation.override(language):
                lines += ["", *_how()] if lines else _how()
        writer.told(HOW, lines)
    writer.lists(LISTS)
    if with_examples:
        writer.examples(EXAMPLES)
    return writer


def _finished(writer: BookWriter) -> bytes:
    """Examples and choices go behind the sheets that people fill in."""
    sheets = writer.book.worksheets_objs
    last = (LISTS, EXAMPLES)
    sheets.sort(key=lambda sheet: 2 if sheet.name in last else 0 if sheet.name == HOW else 1)
    for place, sheet in enumerate(sheets):
        sheet.index = place
    (sheets[1] if len(sheets) > 1 and sheets[0].name != HOW else sheets[0]).activate()
    return writer.finish()


def _how() -> list[str]:
    return [
        _("How to fill in this workbook"),
        _("1. Group: the settings stand there already; correct them if you like."),
        _("2. Units: one row for each unit, the group itself first. Each row names the unit above it."),
        _("3. Measures: what is measured, such as revenue and profit, and how totals are formed."),
        _("4. Figures: last year's figures, if you have them; a row for each unit and measure, a column for each month."),
        _("5. People and mandates: who signs in, and what he may do on which unit."),
        _("All other sheets may stay empty. Bold columns must be filled in. Explanations stand at the headings."),
        _("The sheet of examples shows rows as they should be; it is not read."),
        _("Upload the workbook where you got it. All problems are listed at once, and nothing is saved before you have seen it."),
    ]  # fmt: skip
