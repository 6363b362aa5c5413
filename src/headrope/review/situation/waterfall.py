"""The gap of a measure as a waterfall: plan, the units that cost most, the others, what is missing, eliminations, actual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headrope.core.display import rounded
from headrope.core.rounding import round_list
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.charts.chart import Chart
from headrope.review.charts.waterfall import Kind, Mark, Step, waterfall
from headrope.review.queries import Review
from headrope.review.ref import Ref, ref_to
from headrope.review.situation.gap import Gap, Part
from headrope.review.wording import Wording

WORST, BEST = 6, 3
"""So many units are named on either side; the others make one step."""
Amount = int | float


@dataclass(frozen=True)
class Named:
    """A step with its name: an amount in steps (or float), what it is, and what it shows."""

    name: str
    amount: Amount
    kind: Kind
    ref: Ref


def gap_chart(gap: Gap, review: Review, wording: Wording, width: int = 250) -> Chart:
    """The chart, and the table of the same numbers. What is printed adds up: the remainder is given away in the last digit."""
    steps, against = _steps(gap, review, wording), wording.against(review.against)
    shown = printed(gap.info, (gap.plan, gap.actual), [each.amount for each in steps], wording)
    plan, actual = (wording.scaled(gap.info, value) for value in (gap.plan, gap.actual))
    name = against[:1].upper() + against[1:]
    made = [
        Step(each.name, wording.scaled(gap.info, each.amount), text, each.kind)
        for each, text in zip(steps, shown, strict=True)
    ]
    start = Mark(name, plan, wording.figure(gap.info, gap.plan))
    end = Mark(_("Actual"), actual, wording.figure(gap.info, gap.actual))
    # Floats of exact steps need not add up to the last bit; the last step takes what is left.
    left = end.value - start.value - sum(step.amount for step in made)
    if made:
        made[-1] = Step(made[-1].name, made[-1].amount + left, made[-1].text, made[-1].kind)
    rows = [(start.name, start.text), *((step.name, step.text) for step in made), (end.name, end.text)]
    measure = wording.name(gap.info)
    alt = _("%(measure)s from %(against)s to actual, by unit") % {"measure": measure, "against": against}
    head = wording.account(gap.info) or wording.scale_name
    code, like = review.unit.code, review.like
    first, last = (ref_to(code, gap.info.code, review.period, each, like) for each in (review.against, ACTUAL))
    refs = [[first], *([step.ref] for step in steps), [last]]
    return Chart("gap-chart", alt, waterfall(start, made, end, width=width, label=190), (measure, head), rows, refs)


def _steps(gap: Gap, review: Review, wording: Wording) -> list[Named]:
    """Worst units first, the others, missing, eliminations and own figures, then the best."""
    units = [part for part in gap.parts if part.kind == "unit"]
    code = gap.info.code
    # What is put together, and what no unit below has, is told beside all of them by the unit's own figure.
    whole = Ref(review.unit.code, code, review.period, ACTUAL, None, review.against, "parts")
    bad = [part for part in units if part.amount * gap.turn < 0][:WORST]
    good = [part for part in reversed(units) if part.amount * gap.turn > 0][:BEST]
    named = {id(part) for part in (*bad, *good)}
    others = [part for part in units if id(part) not in named]
    if len(others) == 1 and others[0].amount:
        (bad if others[0].amount * gap.turn < 0 else good).append(others[0])
        others = []
    steps = [_unit(part, gap, review, wording) for part in bad]
    if others:
        rest = sum(part.amount for part in others)
        steps.append(Named(_("%(n)s others") % {"n": len(others)}, rest, _kind(rest, gap), whole))
    for part in gap.parts:
        if part.kind == "missing" and part.unit is not None:
            name = _("%(unit)s, not reported") % {"unit": wording.name(part.unit)}
            steps.append(Named(name, part.amount, "missing", _ref(part.unit, part, gap, review)))
        elif part.kind in ("eliminations", "own"):
            name = _("Eliminations") if part.kind == "eliminations" else _("Own figures and others")
            steps.append(Named(name, part.amount, _kind(part.amount, gap), whole))
    return [*steps, *(_unit(part, gap, review, wording) for part in good)]


def _unit(part: Part, gap: Gap, review: Review, wording: Wording) -> Named:
    assert part.unit is not None
    return Named(wording.name(part.unit), part.amount, _kind(part.amount, gap), _ref(part.unit, part, gap, review))


def _ref(unit: Node, part: Part, gap: Gap, review: Review) -> Ref:
    """The difference; the plan alone where there is no figure."""
    if not part.known:
        return ref_to(unit.code, gap.info.code, review.period, review.against, review.like)
    return Ref(unit.code, gap.info.code, review.period, ACTUAL, None, review.against)


def _kind(amount: Amount, gap: Gap) -> Kind:
    if gap.info.rule.direction == "none" or not amount:
        return "other"
    return "good" if amount * gap.turn > 0 else "bad"


def printed(info: MeasureInfo, ends: tuple[Amount, Amount], amounts: Sequence[Amount], wording: Wording) -> list[str]:
    """The steps from one end to the other as texts that add up to the difference of the two printed ends."""
    start, end = ends
    if not amounts or not info.rule.exact:
        return [wording.figure(info, each, start, sign=True) for each in amounts]
    shown = wording.shown(info, start)
    places = (wording.format.scale.exponent - wording.format.scale.digits if shown.money else 0) - shown.step_exponent
    grain = 10.0**places
    total = rounded(int(end), places) - rounded(int(start), places)
    whole = round_list(np.array([each / grain for each in amounts]), total=total)
    scaled = 10 ** max(places, 0)
    return [wording.figure(info, int(value) * scaled, sign=True) for value in whole]
