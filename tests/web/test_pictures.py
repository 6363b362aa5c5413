"""The small pictures: what is drawn where, and what is not drawn at all."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation
from markupsafe import Markup

from headrope.core.display import MINUS
from headrope.review.pictures import HEIGHT, SPARK_WIDTH, WIDTH, level, pace_bar, progress, spark
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.review.marks import mark
from headrope.web.review.measures import table
from tests.conftest import Place
from tests.review.asking import ask


def shapes(picture: str) -> list[dict[str, str]]:
    """The shapes of a picture with their attributes and tags, in drawing order."""
    return [{"tag": each.tag, **each.attrib} for each in ElementTree.fromstring(picture)]


def of_class(picture: Markup, name: str) -> list[dict[str, str]]:
    return [each for each in shapes(picture) if each.get("class") == name]


@pytest.mark.parametrize("state", ["behind", "watch", "on", "ahead"])
def test_mark_is_a_shape_of_its_own_for_each_state(state):
    others = {"behind", "watch", "on", "ahead"} - {state}

    assert f"hr-mark-{state}" in mark(state)
    assert all(shapes(mark(state)) != shapes(mark(other)) for other in others)


@pytest.mark.parametrize("state", [None, "none"])
def test_mark_of_no_state_is_empty(state):
    assert mark(state) == ""


def test_pace_bar_ends_at_the_years_target():
    picture = pace_bar(actual=395, plan=442, year=980, good=False)

    assert of_class(picture, "p-target")[0]["x1"] == str(float(WIDTH))
    assert float(of_class(picture, "p-ink")[0]["width"]) == pytest.approx(395 / 980 * WIDTH, abs=0.1)
    assert float(of_class(picture, "p-tick")[0]["x1"]) == pytest.approx(442 / 980 * WIDTH, abs=0.1)


@pytest.mark.parametrize(("good", "drawn"), [(False, "p-gap"), (True, "p-over")])
@pytest.mark.parametrize("actual", [90, 110])
def test_distance_to_the_plan_is_coloured_by_whether_it_is_good(actual, good, drawn):
    others = {"p-gap", "p-over"} - {drawn}

    for picture in (pace_bar(actual, 100, 200, good), level(actual, 100, good)):
        assert len(of_class(picture, drawn)) == 1
        assert not any(of_class(picture, other) for other in others)


def test_distance_without_a_good_side_stays_grey():
    for picture in (pace_bar(90, 100, 200, None), level(90, 100, None)):
        assert not of_class(picture, "p-gap") + of_class(picture, "p-over")


def test_pace_bar_beyond_the_target_stays_inside():
    picture = pace_bar(actual=30, plan=10, year=20, good=True)

    assert float(of_class(picture, "p-ink")[0]["width"]) == WIDTH
    assert float(of_class(picture, "p-target")[0]["x1"]) == pytest.approx(WIDTH * 20 / 30, abs=0.1)


def test_pace_bar_of_nothing_divides_by_nothing():
    assert float(of_class(pace_bar(0, 0, 0, True), "p-ink")[0]["width"]) == 0


def test_level_has_the_plan_in_the_middle_and_the_same_scale_in_every_row():
    small, large = level(95, 100, False), level(95_000, 100_000, False)

    assert shapes(small) == shapes(large)
    assert of_class(small, "p-tick")[0]["x1"] == str(WIDTH / 2)


@pytest.mark.parametrize(("actual", "plan"), [(-44, -1), (10, 0), (0, 0), (1e12, 1)])
def test_level_keeps_the_dot_inside(actual, plan):
    dot = of_class(level(actual, plan, True), "p-dot")[0]

    assert 3 <= float(dot["cx"]) <= WIDTH - 3
    assert float(dot["cy"]) == HEIGHT / 2


def test_spark_draws_one_line_through_all_cells():
    picture = spark([1.0, 3.0, 2.0], [None, None, None])

    (line,) = of_class(picture, "p-line")
    xs = [float(point.split(",")[0]) for point in line["points"].split()]
    assert len(xs) == 3
    assert xs == sorted(xs)
    assert xs[-1] < SPARK_WIDTH


def test_spark_breaks_the_line_at_a_missing_cell_and_draws_a_hole():
    picture = spark([1.0, 2.0, None, 4.0, 5.0], [None] * 5)

    assert len(of_class(picture, "p-line")) == 2
    assert len(of_class(picture, "p-hole")) == 1


def test_spark_of_a_missing_last_cell_has_no_end_dot():
    assert not of_class(spark([1.0, 2.0, None], [None] * 3), "p-dot")


def test_spark_draws_the_plan_only_where_there_is_one():
    picture = spark([1.0, 2.0, 3.0, 4.0], [None, None, 3.0, 4.0])

    assert len(of_class(picture, "p-plan")[0]["points"].split()) == 2


def test_spark_marks_where_years_begin_but_not_at_its_edge():
    assert len(of_class(spark([1.0, 2.0, 3.0], [None] * 3, year_starts=[0, 2]), "p-rule")) == 1


@pytest.mark.parametrize("cells", [[], [1.0], [None, None, None]])
def test_spark_of_too_little_is_empty(cells):
    assert spark(cells, [None] * len(cells)) == ""


def test_spark_of_equal_values_is_drawn():
    assert of_class(spark([5.0, 5.0], [None, None]), "p-line")


def test_no_picture_carries_a_style():
    """The content security policy would refuse it."""
    pictures = [mark("behind"), pace_bar(1, 2, 3, True), level(1, 2, True), spark([1.0, 2.0], [1.0, 2.0])]

    assert not [each for each in pictures if re.search(r"style=|on\w+=", each)]


def test_limit_of_accidents_is_nothing_to_reach(demo: Place) -> None:
    """Ten accidents where four were the limit stand beside it; profit is on its way to the year's target."""
    review, _ranking = ask()("T", "2023-H1")
    accidents, profit = review.line("ACCIDENTS"), review.line("PROFIT")
    assert accidents is not None and profit is not None

    assert [bool(of_class(progress(line), name)) for line in (accidents, profit) for name in ("p-dot", "p-target")] == [
        True, False, False, True,
    ]  # fmt: skip


def test_few_cases_are_held_against_each_other_without_per_cent(demo: Place) -> None:
    """31 accidents became 10: 21 fewer, and 6 over the limit of 4; revenue keeps its per cent."""
    review, _ranking = ask()("T", "2023-H1")

    with translation.override("en"):
        address = Address("T", review.period, 1)
        rows = {row.code: row for row in table(review, Wording.of(review), address.origins()).rows}

    assert rows["ACCIDENTS"].growth.text == f"{MINUS}21"
    assert [cell.text for cell in rows["ACCIDENTS"].cells[-2:]] == ["+6", ""]
    assert rows["REVENUE"].growth.text == "+7.3\N{NARROW NO-BREAK SPACE}%"
