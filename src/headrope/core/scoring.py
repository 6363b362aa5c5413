"""Gap, pace and state of a figure against its plan; see docs/spec/state.md.

>>> judge(actual=395.0, plan=442.0, direction="up").state
'behind'
>>> judge(actual=-44.0, plan=-1.0, direction="up").completion is None
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

State = Literal["ahead", "on", "watch", "behind", "stale", "none"]
"""What `judge` finds; *stale* overrides it where what is owed is overdue, see docs/spec/due.md, section 6."""


@dataclass(frozen=True)
class Tolerance:
    """Shares of the plan from which a gap counts: `watch` first, `behind` (and `ahead` on the good side) next."""

    watch: float = 0.02
    behind: float = 0.05


SUMS = Tolerance()
RATIOS = Tolerance(0.01, 0.025)


@dataclass(frozen=True)
class Judgement:
    """`gap` = actual - plan; `good` is the gap turned so that plus is good; `share` = gap / |plan|, or None at plan 0.

    `completion` = actual / plan, and only where the plan is above zero: a ratio to nothing or to a loss says nothing.
    """

    gap: float
    good: float
    share: float | None
    completion: float | None
    state: State


def judge(actual: float, plan: float, direction: str, tolerance: Tolerance = SUMS, margin: float = 0.0) -> Judgement:
    """Hold a figure against its plan. Values and `margin` in units of account; directions of docs/spec/measures.md.

    Of an index the plan is the outside figure, and what is asked for is that plus the margin.
    """
    asked = plan + margin if direction == "index" else plan
    gap = actual - asked
    good = -gap if direction == "down" else min(margin - abs(gap), 0.0) if direction == "band" else gap
    share = gap / abs(asked) if asked else None
    completion = actual / asked if asked > 0 else None
    return Judgement(gap, good, share, completion, _state(good, asked, direction, tolerance))


def sense(direction: str) -> int:
    """1 where more is better, -1 where less is, 0 where neither says anything (band, none)."""
    return {"up": 1, "gate": 1, "index": 1, "down": -1}.get(direction, 0)


def _state(good: float, plan: float, direction: str, tolerance: Tolerance) -> State:
    if direction == "none":
        return "none"
    if direction == "gate":
        return "on" if good >= 0 else "behind"
    if plan == 0:
        return "on" if good == 0 else "ahead" if good > 0 else "behind"
    share = good / abs(plan)
    if share <= -tolerance.behind:
        return "behind"
    if share <= -tolerance.watch or (direction == "band" and good < 0):
        return "watch"
    return "ahead" if share >= tolerance.behind else "on"


def plan_by_time(year_plan: int | float, months_gone: int, months: int = 12) -> int | float:
    """The part of a year's plan that has no phases: half the time, half the task.

    Whole steps stay whole, rounded half to even from the exact part; floats stay floats.
    """
    if isinstance(year_plan, int):
        return round(Fraction(year_plan * months_gone, months))
    return year_plan * months_gone / months
