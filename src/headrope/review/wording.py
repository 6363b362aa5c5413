"""How a review is worded: figures as the ledger words them, and states, coverage and records."""

from __future__ import annotations

from headrope.core.display import MINUS, Style
from headrope.core.scoring import Judgement, State
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.wording import FigureWording
from headrope.review.overdue import Overdue
from headrope.review.queries import Figure, Line, Record, Review


class Wording(FigureWording):
    """Words and figures of one review."""

    @classmethod
    def of(cls, review: Review, scale_key: str | None = None, style: Style = "auto") -> Wording:
        """The wording of a review."""
        return cls(review.ledger, review.largest_money, scale_key, style)

    def state(self, judgement: Judgement | None) -> str:
        """The state in a word."""
        return self.state_word(judgement.state if judgement else None)

    def state_word(self, state: State | None) -> str:
        """A state in a word; empty for none."""
        words = {
            "ahead": gettext("ahead"),
            "on": gettext("on pace"),
            "watch": gettext("watch"),
            "behind": gettext("behind"),
            "stale": gettext("stale"),
            "none": "",
        }
        return words[state] if state else ""

    def stated(self, line: Line) -> str:
        """What the unit states of its total where that is not what is added up; else nothing."""
        gap = line.stated_gap
        if not gap or line.stated is None:
            return ""
        difference = self.figure(line.info, gap, line.actual.value, sign=True)
        if not difference.strip("0.,"):  # less than the page shows: what is told is how little
            difference = f"{MINUS if gap < 0 else '+'}{self.spoken(line.info, gap)}"
        values = {"stated": self.figure(line.info, line.stated.value, line.actual.value), "gap": difference}
        return gettext("stated %(stated)s, %(gap)s to the sum") % values

    def reported(self, line: Line) -> str:
        """The coverage of the line where not all is in; said to be derived where no duty says who owes the figure."""
        text = self.coverage(line.actual)
        return gettext("%(coverage)s, derived") % {"coverage": text} if text and line.derived else text

    def overdue(self, overdue: Overdue) -> str:
        """Since when figures are stale, and how many of how many units have not reported."""
        day = overdue.since.astimezone(self.ledger.zone).date()
        values = {"since": self.day(day), "missing": f"{overdue.missing:,}", "of": f"{overdue.of:,}"}
        if overdue.of == 1:
            return gettext("overdue since %(since)s") % values
        return gettext("%(missing)s of %(of)s not in, overdue since %(since)s") % values

    def coverage(self, figure: Figure) -> str:
        """How much of a figure is in, when not all is."""
        if figure.expected and figure.reported < figure.expected:
            return gettext("%(reported)s of %(expected)s in") % {
                "reported": f"{figure.reported:,}",
                "expected": f"{figure.expected:,}",
            }
        return ""

    def record(self, record: Record) -> str:
        """Since when nothing has been as high, or as low, as the figure."""
        since = (
            self.period(record.since)
            if record.since.span == 1
            else pgettext("record", "%(year)s") % {"year": record.since.start // 12}
        )
        return (gettext("highest since %(since)s") if record.high else gettext("lowest since %(since)s")) % {
            "since": since
        }
