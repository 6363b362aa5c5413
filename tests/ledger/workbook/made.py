"""A form of seven lines, its workbook, and ways in which a clerk's hands or programs change the file."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from django.utils import translation

from headrope.core.display import WAN, Scale
from headrope.core.due import Due
from headrope.core.formulas import parse_formula
from headrope.core.measures import Kind, MeasureRule, resolved
from headrope.core.periods import parse
from headrope.core.quantities import Quantity, QuantityKind
from headrope.core.units import ALWAYS, FOREVER
from headrope.ledger.duties import FormInfo
from headrope.ledger.queries import LedgerSettings, MeasureInfo
from headrope.ledger.sheets.cells import Cell
from headrope.ledger.sheets.reading import read_sheets
from headrope.ledger.submissions.sheet import EntrySheet, Line, Typed
from headrope.ledger.wording import FigureWording
from headrope.ledger.workbook.reading import read_upload
from headrope.ledger.workbook.upload import Upload
from headrope.ledger.workbook.writing import write_workbook
from headrope.org.queries import Node

LEDGER = LedgerSettings("Group", "CNY", 1, "Asia/Shanghai", "en")
PUMPS = Node(7, "SP", "Slurry Pumps", "渣浆泵公司", "company", 3, None, ALWAYS, FOREVER)
VALVES = Node(8, "VA", "Valves", "阀门公司", "company", 3, None, ALWAYS, FOREVER)
MONTHLY = FormInfo(1, "M", "Monthly figures", "月报", 1, ("DOM", "OVS", "HEADS", "YIELD", "EVENT"), "", "k")
DUE = Due(date(2023, 7, 11), datetime(2023, 7, 11, 10, tzinfo=UTC))
FIRST = {"DOM": 12, "OVS": 13, "REV": 14, "HEADS": 15, "YIELD": 16, "PER": 17, "EVENT": 18}
"""The row of each measure."""


def _rule(code: str, quantity: QuantityKind, step: int, kind: Kind, above: str = "", below: str = "") -> MeasureRule:
    formulas = (parse_formula(above) if above else (), parse_formula(below) if below else ())
    return MeasureRule(code, Quantity(quantity, step), kind, "up", *formulas)


RULES = {
    rule.code: rule
    for rule in (
        _rule("DOM", "money", -2, "flow"),
        _rule("OVS", "money", -2, "flow"),
        _rule("REV", "number", 0, "formula", "DOM+OVS"),
        _rule("HEADS", "count", 0, "stock"),
        _rule("YIELD", "number", 0, "score"),
        _rule("PER", "number", 0, "ratio", "REV", "HEADS"),
        _rule("EVENT", "text", 0, "text"),
    )
}
NAMES = {
    "DOM": ("Revenue, domestic", "国内收入", "CNY"),
    "OVS": ("Revenue, overseas", "海外收入", "CNY"),
    "REV": ("Revenue", "营业收入", "CNY"),
    "HEADS": ("=People", "+人数", "persons"),
    "YIELD": ("First-pass yield", "一次合格率", "%"),
    "PER": ("Revenue per head", "人均收入", "CNY"),
    "EVENT": ("What happened", "大事", ""),
}


def info(code: str) -> MeasureInfo:
    """A measure of the form."""
    name, name_zh, account = NAMES[code]
    plain = resolved(RULES)[code]
    parts = tuple(dict.fromkeys(part for part in plain.components)) if plain.formed else (code,)
    return MeasureInfo(list(RULES).index(code) + 1, RULES[code], plain, parts, account, name, name_zh, 1, None, 1)


def line(code: str, typed: Typed | None = None, **values: object) -> Line:
    """A line of the form; what is computed has nothing typed."""
    formed = RULES[code].formed
    held = None if formed else typed or Typed()
    return Line(FIRST[code], info(code), held, values.pop("value", None), **values)  # type: ignore[arg-type]


def sheet(lines: Mapping[str, Line] | None = None, **changed: object) -> EntrySheet:
    """The form of Slurry Pumps for June 2023."""
    made = tuple((lines or {}).get(code) or line(code) for code in FIRST)
    held = EntrySheet(
        None, PUMPS, (PUMPS,), MONTHLY, parse("2023-06"), "actual", "draft", 3, False, made, due=DUE
    )  # fmt: skip
    return replace(held, **changed)  # type: ignore[arg-type]


def workbook(of: EntrySheet | None = None, language: str = "en", scale: Scale = WAN) -> bytes:
    """The workbook of a form."""
    into = BytesIO()
    with translation.override(language):
        write_workbook(of or sheet(), into, language=language, wording=FigureWording(LEDGER, 0.0), scale=scale)
    return into.getvalue()


@dataclass(frozen=True)
class Formula:
    """A formula and the value that is kept with it."""

    text: str
    value: object = 0


@dataclass(frozen=True)
class PerCent:
    """A number in a cell that shows it per cent."""

    number: float


Content = str | float | bool | date | Formula | PerCent
Place = tuple[int, int]


@dataclass
class Copy:
    """A workbook as plain cells: changed at will, and written again by a writer that knows nothing of forms."""

    sheets: dict[str, dict[Place, Content]]
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    @property
    def page(self) -> dict[Place, Content]:
        """The sheet that is filled in."""
        return next(cells for name, cells in self.sheets.items() if name != "headrope")

    def move(self, where: Callable[[int, int], Place | None]) -> None:
        """Put each cell of the page where the function says, or nowhere."""
        moved = {where(*place): content for place, content in self.page.items()}
        self.page.clear()
        self.page.update({place: content for place, content in moved.items() if place is not None})

    def save(self) -> bytes:
        """The file."""
        into = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(into, options)
        per_cent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for name, cells in self.sheets.items():
            sheet = book.add_worksheet(name)
            for (row, column), content in cells.items():
                if isinstance(content, Formula):
                    sheet.write_formula(row, column, content.text, None, content.value)
                elif isinstance(content, PerCent):
                    sheet.write_number(row, column, content.number, per_cent)
                elif isinstance(content, str):
                    sheet.write_string(row, column, content)
                elif isinstance(content, bool):
                    sheet.write_boolean(row, column, content)
                elif isinstance(content, date):
                    sheet.write_datetime(row, column, content, day)
                else:
                    sheet.write_number(row, column, content)
            if name == "headrope":
                sheet.very_hidden()
                continue
            for cells_merged in self.merged:
                sheet.merge_range(cells_merged, "")
            for hidden in self.hidden_rows:
                sheet.set_row(hidden - 1, None, None, {"hidden": True})
            for letter in self.hidden_columns:
                sheet.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
        book.close()
        return into.getvalue()


def copy(folder: Path, content: bytes | None = None) -> Copy:
    """The plain cells of a workbook."""
    path = folder / "copied.xlsx"
    path.write_bytes(content or workbook())
    book = read_sheets(path)
    return Copy(
        {
            each.name: {
                (row, column): _content(cell)
                for row, cells in enumerate(each.rows)
                for column, cell in enumerate(cells)
                if cell.kind not in ("empty", "error")
            }
            for each in book.sheets
        }
    )


def _content(cell: Cell) -> Content:
    return float(cell.text) if cell.kind == "number" else cell.text


def entry(code: str, column: int = 2) -> Place:
    """Where a measure's figure is typed, from 0; another column for what stands beside it."""
    return FIRST[code] - 1, column


def read(content: bytes, name: str = "june.xlsx", of: EntrySheet | None = None, exponent: int = 4) -> Upload:
    """The upload for the form."""
    return read_upload(content, name, of or sheet(), exponent)


def raws(upload: Upload) -> dict[str, str]:
    """What stands in the cells that are not empty."""
    return {cell.measure: cell.raw or cell.word for cell in upload.cells if cell.raw or cell.word}


def said(upload: Upload) -> list[str]:
    """All problems as they are read."""
    return [str(problem) for problem in upload.problems]


def parts(content: bytes, change: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """The package with some of its parts changed."""
    into = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as held, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for name in held.namelist():
            made.writestr(name, change.get(name, bytes)(held.read(name)))
        for name in change.keys() - set(held.namelist()):
            made.writestr(name, change[name](b""))
    return into.getvalue()


def cell_xml(content: bytes, cell: str, xml: str) -> bytes:
    """The workbook with another element in place of a cell of its first sheet."""

    def changed(part: bytes) -> bytes:
        pattern = rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'
        text, count = re.subn(pattern, lambda found: xml, part.decode(), count=1)
        assert count == 1
        return text.encode()

    return parts(content, {"xl/worksheets/sheet1.xml": changed})


# An .xls, written by hand: the sheets of a copy in a file of the older kind.

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
SECTOR = 512


def _record(kind: int, form: str, *values: object, more: bytes = b"") -> bytes:
    body = struct.pack("<" + form, *values) + more
    return struct.pack("<HH", kind, len(body)) + body


def _name(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def compound(of: Copy, programs: bool = False, password: bool = False) -> bytes:
    """The copy as an .xls: numbers, texts, formulas with a number, numbers per cent, hidden rows.

    With `password` the record stands in it that says so (FILEPASS, of the RC4 kind); what follows is not enciphered.
    """
    styles = [_record(0x41E, "HHB", 200, 4, 0, more=b"0.0%")]
    styles += [_record(0xE0, "HH16x", 0, 0), _record(0xE0, "HH16x", 0, 200)]
    key = _record(0x2F, "3H", 1, 1, 1, more=bytes(48)) if password else b""
    begin = _record(0x809, "4H2I", 0x600, 0x05, 0, 0, 0, 0) + key + _record(0x42, "H", 1200) + b"".join(styles)
    bodies = [_compound_sheet(cells, of.hidden_rows if name != "headrope" else []) for name, cells in of.sheets.items()]
    names = [_name(name) for name in of.sheets]
    start = len(begin) + sum(4 + 6 + len(name) for name in names) + 4
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(0x85, "IBB", start, 2 if b"h\0e\0a\0d\0" in name else 0, 0, more=name)
        start += len(body)
    stream = begin + listed + _record(0x0A, "") + b"".join(bodies)
    stream += bytes(-len(stream) % SECTOR) if len(stream) > 4096 else bytes(4096 - len(stream))
    return _file(stream, programs)


def _compound_sheet(cells: Mapping[Place, Content], hidden: list[int]) -> bytes:
    body = _record(0x809, "4H2I", 0x600, 0x10, 0, 0, 0, 0)
    for row in hidden:
        body += _record(0x208, "8H", row - 1, 0, 12, 255, 0, 0, 0x20, 15)
    for (row, column), content in sorted(cells.items(), key=lambda item: item[0]):
        if isinstance(content, str):
            more = content.encode("utf-16-le")
            body += _record(0x204, "3HHB", row, column, 0, len(content), 1, more=more)
        elif isinstance(content, Formula):
            tokens = struct.pack("<BH", 0x1E, 7)
            body += _record(0x06, "3HdHIH", row, column, 0, content.value, 0, 0, len(tokens), more=tokens)
        elif isinstance(content, PerCent):
            body += _record(0x203, "3Hd", row, column, 1, content.number)
        else:
            body += _record(0x203, "3Hd", row, column, 0, content)
    return body + _record(0x0A, "")


def _file(stream: bytes, programs: bool) -> bytes:
    def entry(name: str, kind: int, child: int, right: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<H2B3I", len(text) + 2 if text else 0, kind, 1, FREE, right, child)
        return head + bytes(36) + struct.pack("<IQ", first, size)

    count = len(stream) // SECTOR
    directory = entry("Root Entry", 5, 1, FREE, END, 0)
    directory += entry("Workbook", 2, FREE, 2 if programs else FREE, 2, len(stream))
    directory += entry("_VBA_PROJECT_CUR", 1, FREE, FREE, 0, 0) if programs else entry("", 0, FREE, FREE, 0, 0)
    directory += entry("", 0, FREE, FREE, 0, 0)
    fat = [0xFFFFFFFD, END, *range(3, count + 2), END]
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    marks = struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + marks
    return head + struct.pack("<I", 0) + struct.pack("<I", FREE) * 108 + table + directory + stream
