"""The engine answers every question of every published case, and refuses every bad folder by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Load
from tests.torture.asking import Engine, Told, same_value
from tests.torture.cases import ANSWERED, REFUSED, Asked, Case, amount
from tests.torture.test_evaluator import quantity


def difference(case: Case, asked: Asked, found: Told) -> dict[str, tuple[object, object]]:
    """Where the engine's answer is another than the right one: found and right by part."""
    said = {
        "value": found.value,
        "reported": str(found.reported),
        "expected": str(found.expected),
        "uneven": "yes" if found.uneven else "no",
        "derived": "yes" if found.derived else "no",
    }
    wanted: dict[str, object] = {**asked.right, "value": amount(asked.right["value"], quantity(case, asked))}
    differs = {part: (said[part], right) for part, right in wanted.items() if said[part] != right}
    if same_value(found.value, wanted["value"]):  # type: ignore[arg-type]
        differs.pop("value", None)
    return differs


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in ANSWERED])
def test_engine_gives_the_right_answers(case: Case, load: Load) -> None:
    load(**case.tables)

    engine = Engine()
    wrong = [
        f"question {number}: {differs}"
        for number, asked in enumerate(case.questions, 1)
        if (differs := difference(case, asked, engine.tell(asked.question)))
    ]

    assert wrong == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in REFUSED])
def test_engine_refuses(case: Case, problems: Callable[..., list[str]]) -> None:
    found = "\n".join(problems(**case.tables))

    assert [word for word in case.refused if word not in found] == []
