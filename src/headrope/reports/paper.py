"""A paper before it is a file: sentences, tables and charts, in which every number knows what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from headrope.reports.references import NumberRef
from headrope.review.charts import Chart


@dataclass(frozen=True)
class Number:
    """A number as it is printed, what it shows, and its exact value: decimal text in units of account, "" where none."""

    text: str
    ref: NumberRef
    value: str
    bad: bool = False


Piece = str | Number
Sentence = Sequence[Piece]
"""Words and numbers in their order."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its share of the width, whether it holds words."""

    title: str
    width: float = 1.0
    words: bool = False


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; the strong row is the total."""

    cells: Sequence[Sentence]
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A section of rows; `note` says in a few words what is shown. Where there are none, `empty` says why."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Figure:
    """A section of one chart."""

    title: str
    chart: Chart
    note: str = ""


@dataclass(frozen=True)
class Text:
    """A section of sentences, one a paragraph."""

    title: str
    lines: Sequence[Sentence]
    note: str = ""


Block = Table | Figure | Text


@dataclass(frozen=True)
class Question:
    """What the paper answers, enough to make it again: kind and codes, and the state of the books it was made from."""

    kind: str
    unit: str
    period: str
    against: str
    language: str
    seq: int
    known: str = ""
    as_was: bool = False


@dataclass(frozen=True)
class Paper:
    """One sheet of paper, or more: the title, what is the case, and sections; `columns` stand side by side below `wide`."""

    question: Question
    title: str
    facts: Sequence[Sentence]
    finding: Sequence[Sentence]
    wide: Sequence[Block]
    columns: Sequence[Sequence[Block]] = field(default=())
    foot: str = ""

    @property
    def blocks(self) -> Iterator[Block]:
        """All sections in reading order."""
        yield from self.wide
        for column in self.columns:
            yield from column

    def numbers(self) -> Iterator[Number]:
        """All numbers in reading order, the same one as often as it is printed."""
        for sentence in self._sentences():
            for piece in sentence:
                if isinstance(piece, Number):
                    yield piece

    def _sentences(self) -> Iterator[Sentence]:
        yield from self.facts
        yield from self.finding
        for block in self.blocks:
            if isinstance(block, Text):
                yield from block.lines
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row.cells
