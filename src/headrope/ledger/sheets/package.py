"""Looks through an .xlsx before anything unfolds it: real sizes first, then what its parts tell."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from headrope.ledger.sheets.failure import Unreadable
from headrope.ledger.sheets.limits import Limits
from headrope.ledger.sheets.parts import Book, BookScan, SheetPart, SheetScan, Styles, Targets, parse

PARTS, BLOCK = 10_000, 1 << 18
MACROS = ("vbaproject.bin", "macrosheets/sheet1.xml", "macrosheets/intlsheet1.xml")
STORED, DEFLATED, ENCRYPTED = 0, 8, 1
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError,
    EOFError, KeyError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


def scan(path: Path, limits: Limits) -> BookScan:
    """Everything that can be known of an .xlsx without unfolding it; raises Unreadable where that would be harmful."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as package, path.open("rb") as handle:
            _check_sizes(name, package, handle, limits)
            parts = package.namelist()
            if "xl/workbook.xml" not in parts:
                raise _other_package(name, parts)
            if not limits.macros and any(part.lower().endswith(MACROS) for part in parts):
                raise with_macros(name)
            book, targets, styles = Book(), Targets(), Styles()
            parse(package, "xl/workbook.xml", book)
            parse(package, "xl/_rels/workbook.xml.rels", targets)
            if limits.told_rows and "xl/styles.xml" in parts:
                parse(package, "xl/styles.xml", styles)
            found = BookScan(uncomputed=book.uncomputed)
            for title, hidden, link in book.sheets:
                part = posixpath.normpath(posixpath.join("xl", targets.of.get(link, ""))).lstrip("/")
                sheet = SheetPart(SheetScan(title, hidden), name, limits, styles.per_cents)
                if part in parts:
                    parse(package, part, sheet)
                found.sheets.append(sheet.found)
            return found
    except DAMAGE as error:
        raise _damaged(name, error) from error


def with_macros(name: str) -> Unreadable:
    """The workbook carries programs."""
    message = "The workbook carries macros."
    return Unreadable(name, message, "Save it as .xlsx, which holds none, and send that.")


def _damaged(name: str, error: Exception) -> Unreadable:
    message = "The workbook is damaged or was cut off (%(error)s)."
    return Unreadable(name, message, "Open it in Excel and save it again, or send it again.", error=str(error)[:200])


def _other_package(name: str, parts: list[str]) -> Unreadable:
    if "xl/workbook.bin" in parts:
        return Unreadable(name, "Workbooks of the kind .xlsb are not read.", "Save it as .xlsx.")
    if "content.xml" in parts:
        return Unreadable(name, "OpenDocument tables are not read.", "Save it as .xlsx.")
    return Unreadable(name, "The file is a packed folder and no workbook.", "Send the workbook itself.")


def _check_sizes(name: str, package: zipfile.ZipFile, handle: BinaryIO, limits: Limits) -> None:
    """Declared sizes first, then the real ones, which a harmful file declares wrongly."""
    entries = package.infolist()
    most = limits.unpacked_bytes
    if len(entries) > PARTS:
        raise Unreadable(
            name,
            "The workbook has %(count)s parts.",
            "Save only the sheets that are needed.",
            count=f"{len(entries):,}",
        )
    for info in entries:
        if info.flag_bits & ENCRYPTED:
            raise Unreadable(name, "The workbook is protected by a password.", "Save it without a password.")
    left = most
    if sum(info.file_size for info in entries) <= most:
        for info in entries:
            left -= _real_size(handle, info, left)
            if left < 0:
                break
        else:
            return
    message = "Unpacked, the workbook is larger than %(most)s MB."
    raise Unreadable(name, message, "Save only the sheets that are needed.", most=f"{most // 1_000_000:,}")


def _real_size(handle: BinaryIO, info: zipfile.ZipInfo, most: int) -> int:
    """Bytes that an entry unfolds to, counted no further than a block past `most`."""
    handle.seek(info.header_offset)
    header = handle.read(30)
    lengths = struct.unpack("<HH", header[26:30])
    handle.seek(sum(lengths), 1)
    if info.compress_type == STORED:
        return info.compress_size
    if info.compress_type != DEFLATED:
        raise NotImplementedError(f"compression {info.compress_type}")
    unfold, size, left = zlib.decompressobj(-zlib.MAX_WBITS), 0, info.compress_size
    while left > 0 and not unfold.eof and size <= most:
        block = handle.read(min(BLOCK, left))
        if not block:
            raise EOFError("the last part is not complete")
        left -= len(block)
        while block and size <= most:
            size += len(unfold.decompress(block, BLOCK))
            block = unfold.unconsumed_tail
    return size
