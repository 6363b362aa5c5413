"""The headline of a review: a few sentences that say what is the case, from the figures alone.

Texts are message ids in English, translated here. Numbers in sentences stay bound to what they show (`Part.ref`), so
that a page can link them to their origin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from headrope.core.display import MINUS
from headrope.core.periods import Period, year_of
from headrope.core.scoring import Judgement
from headrope.ledger.queries import ACTUAL, LAST_YEAR, TARGET, MeasureInfo
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.wording import SHARES
from headrope.org.queries import Node
from headrope.review.queries import Line, Review
from headrope.review.ranking import Ranking
from headrope.review.ref import Ref, ref_to
from headrope.review.situation.landings import in_figures
from headrope.review.wording import Wording

LANDING = "landing"


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


class Headline:
    """Speaks of one review."""

    def __init__(self, review: Review, wording: Wording) -> None:
        self.review, self.wording = review, wording

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
        names = [self.wording.name(node) for node in nodes[:most]]
        if len(nodes) > most:
            names.append(gettext("%(count)s more") % {"count": f"{len(nodes) - most:,}"})
        return pgettext("between names", ", ").join(names)

    def sentences(self, ranking: Ranking | None, landed: bool = True) -> list[Sentence]:
        """What is the case, who explains it, where the hardest year lands and what it takes, from the figures alone.

        Where the year has `landed` is left out where that stands beside the headline. What each month left must bring is
        said only where no month ever brought as much: the rest stands in the table below.
        """
        lines = headline_lines(self.review)
        if not lines:
            return [
                self._sentence(
                    gettext("Nothing is reported for %(period)s."),
                    {"period": Part(self.wording.period(self.review.period))},
                )
            ]
        sentences, hardest = [], self._hardest(lines)
        for place, line in enumerate(lines):
            lands = self._landed(line) if landed and line is hardest else ()
            sentences.append(_joined(self._line_sentence(line), lands))
            if (silent := self._silent(line)) and not any(line.overdue == each.overdue for each in lines[:place]):
                sentences.append(silent)
            if explained := self._explained(ranking, line):
                sentences.append(explained)
            if line is hardest and (needed := self._needed(line)):
                sentences.append(needed)
        return sentences

    def _ref(self, line: Line, version: str = ACTUAL, unit: Node | None = None) -> Ref:
        code = (unit or self.review.unit).code
        return ref_to(code, line.info.code, self.review.period, version, self.review.like)

    def _held(self, line: Line, against: str, unit: Node | None = None) -> Ref:
        """The figure beside what it is held against."""
        return replace(self._ref(line, unit=unit), against=against)

    def _number(self, line: Line, value: int | float, version: str = ACTUAL) -> Part:
        text = self.wording.spoken(line.info, value, line.actual.value, line.plan.value)
        return Part(f"{MINUS}{text}" if value < 0 else text, self._ref(line, version))

    def _line_sentence(self, line: Line) -> Sentence:
        name = Part(self.wording.name(line.info))
        against = self.review.against
        actual, plan = line.actual.value, line.plan.value
        if actual is None:
            return self._sentence(gettext("%(measure)s is not reported."), {"measure": name})
        values: dict[str, Part] = {
            "measure": name,
            "actual": self._number(line, actual),
            "against": Part(self.wording.against(against)),
        }
        if line.gap is None or plan is None or against == LAST_YEAR:
            return self._grown(line, values)
        values["plan"] = self._number(line, plan, against)
        values["gap"] = Part(self.wording.points(line.info, line.gap, actual, plan), self._held(line, against))
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

    def _silent(self, line: Line) -> Sentence | None:
        """That the figure is stale, and why."""
        if line.overdue is None or not line.actual.known:
            return None
        values = {"measure": Part(self.wording.name(line.info)), "why": Part(self.wording.overdue(line.overdue))}
        return self._sentence(gettext("%(measure)s is stale: %(why)s."), values)

    def _ratio_sentence(self, line: Line, values: dict[str, Part]) -> Sentence:
        state = line.judgement.state if line.judgement else "none"
        good = (line.judgement.good if line.judgement else 0) >= 0
        if state in ("on", "none", "stale") and line.gap is not None and abs(line.gap) < 0.0005:
            text = gettext("%(measure)s is %(actual)s, as planned.")
        elif good or state in ("none", "stale"):
            text = (
                gettext("%(measure)s is %(actual)s, %(gap)s better than %(plan)s.")
                if state not in ("none", "stale")
                else gettext("%(measure)s is %(actual)s, against %(plan)s.")
            )
        else:
            text = (
                gettext("%(measure)s is %(actual)s, %(gap)s over %(plan)s.")
                if (line.gap or 0) > 0
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
            values["change"] = Part(self.wording.points(line.info, line.growth), self._held(line, LAST_YEAR))
            more, less = (
                gettext("%(measure)s is %(actual)s, %(change)s up from %(before)s a year before."),
                gettext("%(measure)s is %(actual)s, %(change)s down from %(before)s a year before."),
            )
        else:
            change = self.wording.format.per_cent(abs(line.growth_share))
            values["change"] = Part(change, self._held(line, LAST_YEAR))
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
        part = Part(self.wording.spoken(line.info, worst.gap), self._held(line, self.review.against, worst.unit))
        part = self._shortened(line.info, worst.gap, part, Part(self.wording.spoken(line.info, line.gap)))
        return self._sentence(
            gettext("%(unit)s explains %(part)s of it."), {"unit": Part(self.wording.name(worst.unit)), "part": part}
        )

    def _landed(self, line: Line) -> Sentence:
        """Where the year will land, of a line that is in trouble or unlikely to get there: the end of its sentence."""
        landed, info = line.landing, line.info
        if landed is None or landed.point is None or landed.target is None or landed.odds.value is None:
            return ()
        if line.state not in ("behind", "watch"):
            return ()
        year = year_of(self.review.period.end - 1, self.review.ledger.fiscal_start)
        aim = in_figures(info, landed.target)
        assert aim is not None
        point, target = self._told(info, landed.point, year, LANDING), self._told(info, aim, year, TARGET)
        values = {
            "point": self._shortened(info, landed.point, point, target),
            "target": target,
            "odds": Part(self.wording.odds(landed.odds.value), Ref(self.review.unit.code, info.code, year, LANDING)),
        }
        return self._sentence(gettext(" and lands near %(point)s of %(target)s: odds %(odds)s."), values)

    def _shortened(self, info: MeasureInfo, value: int | float, part: Part, beside: Part) -> Part:
        """The part without its unit where the part beside it says the same unit; Chinese repeats it."""
        number = self.wording.format.figure(self.wording.shown(info, value), abs(value))
        text = part.text.removeprefix(MINUS)
        unit = text.removeprefix(number) if text.startswith(number) else ""
        if not unit or not beside.text.endswith(unit) or self.wording.language.startswith("zh"):
            return part
        return Part(part.text.removesuffix(unit), part.ref)

    def _hardest(self, lines: Sequence[Line]) -> Line | None:
        """The line whose year is the hardest: of it alone is said where it lands and what each month must bring."""
        return min((line for line in lines if self._landed(line)), key=_hard, default=None)

    def _needed(self, line: Line) -> Sentence | None:
        """What each month left must bring where none ever brought as much; see docs/spec/completion.md."""
        need, info = line.need, line.info
        if need is None or need.reached or (need.best is not None and need.month <= need.best):
            return None
        rest = replace(self._ref(line), section="rest")
        values = {"need": Part(self.wording.spoken(info, need.month), rest)}
        if need.best is None:
            return self._sentence(gettext("Each month left must bring %(need)s."), values)
        if need.best <= 0:
            return self._sentence(gettext("Each month left must bring %(need)s; no month was ever above zero."), values)
        values["best"] = Part(self.wording.spoken(info, need.best), rest)
        return self._sentence(
            gettext("Each month left must bring %(need)s; none ever brought more than %(best)s."), values
        )

    def _told(self, info: MeasureInfo, value: int | float, year: Period, version: str) -> Part:
        text = self.wording.spoken(info, value)
        ref = Ref(self.review.unit.code, info.code, year, version)
        return Part(f"{MINUS}{text}" if value < 0 else text, ref)

    @staticmethod
    def _sentence(text: str, values: dict[str, Part]) -> Sentence:
        pieces = re.split(r"%\((\w+)\)s", text)
        parts = [Part(piece) if place % 2 == 0 else values[piece] for place, piece in enumerate(pieces)]
        return tuple(part for part in parts if part.text)


def _hard(line: Line) -> tuple[float, float]:
    """The order of lines by how hard their year has become: how far beyond the best month the need is, then the odds."""
    odds = line.landing.odds.value if line.landing else None
    need = line.need if line.need and not line.need.reached else None
    share = 0.0 if need is None else float("inf") if need.share is None else need.share
    return -share, 1.0 if odds is None else odds


def _joined(sentence: Sentence, end: Sentence) -> Sentence:
    """One sentence of two: the end goes on where the full stop was."""
    if not end:
        return sentence
    return (*sentence[:-1], Part(sentence[-1].text.rstrip(".。"), sentence[-1].ref), *end)


def _gap_text(judgement: Judgement | None, direction: str, gap: int | float) -> str:
    state = judgement.state if judgement else "none"
    if state in ("none", "stale"):
        if gap == 0:
            return gettext("%(measure)s is %(actual)s, exactly as in %(against)s.")
        return (
            gettext("%(measure)s is %(actual)s, %(gap)s above %(against)s.")
            if gap > 0
            else gettext("%(measure)s is %(actual)s, %(gap)s below %(against)s.")
        )
    if state == "on":
        return gettext("%(measure)s is on plan.")
    if direction == "band":
        return gettext("%(measure)s is %(gap)s off plan, outside its band.")
    if state == "ahead":
        return (
            gettext("%(measure)s is %(gap)s ahead of plan.")
            if gap > 0
            else gettext("%(measure)s stays %(gap)s under its limit.")
        )
    return (
        gettext("%(measure)s is %(gap)s short of plan.")
        if gap < 0
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
    ratios = [line for line in rest if not line.info.rule.additive]
    others = [line for line in rest if line.info.rule.additive]
    return [*held, *ratios, *others][:2]


MOST_MEASURES = 24


def headline_measures(review: Review) -> Sequence[Line]:
    """The measures that a page begins with: those that weigh; where none does, the first 24."""
    weighted = [line for line in review.lines if line.info.weight]
    return weighted or review.lines[:MOST_MEASURES]
