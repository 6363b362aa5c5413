"""Charts as pictures for documents: the same Vega-Lite spec as on the page, in the colours of paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from headrope.review.charts import Chart
from headrope.review.charts.tokens import coloured

FONTS = Path(__file__).parent / "fonts"
VERSION = "6.4"
SHARPNESS = 3.0
"""Pixels of a .png for each of the chart's: 288 to the inch."""


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
