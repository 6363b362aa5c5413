"""Totals are read and shares written exactly, in any step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.problems import Problem
from headrope.targets.steps import Steps

STEPS = st.sampled_from(["0.01", "0.05", "1", "1000", "1e3", "0.000001", "2.5"])


@given(step=STEPS, count=st.integers(-(2**53) + 1, 2**53 - 1))
def test_what_is_written_is_read_back(step: str, count: int) -> None:
    steps = Steps.of(step)

    assert steps.count(steps.write(count)) == count


@pytest.mark.parametrize(
    ("step", "count", "written", "shown"),
    [
        ("0.01", -123456789, "-1234567.89", "−1,234,567.89"),
        ("0.05", 247, "12.35", "12.35"),
        ("1000", 12, "12000", "12,000"),
        ("1e3", 0, "0", "0"),
        ("0.01", 2**53 - 1, "90071992547409.91", "90,071,992,547,409.91"),
    ],
)
def test_amounts_have_the_digits_of_the_step(step: str, count: int, written: str, shown: str) -> None:
    steps = Steps.of(step)

    assert (steps.write(count), steps.show(count)) == (written, shown)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "'0' is no step. Write a number above 0, like 0.01, 1 or 1000."),
        ("-1", "'-1' is no step. Write a number above 0, like 0.01, 1 or 1000."),
        ("1e99", "'1e99' is no step. Write a number above 0, like 0.01, 1 or 1000."),
        ("nan", "'nan' is not a number. Write it like -1234.5."),
    ],
)
def test_what_is_no_step(text: str, message: str) -> None:
    with pytest.raises(ValueError) as found:
        Steps.of(text)

    assert str(found.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.5", "The total 1.5 is no multiple of the step 1. Round it, or choose a smaller step."),
        ("9007199254740992", "The total 9007199254740992 is 2^53 steps of 1 or more. Choose a larger step."),
        ("inf", "'inf' is not a number. Write it like -1234.5."),
        ("1.000,5", "'1.000,5' has a decimal comma. Write 1000.5, if that is meant."),
    ],
)
def test_what_is_no_total(text: str, message: str) -> None:
    found = Steps.of("1").count(text)

    assert isinstance(found, Problem)
    assert str(found) == message
