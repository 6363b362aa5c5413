"""What a file of the folder form holds, told to people: its columns with headings, explanations and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ColumnKind = Literal[
    "text", "long", "code", "day", "choice", "number", "yes", "period", "formula", "codes",
    "unit", "measure", "form", "calendar", "person", "body",
]  # fmt: skip
"""What a cell holds; the last ones are the code of such a thing, `codes` several codes with blanks between."""


@dataclass(frozen=True)
class Column:
    """One column: its `key` is the name in the file, `label` and `hint` are in the language they were made in.

    `options` are the words of a choice with what they mean.
    """

    key: str
    label: str
    hint: str = ""
    kind: ColumnKind = "text"
    needed: bool = False
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """How wide the column is in a workbook, in characters."""
        widths = {"long": 44, "text": 24, "day": 12, "yes": 10, "formula": 20, "codes": 30, "choice": 20}
        return widths.get(self.kind, 14)


@dataclass(frozen=True)
class File:
    """One file of the folder form, or sheet of a workbook.

    `key` is the file's name without its ending, `names` the columns that name a thing, `rare` columns that it may have
    and that are not offered to people. `examples` are rows of texts in the order of the columns.
    """

    key: str
    title: str
    about: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rare: tuple[str, ...] = ()
    examples: tuple[tuple[str, ...], ...] = ()

    @property
    def file(self) -> str:
        """The name in a folder."""
        return f"{self.key}.csv"

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the offered columns."""
        return tuple(column.key for column in self.columns)

    def column(self, key: str) -> Column | None:
        """The offered column of that name."""
        return next((column for column in self.columns if column.key == key), None)
