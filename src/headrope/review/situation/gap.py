"""The gap of a unit taken apart: what each unit below adds or takes, with eliminations and what is not reported.

The parts add up to the gap exactly, in the measure's own steps; see docs/spec/gap.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headrope.core.scoring import sense
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import Line, Reader, Review, figure

Amount = int | float
Kind = Literal["unit", "missing", "eliminations", "own"]
"""`own`: the unit's own figures, of units that the reader may not see, and of years that were cut in parts by time."""


@dataclass(frozen=True)
class Part:
    """What one part adds to the gap (actual less plan, in steps or float); `unit` is None but for `unit` and `missing`.

    Of one that is missing, some of the figure may be `known`.
    """

    kind: Kind
    amount: Amount
    unit: Node | None = None
    known: bool = True


@dataclass(frozen=True)
class Gap:
    """The gap of a measure: from `plan` over the parts to `actual`; `turn` is 1 where more is better, -1 where less is."""

    info: MeasureInfo
    plan: Amount
    actual: Amount
    turn: int
    parts: tuple[Part, ...]

    @property
    def amount(self) -> Amount:
        """The whole gap."""
        return self.actual - self.plan


def taken_apart(infos: Sequence[MeasureInfo], chosen: str) -> MeasureInfo | None:
    """The measure whose gap is taken apart: the one of that code where it adds up over units, else the first that does."""
    sums = sums_of(infos)
    return next((info for info in sums if info.code == chosen), sums[0] if sums else None)


def sums_of(infos: Sequence[MeasureInfo]) -> list[MeasureInfo]:
    """The measures whose gaps can be taken apart."""
    return [info for info in infos if info.rule.additive and not info.rule.formed]


def gap_of(reader: Reader, review: Review, info: MeasureInfo) -> Gap | None:
    """The gap by children, worst first; None where the measure does not add up, or figure or plan are missing."""
    line = review.line(info.code)
    if line is None or not info.rule.additive or line.plan.value is None or line.actual.value is None:
        return None
    if not review.children or info.rule.formed:
        return None
    turn = sense(info.rule.direction) or 1
    parts = _children(reader, review, info, line)
    eliminated = _eliminated(reader, review, info)
    parts.sort(key=lambda part: (part.amount * turn, part.unit.code if part.unit else ""))
    if eliminated:
        parts.append(Part("eliminations", eliminated))
    rest = line.actual.value - line.plan.value - sum(part.amount for part in parts)
    if rest and not (isinstance(rest, float) and abs(rest) <= 1e-9 * max(abs(line.actual.value), abs(line.plan.value))):
        parts.append(Part("own", rest))
    return Gap(info, line.plan.value, line.actual.value, turn, tuple(parts))


def _children(reader: Reader, review: Review, info: MeasureInfo, line: Line) -> list[Part]:
    view = reader.cube.view([node.id for node in review.children])
    actual = view.column(info, reader.infos, ACTUAL, review.period)
    plan = reader.plan_of(view, info, review.period, review.against, review.as_was)
    late = {node.id for node in review.reporting.late}
    found = []
    for row, node in enumerate(review.children):
        a, p = figure(actual, info, row), figure(plan, info, row)
        if a.value is None and p.value is None:
            continue
        silent = not a.complete and (node.id in late or a.value is None)
        found.append(Part("missing" if silent else "unit", (a.value or 0) - (p.value or 0), node, a.value is not None))
    return found


def _eliminated(reader: Reader, review: Review, info: MeasureInfo) -> int:
    """What eliminations at the unit itself add to the actual figure (below zero: take off it), less what they add to the plan."""
    view = reader.cube.view([review.unit.id])
    period = review.period
    version, before = (ACTUAL, period.shifted(-12)) if review.against == LAST_YEAR else (review.against, period)
    return view.eliminated(info, ACTUAL, period)[0] - view.eliminated(info, version, before)[0]
