"""A figure judged against what it is held against: gap and state; see docs/spec/state.md."""

from __future__ import annotations

from dataclasses import replace

from headrope.core.scoring import Judgement, judge
from headrope.ledger.queries import LAST_YEAR, MeasureInfo
from headrope.review.figures import Figure, change
from headrope.review.rules.rule import BUILT_IN, PaceRule


def held_rule(info: MeasureInfo, against: str) -> tuple[str, float]:
    """Direction and margin by which a figure is held; those of a target say nothing against last year."""
    direction, margin = info.rule.direction, info.rule.margin or 0.0
    if against != LAST_YEAR:
        return direction, margin
    return {"band": "none", "index": "up", "gate": "up"}.get(direction, direction), 0.0


def gap(info: MeasureInfo, actual: Figure, plan: Figure, against: str) -> int | float | None:
    """Actual less what is asked for: the plan, of an index the outside figure plus the margin."""
    difference = change(actual, plan)[0]
    direction, margin = held_rule(info, against)
    if difference is None or direction != "index":
        return difference
    return difference - (round(margin / float(info.rule.quantity.step)) if info.rule.exact else margin)


def verdict(
    info: MeasureInfo, actual: Figure, plan: Figure, against: str, rule: PaceRule = BUILT_IN
) -> Judgement | None:
    """The figure judged against its plan; none where either is missing or the parts are uneven.

    Silence never looks good: where less is better, or only a band is good, and not all is in, only a bad state is sure.
    """
    if actual.value is None or plan.value is None or actual.uneven or plan.uneven:
        return None
    quantity = info.rule.quantity
    exact = info.rule.exact
    a, p = (quantity.number(f) if exact else float(f) for f in (actual.value, plan.value))
    direction, margin = held_rule(info, against)
    found = judge(a, p, direction, rule.tolerance(info.rule), margin)
    unsure = not actual.complete and direction in ("down", "band") and found.state in ("ahead", "on")
    return replace(found, state="none") if unsure else found
