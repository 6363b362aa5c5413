"""The year's path of a flow: year to date in ink, phase plan dashed, last year grey, the landing fan, the target.

The fan may be missing; then the picture is the path against the plan.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from headrope.review.charts.chart import Spec, framed

PUSHES = 30  # rounds in which labels at the right end are pushed apart; three labels need far fewer


@dataclass(frozen=True)
class Band:
    """Where the running total may stand at a month's end: 8 cases in 10, half of them, and the point between."""

    low80: float
    low50: float
    point: float
    high50: float
    high80: float


@dataclass(frozen=True)
class End:
    """What a line comes to at the year's end, as a number of the page's scale and as it is worded ("target 2,146")."""

    value: float
    text: str


@dataclass(frozen=True)
class Path:
    """Running totals at the end of each month of a year, in the page's scale; None where there is none.

    `months` are the axis' texts. `fan` begins at the last actual month, where it has no width. `now` words the last
    actual figure.
    """

    months: Sequence[str]
    actual: Sequence[float | None]
    plan: Sequence[float | None] = ()
    last_year: Sequence[float | None] = ()
    fan: Sequence[Band | None] = ()
    now: str = ""
    target: End | None = None
    landing: End | None = None
    before: End | None = None


def fan(path: Path, *, width: int = 278, height: int = 148, text: int = 11, digits: int = 0) -> Spec:
    """The spec; sizes in px are the plot's, `digits` those after the point on the axis."""
    low, high = _reach(path)
    room = max([len(end.text) for end in (path.target, path.landing, path.before) if end], default=0)
    return framed(
        _layers(path, (low, high), height, text),
        _shared(path, (low, high), digits),
        width,
        height,
        int(38 + 14 + room * text * 0.62),
        text,
    )


def _reach(path: Path) -> tuple[float, float]:
    """The axis: all that is drawn, and zero unless everything is far from it."""
    bands = [value for band in path.fan if band for value in (band.low80, band.high80)]
    ends = [end.value for end in (path.target, path.landing, path.before) if end]
    lines = [value for line in (path.actual, path.plan, path.last_year) for value in line if value is not None]
    values = [*bands, *ends, *lines, 0.0]
    low, high = min(values), max(values)
    pad = (high - low or 1.0) * 0.04
    # Below the last figure stands what it is; that takes a line's height.
    under = pad * 3 if low < 0 and low in lines else pad
    return low - under if low < 0 else low, high + pad if high > 0 else high


def _shared(path: Path, reach: tuple[float, float], digits: int) -> Spec:
    last = len(path.months) - 1
    ticks = sorted({0, round(last * 0.18), round(last * 0.45), round(last * 0.73), last})
    x = {
        "field": "i",
        "type": "quantitative",
        "scale": {"domain": [0, last or 1], "nice": False},
        "axis": {
            "values": ticks,
            "grid": False,
            "labelPadding": 5,
            "domainColor": "$--rule",
            "labelExpr": f"{json.dumps(list(path.months))}[datum.value]",
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": list(reach), "nice": False, "zero": False},
        "axis": {"tickCount": 4, "domain": False, "gridOpacity": 0.7, "labelPadding": 4, "format": f",.{digits}f"},
    }
    return {"x": x, "y": y}


def _layers(path: Path, reach: tuple[float, float], height: int, text: int) -> list[Spec]:
    last = len(path.months) - 1

    def line(rows: Sequence[Spec], field: str, **manner: object) -> Spec:
        return {
            "data": {"values": rows},
            "mark": {"type": "line", **manner},
            "encoding": {"y": {"field": field}},
        }

    def area(low: str, high: str, color: str) -> Spec:
        return {
            "data": {"values": bands},
            "mark": {"type": "area", "color": color, "opacity": 1},
            "encoding": {"y": {"field": low}, "y2": {"field": high}},
        }

    bands = [
        {"i": i, "a": b.low80, "b": b.low50, "mid": b.point, "c": b.high50, "d": b.high80}
        for i, b in enumerate(path.fan)
        if b
    ]
    layers = []
    if bands:
        layers += [area("a", "d", "$--fan-80"), area("b", "c", "$--fan-50")]
    if any(value is not None for value in path.last_year):
        layers.append(line(_rows(path.last_year), "v", color="$--bar-soft", strokeWidth=1.2))
    if any(value is not None for value in path.plan):
        layers.append(line(_rows(path.plan), "v", color="$--ink-3", strokeWidth=1.1, strokeDash=[3, 2]))
    if bands:
        layers.append(line(bands, "mid", color="$--accent", strokeWidth=1.2))
    layers.append(line(_rows(path.actual), "v", color="$--ink", strokeWidth=2.2))
    here: list[Spec] = [{"i": i, "v": v, "text": path.now} for i, v in enumerate(path.actual) if v is not None][-1:]
    points = {"y": {"field": "v"}}
    if here:
        below = here[0]["v"] < 0
        layers += [
            {
                "data": {"values": here},
                "mark": {"type": "point", "filled": True, "size": 38, "color": "$--ink", "opacity": 1},
                "encoding": points,
            },
            {
                "data": {"values": here},
                "mark": {"type": "text", "align": "right", "dx": -6, "dy": 12 if below else -9, "fontWeight": 650},
                "encoding": {**points, "text": {"field": "text"}},
            },
        ]
    if path.target:
        layers.append(
            {
                "data": {"values": [{"i": last, "v": path.target.value}]},
                "mark": {
                    "type": "point",
                    "shape": "stroke",
                    "size": 150,
                    "strokeWidth": 2.4,
                    "color": "$--accent",
                    "opacity": 1,
                },
                "encoding": points,
            }
        )
    labels = _labels(path, last, (reach[1] - reach[0] or 1.0) * text * 1.32 / height)
    layers += [
        {
            "data": {"values": [label]},
            "mark": {"type": "text", "align": "left", "dx": 9, "color": colour},
            "encoding": {**points, "text": {"field": "text"}},
        }
        for label, colour in labels
    ]
    return layers


def _rows(values: Sequence[float | None]) -> list[Spec]:
    return [{"i": i, "v": value} for i, value in enumerate(values)]


def _labels(path: Path, last: int, apart: float) -> list[tuple[Spec, str]]:
    """The texts at the right end, each at its line's height, pushed until they are `apart` (in units of the axis)."""
    ends = ((path.target, "$--accent"), (path.landing, "$--ink"), (path.before, "$--ink-3"))
    found: list[tuple[Spec, str]] = [
        ({"i": last, "v": end.value, "text": end.text}, colour) for end, colour in ends if end
    ]
    found.sort(key=lambda each: -each[0]["v"])
    for _ in range(PUSHES):
        for (upper, _colour), (lower, _other) in pairwise(found):
            short = apart - (upper["v"] - lower["v"])
            if short > 0:
                upper["v"] += short / 2
                lower["v"] -= short / 2
    return found
