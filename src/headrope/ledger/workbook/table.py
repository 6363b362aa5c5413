"""Reads figures out of a table of separated values: a row for each measure, with its value, note and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import Cell, Workbook
from headrope.ledger.submissions.sheet import EntrySheet, Line
from headrope.ledger.workbook.cells import Found, Wanted, judged, too_long
from headrope.ledger.workbook.layout import LONGEST_ANSWER, LONGEST_NOTE, typed_as
from headrope.ledger.workbook.upload import Upload, UploadedCell, plain_text, with_problems

COLUMNS = {
    "measure": ("measure", "指标"),
    "value": ("value", "figure", "数值", "数据"),
    "note": ("note", "备注", "说明"),
    "answer": ("answer", "答复", "回答"),
    "unit": ("unit", "单位"),
    "form": ("form", "报表"),
    "period": ("period", "期间", "时期"),
}
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8-sig", "gb18030")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_COMMA = re.compile(r"[^,]*[0-9],[0-9]{3}[^,]*")


def encoding_of(content: bytes) -> str | None:
    """The encoding that the whole text is written in; None where it is none of those that are read."""
    for encoding in (MARKS.get(content[:2]), *ENCODINGS):
        if encoding is None:
            continue
        try:
            content.decode(encoding)
        except UnicodeError:
            continue
        return encoding
    return None


def delimiter_of(content: bytes, encoding: str) -> str:
    """The sign that parts the columns in the first line."""
    first = content[:4096].decode(encoding, "ignore").lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def wrong_bytes(content: bytes, name: str) -> Problem:
    """The first row that is written in no encoding that is read."""
    at = 0
    for number, line in enumerate(content.splitlines(), 1):
        if encoding_of(line) is None:
            at = number
            break
    message = "Row %(row)s is written neither in UTF-8 nor in GBK."
    return Problem(f"{name}, row {at or 1}", message, "Save the file as CSV UTF-8.", {"row": at or 1})


@dataclass(frozen=True)
class Row:
    """A row by column, and where it stands."""

    where: str
    number: int
    texts: Mapping[str, str]

    def text(self, column: str) -> str:
        """The text in a column, without blanks around it; empty where the table has no such column."""
        return self.texts.get(column, "").strip()


def read_table(book: Workbook, expected: EntrySheet, upload: Upload, delimiter: str) -> Upload:
    """The cells of the table and all problems of it; `upload.exponent` is the power of ten that money counts."""
    rows = book.sheets[0].rows if book.sheets else ()
    columns, problems = _columns(rows[0] if rows else (), upload.name)
    if problems:
        return with_problems(upload, problems)
    lines = _lines_by_name(expected)
    cells: dict[str, UploadedCell] = {}
    seen: dict[str, int] = {}
    for row in _rows(rows, columns, upload.name, delimiter, problems):
        problems += _other_place(row, expected)
        line = lines.get(row.text("measure").casefold())
        if line is None:
            message = "'%(text)s' is no measure of this form."
            remedy = "Write its code, such as %(example)s, or delete the row."
            values = {
                "text": row.text("measure")[:60],
                "example": expected.lines[0].info.code if expected.lines else "",
            }
            problems.append(Problem(row.where, message, remedy, values))
            continue
        code = line.info.code
        if code in seen:
            message = "%(measure)s stands in row %(row)s already."
            problems.append(Problem(row.where, message, "Delete one of them.", {"measure": code, "row": seen[code]}))
            continue
        seen[code] = row.number
        if line.typed is None:
            message = "%(measure)s is computed from other rows; its figure is not taken."
            problems.append(Problem(row.where, message, "Delete the row.", {"measure": code}, blocking=False))
            continue
        cells[code], found = _cell(row, line, upload.exponent, delimiter)
        problems += found
    in_order = (cells[line.info.code] for line in expected.lines if line.info.code in cells)
    return with_problems(replace(upload, cells=tuple(in_order)), problems)


def _columns(head: Sequence[Cell], name: str) -> tuple[dict[int, str], list[Problem]]:
    """The columns that are known, by place."""
    known = {title: column for column, titles in COLUMNS.items() for title in titles}
    found: dict[int, str] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(head):
        column = known.get(cell.text.strip().casefold())
        if column is None:
            continue
        if column in found.values():
            message = "The column %(column)s is there twice."
            problems.append(Problem(f"{name}, row 1", message, "Delete one of them.", {"column": column}))
        found[place] = column
    if not {"measure", "value"} <= set(found.values()):
        message = "The first row has to name the columns measure and value."
        remedy = "Write measure,value in the first row; note and answer may follow."
        problems.append(Problem(f"{name}, row 1", message, remedy))
    return found, problems


def _rows(
    rows: Sequence[Sequence[Cell]], columns: Mapping[int, str], name: str, delimiter: str, problems: list[Problem]
) -> Iterator[Row]:
    width = len(rows[0])
    for number, cells in enumerate(rows[1:], 2):
        texts = {column: plain_text(cells[at].text) for at, column in columns.items() if at < len(cells)}
        row = Row(f"{name}, row {number}", number, texts)
        if not any(cell.text.strip() for cell in cells):
            continue
        if len(cells) > width:
            message = "The row has %(count)s columns, and the first row names %(width)s."
            remedy = "Put texts that hold the sign %(sign)s in quotes, and write figures without thousands separators."
            values = {"count": len(cells), "width": width, "sign": "TAB" if delimiter == "\t" else delimiter}
            problems.append(Problem(row.where, message, remedy, values))
            continue
        yield row


def _lines_by_name(expected: EntrySheet) -> dict[str, Line]:
    """Lines by code and by either name, where that is the name of one measure only."""
    found: dict[str, Line] = {}
    twice: set[str] = set()
    for line in expected.lines:
        for name in {line.info.name.casefold(), line.info.name_zh.casefold()} - {""}:
            twice |= {name} & found.keys()
            found[name] = line
    for name in twice:
        del found[name]
    return found | {line.info.code.casefold(): line for line in expected.lines}


def _other_place(row: Row, expected: EntrySheet) -> Iterator[Problem]:
    for column, right, names in (
        ("unit", expected.unit.code, (expected.unit.name, expected.unit.name_zh)),
        ("form", expected.form.code, (expected.form.name, expected.form.name_zh)),
        ("period", str(expected.period), ()),
    ):
        text = row.text(column)
        if text and text not in (right, *names):
            message = "The row is of '%(found)s', and this is the form of %(right)s."
            yield Problem(
                row.where, message, "Delete the row, or upload it there.", {"found": text[:60], "right": right}
            )


def _cell(row: Row, line: Line, scale: int, delimiter: str) -> tuple[UploadedCell, list[Problem]]:
    typed = typed_as(line.info, scale)
    wanted = Wanted(line.info.rule.quantity, typed.exponent, typed.per_cent)
    entry = judged(row.texts.get("value", ""), wanted, row.where)
    if delimiter == ";" and entry.wrong is None and wanted.quantity.kind != "text":
        entry = replace(entry, wrong=_doubtful_comma(entry, row.where))
    note, answer = row.text("note"), row.text("answer")
    cell = UploadedCell(
        line.info.code,
        row.where,
        entry.raw,
        typed.exponent,
        entry.word,
        note[:LONGEST_NOTE],
        answer[:LONGEST_ANSWER],
    )
    found = (entry.wrong, too_long(note, LONGEST_NOTE, row.where), too_long(answer, LONGEST_ANSWER, row.where))
    return cell, [problem for problem in found if problem is not None]


def _doubtful_comma(entry: Found, where: str) -> Problem | None:
    """Where columns are parted by semicolons, decimals are often parted by commas: 8,914 may be 8914 or 8.914."""
    text = entry.raw.strip()
    if not _COMMA.fullmatch(text) or text.count(",") > 1 or "." in text:
        return None
    message = "'%(text)s' may mean %(thousands)s or %(decimal)s in a file whose columns are parted by semicolons."
    values = {"text": text[:60], "thousands": text.replace(",", ""), "decimal": text.replace(",", ".")}
    return Problem(where, message, "Write the one that is meant, without a comma.", values)
