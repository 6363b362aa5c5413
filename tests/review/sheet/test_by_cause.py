"""A gap taken apart by the causes of its answer: adds up, or is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.periods import parse
from headrope.org.models import User
from headrope.review.gaps.answers import Answer, CausePart
from headrope.review.gaps.cause import Cause
from headrope.review.sheet.by_cause import Steps, by_cause
from headrope.review.sheet.pictures import explained_by_causes, waterfall_chart
from headrope.review.sheet.queries import UnitSheet
from headrope.review.sheet.said import Answered
from headrope.review.wording import Wording
from tests.review.sheet.test_sheet import group as group  # the fixtures
from tests.review.sheet.test_sheet import group_place as group_place
from tests.review.sheet.test_sheet import of

EVER = (date(2021, 1, 1), date(9999, 12, 31))
CAUSES = {"STEEL": Cause("STEEL", "", "Steel price", "钢材价格", *EVER)}


def answered(found: UnitSheet, *amounts: int | None, **changed: object) -> Answer:
    """An answer to the gap in profit of 25.00: STEEL explains the first amount, causes that are no longer there the others."""
    assert found.explained is not None
    codes = ["STEEL", *(f"OLD{n}" for n in range(1, len(amounts)))]
    answer = Answer(
        found.review.unit.id, found.explained.info.id, found.review.period, 1, found.review.against,
        found.explained.gap, tuple(map(CausePart, codes, amounts)), "We will.", (), (), (), False, User(),
        datetime(2023, 3, 9, tzinfo=UTC), 1,
    )  # fmt: skip
    return replace(answer, **changed)


def steps(found: UnitSheet, answer: Answer | None) -> Steps:
    assert found.explained is not None
    return by_cause(found.review, found.explained, answer, CAUSES, Wording.of(found.review))


def test_causes_with_amounts_add_up_to_the_gap(group: None) -> None:
    found = of()

    assert steps(found, answered(found, 15_00, 10_00)) == [("Steel price", -15_00), ("OLD1", -10_00)]


def test_what_no_cause_explains_is_a_step_of_its_own(group: None) -> None:
    found = of()

    told = steps(found, answered(found, 12_00, 5_00, None))

    assert told == [("Steel price", -12_00), ("OLD1", -5_00), ("Not explained", -8_00)]


def test_what_prints_as_zero_goes_to_the_last_cause(group: None) -> None:
    found = of()

    assert steps(found, answered(found, 15_00, 9_60)) == [("Steel price", -15_00), ("OLD1", -10_00)]


@pytest.mark.parametrize(
    "changed",
    [
        {"period": parse("2023-01")},
        {"against": "budget"},
        {"causes": (CausePart("STEEL", 25_00),)},
        {"causes": (CausePart("STEEL", None), CausePart("OLD1", None))},
        {"causes": (CausePart("STEEL", 20_00), CausePart("OLD1", 10_00))},
    ],
    ids=["earlier period", "other plan", "one cause", "no amounts", "more than there is"],
)
def test_answer_that_does_not_take_the_gap_apart_is_no_waterfall(group: None, changed: dict[str, object]) -> None:
    found = of()

    assert steps(found, answered(found, 15_00, 10_00, **changed)) == []


def test_gap_without_an_answer_or_on_the_good_side_has_no_causes(group: None) -> None:
    found = of()
    assert found.explained is not None
    better = replace(found, explained=replace(found.explained, gap=25_00))

    assert steps(found, None) == []
    assert steps(better, answered(found, 15_00, 10_00)) == []


def test_where_less_is_better_causes_add_what_is_too_much(group: None) -> None:
    found = of()
    line = found.explained
    assert line is not None
    info = replace(line.info, rule=replace(line.info.rule, direction="down"))
    over = replace(found, explained=replace(line, info=info, gap=25_00))

    assert steps(over, answered(found, 15_00, 10_00)) == [("Steel price", 15_00), ("OLD1", 10_00)]


def test_steps_are_the_whole_gap_or_none(group: None) -> None:
    found = of()

    @given(st.lists(st.integers(0, 26_00), min_size=1, max_size=6))
    def whole_or_none(amounts: list[int]) -> None:
        told = steps(found, answered(found, *amounts))
        assert sum(amount for _name, amount in told) == (-25_00 if told else 0)

    whole_or_none()


def test_waterfall_of_the_sheet_shows_the_causes_that_were_answered(group: None) -> None:
    found = of()
    line = found.explained
    assert line is not None
    given_ = Answered(line, answered(found, 15_00, 10_00), None, None)
    told = replace(found, said=replace(found.said, answers=(given_,), causes=CAUSES))
    wording = Wording.of(found.review)

    chart = waterfall_chart(told, wording)

    assert (explained_by_causes(found, wording), explained_by_causes(told, wording)) == (False, True)
    assert chart is not None
    assert list(chart.rows) == [("Plan", "80"), ("Steel price", "−15"), ("OLD1", "−10"), ("Actual", "55")]
    assert [ref.section for (ref,) in chart.refs if ref] == ["", "answer", "answer", ""]  # they lead to the answer
