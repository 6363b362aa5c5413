"""The gap list of a unit: who is behind in which measure, why, what is promised against it, and who has not answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Literal

from headrope.core.periods import Period
from headrope.core.units import SEGMENT
from headrope.journal.queries import Known, known_on
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node, Tree
from headrope.review.gaps.answers import Answer, Ask, CausePart, File, Key, answers, asks
from headrope.review.gaps.figures import Stand, Stands
from headrope.review.gaps.promised import Amount, Promised, short_by, under
from headrope.review.headline import MOST_MEASURES
from headrope.review.queries import Question, Reader, Review

__all__ = ["Answer", "Ask", "CausePart", "File", "GapList", "GapRow", "MeasureGap", "answers", "asks", "gap_list"]  # fmt: skip

State = Literal["open", "grown", "answered", "healed"]
"""open: nobody has answered; grown: the gap is larger than when it was answered for an earlier period, and open again;
answered; healed: it was answered and is red no more."""


@dataclass(frozen=True)
class GapRow:
    """One measure of one unit that is behind, or was answered.

    `short` is how far it is on the bad side, in steps or float; `part` its share in what the whole unit is short of, where
    that is behind and adds up.
    """

    stand: Stand
    short: Amount
    part: float | None
    answer: Answer | None
    asked: Ask | None
    period: Period

    @property
    def unit(self) -> Node:
        """The unit."""
        return self.stand.unit

    @property
    def info(self) -> MeasureInfo:
        """The measure."""
        return self.stand.info

    @property
    def red(self) -> bool:
        """Whether it is behind now."""
        return self.stand.state == "behind"

    @property
    def state(self) -> State:
        """Whether an answer is there, and still says enough."""
        if self.answer is None:
            return "open"
        if not self.red:
            return "healed"
        return "answered" if self.answer.period == self.period or self.short <= self.answered_short else "grown"

    @property
    def answered_short(self) -> Amount:
        """How far it was on the bad side when it was answered."""
        assert self.answer is not None
        return short_of(self.info, self.answer.gap)

    @property
    def missing(self) -> bool:
        """Whether it is red without an answer that still says enough: a finding by itself."""
        return self.red and self.state in ("open", "grown")


@dataclass(frozen=True)
class MeasureGap:
    """One measure of the list: how short the unit is and what is promised against it, and the rows, the unit's own first."""

    info: MeasureInfo
    own: Stand | None
    promised: Promised | None
    rows: tuple[GapRow, ...]


@dataclass(frozen=True)
class GapList:
    """The gap list of a unit for a period: by measure, the worst first."""

    review: Review
    measures: tuple[MeasureGap, ...]

    @cached_property
    def rows(self) -> tuple[GapRow, ...]:
        """All rows."""
        return tuple(row for gap in self.measures for row in gap.rows)

    @cached_property
    def missing(self) -> tuple[GapRow, ...]:
        """Red without an answer."""
        return tuple(row for row in self.rows if row.missing)

    @cached_property
    def reds(self) -> int:
        """How many are red."""
        return sum(row.red for row in self.rows)

    @property
    def promised(self) -> dict[str, Promised]:
        """What is promised against the unit's gap, by measure code."""
        return {gap.info.code: gap.promised for gap in self.measures if gap.promised is not None}


def short_of(info: MeasureInfo, gap: Amount | None) -> Amount:
    """How far a gap of the measure is on the bad side."""
    margin = info.rule.margin or 0
    if info.rule.direction == "band" and info.rule.exact:
        margin = round(margin / float(info.rule.quantity.step))
    return short_by(gap, info.rule.direction, margin)


def gap_list(reader: Reader, unit: str, period: Period, against: str | None = None, every: bool = False) -> GapList:
    """The gap list of the unit (code) and the units right below it; NoSuchUnit as in `Reader.review`.

    Of the headline measures, or of `every` one; what was answered is there in any case. `review` has no lines. A fixed
    number of statements, whatever the number of units.
    """
    return _Maker(reader, reader.frame(Question(unit, period, against, reader.known)), every).made()


class _Maker:
    """Makes one list."""

    def __init__(self, reader: Reader, review: Review, every: bool) -> None:
        self.reader, self.review, self.every = reader, review, every
        self.tree: Tree = reader.tree(review.period)
        self.known: Known | None = known_on(reader.known, reader.ledger.zone)
        self.nodes = review.children
        self.answers = self._answers()
        self.asks = asks([review.unit.id, *(node.id for node in self.nodes)], review.period, self.known)
        # The unit stands before those below it, so that all is read at once.
        self.stands = Stands(reader, review, [review.unit, *self.nodes], reader.pace(review.period))

    def _answers(self) -> dict[Key, Answer]:
        """Those of the unit and of all below it; thousands of units are gone through only if anybody has answered."""
        unit, nodes = self.review.unit.id, self.tree.nodes
        found = answers(nodes if unit in nodes else [unit], self.review.period, self.known)
        inside = {self.review.unit.id, *chain.from_iterable(self.below.values())} if found else ()
        return {key: answer for key, answer in found.items() if key[0] in inside}

    @cached_property
    def below(self) -> dict[int, list[int]]:
        """What stands right below each unit of the list that may be seen; segments look at others' parts once more."""
        found = {self.review.unit.id: [node.id for node in self.nodes]}
        waiting = [node.id for node in self.nodes if node.kind != SEGMENT]
        while waiting:
            at = waiting.pop()
            if children := self.tree.parts.get(at):
                found[at] = children
                waiting += children
        return found

    def made(self) -> GapList:
        answered = {measure for _unit, measure in self.answers}
        headline = self._headline()
        found = (
            self._measure(info) for info in self.reader.infos.values() if info.code in headline or info.id in answered
        )
        return GapList(self.review, tuple(gap for gap in found if gap))

    def _headline(self) -> set[str]:
        """The codes of those that `headline_measures` finds in the whole review; with `every` those of all its lines."""
        infos = self.reader.infos.values()
        if not self.every and (weighted := {info.code for info in infos if info.weight and self.stands.present(info)}):
            return weighted
        present = (info.code for info in infos if self.stands.present(info))
        return set(present if self.every else islice(present, MOST_MEASURES))

    def _measure(self, info: MeasureInfo) -> MeasureGap | None:
        """The measure's part; None where nobody is red and nobody has answered."""
        of_measure = {unit: each for (unit, measure), each in self.answers.items() if measure == info.id}
        judged = info.rule.direction != "none"
        if not judged and self.review.unit.id not in of_measure:
            return None
        own = self.stands.first(info) if self.stands.present(info) else None
        whole = short_of(info, own.gap) if own is not None and own.state == "behind" else 0
        answered = any(node.id in of_measure for node in self.nodes)
        found = self.stands.of(info, only_short=not answered) if judged else ()
        below = [self._row(stand, whole) for stand in found if stand.unit.id != self.review.unit.id]
        below = [row for row in below if row.red or row.answer is not None]
        rows = sorted(below, key=_worst_first)
        if own is not None and (own.state == "behind" or self.review.unit.id in of_measure):
            rows.insert(0, self._row(own, whole))
        if not rows:
            return None
        return MeasureGap(info, own, self._promised(info, own, of_measure), tuple(rows))

    def _row(self, stand: Stand, whole: Amount) -> GapRow:
        key = stand.unit.id, stand.info.id
        short = short_of(stand.info, stand.gap)
        additive = stand.info.rule.additive and stand.unit.id != self.review.unit.id
        part = -float(_signed(stand)) / whole if additive and whole and stand.gap is not None else None
        return GapRow(stand, short, part, self.answers.get(key), self.asks.get(key), self.review.period)

    def _promised(self, info: MeasureInfo, own: Stand | None, given: Mapping[int, Answer]) -> Promised | None:
        """What is promised against the unit's own gap; what stands below it adds up where the measure does."""
        whole = short_of(info, own.gap) if own is not None else 0
        if not whole:
            return None
        amounts = {unit: answer.promised for unit, answer in given.items()}
        unit = self.review.unit.id
        return Promised(whole, amounts.get(unit), under(unit, self.below, amounts) if info.rule.additive else None)


def _signed(stand: Stand) -> Amount:
    """The gap turned so that plus is good."""
    assert stand.gap is not None
    return -stand.gap if stand.info.rule.direction == "down" else stand.gap


def _worst_first(row: GapRow) -> tuple[object, ...]:
    share = row.stand.judgement.share if row.stand.judgement else None
    return (not row.red, -row.short if row.info.rule.additive else -abs(share or 0), row.unit.code)
