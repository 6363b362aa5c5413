"""Charts as pictures for documents: the same Vega-Lite spec as on the page, in the colours of paper."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from headrope.review.charts import Chart
from headrope.review.charts.tokens import PAPER, coloured

FONTS = Path(__file__).parent / "fonts"
VERSION = "6.4"
SHARPNESS = 3.0
"""Pixels of a .png for each of the chart's: 288 to the inch."""
ROWS = """
.p-ink { fill: var(--bar); } .p-soft { fill: var(--bar-soft); } .p-50 { fill: var(--fan-50); } .p-80 { fill: var(--fan-80); } .p-band { fill: var(--band); }
.p-line { fill: none; stroke: var(--bar); stroke-width: 1.3; } .p-plan { fill: none; stroke: var(--fan-50); stroke-width: 3; stroke-linejoin: round; } .p-rule { stroke: var(--rule); }
.p-tick { stroke: var(--ink); stroke-width: 1.6; } .p-target { stroke: var(--accent); stroke-width: 1.8; } .p-hole { fill: none; stroke: var(--hatch); stroke-dasharray: 2 1.5; }
.p-gap { fill: var(--behind); } .p-over { fill: var(--ahead); } .p-dot { fill: var(--ink); }
"""
"""How the small pictures of rows are drawn: the lines of headrope.css, as a test holds."""
_STYLE = re.sub(r"var\((--[\w-]+)\)", lambda found: PAPER[found[1]], ROWS.replace("\n", ""))


def face(language: str) -> str:
    """The letters of a language. Drawing takes one family, and for what it lacks whatever the machine has."""
    return "Noto Sans SC" if language.startswith("zh") else "Inter"


@cache
def _drawer() -> Any:
    # Brought in when first asked for: it holds a whole JavaScript engine, which pages never need.
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def svg(chart: Chart, language: str) -> str:
    """The chart as .svg text; its letters are letters."""
    spec = coloured(chart.spec, face(language))
    return str(_drawer().vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[]))


def png(chart: Chart, language: str) -> bytes:
    """The chart as .png."""
    spec = coloured(chart.spec, face(language))
    made = _drawer().vegalite_to_png(spec, vl_version=VERSION, scale=SHARPNESS, allowed_base_urls=[])
    return bytes(made)


def row_svg(svg: str) -> str:
    """A small picture of a row (review/pictures.py) as a file of its own, in the colours of paper."""
    start, _end, rest = svg.partition(">")
    # What leans out of its box on the page, a dot at the edge, must not be cut off on paper.
    start = re.sub(
        r'width="(\d+)" height="(\d+)" viewBox="0 0 \1 \2"',
        lambda found: 'width="{0}" height="{1}" viewBox="-2 0 {0} {1}"'.format(int(found[1]) + 4, found[2]),
        start,
    )
    return f'{start} xmlns="http://www.w3.org/2000/svg"><style>{_STYLE}</style>{rest}'


def row_png(svg: str) -> bytes:
    """The same as .png."""
    return bytes(_drawer().svg_to_png(row_svg(svg), scale=SHARPNESS))
