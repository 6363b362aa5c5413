"""The brute-force evaluator gives the right answer to every question of every published case."""

from __future__ import annotations

import pytest

from tests.torture.books import rows_of
from tests.torture.cases import ANSWERED, CASES, Asked, Case, amount
from tests.torture.evaluator import Answer, answer

QUESTIONS = [
    pytest.param(case, asked, id=f"{case.name}-{number}")
    for case in ANSWERED
    for number, asked in enumerate(case.questions, 1)
]


def quantity(case: Case, asked: Asked) -> str:
    """The quantity of the measure that is asked for."""
    return next(row["quantity"] for row in rows_of(case.tables["measures"]) if row["code"] == asked.question.measure)


def told(found: Answer) -> dict[str, object]:
    """An answer by the words of a case."""
    return {
        "value": found.value,
        "reported": str(found.reported),
        "expected": str(found.expected),
        "uneven": "yes" if found.uneven else "no",
        "derived": "yes" if found.derived else "no",
    }


@pytest.mark.parametrize(("case", "asked"), QUESTIONS)
def test_evaluator_gives_the_right_answer(case: Case, asked: Asked) -> None:
    right: dict[str, object] = {**asked.right, "value": amount(asked.right["value"], quantity(case, asked))}

    found = told(answer(case.tables, asked.question))

    assert {part: found[part] for part in right} == right


@pytest.mark.parametrize(("case", "asked"), QUESTIONS)
def test_wrong_answers_are_wrong(case: Case, asked: Asked) -> None:
    right = amount(asked.right["value"], quantity(case, asked))

    assert [rule for rule, text in asked.wrong.items() if amount(text, quantity(case, asked)) == right] == []


def test_the_set_is_as_large_as_it_says() -> None:
    wrong = sum(len(asked.wrong) for case in CASES for asked in case.questions)

    assert (len(CASES) >= 70, len(QUESTIONS) >= 200, wrong >= 200) == (True, True, True)
    assert [case.name for case in CASES if bool(case.questions) == bool(case.refused)] == []
