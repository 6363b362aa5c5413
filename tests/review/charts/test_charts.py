"""Charts as data: what stands where, that sums add up, that names stay data, and that paper has the page's colours."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headrope.web
from headrope.review.charts import Band, End, Mark, Step, fan, waterfall
from headrope.review.charts import Path as YearPath
from headrope.review.charts.tokens import PAPER, coloured

CSS = Path(headrope.web.__file__).parent / "static" / "headrope.css"
MONTHS = ["Jan", "Feb", "Mar", "Apr"]


def values(spec: dict, layer: int) -> list[dict]:
    return spec["layer"][layer]["data"]["values"]


def texts(spec: dict) -> list[str]:
    written = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return [row["text"] for layer in written for row in layer["data"]["values"]]


def test_waterfall_leads_from_plan_to_actual() -> None:
    """Plan -1, then -26, +2 and -19 make -44: bars from -27 to -1, -27 to -25, -44 to -25."""
    steps = [Step("A", -26, "−26", "bad"), Step("B", 2, "+2", "good"), Step("C", -19, "−19", "missing")]

    spec = waterfall(Mark("Plan", -1, "−1"), steps, Mark("Actual", -44, "−44"))

    bars = values(spec, 0)
    assert [(bar["lo"], bar["hi"], bar["to"], bar["kind"]) for bar in bars] == [
        (-27, -1, -27, "bad"),
        (-27, -25, -25, "good"),
        (-44, -25, -44, "missing"),
    ]
    assert [(mark["i"], mark["to"], mark["text"]) for mark in values(spec, 1)] == [(0, -1, "−1"), (4, -44, "−44")]
    axis = spec["encoding"]["y"]["axis"]
    assert axis["labelExpr"] == '["Plan", "A", "B", "C", "Actual"][datum.value]'


def test_waterfall_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="the steps lead to 2"):
        waterfall(Mark("Plan", 3, "3"), [Step("A", -1, "−1")], Mark("Actual", 1, "1"))


def test_waterfall_of_scaled_amounts_may_differ_by_what_floats_lose() -> None:
    steps = [Step(f"P{n}", 0.1, "+0.1", "good") for n in range(10)]

    assert waterfall(Mark("Plan", 0, "0"), steps, Mark("Actual", 1.0, "1"))


@given(st.text(max_size=40))
def test_a_name_can_be_nothing_but_a_text_of_the_expression(name: str) -> None:
    spec = waterfall(Mark(name, 1, "1"), [], Mark("Actual", 1, "1"))

    label = spec["encoding"]["y"]["axis"]["labelExpr"]
    assert json.loads(label.removesuffix("[datum.value]")) == [name, "Actual"]


def test_fan_begins_at_the_last_actual_month() -> None:
    band = [None, Band(30, 30, 30, 30, 30), Band(40, 42, 45, 48, 50), Band(50, 55, 60, 65, 70)]
    path = YearPath(MONTHS, [10, 30, None, None], [15, 30, 45, 60], [9, 18, 27, 36], band, "30", End(60, "target 60"))

    spec = fan(path)

    outer = values(spec, 0)
    assert [(row["i"], row["a"], row["d"]) for row in outer] == [(1, 30, 30), (2, 40, 50), (3, 50, 70)]
    assert spec["layer"][0]["mark"]["color"] == "$--fan-80"
    assert texts(spec) == ["30", "target 60"]


def test_fan_without_landing_plan_or_last_year_is_the_path_alone() -> None:
    spec = fan(YearPath(MONTHS, [-1, -3, None, None], now="−3"))

    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["line", "point", "text"]


def test_fan_of_nothing_is_still_a_picture() -> None:
    assert fan(YearPath(MONTHS, [None] * 4))["layer"]


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3), st.floats(-1e9, 1e9))
def test_labels_at_the_right_end_do_not_touch(ends: list[float], last: float) -> None:
    named = [End(value, f"end {n}") for n, value in enumerate(ends)]
    path = YearPath(MONTHS, [last, None, None, None], (), (), (), "", *named)

    spec = fan(path, height=120, text=10)

    low, high = spec["encoding"]["y"]["scale"]["domain"]
    heights = [
        row["v"] for layer in spec["layer"] for row in layer["data"]["values"] if row.get("text", "").startswith("end")
    ]
    room = (high - low or 1.0) * 10 * 1.32 / 120
    assert len(heights) == 3
    assert all(upper - lower >= room * 0.95 for upper, lower in pairwise(sorted(heights, reverse=True)))


def test_paper_has_the_colours_of_the_printed_page() -> None:
    printed = CSS.read_text(encoding="utf-8").partition("@media print")[2]
    tokens = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+);", printed))

    assert {name: tokens.get(name) for name in PAPER} == PAPER


def test_every_colour_of_a_chart_is_a_token_of_the_page() -> None:
    root = CSS.read_text(encoding="utf-8")
    specs = [
        fan(
            YearPath(
                MONTHS, [1] * 4, [1] * 4, [1] * 4, [Band(1, 1, 1, 1, 1)] * 4, "1", End(1, "a"), End(1, "b"), End(1, "c")
            )
        ),
        waterfall(Mark("a", 1, "1"), [Step("b", 1, "1", "missing")], Mark("c", 2, "2")),
    ]

    named = set(re.findall(r'"\$(--[a-z0-9-]+)"', json.dumps(specs)))

    assert named - {"--face"} <= PAPER.keys()
    assert all(f"{name}:" in root for name in named)
    assert "$--" not in json.dumps(coloured(specs, "Inter"))


def test_data_are_never_taken_for_a_colour() -> None:
    spec = waterfall(Mark("$--bar", 1, "$--bar"), [], Mark("c", 1, "1"))

    assert coloured(spec, "Inter")["layer"][1]["data"]["values"][0]["text"] == "$--bar"
