"""The waterfall of a gap: from the plan over what each part adds or takes to the actual figure, from top to bottom.

Plan and actual are marks and not bars, because the axis does not begin at zero.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Literal

from headrope.review.charts.chart import Spec, framed

Kind = Literal["bad", "good", "other", "missing"]
"""What a step is: it hurts, it helps, neither is known, or what it would be is not reported (dashed)."""

COLOURS = {"bad": "$--behind", "good": "$--ahead", "other": "$--bar-soft", "missing": "$--paper"}


@dataclass(frozen=True)
class Mark:
    """Where the waterfall begins or ends: the figure as a number of the page's scale, and as it is worded."""

    name: str
    value: float
    text: str


@dataclass(frozen=True)
class Step:
    """What one part adds (or takes, below zero), as a number of the page's scale and as it is worded."""

    name: str
    amount: float
    text: str
    kind: Kind = "other"


def waterfall(
    start: Mark, steps: Sequence[Step], end: Mark, *, width: int = 250, step: int = 21, text: int = 11, label: int = 150
) -> Spec:
    """The spec; `width` is the plot's, `step` the height of a row, `label` what the names on the left may take, all px.

    A ValueError where the steps do not lead from start to end: a picture of a sum that does not add up would lie.
    """
    at, bars = start.value, list[Spec]()
    for each in steps:
        low, high = sorted((at, at + each.amount))
        at += each.amount
        bars.append({"i": len(bars) + 1, "lo": low, "hi": high, "to": at, "kind": each.kind, "text": each.text})
    size = max(abs(start.value), abs(end.value), *(abs(each.amount) for each in steps), 1e-9)
    if not isclose(at, end.value, rel_tol=0, abs_tol=1e-6 * size):
        raise ValueError(f"the steps lead to {at} and not to {end.value}")
    marks = [
        {"i": place, "lo": mark.value, "hi": mark.value, "to": mark.value, "text": mark.text}
        for place, mark in ((0, start), (len(bars) + 1, end))
    ]
    names = [start.name, *(each.name for each in steps), end.name]
    layers, shared = _layers(marks, bars, step), _shared([*marks, *bars], names, label)
    return framed(layers, shared, width, {"step": step}, label + 58, text)


def _shared(rows: list[Spec], names: list[str], label: int) -> Spec:
    ends = [value for row in rows for value in (row["lo"], row["hi"])]
    pad = (max(ends) - min(ends) or 1.0) * 0.05
    x = {
        "type": "quantitative",
        "scale": {"domain": [min(ends) - pad, max(ends) + pad], "nice": False, "zero": False},
        "axis": None,
    }
    y = {
        "field": "i",
        "type": "ordinal",
        "scale": {"domain": list(range(len(names))), "padding": 0},
        "axis": {
            "domain": False,
            "labelPadding": 8,
            "labelLimit": label - 8,
            # Names are data: as a JSON list they cannot be anything else in an expression.
            "labelExpr": f"{json.dumps(names)}[datum.value]",
        },
    }

    return {"x": x, "y": y}


def _layers(marks: list[Spec], bars: list[Spec], step: int) -> list[Spec]:
    def words(rows: list[Spec], weight: int) -> Spec:
        return {
            "data": {"values": rows},
            "mark": {"type": "text", "align": "left", "dx": 5, "fontWeight": weight},
            "encoding": {"x": {"field": "hi"}, "text": {"field": "text"}},
        }

    dashed = {"test": "datum.kind == 'missing'"}
    all_rows = [marks[0], *bars, marks[1]]
    return [
        words(bars, 450),
        words(marks, 650),
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "height": round(step * 0.52, 1), "strokeWidth": 1},
            "encoding": {
                "x": {"field": "lo"},
                "x2": {"field": "hi"},
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
                    "legend": None,
                },
                "stroke": {"condition": {**dashed, "value": "$--ink-3"}, "value": None},
                "strokeDash": {"condition": {**dashed, "value": [2, 2]}, "value": []},
            },
        },
        {
            "data": {"values": marks},
            "mark": {
                "type": "tick",
                "orient": "vertical",
                "thickness": 4,
                "size": step * 0.72,
                "opacity": 1,
                "color": "$--bar",
            },
            "encoding": {"x": {"field": "to"}},
        },
        {  # from each row down to the next
            "data": {"values": all_rows[:-1]},
            "mark": {
                "type": "tick",
                "orient": "vertical",
                "thickness": 1,
                "size": step,
                "yOffset": step / 2,
                "color": "$--ink-3",
            },
            "encoding": {"x": {"field": "to"}},
        },
    ]
