"""Looks through an .xls for what the reader of values does not tell: errors, hidden rows and columns.

The file is a small file system (sectors in chains) that holds one stream of records; see MS-CFB and MS-XLS.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from headrope.ledger.sheets.cells import exact_text
from headrope.ledger.sheets.failure import Unreadable
from headrope.ledger.sheets.limits import Limits
from headrope.ledger.sheets.package import with_macros
from headrope.ledger.sheets.parts import PER_CENTS, BookScan, SheetScan, shows_per_cent

HEADER, ENTRY, IN_HEADER = 512, 128, 109
FREE = 0xFFFFFFFA
"""Sector numbers from here up are marks: end of a chain, no sector."""

BOF, BOUNDSHEET, ROW, COLUMNS, BOOLERR, FORMULA = 0x809, 0x85, 0x208, 0x7D, 0x205, 0x06
FORMAT, STYLE, NUMBER, PACKED, PACKED_ROW = 0x41E, 0xE0, 0x203, 0x27E, 0xBD
PASSWORD = 0x2F
"""Stands before the sheets of an .xls that is protected by a password; all behind it is enciphered."""
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, int, bytes]


def scan_compound(path: Path, limits: Limits) -> BookScan:
    """What can be known of an .xls besides its values; nothing where its structure is unusual, the reader decides then."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable(path.name, "The workbook is protected by a password.", "Save it without a password.")
    if not limits.macros and "_VBA_PROJECT".encode("utf-16-le") in data:
        raise with_macros(path.name)
    try:
        stream = _stream(data)
    except (struct.error, IndexError):
        stream = b""
    found: list[SheetScan] = []
    starts: dict[int, SheetScan] = {}
    sheet: SheetScan | None = None
    styles = CompoundStyles()
    for place, kind, body in _records(stream):
        if kind == PASSWORD and sheet is None:
            raise Unreadable(path.name, "The workbook is protected by a password.", "Save it without a password.")
        if kind == BOUNDSHEET and len(body) >= 4:
            found.append(SheetScan(""))
            starts[struct.unpack_from("<I", body)[0]] = found[-1]
        elif kind == BOF:
            sheet = starts.get(place, sheet)
        elif sheet is None:
            styles.take(kind, body)
        else:
            _take(sheet, kind, body)
            _tell(sheet, kind, body, styles, limits.told_rows)
    return BookScan(found)


def _stream(data: bytes) -> bytes:
    """The stream of the workbook's records."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small_from = struct.unpack_from("<I", data, 56)[0]
    first_directory = struct.unpack_from("<I", data, 48)[0]
    numbers = list(struct.unpack_from(f"<{IN_HEADER}I", data, 76))
    further, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if further >= FREE:
            break
        numbers += struct.unpack_from(f"<{size // 4 - 1}I", data, _at(further, size))
        further = struct.unpack_from("<I", data, _at(further, size) + size - 4)[0]
    table = b"".join(data[_at(number, size) : _at(number, size) + size] for number in numbers if number < FREE)
    fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    directory = _chain(data, fat, first_directory, size)
    for at in range(0, len(directory) - ENTRY + 1, ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, whole = struct.unpack_from("<II", directory, at + 116)
            return _chain(data, fat, start, size)[:whole] if whole >= small_from else b""
    return b""


def _at(sector: int, size: int) -> int:
    return (sector + 1) * size


def _chain(data: bytes, fat: tuple[int, ...], sector: int, size: int) -> bytes:
    blocks = []
    # A chain that returns to itself ends after as many sectors as there are.
    for _ in range(len(fat)):
        if sector >= len(fat):
            break
        blocks.append(data[_at(sector, size) : _at(sector, size) + size])
        sector = fat[sector]
    return b"".join(blocks)


def _records(stream: bytes) -> Iterator[Record]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _take(sheet: SheetScan, kind: int, body: bytes) -> None:
    if kind == ROW and len(body) >= 16:
        row, _, _, _, _, _, flags = struct.unpack_from("<7H", body)
        if flags & 0x20:
            sheet.hidden_rows.add(row)
    elif kind == COLUMNS and len(body) >= 10:
        first, last, _, _, flags = struct.unpack_from("<5H", body)
        if flags & 1:
            sheet.hidden_columns.update(range(first, min(last, 255) + 1))
    elif kind == BOOLERR and len(body) >= 8:
        row, column, _, value, is_error = struct.unpack_from("<3H2B", body)
        if is_error:
            sheet.errors[row, column] = ERRORS.get(value, "#ERROR!")
    elif kind == FORMULA and len(body) >= 14:
        row, column, _ = struct.unpack_from("<3H", body)
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            sheet.errors[row, column] = ERRORS.get(body[8], "#ERROR!")


class CompoundStyles:
    """The styles of cells in an .xls, taken from the records before its sheets."""

    def __init__(self) -> None:
        self._per_cent: list[bool] = []
        self._formats = {int(number) for number in PER_CENTS}

    def take(self, kind: int, body: bytes) -> None:
        """Learn what a record says; formats come before the styles that use them."""
        if kind == FORMAT and len(body) > 5:
            number, _, wide = struct.unpack_from("<HHB", body)
            if shows_per_cent(body[5:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")):
                self._formats.add(number)
        elif kind == STYLE and len(body) >= 4:
            self._per_cent.append(struct.unpack_from("<H", body, 2)[0] in self._formats)

    def per_cent(self, style: int) -> bool:
        """Whether cells of that style show numbers per cent."""
        return style < len(self._per_cent) and self._per_cent[style]


def _tell(sheet: SheetScan, kind: int, body: bytes, styles: CompoundStyles, told_rows: int) -> None:
    if kind not in (NUMBER, PACKED, PACKED_ROW, FORMULA) or len(body) < 10:
        return
    row, column, style = struct.unpack_from("<3H", body)
    if row >= told_rows:
        return
    if kind == FORMULA:
        sheet.formulas.add((row, column))
    elif kind == NUMBER and len(body) >= 14 and (text := exact_text(struct.unpack_from("<d", body, 6)[0])):
        sheet.long[row, column] = text
    if kind == PACKED_ROW:
        shown = [style for (style,) in struct.iter_unpack("<H4x", body[4 : 4 + (len(body) - 6) // 6 * 6])]
    else:
        shown = [style]
    sheet.per_cents.update((row, column + more) for more, style in enumerate(shown) if styles.per_cent(style))
