"""The last months of a measure one by one: bars for what came, a tick on each for what was planned, a hole for what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from headrope.review.charts.chart import Spec, framed

BESIDE = 46
"""Pixels for the axis and the last label."""


@dataclass(frozen=True)
class Cells:
    """Figures of single cells, in the page's scale; None where one is missing, or nothing was planned.

    `names` are the axis' texts, `year` is the place of the first cell of the year that is looked at; cells before it
    are drawn paler. `now` words the last figure.
    """

    names: Sequence[str]
    actual: Sequence[float | None]
    plan: Sequence[float | None]
    year: int = 0
    now: str = ""


def months(cells: Cells, *, width: int = 350, height: int = 110, text: int = 11, digits: int = 0) -> Spec:
    """The spec; sizes in px are the plot's, `digits` those after the point on the axis."""
    drawn = [value for value in (*cells.actual, *cells.plan, 0.0) if value is not None]
    low, high = min(drawn), max(drawn)
    pad = (high - low or 1.0) * 0.24  # a line's height, for the last figure
    reach = [low - pad if low < 0 else 0.0, high + pad if high > 0 else 0.0]
    return framed(_layers(cells, reach, width), _shared(cells, reach, digits), width, height, BESIDE, text)


def _shared(cells: Cells, reach: list[float], digits: int) -> Spec:
    count = len(cells.names)
    every = max(1, -(-count // 6))
    shown = [place for place in range(count) if (count - 1 - place) % every == 0]
    x = {
        "field": "i",
        "type": "ordinal",
        "scale": {"domain": list(range(count)), "padding": 0},
        "axis": {
            "values": shown,
            "labelAngle": 0,
            "labelPadding": 5,
            "domainColor": "$--rule",
            # Names are data: as a JSON list they cannot be anything else in an expression.
            "labelExpr": f"{json.dumps(list(cells.names))}[datum.value]",
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": reach, "nice": False, "zero": True},
        "axis": {"tickCount": 3, "domain": False, "gridOpacity": 0.7, "labelPadding": 4, "format": f",.{digits}f"},
    }
    return {"x": x, "y": y}


def _beyond(cells: Cells, bar: Spec) -> float:
    """Where the bar's figure stands: off its end, and off the tick of the plan where that lies just there."""
    ends = [each for each in (bar["v"], *cells.plan[bar["i"] : bar["i"] + 1]) if each is not None]
    return float(min(ends) if bar["v"] < 0 else max(ends))


def _layers(cells: Cells, reach: list[float], width: int) -> list[Spec]:
    step = width / max(len(cells.names), 1)
    bars: list[Spec] = []
    holes: list[Spec] = []
    for place, value in enumerate(cells.actual):
        if value is None:
            holes.append({"i": place, "low": reach[0], "high": reach[1]})
        else:
            bars.append({"i": place, "v": value, "kind": "now" if place >= cells.year else "before"})
    ticks = [{"i": place, "p": value} for place, value in enumerate(cells.plan) if value is not None]
    last = [{**bar, "v": _beyond(cells, bar), "text": cells.now} for bar in bars[-1:] if cells.now]
    below = bool(bars) and bars[-1]["v"] < 0
    colours = {"domain": ["now", "before"], "range": ["$--bar", "$--bar-soft"]}
    return [
        {
            "data": {"values": holes},
            "mark": {"type": "bar", "width": round(step * 0.62, 1), "color": "$--paper", "stroke": "$--ink-3", "strokeDash": [2, 2]},
            "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "width": round(step * 0.62, 1)},
            "encoding": {"y": {"field": "v"}, "color": {"field": "kind", "type": "nominal", "scale": colours, "legend": None}},
        },
        {
            "data": {"values": ticks},
            "mark": {"type": "tick", "orient": "horizontal", "thickness": 2, "size": round(step * 0.9, 1), "color": "$--accent", "opacity": 1},
            "encoding": {"y": {"field": "p"}},
        },
        {
            "data": {"values": last},
            "mark": {"type": "text", "align": "right", "dx": step / 2, "dy": 10 if below else -9, "fontWeight": 650},
            "encoding": {"y": {"field": "v"}, "text": {"field": "text"}},
        },
    ]  # fmt: skip
