"""A problem reads as place, sentence and remedy."""

from __future__ import annotations

import pytest

from headrope.core.problems import Problem, ProblemsFound

TOO_LARGE = Problem(
    "facts.csv row 14", "'%(text)s' is too large.", "Check %(account)s.", {"text": "9e99", "account": "CNY"}
)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (TOO_LARGE, "facts.csv row 14: '9e99' is too large. Check CNY."),
        (Problem("", "The folder is empty.", "Add units.csv."), "The folder is empty. Add units.csv."),
        (Problem("row 2", "%(code)s is twice here.", values={"code": "AB"}), "row 2: AB is twice here."),
        (Problem("", "Nothing to load."), "Nothing to load."),
        (Problem("row 3", "AB grew by 100 %%.", "", {}), "row 3: AB grew by 100 %."),
    ],
)
def test_problem_when_shown_is_place_sentence_and_remedy(problem: Problem, expected: str) -> None:
    assert str(problem) == expected


def test_problem_keeps_message_and_remedy_unfilled_for_translation() -> None:
    assert (TOO_LARGE.message, TOO_LARGE.remedy) == ("'%(text)s' is too large.", "Check %(account)s.")


def test_problem_blocks_unless_it_says_that_it_is_a_warning() -> None:
    warning = Problem("row 1", "A has no name.", blocking=False)

    assert (TOO_LARGE.blocking, warning.blocking) == (True, False)


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([TOO_LARGE, TOO_LARGE], f"2 problems, the first: {TOO_LARGE}"),
        ([], "0 problems, the first: "),
    ],
)
def test_problems_found_carries_all_of_them_and_names_the_first(problems: list[Problem], expected: str) -> None:
    error = ProblemsFound(problems)

    assert (error.problems, str(error)) == (problems, expected)
