"""A paper before it is a file: sentences, tables and charts, in which every number knows what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from headrope.reports.references import NumberRef
from headrope.review.charts import Chart

SHEET, SITUATION = KINDS = ("sheet", "situation")
"""Kinds of papers."""


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
class Drawing:
    """A small picture of a row (review/pictures.py); all that it shows stands in the row as numbers too."""

    svg: str


Cell = Sequence[Piece | Drawing]
"""What stands in a cell of a table, in its order."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its share of the width, whether it holds words."""

    title: str
    width: float = 1.0
    words: bool = False


Tint = Literal["", "behind", "far-behind", "watch", "ahead", "far-ahead", "stale", "missing"]
"""The ground of a cell; what it says stands in the cell as a mark too, for printers without colours."""


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; the strong row is the total. `tints` are as many as there are cells, or none."""

    cells: Sequence[Cell]
    strong: bool = False
    tints: Sequence[Tint] = ()


@dataclass(frozen=True)
class Table:
    """A section of rows; `note` says in a few words what is shown. Where there are none, `empty` says why.

    A `whole` one stands on one page; it must fit there. `below` are lines of small print under it.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    empty: str = ""
    whole: bool = False
    below: Sequence[Sentence] = ()


@dataclass(frozen=True)
class Figure:
    """A section of one chart; `numbers` are those that it shows."""

    title: str
    chart: Chart
    note: str = ""
    numbers: Sequence[Number] = ()


@dataclass(frozen=True)
class Text:
    """A section of sentences, one a paragraph."""

    title: str
    lines: Sequence[Sentence]
    note: str = ""


Block = Table | Figure | Text


@dataclass(frozen=True)
class Question:
    """What the paper answers, enough to make it again: kind and codes, and the state of the books it was made from.

    Asked, `against` may be empty (what the unit has) and `seq` says nothing. `scale` and `style` are how money is counted
    (see ledger.wording.FigureWording). The others are those of a situation: by which measure, on which tier (0: children)
    and in which order units are ranked, conditions on them as texts with "; " between, whether `every` measure is shown,
    and the day since which is told what moved ("" asked: the last session).
    """

    kind: str
    unit: str
    period: str
    against: str
    language: str
    seq: int = 0
    known: str = ""
    as_was: bool = False
    scale: str = ""
    style: str = "auto"
    measure: str = ""
    tier: int = 0
    order: str = ""
    where: str = ""
    threshold: str = ""
    every: bool = False
    since: str = ""


@dataclass(frozen=True)
class Paper:
    """One sheet of paper, or more: the title, what is the case, and sections.

    `columns` stand side by side below `wide`, and `last` below them.
    """

    question: Question
    title: str
    facts: Sequence[Sentence]
    finding: Sequence[Sentence]
    wide: Sequence[Block]
    columns: Sequence[Sequence[Block]] = field(default=())
    foot: str = ""
    last: Sequence[Block] = field(default=())

    @property
    def blocks(self) -> Iterator[Block]:
        """All sections in reading order."""
        yield from self.wide
        for column in self.columns:
            yield from column
        yield from self.last

    def numbers(self) -> Iterator[Number]:
        """All numbers of the text in reading order, the same one as often as it is printed."""
        for sentence in self._sentences():
            for piece in sentence:
                if isinstance(piece, Number):
                    yield piece

    def _sentences(self) -> Iterator[Cell]:
        yield from self.facts
        yield from self.finding
        for block in self.blocks:
            if isinstance(block, Text):
                yield from block.lines
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row.cells
                yield from block.below

    def drawn(self) -> Iterator[Number]:
        """The numbers that charts show, in reading order; in a file they are no text."""
        for block in self.blocks:
            if isinstance(block, Figure):
                yield from block.numbers
