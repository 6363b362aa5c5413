"""The small pictures of a measure's row, which page and document share: pace bar, level, spark line, range of the landing.

Lines or numbers in, SVG text out; its colours are the classes p-ink, p-gap and so on, for which the page has a style
sheet and documents have `reports.pictures`. All that a picture shows stands in the row as numbers too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from headrope.landing.runs.queries import Landed
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.wording import SHARES
from headrope.review.queries import Line

WIDTH, HEIGHT = 120, 16
SPARK_WIDTH, SPARK_HEIGHT = 112, 20
REACH, SHARE_REACH = 0.12, 0.03
"""Of the plan or the target to either side of a level or a landing; of ratios in their own unit."""


def progress(line: Line, by_year: bool = False) -> str:
    """The way to the year's target of what is to be brought; of all else where it stands beside the plan."""
    info, actual, plan = line.info, line.actual.value, line.plan.value
    if actual is None or plan is None or line.actual.uneven:
        return ""
    number = info.rule.quantity.number if info.rule.exact else float
    year = line.year_plan.value if line.year_plan and line.year_plan.value is not None else plan
    judged = line.judgement is not None and line.judgement.state not in ("none", "stale")
    good = line.judgement.good >= 0 if judged and line.judgement else None
    # The limit of accidents is no way that somebody goes: its end is nothing to reach.
    counted = info.rule.quantity.kind == "count" and info.rule.direction in ("down", "gate", "band")
    if info.rule.kind in ("flow", "cumulative") and not by_year and not counted and year > 0 and plan >= 0 and actual >= 0:  # fmt: skip
        return pace_bar(number(actual), number(plan), number(year), good)
    return level(number(actual), number(plan), good)


def trend(line: Line, fiscal_start: int = 0) -> str:
    """The last periods; with the month (1 to 12) that begins the fiscal year a hair before each year."""
    cells = line.trend.cells
    years = [place for place, cell in enumerate(cells) if cell.start % 12 == fiscal_start - 1] if fiscal_start else []
    return spark(line.trend.actual, line.trend.plan, years)


def landing(info: MeasureInfo, landed: Landed | None) -> str:
    """The range of the landing around the target; nothing without a target."""
    if landed is None or landed.target is None:
        return ""
    ends = (landed.low80, landed.low50, landed.account, landed.high50, landed.high80)
    figures = [each for each in ends if each is not None]
    if len(figures) < len(ends):
        return ""
    reach = SHARE_REACH if info.account in SHARES else REACH * abs(landed.target) or 1.0
    return landing_range(figures, landed.target, reach)


def _svg(width: int, height: int, body: str) -> str:
    """All that a picture shows stands in the row as numbers too, so readers of the screen pass it by."""
    return f'<svg class="hr-pic" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">{body}</svg>'


_COLOURS = {None: "p-soft", True: "p-over", False: "p-gap"}


def pace_bar(actual: float, plan: float, year: float, good: bool | None) -> str:
    """Actual (ink) against the phase plan (tall tick) on the way to the year's target (blue tick); all at or above zero.

    The distance between actual and plan is red where it is bad, green where it is good, grey where neither is known.
    """
    top = max(actual, plan, year) or 1.0
    a, p, y = (round(value / top * WIDTH, 1) for value in (actual, plan, year))
    middle = HEIGHT / 2
    colour = _COLOURS[good]
    return _svg(
        WIDTH,
        HEIGHT,
        (
            f'<rect y="{middle - 0.5}" width="{WIDTH}" height="1" class="p-soft"/>'
            f'<rect y="{middle - 2.5}" width="{a}" height="5" class="p-ink"/>'
            f'<rect x="{min(a, p)}" y="{middle - 2.5}" width="{abs(a - p):.1f}" height="5" class="{colour}"/>'
            f'<line x1="{p}" x2="{p}" y1="1" y2="{HEIGHT - 1}" class="p-tick"/>'
            f'<line x1="{y}" x2="{y}" y1="{middle - 4}" y2="{middle + 4}" class="p-target"/>'
        ),
    )


def level(actual: float, plan: float, good: bool | None) -> str:
    """A measure without a rail to fill: plan as tick in the middle, actual as dot, their distance coloured.

    Every row has the same scale, 12 % of its plan to either side; what lies outside stands at the edge.
    """
    half, middle = WIDTH / 2, HEIGHT / 2
    reach = REACH * abs(plan) or max(abs(actual), 1.0) * 1.1
    a = round(max(3.0, min(WIDTH - 3.0, half + (actual - plan) / reach * half)), 1)
    colour = _COLOURS[good]
    return _svg(
        WIDTH,
        HEIGHT,
        (
            f'<rect y="{middle - 0.5}" width="{WIDTH}" height="1" class="p-soft"/>'
            f'<rect x="{min(a, half):.1f}" y="{middle - 1.5}" width="{abs(a - half):.1f}" height="3" class="{colour}"/>'
            f'<line x1="{half}" x2="{half}" y1="1" y2="{HEIGHT - 1}" class="p-tick"/>'
            f'<circle cx="{a}" cy="{middle}" r="3.4" class="p-dot"/>'
        ),
    )


def landing_range(figures: Sequence[float], target: float, reach: float) -> str:
    """Where the year will land: 8 cases in 10 pale, the middle half darker, the landing a dot; an arrow where it is outside.

    The target stands in the middle of every row, with `reach` to either side, so that rows compare. `figures`:
    the low ends of both ranges, the landing, and their high ends, from low to high.
    """
    point = figures[2]
    half, middle = WIDTH / 2, HEIGHT / 2

    def x(value: float) -> float:
        return max(0.0, min(float(WIDTH), half + (value - target) / reach * half))

    a, b, at, c, d = map(x, figures)
    outside = -1 if point < target - reach else 1 if point > target + reach else 0
    if outside:
        edge, turn = (1, 6) if outside < 0 else (WIDTH - 1, WIDTH - 6)
        body = f'<path d="M{turn},{middle - 4} L{edge},{middle} L{turn},{middle + 4}" class="p-line"/>'
    else:
        body = (
            f'<rect x="{a:.1f}" y="{middle - 3.5}" width="{max(1.5, d - a):.1f}" height="7" class="p-80"/>'
            f'<rect x="{b:.1f}" y="{middle - 3.5}" width="{max(0.0, c - b):.1f}" height="7" class="p-50"/>'
            f'<circle cx="{at:.1f}" cy="{middle}" r="2.6" class="p-dot"/>'
        )
    return _svg(
        WIDTH,
        HEIGHT,
        (
            f'<rect y="{middle - 0.5}" width="{WIDTH}" height="1" class="p-band"/>{body}'
            f'<line x1="{half}" x2="{half}" y1="0" y2="{HEIGHT}" class="p-target"/>'
        ),
    )


def spark(actual: Sequence[float | None], plan: Sequence[float | None], year_starts: Sequence[int] = ()) -> str:
    """The last cells as a line on a scale of its own: shape only. The plan is a band, a missing cell a dashed hole.

    `year_starts` are the places of cells that begin a year.
    """
    known = [value for value in actual if value is not None]
    if len(actual) < 2 or not known:
        return ""
    planned = [value for value in plan if value is not None]
    low, high = min(known), max(known)
    if planned:
        low, high = min(low, *planned), max(high, *planned)
    xs, step = _columns(len(actual))
    scale = (SPARK_HEIGHT - 6) / ((high - low) or 1.0)
    body = "".join(
        f'<line x1="{xs[place] - step / 2:.1f}" x2="{xs[place] - step / 2:.1f}" y1="1" y2="{SPARK_HEIGHT - 1}" class="p-rule"/>'
        for place in year_starts
        if place
    )
    if planned:
        body += _curve(plan, len(planned), low, scale, "p-plan")
    body += _curve(actual, len(known), low, scale, "p-line")
    if len(known) < len(actual):
        body += "".join(
            f'<rect x="{x - 3:.1f}" y="2" width="6" height="{SPARK_HEIGHT - 4}" class="p-hole"/>'
            for x, value in zip(xs, actual, strict=True)
            if value is None
        )
    if actual[-1] is not None:
        body += f'<circle cx="{xs[-1]}" cy="{SPARK_HEIGHT - 3 - (actual[-1] - low) * scale:.1f}" r="2" class="p-dot"/>'
    return _svg(SPARK_WIDTH, SPARK_HEIGHT, body)


def _curve(values: Sequence[float | None], known: int, low: float, scale: float, kind: str) -> str:
    """The values as lines, broken where one is missing; without holes all points are written in one go."""
    base = SPARK_HEIGHT - 3 + low * scale
    if known == len(values):
        return _whole_curve(known, kind) % tuple([base - value * scale for value in values])  # type: ignore[operator]
    xs, _step = _columns(len(values))
    points = [None if v is None else f"{x},{base - v * scale:.1f}" for x, v in zip(xs, values, strict=True)]
    return "".join(_stretch(run, kind) for run in _runs(points))


@cache
def _whole_curve(count: int, kind: str) -> str:
    """A line of so many points with places for their heights."""
    xs, _step = _columns(count)
    return f'<polyline points="{" ".join(f"{x},%.1f" for x in xs)}" class="{kind}"/>'


@cache
def _columns(count: int) -> tuple[list[float], float]:
    """Where so many cells stand, and how far apart."""
    step = (SPARK_WIDTH - 4) / (count - 1)
    return [round(1 + step * place, 1) for place in range(count)], step


def _runs(points: Sequence[str | None]) -> list[list[str]]:
    """Stretches of neighbouring cells that have a value."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _stretch(run: Sequence[str], kind: str) -> str:
    """A line through the points; a single one is a short dash."""
    if len(run) > 1:
        return f'<polyline points="{" ".join(run)}" class="{kind}"/>'
    x, _comma, y = run[0].partition(",")
    return f'<polyline points="{float(x) - 1.5:.1f},{y} {float(x) + 1.5:.1f},{y}" class="{kind}"/>'
