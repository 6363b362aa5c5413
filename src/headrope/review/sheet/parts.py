"""What a unit's figures are made of: its children; the breakdown adds up to the gap, with what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headrope.core.attribution import Effects, Pair, shift_share, total
from headrope.landing.runs.queries import Landed
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import Figure, Line, Reader, Review, figure
from headrope.review.ranking import Ranking
from headrope.review.sheet.states import States
from headrope.review.situation.landings import landings_of

MOST_LANDED = 10
"""Parts whose landings are read: as many as a page or a paper has room for."""


@dataclass(frozen=True)
class Part:
    """One part's figures of a measure; `unit` None is what no child has: the unit's own figures and eliminations.

    `state` is a word of situation.states.STATES, empty where nobody has asked for it; `landing` where its year will end,
    of the first `MOST_LANDED` parts.
    """

    unit: Node | None
    actual: Figure
    plan: Figure
    state: str = ""
    landing: Landed | None = None

    @property
    def missing(self) -> bool:
        """Whether there is a plan, or somebody who owes the figure, and no figure."""
        return not self.actual.known and (self.plan.known or self.actual.expected > 0)

    @property
    def given(self) -> int | float:
        """What the part adds to the gap of the whole: what is not reported is not in the whole either."""
        return (self.actual.value or 0) - (self.plan.value or 0)


@dataclass(frozen=True)
class Breakdown:
    """A line by its parts, worst first; the parts' `given` and `rest` add up to the line's gap exactly."""

    info: MeasureInfo
    parts: tuple[Part, ...]
    rest: int | float


@dataclass(frozen=True)
class Shift:
    """Shift-share of a measure's gap over what it is earned on: by part (the last may be no unit), and of the whole."""

    info: MeasureInfo
    base: MeasureInfo
    by: tuple[tuple[Node | None, Effects], ...]
    whole: Effects


def children_of(ranking: Ranking | None, line: Line | None) -> Breakdown | None:
    """The line by child, as ranked; None where it does not add up or nothing is planned."""
    if line is None or ranking is None or ranking.info.code != line.info.code or not adds_up(line):
        return None
    parts = tuple(Part(row.unit, row.actual, row.plan) for row in ranking.rows)
    return _whole(line, parts)


def other_of(reader: Reader, review: Review, units: Sequence[Node], line: Line) -> tuple[Part, ...]:
    """The same units' figures of another line, in their order."""
    view = reader.cube.view([unit.id for unit in units])
    actual = view.column(line.info, reader.infos, ACTUAL, review.period)
    plan = reader.plan_of(view, line.info, review.period, review.against, review.as_was)
    return tuple(
        Part(unit, figure(actual, line.info, row), figure(plan, line.info, row)) for row, unit in enumerate(units)
    )


def judged(parts: Sequence[Part], info: MeasureInfo, states: States) -> tuple[Part, ...]:
    """The parts with their states."""
    return tuple(replace(part, state=states[part.unit.id, info.code]) if part.unit else part for part in parts)


def landed(reader: Reader, review: Review, parts: Sequence[Part], info: MeasureInfo) -> tuple[Part, ...]:
    """The parts, the first of them with their landings in the measure; one statement where there is a run, for all of them."""
    units = [part.unit.id for part in parts[:MOST_LANDED] if part.unit]
    found = landings_of(reader.run(review.period), units) if units else {}
    return tuple(replace(part, landing=found.get((part.unit.id, info.id))) if part.unit else part for part in parts)


def adds_up(line: Line) -> bool:
    """Whether the line's gap is the sum of its parts' gaps, in whole steps."""
    return (
        line.info.rule.exact
        and line.info.rule.additive
        and line.gap is not None
        and line.info.rule.direction != "index"
    )


def _whole(line: Line, parts: tuple[Part, ...]) -> Breakdown:
    assert line.gap is not None
    return Breakdown(line.info, parts, line.gap - sum(part.given for part in parts))


def base_of(reader: Reader, review: Review, info: MeasureInfo) -> MeasureInfo | None:
    """What a sum is earned on: the denominator of a ratio of which it is the numerator; of money else the heaviest sum
    of money of which more is better."""
    for ratio in reader.infos.values():
        rule = ratio.rule
        if rule.kind == "ratio" and [code for _, code in rule.numerator] == [info.code] and len(rule.denominator) == 1:
            base = reader.infos[rule.denominator[0][1]]
            line = review.line(base.code)
            if line and line.plan.known and base.rule.kind in ("flow", "cumulative", "average"):
                return base
    if info.rule.quantity.kind != "money":
        return None
    sums = [
        line
        for line in review.lines
        if line.info.rule.kind == "flow"
        and line.info.rule.exact
        and line.info.rule.quantity.kind == "money"
        and line.info.rule.direction == "up"
        and line.plan.known
        and line.info.weight
    ]
    heaviest = max(sums, key=lambda line: line.info.weight or 0, default=None)
    return heaviest.info if heaviest and heaviest.info.code != info.code else None


def shift(reader: Reader, review: Review, breakdown: Breakdown | None, line: Line | None) -> Shift | None:
    """The gap of the line as volume, mix and own performance; None where a figure is missing or there is nothing to earn on.

    Mix can only be told where every part has reported: what is missing would count as a part that shrank to nothing.
    """
    if line is None or not adds_up(line) or line.info.rule.kind not in ("flow", "cumulative"):
        return None
    base = base_of(reader, review, line.info)
    if base is None or not line.actual.complete:
        return None
    whole = review.line(base.code)
    if whole is None or whole.actual.value is None or whole.plan.value is None or not whole.actual.complete:
        return None
    parts = list(breakdown.parts) if breakdown else []
    others = other_of(reader, review, [part.unit for part in parts if part.unit], whole)
    if any(each.missing or (not each.actual.complete and each.actual.expected) for each in (*parts, *others)):
        return None
    amounts, bases = [_pair(part) for part in parts], [_pair(part) for part in others]
    units: list[Node | None] = [part.unit for part in parts]
    rest = (_left(line, amounts), _left(whole, bases))
    if not parts or any(value for pair in rest for value in pair):
        amounts, bases, units = [*amounts, rest[0]], [*bases, rest[1]], [*units, None]
    effects = shift_share(amounts, bases)
    if effects is None:
        return None
    return Shift(line.info, base, tuple(zip(units, effects, strict=True)), total(effects))


def _pair(part: Part) -> Pair:
    return Pair(part.plan.value or 0, part.actual.value or 0)


def _left(line: Line, pairs: Sequence[Pair]) -> Pair:
    """What the whole has beyond its parts; of the unit without parts, all."""
    return Pair(
        (line.plan.value or 0) - sum(pair.planned for pair in pairs),
        (line.actual.value or 0) - sum(pair.actual for pair in pairs),
    )
