"""What stands at the right of a slide for one measure: why it is off its plan, and the units below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.display import Number
from headrope.core.scoring import sense
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.charts import Chart, Kind, Mark, Step, waterfall
from headrope.review.queries import Figure, Line, Review
from headrope.review.wording import Wording
from headrope.web.review import pictures

Figures = Mapping[int, Mapping[str, tuple[Figure, Figure, Figure]]]
"""Actual, plan and last year's figure of every measure for every unit, by unit id and measure code."""

MOST_STEPS, MOST_ROWS = 6, 9


@dataclass(slots=True)
class Below:
    """A unit below with its figures of the measure."""

    name: str
    actual: str
    plan: str
    gap: str
    kind: str


@dataclass(slots=True)
class Panel:
    """One measure: its name, the waterfall of its gap where units below explain it, else its trend; the units below."""

    name: str
    title: str
    chart: Chart | None
    trend: Markup
    trend_words: str
    below: list[Below]
    more: str


@dataclass(frozen=True)
class _Part:
    node: Node
    actual: Figure
    plan: Figure
    gap: int | float


def panel(review: Review, wording: Wording, line: Line, figures: Figures, ident: str) -> Panel:
    """The panel of one line; `ident` names its chart on the page."""
    info = line.info
    name = wording.name(info)
    parts = _parts(review, info, figures)
    chart = _chart(wording, line, parts, ident) if info.rule.additive else None
    trend = pictures.spark(line.trend.actual, line.trend.plan)
    first, last = (line.trend.cells[0], line.trend.cells[-1]) if line.trend.cells else (review.period, review.period)
    values = {"a": wording.period(first), "b": wording.period(last)}
    words = _("%(a)s to %(b)s, the plan as a grey line") % values if trend else ""
    rows = _below(wording, line, review, figures)
    left = len(rows) - MOST_ROWS
    return Panel(
        name,
        _("What explains the gap in %(measure)s") % {"measure": name} if chart else _("How %(measure)s went") % {"measure": name},
        chart,
        trend,
        words,
        rows[:MOST_ROWS],
        ngettext("and %(n)s more unit", "and %(n)s more units", left) % {"n": left} if left > 0 else "",
    )  # fmt: skip


def _parts(review: Review, info: MeasureInfo, figures: Figures) -> list[_Part]:
    """What each unit below adds to the gap, worst first; what is not reported counts as nothing against its plan."""
    found = []
    for child in review.children:
        held = figures.get(child.id, {}).get(info.code)
        if held is None or held[1].value is None:
            continue
        found.append(_Part(child, held[0], held[1], (held[0].value or 0) - held[1].value))
    good = sense(info.rule.direction) or 1
    return sorted((part for part in found if part.gap), key=lambda part: (part.gap * good, part.node.code))


def _chart(wording: Wording, line: Line, parts: list[_Part], ident: str) -> Chart | None:
    """From the plan over what the units below add to the actual figure; the rest is the unit's own, so that it adds up."""
    info, actual, plan = line.info, line.actual.value, line.plan.value
    if not parts or actual is None or plan is None:
        return None
    good = sense(info.rule.direction)

    def number(value: int | float) -> float:
        # A figure's number in the page's scale, with all its digits.
        made: Number = wording.number(info, value)
        return float(made.value)

    def step(name: str, amount: int | float, missing: bool = False) -> Step:
        kind: Kind = "missing" if missing else "other" if not good else "good" if amount * good > 0 else "bad"
        return Step(name, number(amount), wording.figure(info, amount, actual, plan, sign=True), kind)

    shown, others = _chosen(parts)
    steps = [
        step(
            wording.name(part.node) + (_(", not in") if not part.actual.known else ""), part.gap, not part.actual.known
        )
        for part in shown
    ]
    if others:
        count = ngettext("%(n)s other", "%(n)s others", len(others)) % {"n": len(others)}
        steps.append(step(count, sum(part.gap for part in others)))
    rest = (actual - plan) - sum(part.gap for part in parts)
    if abs(number(rest)) > 1e-9 * max(1.0, abs(number(actual)), abs(number(plan))):
        steps.append(step(_("Own and eliminated"), rest))
    start = Mark(_("Plan"), number(plan), wording.figure(info, plan, actual))
    end = Mark(_("Actual"), number(actual), wording.figure(info, actual, plan))
    try:
        spec = waterfall(start, steps, end, width=215, step=34, text=17, label=250)
    except ValueError:  # ratios of floats that do not add up: no picture of a sum
        return None
    every: list[Mark | Step] = [start, *steps, end]
    rows = [(each.name, each.text) for each in every]
    alt = _("From plan to actual, unit by unit")
    return Chart(ident, alt, spec, (_("Unit"), wording.name(info)), rows)


def _chosen(parts: list[_Part]) -> tuple[list[_Part], list[_Part]]:
    """Those that stand alone, and those that are summed up: of many the worst and the two best stay."""
    if len(parts) <= MOST_STEPS:
        return parts, []
    alone = [*parts[: MOST_STEPS - 3], *parts[-2:]]
    return alone, [part for part in parts if part not in alone]


def _below(wording: Wording, line: Line, review: Review, figures: Figures) -> list[Below]:
    info, made = line.info, []
    good = sense(info.rule.direction)
    for child in review.children:
        held = figures.get(child.id, {}).get(info.code)
        if held is None:
            continue
        actual, plan = held[0], held[1]
        gap = None if actual.value is None or plan.value is None else actual.value - plan.value
        beside = (actual.value, plan.value)
        made.append(
            (
                (gap or 0) * (good or 1),
                child.code,
                Below(
                    wording.name(child),
                    _("not in")
                    if not actual.known and actual.expected
                    else wording.figure(info, actual.value, *beside),
                    "" if plan.value is None else wording.figure(info, plan.value, *beside),
                    "" if gap is None else wording.figure(info, gap, *beside, sign=True),
                    "" if not gap or not good else "hr-behind" if gap * good < 0 else "hr-ahead",
                ),
            )
        )
    return [row for *_key, row in sorted(made, key=lambda each: each[:2])]
