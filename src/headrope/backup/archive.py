"""The file of a backup: a ZIP with a member of lines for each table and the manifest as the last one."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from headrope.backup import manifest as manifests
from headrope.backup.manifest import Held, Manifest, NoManifest

BLOCK = 1 << 20
LONGEST_MANIFEST = 1 << 24
LONGEST_LINE = 1 << 28
FAST = 1  # a third larger than the best and four times as fast

Done = Callable[[int], None]
"""Told how many rows more are done."""


class Damaged(Exception):
    """The file is no whole backup; the message is a clause for people."""


# What zipfile raises on a damaged file, by where the damage is.
_BROKEN = (
    BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError,
    OverflowError, struct.error,
)  # fmt: skip


@dataclass
class Tally:
    """Counts and digests lines as they pass."""

    rows: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, lines: bytes) -> int:
        """Take some lines in; how many they were."""
        count = lines.count(b"\n")
        self.rows += count
        self._digest.update(lines)
        return count

    @property
    def sha256(self) -> str:
        """The digest so far, in hex."""
        return self._digest.hexdigest()


class Writer:
    """Writes a backup."""

    def __init__(self, archive: ZipFile) -> None:
        self._zip = archive

    def table(self, member: str, chunks: Iterable[bytes], done: Done) -> Tally:
        """Write a table's lines; their count and digest."""
        tally = Tally()
        with self._zip.open(member, "w", force_zip64=True) as out:
            for lines in chunks:
                out.write(lines)
                done(tally.add(lines))
        return tally

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, without which the file is no backup."""
        self._zip.writestr(manifests.MEMBER, manifest.text())


@contextmanager
def writing(handle: BinaryIO) -> Iterator[Writer]:
    """A backup to write into an open file; whole when the block has ended."""
    with ZipFile(handle, "w", ZIP_DEFLATED, compresslevel=FAST) as archive:
        yield Writer(archive)


class Archive:
    """Reads a backup."""

    def __init__(self, archive: ZipFile) -> None:
        self._zip = archive
        self._members = {info.filename: info for info in archive.infolist()}
        self.manifest = self._manifest()

    def _manifest(self) -> Manifest:
        info = self._members.get(manifests.MEMBER)
        if info is None:
            raise NoManifest("it holds no manifest")
        with self._open(info) as member:
            text = member.read(LONGEST_MANIFEST)
        return manifests.read(text)

    def _open(self, info: ZipInfo) -> BinaryIO:
        if info.compress_type != ZIP_DEFLATED or info.flag_bits & 1:
            raise Damaged(f"{info.filename} is not written as backups are")
        return self._zip.open(info)  # type: ignore[return-value]

    def surplus(self) -> list[str]:
        """Members that the manifest does not name."""
        named = {table.member for table in self.manifest.tables} | {manifests.MEMBER}
        return sorted(set(self._members) - named)

    def blocks(self, table: Held) -> Generator[bytes, None, None]:
        """Whole lines of a table, about a megabyte a time; Damaged at the end when they are not those of the manifest."""
        info = self._members.get(table.member)
        if info is None:
            raise Damaged(f"{table.member} is missing")
        tally = Tally()
        try:
            with self._open(info) as member:
                for block in _whole_lines(member):
                    tally.add(block)
                    yield block
        except _BROKEN as error:
            raise Damaged(f"{table.member} cannot be read ({error})") from error
        if (tally.rows, tally.sha256) != (table.rows, table.sha256):
            raise Damaged(f"{table.member} holds {tally.rows:,} rows that are not the {table.rows:,} of the manifest")


def _whole_lines(member: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while read := member.read(BLOCK):
        lines, newline, tail = (rest + read).rpartition(b"\n")
        rest = tail if newline else lines + tail
        if len(rest) > LONGEST_LINE:
            raise Damaged("a line has no end")
        if newline:
            yield lines + newline
    if rest:
        raise Damaged("the last line has no end")


@contextmanager
def reading(file: Path | BinaryIO) -> Iterator[Archive]:
    """A backup to read; Damaged or NoManifest when it is none, OSError when it cannot be read."""
    try:
        archive = ZipFile(file)
    except _BROKEN as error:
        raise Damaged("it is cut off, or was never a backup") from error
    with archive:
        try:
            opened = Archive(archive)
        except NoManifest:
            raise
        except _BROKEN as error:
            raise Damaged(f"its manifest cannot be read ({error})") from error
        yield opened
