"""The file of seals outside of the database: one line for each seal, only ever added to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from headrope.journal.seals import Seal, line_of, parse_line


def seal_file() -> Path:
    """Where it stands."""
    return Path(settings.HOME) / "seals.jsonl"


@dataclass
class SealsOnFile:
    """The seals of one ledger by number, lines that are no seals, and numbers that stand there with different seals."""

    seals: dict[int, Seal] = field(default_factory=dict)
    strange: list[int] = field(default_factory=list)
    double: list[int] = field(default_factory=list)

    @property
    def last(self) -> Seal | None:
        """The seal with the highest number."""
        return self.seals[max(self.seals)] if self.seals else None


def read_seals(books: str, path: Path | None = None) -> SealsOnFile:
    """What the file holds of these books; empty when it is not there. Other books may share a home: they are passed over.

    A line that was cut off because the machine stopped stands before the same line whole and is passed over.
    """
    try:
        text = (path or seal_file()).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return SealsOnFile()
    found = SealsOnFile()
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        following = lines[number] if number < len(lines) else ""
        cut_off = following.startswith(line) or (number == len(lines) and not following)
        seal = parse_line(line)
        if seal is None:
            if line and not cut_off:
                found.strange.append(number)
        elif seal.books == books and found.seals.setdefault(seal.number, seal) != seal:
            found.double.append(seal.number)
    return found


def append_seal(seal: Seal) -> None:
    """Add a line and wait until it is on the disk."""
    path = seal_file()
    line = f"{line_of(seal)}\n".encode()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+", buffering=0) as handle:
        if handle.seek(0, os.SEEK_END):
            handle.seek(-1, os.SEEK_END)
            if handle.read(1) != b"\n":
                line = b"\n" + line  # what was cut off before stays a line of its own
        handle.write(line)
        os.fsync(handle.fileno())
