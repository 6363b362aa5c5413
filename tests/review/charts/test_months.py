"""The last months one by one: what is missing is a hole, and earlier years are paler."""

from __future__ import annotations

from headrope.review.charts import Cells, months


def test_months_draw_figures_plans_and_holes() -> None:
    """December 4, January missing, February -2 against plans of 3 from January on."""
    spec = months(Cells(["Dec", "Jan", "Feb"], [4.0, None, -2.0], [None, 3.0, 3.0], year=1, now="−2"))

    holes, bars, plans, last = (layer["data"]["values"] for layer in spec["layer"])
    assert [hole["i"] for hole in holes] == [1]
    assert [(bar["i"], bar["v"], bar["kind"]) for bar in bars] == [(0, 4.0, "before"), (2, -2.0, "now")]
    assert [(tick["i"], tick["p"]) for tick in plans] == [(1, 3.0), (2, 3.0)]
    assert [(text["i"], text["text"]) for text in last] == [(2, "−2")]
    low, high = spec["encoding"]["y"]["scale"]["domain"]
    assert low < -2 < 4 < high


def test_last_figure_stands_off_the_mark_of_its_plan() -> None:
    """194 of 200: the figure would stand on the mark."""
    spec = months(Cells(["May", "Jun"], [180.0, 194.0], [190.0, 200.0], now="194"))

    (label,) = spec["layer"][-1]["data"]["values"]
    assert (label["v"], label["text"]) == (200.0, "194")
