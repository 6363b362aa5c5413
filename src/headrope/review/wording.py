"""How a review speaks: figures with their units, periods by name, and the sentences of the headline.

Texts are message ids in English; the face translates them. Numbers in sentences stay bound to what they show
(`Part.ref`), so that a page can link them to their origin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from headrope.core.display import MINUS, SCALES, Formatter, Shown, digits_for, fitting_scale, scale_of
from headrope.core.periods import Period, name, year_of
from headrope.core.scoring import Judgement
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import LAST_YEAR, Figure, Line, Record, Review
from headrope.review.ranking import Ranking
from headrope.review.said import gettext, pgettext

SHARES = ("%", "share")


@dataclass(frozen=True)
class Ref:
    """What a number shows: unit, measure, period and version (LAST_YEAR already resolved)."""

    unit: str
    measure: str
    period: Period
    version: str


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; a number has a ref."""

    text: str
    ref: Ref | None = None


Sentence = tuple[Part, ...]


def plain(sentences: Sequence[Sentence]) -> str:
    """The sentences as text."""
    joint = "" if (get_language() or "en").startswith("zh") else " "
    return joint.join("".join(part.text for part in sentence) for sentence in sentences)


class Wording:
    """Words and figures of one review in the active language and in one scale."""

    def __init__(self, review: Review, scale_key: str | None = None) -> None:
        self.review = review
        self.language = get_language() or "en"
        key = scale_key or fitting_scale(review.largest_money)
        scale = scale_of(key, self.language) or SCALES["en"][0]
        self.format = Formatter(self.language, scale)

    @property
    def scale_name(self) -> str:
        """The unit that money is shown in, such as CNY million."""
        return gettext(self.format.scale.name) % {"currency": self.currency}

    @property
    def currency(self) -> str:
        """The currency's code, or its usual name in Chinese."""
        return (
            "元"
            if self.language.startswith("zh") and self.review.ledger.currency == "CNY"
            else self.review.ledger.currency
        )

    def name(self, named: Node | MeasureInfo) -> str:
        """The name of a unit or measure."""
        return named.shown_name(self.language)

    # Figures

    def shown(self, info: MeasureInfo, *values: int | float | None) -> Shown:
        """How figures of this measure that stand side by side are shown."""
        quantity = info.rule.quantity
        if info.rule.kind != "ratio" and quantity.exact:
            return Shown(quantity.kind == "money", True, quantity.step_exponent, False, 0)
        known = [float(value) for value in values if value is not None]
        if info.account in SHARES:
            fine = bool(known) and min(map(abs, known)) >= 0.95
            return Shown(False, False, 0, True, 2 if fine else 1)
        return Shown(False, False, 0, False, max(map(digits_for, known), default=0))

    def account(self, info: MeasureInfo) -> str:
        """The unit of account where it is not the page's own; per cent for shares."""
        if info.account in SHARES:
            return "%"
        if info.rule.quantity.kind == "money" and info.rule.kind != "ratio":
            return "" if info.account in ("", self.review.ledger.currency) else info.account
        return gettext(info.account) if info.account else ""

    def figure(
        self, info: MeasureInfo, value: int | float | None, *beside: int | float | None, sign: bool = False
    ) -> str:
        """A figure in its column, without unit; a dash where there is none."""
        if value is None:
            return "\N{EN DASH}"
        return self.format.figure(
            self.shown(info, value, *beside) if not sign else self.shown(info, *(beside or (value,))), value, sign
        )

    def spoken(self, info: MeasureInfo, value: int | float, *beside: int | float | None) -> str:
        """A figure as it stands in a sentence, without sign, with its unit."""
        text = self.format.figure(self.shown(info, *(beside or (value,))), abs(value))
        return self._with_unit(info, text)

    def _with_unit(self, info: MeasureInfo, text: str) -> str:
        if info.account in SHARES:
            return text + ("%" if self.language.startswith("zh") else "\N{NARROW NO-BREAK SPACE}%")
        if info.rule.quantity.kind == "money" and info.rule.kind != "ratio":
            if self.language.startswith("zh") and self.currency != "元":
                return text + self.scale_name
            word = {"1": "", "k": "thousand", "m": "million", "bn": "billion"}[self.format.scale.key]
            return pgettext("amount", f"%(n)s {word}".strip()) % {"n": text}
        return text

    def points(self, info: MeasureInfo, value: float) -> str:
        """A difference of shares in words; of anything else as `spoken`."""
        if info.account in SHARES:
            return gettext("%(n)s points") % {"n": self.format.figure(self.shown(info, value), abs(value))}
        return self.spoken(info, value)

    # Periods and versions

    def period(self, period: Period) -> str:
        """The period in words, such as Jan–Jun 2023."""
        first_year, first = divmod(period.start, 12)
        last_year, last = divmod(period.end - 1, 12)
        months = MONTHS
        if period.span == 1:
            return pgettext("period", "%(month)s %(year)s") % {"month": gettext(months[first]), "year": first_year}
        if period.span == 12 and first == 0:
            return pgettext("period", "year %(year)s") % {"year": first_year}
        values = {"a": pgettext("from", months[first]), "b": gettext(months[last]), "ya": first_year, "yb": last_year}
        if first_year == last_year:
            return pgettext("period", "%(a)s–%(b)s %(yb)s") % values
        return pgettext("period", "%(a)s %(ya)s–%(b)s %(yb)s") % values

    def year(self, period: Period) -> str:
        """The (fiscal) year in which the period ends, such as 2023 or FY2023-24."""
        start = self.review.ledger.fiscal_start
        return name(year_of(period.end - 1, start), start)

    def against(self, version: str) -> str:
        """What the figures are held against, in words."""
        words = {
            "target": gettext("plan"),
            LAST_YEAR: gettext("last year"),
            "budget": gettext("budget"),
            "landing": gettext("landing"),
        }
        return words.get(version, version.replace("_", " "))

    def state(self, judgement: Judgement | None) -> str:
        """The state in a word."""
        words = {
            "ahead": gettext("ahead"),
            "on": gettext("on pace"),
            "watch": gettext("watch"),
            "behind": gettext("behind"),
            "none": "",
        }
        return words[judgement.state] if judgement else ""

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

    def reporting(self) -> str:
        """Who is in, who is late; nothing where nobody owes anything."""
        units, late = self.review.reporting.units, self.review.reporting.late
        if not units:
            return ""
        values = {"in": f"{units - len(late):,}", "units": f"{units:,}", "late": self._names(late)}
        if not late:
            return (
                gettext("All %(units)s reporting units are in") % values if units > 1 else gettext("All figures are in")
            )
        if units == 1:
            return gettext("Some figures are not in")
        return gettext("%(in)s of %(units)s reporting units are in; late: %(late)s") % values

    def _names(self, nodes: Sequence[Node], most: int = 2) -> str:
        names = [self.name(node) for node in nodes[:most]]
        if len(nodes) > most:
            names.append(gettext("%(count)s more") % {"count": f"{len(nodes) - most:,}"})
        return pgettext("between names", ", ").join(names)

    # The headline

    def headline(self, ranking: Ranking | None) -> list[Sentence]:
        """One to three sentences that say what is the case, from the figures alone."""
        lines = headline_lines(self.review)
        if not lines:
            return [
                self._sentence(
                    gettext("Nothing is reported for %(period)s."), {"period": Part(self.period(self.review.period))}
                )
            ]
        sentences = []
        for line in lines:
            sentences.append(self._line_sentence(line))
            if explained := self._explained(ranking, line):
                sentences.append(explained)
        return sentences

    def _ref(self, line: Line, version: str = ACTUAL, unit: Node | None = None) -> Ref:
        period, against = self.review.period, version
        if version == LAST_YEAR:
            period, against = period.shifted(-12), ACTUAL
        return Ref((unit or self.review.unit).code, line.info.code, period, against)

    def _number(self, line: Line, value: int | float, version: str = ACTUAL) -> Part:
        text = self.spoken(line.info, value, line.actual.value, line.plan.value)
        return Part(f"{MINUS}{text}" if value < 0 else text, self._ref(line, version))

    def _line_sentence(self, line: Line) -> Sentence:
        name = Part(self.name(line.info))
        against = self.review.against
        actual, plan = line.actual.value, line.plan.value
        if actual is None:
            return self._sentence(gettext("%(measure)s is not reported."), {"measure": name})
        values: dict[str, Part] = {
            "measure": name,
            "actual": self._number(line, actual),
            "against": Part(self.against(against)),
        }
        if line.gap is None or plan is None or against == LAST_YEAR:
            return self._grown(line, values)
        values["plan"] = self._number(line, plan, against)
        values["gap"] = Part(self.points(line.info, line.gap), self._ref(line))
        if line.info.rule.kind == "ratio":
            return self._ratio_sentence(line, values)
        if actual < 0:
            values |= {"actual": self._number(line, -actual), "plan": self._number(line, abs(plan), against)}
            text = (
                gettext("%(measure)s is a loss of %(actual)s against a planned loss of %(plan)s.")
                if plan < 0
                else gettext("%(measure)s is a loss of %(actual)s against a plan of %(plan)s.")
            )
            return self._sentence(text, values)
        return self._sentence(_gap_text(line.judgement, line.info.rule.direction, line.gap), values)

    def _ratio_sentence(self, line: Line, values: dict[str, Part]) -> Sentence:
        state = line.judgement.state if line.judgement else "none"
        down = line.info.rule.direction == "down"
        good = (line.judgement.good if line.judgement else 0) >= 0
        if state in ("on", "none") and line.gap is not None and abs(line.gap) < 0.0005:
            text = gettext("%(measure)s is %(actual)s, as planned.")
        elif good or state == "none":
            text = (
                gettext("%(measure)s is %(actual)s, %(gap)s better than %(plan)s.")
                if state != "none"
                else gettext("%(measure)s is %(actual)s, against %(plan)s.")
            )
        else:
            text = (
                gettext("%(measure)s is %(actual)s, %(gap)s over %(plan)s.")
                if down
                else gettext("%(measure)s is %(actual)s, %(gap)s short of %(plan)s.")
            )
        if line.last_year.value is not None:
            values["before"] = self._number(line, line.last_year.value, LAST_YEAR)
            text = text.rstrip(".。") + gettext("; a year before it was %(before)s.")
        return self._sentence(text, values)

    def _grown(self, line: Line, values: dict[str, Part]) -> Sentence:
        if line.growth is None or line.last_year.value is None:
            return self._sentence(gettext("%(measure)s is %(actual)s."), values)
        values["before"] = self._number(line, line.last_year.value, LAST_YEAR)
        if line.info.account in SHARES or line.growth_share is None:
            values["change"] = Part(self.points(line.info, line.growth))
            more, less = (
                gettext("%(measure)s is %(actual)s, %(change)s up from %(before)s a year before."),
                gettext("%(measure)s is %(actual)s, %(change)s down from %(before)s a year before."),
            )
        else:
            values["change"] = Part(self.format.per_cent(abs(line.growth_share)))
            more, less = (
                gettext("%(measure)s is %(actual)s, %(change)s more than a year before."),
                gettext("%(measure)s is %(actual)s, %(change)s less than a year before."),
            )
        if line.growth == 0:
            return self._sentence(gettext("%(measure)s is %(actual)s, as a year before."), values)
        return self._sentence(more if line.growth > 0 else less, values)

    def _explained(self, ranking: Ranking | None, line: Line) -> Sentence | None:
        """The unit that carries most of the gap that the sentence before has named."""
        if ranking is None or ranking.order != "gap" or ranking.info.rule.kind != "flow" or not ranking.rows:
            return None
        worst = ranking.rows[0]
        if line.info.code != ranking.info.code or not line.gap or not worst.gap or line.judgement is None:
            return None
        if line.judgement.state not in ("behind", "watch") or worst.gap / line.gap < 0.25:
            return None
        part = Part(self.spoken(line.info, worst.gap), self._ref(line, unit=worst.unit))
        return self._sentence(
            gettext("%(unit)s explains %(part)s of it."), {"unit": Part(self.name(worst.unit)), "part": part}
        )

    @staticmethod
    def _sentence(text: str, values: dict[str, Part]) -> Sentence:
        pieces = re.split(r"%\((\w+)\)s", text)
        parts = [Part(piece) if place % 2 == 0 else values[piece] for place, piece in enumerate(pieces)]
        return tuple(part for part in parts if part.text)


def _gap_text(judgement: Judgement | None, direction: str, gap: int | float) -> str:
    state = judgement.state if judgement else "none"
    if state == "none":
        if gap == 0:
            return gettext("%(measure)s is %(actual)s, exactly as in %(against)s.")
        return (
            gettext("%(measure)s is %(actual)s, %(gap)s above %(against)s.")
            if gap > 0
            else gettext("%(measure)s is %(actual)s, %(gap)s below %(against)s.")
        )
    if state == "on":
        return gettext("%(measure)s is on plan.")
    if state == "ahead":
        return (
            gettext("%(measure)s is %(gap)s ahead of plan.")
            if direction == "up"
            else gettext("%(measure)s stays %(gap)s under its limit.")
        )
    return (
        gettext("%(measure)s is %(gap)s short of plan.")
        if direction == "up"
        else gettext("%(measure)s is %(gap)s over its limit.")
    )


def headline_lines(review: Review) -> list[Line]:
    """The two lines that the headline speaks of: heavy ones first; without weights, those held against something.

    A line in trouble comes before one that is not only when neither is heavier.
    """
    known = [line for line in review.lines if line.actual.known and line.info.account is not None]
    weighted = [line for line in known if line.info.weight]
    if weighted:
        heaviest = sorted(weighted, key=lambda line: -(line.info.weight or 0))
        return heaviest[:2]
    planned = review.against != LAST_YEAR
    held = [line for line in known if planned and line.plan.known]
    rest = [line for line in known if not (planned and line.plan.known)]
    ratios = [line for line in rest if line.info.rule.kind == "ratio"]
    others = [line for line in rest if line.info.rule.kind != "ratio"]
    return [*held, *ratios, *others][:2]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
