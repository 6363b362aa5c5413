"""Figures of a review as numbers of a paper: printed as on the page, with their reference and exact value."""

from __future__ import annotations

from dataclasses import replace

from headrope.core.display import joint
from headrope.core.periods import Period, name, year_of
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import SHARES
from headrope.reports.paper import Number, Sentence
from headrope.reports.references import NumberRef, What
from headrope.review import measured
from headrope.review.headline import Sentence as Headline
from headrope.review.queries import Line, Review
from headrope.review.ranking import Ranked
from headrope.review.situation.distance import cell_text, red_text
from headrope.review.situation.heat import Field
from headrope.review.situation.landings import UNLIKELY, in_figures
from headrope.review.situation.reds import Red
from headrope.review.situation.states import AHEAD, BEHIND, MISSING, NOT_ASKED, STALE, WATCH
from headrope.review.wording import Wording

LANDING = "landing"
MARKS = {BEHIND: "▼", WATCH: "◊", AHEAD: "▲", STALE: "■", MISSING: "○"}
"""How a state is told without colours, in letters that offices have."""
Value = int | float | None


class Figures:
    """Makes the numbers of one review."""

    def __init__(self, review: Review, wording: Wording) -> None:
        self.review, self.wording = review, wording
        self.start = review.ledger.fiscal_start
        self.year = year_of(review.period.end - 1, self.start)

    def plan(self, line: Line) -> Sentence:
        """What the period is held against."""
        ref = self.ref(line.info, self.review.period, self.review.against)
        return self.figure(line.info, line.plan.value, ref, *_beside(line))

    def year_plan(self, line: Line) -> Sentence:
        """The same of the whole year."""
        if line.year_plan is None:
            return ()
        ref = self.ref(line.info, self.year, self.review.against)
        figure = self.figure(line.info, line.year_plan.value, ref, *_beside(line))
        ceiling = measured.limit(self.review, line.info)
        return (f"{ceiling} ", *figure) if figure and ceiling else figure

    def actual(self, line: Line) -> Sentence:
        """The figure itself; a dash where it is owed and not reported."""
        if line.actual.value is None:
            return ("\N{EN DASH}",) if line.actual.expected else ()
        return self.figure(
            line.info, line.actual.value, self.ref(line.info, self.review.period, ACTUAL), *_beside(line)
        )

    def gap(self, line: Line) -> Sentence:
        """Actual less what is asked for; red where the line is behind."""
        if line.gap is None or line.actual.uneven:
            return ()
        ref = self.ref(line.info, self.review.period, ACTUAL, "gap", self.review.against)
        text = self.wording.figure(line.info, line.gap, *_beside(line), sign=True)
        return (Number(text, ref, exact(line.info, line.gap), _behind(line)),)

    def gap_share(self, line: Line) -> Sentence:
        """The gap in per cent of the plan, where that says something."""
        share = measured.gap_share(line)
        if share is None:
            return ()
        ref = self.ref(line.info, self.review.period, ACTUAL, "share", self.review.against)
        return (Number(self.wording.format.per_cent(share, sign=True), ref, repr(share)),)

    def growth(self, line: Line) -> Sentence:
        """Against a year earlier: per cent where the figure carries one, else the amount."""
        if self.review.against == LAST_YEAR or line.growth is None or line.actual.uneven or line.last_year.uneven:
            return ()
        return self._grown(self.review.unit.code, line.info, line.growth, measured.growth_share(line))

    def growth_of(self, info: MeasureInfo, row: Ranked) -> Sentence:
        """The same of a ranked unit below."""
        if row.growth is None or row.actual.uneven or row.last_year.uneven:
            return ()
        share = row.growth_share
        plain = info.account in SHARES or share is None or abs(share) >= 1
        return self._grown(row.unit.code, info, row.growth, None if plain else share)

    def _grown(self, unit: str, info: MeasureInfo, growth: int | float, share: float | None) -> Sentence:
        ref = replace(self.ref(info, self.review.period, ACTUAL, "growth", LAST_YEAR), unit=unit)
        if share is not None:
            return (Number(self.wording.format.per_cent(share, sign=True), ref, repr(share)),)
        return (Number(measured.change(self.wording, info, growth), ref, exact(info, growth)),)

    def landing(self, line: Line) -> Sentence:
        """Where the year will end."""
        landed = line.landing
        if landed is None or landed.point is None:
            return ()
        ref, target = self.ref(line.info, self.year, LANDING), in_figures(line.info, landed.target)
        return self.figure(line.info, landed.point, ref, landed.point, target)

    def range(self, line: Line) -> Sentence:
        """What it will end between, 8 times in 10."""
        landed, info = line.landing, line.info
        if landed is None or landed.point is None:
            return ()
        ends = [in_figures(info, each) for each in (landed.low80, landed.high80)]
        beside = (landed.point, in_figures(info, landed.target))
        whats: tuple[What, What] = ("low", "high")
        low, high = (
            self.figure(info, end, self.ref(info, self.year, LANDING, what), *beside)
            for end, what in zip(ends, whats, strict=True)
        )
        texts = ["".join(each if isinstance(each, str) else each.text for each in end) for end in (low, high)]
        return (*low, joint(*texts), *high) if low and high else ()

    def odds(self, line: Line) -> Sentence:
        """The odds of the year's target; red where it is unlikely."""
        return self.odds_on(line)

    def odds_on(self, line: Line, day: str = "") -> Sentence:
        """The same as known on a day ("": as the paper is)."""
        landed = line.landing
        if landed is None:
            return ()
        ref = replace(self.ref(line.info, self.year, LANDING, "odds"), known=day)
        odds, low, high = landed.odds.value, landed.odds.low, landed.odds.high
        if odds is not None:
            return (Number(self.wording.odds(odds), ref, repr(odds), odds < UNLIKELY),)
        if low is None or high is None:
            return ()
        text = f"{self.wording.odds(low)}\N{EN DASH}{self.wording.odds(high)}"
        return (Number(text, ref, f"{low!r}..{high!r}"),)

    def need(self, line: Line) -> Sentence:
        """What each month left must bring for the year's target."""
        need = line.need
        if need is None or need.reached:
            return (_("reached"),) if need else ()
        ref = self.ref(line.info, self.year, self.review.against, "need")
        return self.figure(line.info, need.month, ref)

    def of_best(self, line: Line) -> Sentence:
        """The same beside the best month ever; red where none has brought as much."""
        text, need = measured.of_best(line, self.wording), line.need
        if not text or need is None:
            return ()
        ref = self.ref(line.info, self.year, self.review.against, "of-best")
        return (Number(text, ref, repr(need.share), need.share is None or need.share > 1),)

    def noted(self, line: Line) -> list[Number]:
        """What is noted of the figure."""
        ref = self.ref(line.info, self.review.period, ACTUAL, "noted")
        return [Number(text, ref, text) for text in measured.notes(self.review, line, self.wording)]

    def figure(self, info: MeasureInfo, value: Value, ref: NumberRef, *beside: Value) -> Sentence:
        """Any figure; nothing where there is none."""
        if value is None:
            return ()
        return (Number(self.wording.figure(info, value, *beside), ref, exact(info, value)),)

    def told(self, sentence: Headline) -> Sentence:
        """A sentence of the headline; its numbers are what they are worded as."""
        return tuple(
            part.text
            if part.ref is None
            else Number(
                part.text,
                NumberRef(
                    part.ref.unit,
                    part.ref.measure,
                    name(part.ref.period, self.start),
                    part.ref.version,
                    "told",
                    part.ref.against,
                    like=like_text(part.ref.like),
                ),
                part.text,
            )
            for part in sentence
        )

    def of_unit(
        self, unit: str, info: MeasureInfo, value: Value, what: What, *beside: Value, bad: bool = False
    ) -> Sentence:
        """A figure or gap of a unit below."""
        if value is None:
            return ()
        signed = what == "gap"
        ref = NumberRef(
            unit, info.code, name(self.review.period, self.start), ACTUAL, what, self.review.against if signed else ""
        )
        return (Number(self.wording.figure(info, value, *beside, sign=signed), ref, exact(info, value), bad),)

    def distance(self, unit: str, field: Field, row: int) -> Sentence:
        """A cell of units by measures: how far the unit is from what is asked, behind a mark where it is off."""
        state, text = int(field.states[row]), cell_text(field, row, self.wording)
        mark = MARKS.get(state, "")
        if not text or state in (MISSING, NOT_ASKED):
            return (mark,) if mark else ()
        share = float(field.share[row])
        value = share if field.by == "share" and share == share else float(field.good[row])
        number = Number(text, self._distance(unit, field.info), repr(value), state == BEHIND)
        return (f"{mark} ", number) if mark else (number,)

    def red(self, red: Red) -> Sentence:
        """The gap of a red measure."""
        text = red_text(red, self.wording)
        if not text:
            return ()
        value = red.good if red.by != "share" or red.share is None else red.share
        return (Number(text, self._distance(red.unit.code, red.info), repr(value), True),)

    def year_before(self, unit: str, info: MeasureInfo, period: Period, value: Value) -> Sentence:
        """A unit's figure of a year before the period, over the trees of the time."""
        month = name(period.shifted(-12), self.start)
        return self.figure(info, value, NumberRef(unit, info.code, month, ACTUAL))

    def _distance(self, unit: str, info: MeasureInfo) -> NumberRef:
        return replace(self.ref(info, self.review.period, ACTUAL, "distance", self.review.against), unit=unit)

    def plan_of(self, unit: str, info: MeasureInfo, value: Value, *beside: Value) -> Sentence:
        """What a unit below is held against."""
        ref = self.ref(info, self.review.period, self.review.against)
        return self.figure(info, value, replace(ref, unit=unit), *beside)

    def ref(
        self, info: MeasureInfo, period: Period, version: str, what: What = "figure", against: str = ""
    ) -> NumberRef:
        """What a figure of the unit itself shows."""
        unit, last_year = self.review.unit.code, version == LAST_YEAR
        if last_year:
            period, version = period.shifted(-12), ACTUAL
        like = like_text(self.review.like) if last_year or against == LAST_YEAR else ""
        return NumberRef(unit, info.code, name(period, self.start), version, what, against, like)


def exact(info: MeasureInfo, value: int | float) -> str:
    """The value in units of account: decimal text of an exact measure, else as Python writes the float."""
    return info.rule.quantity.write(value) if info.rule.exact and isinstance(value, int) else repr(float(value))


def like_text(month: int | None) -> str:
    return "" if month is None else str(Period(month, 1))


def _beside(line: Line) -> tuple[Value, Value]:
    return line.actual.value, line.plan.value


def _behind(line: Line) -> bool:
    return line.judgement is not None and line.judgement.state == "behind"
