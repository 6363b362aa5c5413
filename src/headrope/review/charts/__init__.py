"""Pictures that page and document share: Vega-Lite specs as plain data, with colours named after the look's tokens.

A colour is the text "$--bar": the page puts its CSS variable there (static/charts.js), so that a chart follows light,
dark and print; a document puts the token's value there (`tokens.coloured`). Everything that is said in a picture is
worded by the caller, and stands beside it as a table (`Chart.heads`, `Chart.rows`).

>>> spec = waterfall(Mark("Plan", 3.0, "3"), [Step("East", -2.0, "−2", "bad")], Mark("Actual", 1.0, "1"))
>>> spec["layer"][0]["data"]["values"][0]["hi"]
3.0
"""

from __future__ import annotations

from headrope.review.charts.chart import Chart, Spec
from headrope.review.charts.fan import Band, End, Path, fan
from headrope.review.charts.months import Cells, months
from headrope.review.charts.waterfall import Kind, Mark, Step, waterfall

__all__ = ["Band", "Cells", "Chart", "End", "Kind", "Mark", "Path", "Spec", "Step", "fan", "months", "waterfall"]
