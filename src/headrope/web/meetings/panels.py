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
from headrope.review import pictures
from headrope.review.charts import Chart, Kind, Mark, Step, waterfall
from headrope.review.queries import Figure, Line, Review
from headrope.review.sheet.by_cause import Steps, by_cause
from headrope.review.sheet.said import Said
from headrope.review.wording import Wording

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
    """One measure: its name, the waterfall of its gap by what was answered or by the units below, else its trend; these units."""

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


@dataclass(frozen=True)
class Material:
    """What all panels of one unit are made of."""

    review: Review
    wording: Wording
    figures: Figures
    said: Said


def panel(made: Material, line: Line, ident: str) -> Panel:
    """The panel of one line; `ident` names its chart on the page."""
    review, wording, figures, info = made.review, made.wording, made.figures, line.info
    name = wording.name(info)
    causes = by_cause(review, line, made.said.answer_to(line), made.said.causes, wording)
    chart = None
    if info.rule.additive:
        chart = _cause_chart(wording, line, causes, ident) or _chart(
            wording, line, _parts(review, info, figures), ident
        )
    trend = Markup(pictures.trend(line))
    first, last = (line.trend.cells[0], line.trend.cells[-1]) if line.trend.cells else (review.period, review.period)
    values = {"a": wording.period(first), "b": wording.period(last)}
    words = _("%(a)s to %(b)s, the plan as a pale line") % values if trend else ""
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


def _cause_chart(wording: Wording, line: Line, causes: Steps, ident: str) -> Chart | None:
    """From the plan over what each cause takes to the actual figure."""
    if not causes:
        return None
    return _drawn(wording, line, [_step(wording, line, *each) for each in causes], ident, _("Cause"))


def _chart(wording: Wording, line: Line, parts: list[_Part], ident: str) -> Chart | None:
    """From the plan over what the units below add to the actual figure; the rest is the unit's own, so that it adds up."""
    actual, plan = line.actual.value, line.plan.value
    if not parts or actual is None or plan is None:
        return None
    shown, others = _chosen(parts)
    steps = [
        _step(
            wording,
            line,
            wording.name(part.node) + (_(", not in") if not part.actual.known else ""),
            part.gap,
            not part.actual.known,
        )
        for part in shown
    ]
    if others:
        count = ngettext("%(n)s other", "%(n)s others", len(others)) % {"n": len(others)}
        steps.append(_step(wording, line, count, sum(part.gap for part in others)))
    rest = (actual - plan) - sum(part.gap for part in parts)
    small = 1e-9 * max(1.0, abs(_number(wording, line, actual)), abs(_number(wording, line, plan)))
    if abs(_number(wording, line, rest)) > small:
        steps.append(_step(wording, line, _("Own and eliminated"), rest))
    return _drawn(wording, line, steps, ident, _("Unit"))


def _number(wording: Wording, line: Line, value: int | float) -> float:
    """A figure's number in the page's scale, with all its digits."""
    made: Number = wording.number(line.info, value)
    return float(made.value)


def _step(wording: Wording, line: Line, name: str, amount: int | float, missing: bool = False) -> Step:
    good = sense(line.info.rule.direction)
    kind: Kind = "missing" if missing else "other" if not good else "good" if amount * good > 0 else "bad"
    text = wording.figure(line.info, amount, line.actual.value, line.plan.value, sign=True)
    return Step(name, _number(wording, line, amount), text, kind)


def _drawn(wording: Wording, line: Line, steps: list[Step], ident: str, head: str) -> Chart | None:
    """The steps from plan to actual as a chart; None where they do not add up."""
    info, actual, plan = line.info, line.actual.value, line.plan.value
    if actual is None or plan is None:
        return None
    start = Mark(_("Plan"), _number(wording, line, plan), wording.figure(info, plan, actual))
    end = Mark(_("Actual"), _number(wording, line, actual), wording.figure(info, actual, plan))
    try:
        spec = waterfall(start, steps, end, width=215, step=34, text=17, label=250)
    except ValueError:  # ratios of floats that do not add up: no picture of a sum
        return None
    every: list[Mark | Step] = [start, *steps, end]
    rows = [(each.name, each.text) for each in every]
    alt = _("%(measure)s from plan to actual") % {"measure": wording.name(info)}
    return Chart(ident, alt, spec, (head, wording.name(info)), rows)


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
