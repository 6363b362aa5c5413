"""Single figures of a page's tables, each with its address and its number for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from headrope.core.display import Number, pattern
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.review import measured
from headrope.review.wording import Wording


@dataclass(slots=True)
class Cell:
    """One figure in a row: an empty text is an empty cell, an empty address a text without origin.

    `number` makes the figure for a spreadsheet; `title` says why a cell is empty.
    """

    text: str = ""
    href: str = ""
    kind: str = ""
    before: str = ""
    number: Callable[[], Number] | None = None
    title: str = ""


def per_cent(wording: Wording, share: float, href: str, kind: str = "") -> Cell:
    """A difference as per cent of what it is held against."""
    number = partial(Number, share, pattern(1, True, "%"))
    return Cell(wording.format.per_cent(share, sign=True), href, kind, number=number)


def change(wording: Wording, info: MeasureInfo, value: int | float, href: str, kind: str = "") -> Cell:
    """A difference as an amount, of shares in points."""
    text = measured.change(wording, info, value)
    if info.account not in SHARES:
        return Cell(text, href, kind, number=partial(wording.number, info, value, value, sign=True))
    points = pgettext("points", " pp")
    digits = len(text.removesuffix(points).partition(".")[2])
    return Cell(text, href, kind, number=partial(Number, value * 100, pattern(digits, True, f'"{points}"')))
