"""A chart: its spec, what it shows in a sentence, and the same numbers as a table for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from headrope.review.ref import Ref

Spec = dict[str, Any]
"""A Vega-Lite spec without eval: no expression in it comes from a person. `usermeta.beside` are the pixels that labels
take beside the plot, so that a page can fit it into its column."""


@dataclass(frozen=True)
class Chart:
    """One picture of a page; `ident` names it there once.

    `rows` are worded; the first column names the row. A cell may be empty. `refs` are what its numbers show: as many
    rows, each with its cells behind the name; none where the chart's place has no links.
    """

    ident: str
    alt: str
    spec: Spec
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    refs: Sequence[Sequence[Ref | None]] = ()

    def linked(self) -> Iterator[tuple[str, Sequence[tuple[str, Ref | None]]]]:
        """Each row's name, and its cells with what they show."""
        for place, (name, *cells) in enumerate(self.rows):
            refs = self.refs[place] if self.refs else (None,) * len(cells)
            yield name, tuple(zip(cells, refs, strict=True))


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


def framed(layers: Sequence[Spec], shared: Spec, width: int, height: int | Spec, beside: int, text: int) -> Spec:
    """The layers as a whole spec; `shared` is the encoding that they all have, of which each says its own fields."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "usermeta": {"beside": beside},
        "encoding": shared,
        "layer": list(layers),
        "config": config(text),
    }
