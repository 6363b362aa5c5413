"""Small workbooks made for tests, good ones and harmful ones."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import xlsxwriter

TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/></Relationships>"""
BOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>"""


def package(path: Path, rows: str, parts: Mapping[str, bytes] | None = None, before: str = "") -> Path:
    """An .xlsx with one sheet Data whose rows are given as XML, and further parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", LINKS.format(office=OFFICE, kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", BOOK)
        target = "worksheets/sheet1.xml"
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS.format(office=OFFICE, kind="worksheet", target=target))
        sheet = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return path


def report(path: Path) -> Path:
    """A workbook with all that may surprise: merged cells, formulas, errors, what is hidden, a formatted far cell."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Report")
    sheet.merge_range("B2:C2", "Revenue")
    sheet.write_row("A3", ["Unit", "plan", "actual"])
    sheet.write_row("A4", ["East Works", 10.5, 0.1 + 0.2])
    sheet.write_formula("B5", "=B4*2", None, 21)
    sheet.write_formula("C5", "=C4*2")
    sheet.write_formula("C6", "=1/0", None, "#DIV/0!")
    sheet.write_boolean("B6", True)
    sheet.write_datetime("D4", date(2023, 4, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number("D5", 12345678901234567)
    sheet.write_string("D6", "12345678901234567")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column("F:G", None, None, {"hidden": True})
    sheet.write_blank("XFD9999", None, book.add_format({"bold": True}))
    book.add_worksheet("Notes").hide()
    book.close()
    return path


def _record(kind: int, form: str, *values: object, more: bytes = b"") -> bytes:
    body = struct.pack("<" + form, *values) + more
    return struct.pack("<HH", kind, len(body)) + body


def compound(path: Path) -> Path:
    """An .xls of one sheet: A1 1.5, B1 #DIV/0! as a formula's value, A2 #N/A, B2 4; row 2 and column C are hidden."""
    begin = _record(0x809, "4H2I", 0x600, 0x10, 0, 0, 0, 0)
    cells = [
        _record(0x7D, "6H", 2, 2, 2560, 0, 1, 0),
        _record(0x208, "8H", 0, 0, 2, 255, 0, 0, 0, 15),
        _record(0x208, "8H", 1, 0, 2, 255, 0, 0, 0x20, 15),
        _record(0x203, "3Hd", 0, 0, 0, 1.5),
        _record(0x06, "3H", 0, 1, 0, more=bytes([2, 0, 7, 0, 0, 0, 255, 255]) + struct.pack("<HIH", 0, 0, 0)),
        _record(0x205, "3H2B", 1, 0, 0, 42, 1),
        _record(0x203, "3Hd", 1, 1, 0, 4.0),
    ]
    end = _record(0x0A, "")
    globals_begin = _record(0x809, "4H2I", 0x600, 0x05, 0, 0, 0, 0)
    name = b"Data"
    start = len(globals_begin) + 4 + 8 + len(name) + len(end)
    listed = _record(0x85, "IBBBB", start, 0, 0, len(name), 0, more=name)
    stream = globals_begin + listed + end + begin + b"".join(cells) + end
    stream += bytes(4096 - len(stream))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<H2B3I", len(text) + 2 if text else 0, kind, 1, FREE, FREE, child)
        return head + bytes(36) + struct.pack("<IQ", first, size)

    directory = entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, FREE, 2, 4096) + entry("", 0, FREE, 0, 0) * 2
    fat = struct.pack("<128I", 0xFFFFFFFD, END, *range(3, 10), END, *[FREE] * 118)
    marks = struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + marks
    path.write_bytes(head + struct.pack("<I", 0) + struct.pack("<I", FREE) * 108 + fat + directory + stream)
    return path


END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
