"""What reading one file may cost."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for one file: bytes on disk, unpacked and in memory, cells of one sheet, seconds of clock and processor.

    `told_rows`: of so many rows it is told which cells are computed, shown per cent, or have more than 15 digits.
    `macros`: whether a workbook that carries programs is read all the same.
    """

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 400_000_000
    memory_bytes: int = 1_500_000_000
    cells: int = 5_000_000
    line: int = 100_000
    seconds: int = 120
    told_rows: int = 0
    macros: bool = True

    def to_json(self) -> str:
        """The limits as a word of a command line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class TextForm:
    """How a file of separated values is written; an empty delimiter is found from its first lines."""

    encoding: str = "utf-8-sig"
    delimiter: str = ""
