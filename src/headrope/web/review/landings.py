"""The columns of a measure's landing, and of what the months left must bring, as strings ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from headrope.core.display import Number, joined, pattern
from headrope.ledger.said import gettext as _
from headrope.review.measured import FAR, of_best, unlanded
from headrope.review.queries import Line
from headrope.review.situation.landings import UNLIKELY, in_figures
from headrope.review.situation.need import Need
from headrope.review.wording import Wording
from headrope.web.review.cells import Cell


@dataclass(slots=True)
class Columns:
    """What the table has of these beside the figures: landing, need."""

    landed: bool
    needed: bool

    def heads(self) -> list[tuple[str, str]]:
        """The titles of `cells`, with their classes."""
        found = []
        if self.landed:
            found += [(_("Landing"), "is-wide"), (_("8 cases in 10"), "is-wide"), (_("Odds"), "")]
        if self.needed:
            found += [(_("Need a month"), "is-wide"), (_("of best ever"), "is-wide")]
        return found


def cells(columns: Columns, line: Line, wording: Wording, href: str, rest: str = "") -> list[Cell]:
    """Landing, range and odds, then what a month must bring and that beside the best one, which lead to `rest`."""
    found = []
    if columns.landed:
        found += _landed(line, wording, href)
    if columns.needed:
        found += _needed(line.need, line, wording, rest)
    return found


def _landed(line: Line, wording: Wording, href: str) -> list[Cell]:
    landed, info = line.landing, line.info
    if landed is None or landed.point is None:
        why = unlanded(line)
        return [Cell(kind="is-wide", title=why), Cell(kind="is-wide", title=why), Cell(title=why)]
    target, low80, high80 = (in_figures(info, each) for each in (landed.target, landed.low80, landed.high80))
    beside = (landed.point, target)
    number = partial(wording.number, info, landed.point, *beside)
    found = [Cell(wording.figure(info, landed.point, *beside), href, "is-wide", number=number)]
    if low80 is None or high80 is None:
        found.append(Cell(kind="is-wide"))
    else:
        low, high = (wording.figure(info, each, *beside) for each in (low80, high80))
        found.append(Cell(joined(low, high), href, "hr-mid is-wide"))
    odds = landed.odds
    if odds.value is not None:
        kind = "hr-behind hr-strong" if odds.value < UNLIKELY else "hr-strong"
        found.append(
            Cell(wording.odds(odds.value), href, kind, number=partial(Number, odds.value, pattern(0, after="%")))
        )
    elif odds.low is not None and odds.high is not None:
        found.append(Cell(f"{wording.odds(odds.low)}\N{EN DASH}{wording.odds(odds.high)}", href, "hr-soft"))
    else:
        found.append(Cell())
    return found


def _needed(need: Need | None, line: Line, wording: Wording, href: str) -> list[Cell]:
    """What each month left must bring; red where none ever has."""
    if need is None:
        return [Cell(kind="is-wide"), Cell(kind="is-wide")]
    if need.reached:
        return [Cell(_("reached"), href, "hr-soft is-wide"), Cell(kind="is-wide")]
    info, share = line.info, need.share
    number = partial(wording.number, info, need.month)
    month = Cell(wording.figure(info, need.month), href, "is-wide", number=number)
    said = of_best(line, wording)
    if need.best is None:
        return [month, Cell(kind="is-wide")]
    kind = "hr-behind hr-strong is-wide" if share is None or share > 1 else "hr-mid is-wide"
    if share is None or share >= FAR:
        return [month, Cell(said, href, kind)]
    return [month, Cell(said, href, kind, number=partial(Number, share, pattern(0, after="%")))]
