"""A chart: its spec, what it shows in a sentence, and the same numbers as a table for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
"""A Vega-Lite spec without eval: no expression in it comes from a person. `usermeta.beside` are the pixels that labels
take beside the plot, so that a page can fit it into its column."""


@dataclass(frozen=True)
class Chart:
    """One picture of a page; `ident` names it there once.

    `rows` are worded; the first column names the row. A cell may be empty.
    """

    ident: str
    alt: str
    spec: Spec
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def config(text: int) -> Spec:
    """The manner of all charts with texts of that size in pixels: no frame, thin rules, the page's own letters."""
    return {
        "font": "$--face",
        "background": None,
        "padding": 0,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            "labelColor": "$--ink-2",
            "labelFontSize": text,
            "labelFontWeight": 400,
            "domainColor": "$--rule-strong",
            "tickColor": "$--rule",
            "gridColor": "$--rule",
            "title": None,
            "ticks": False,
        },
        "text": {"fontSize": text, "color": "$--ink"},
    }


def framed(layers: Sequence[Spec], width: int, height: int | Spec, beside: int, text: int) -> Spec:
    """The layers as a whole spec."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "usermeta": {"beside": beside},
        "layer": list(layers),
        "config": config(text),
    }
