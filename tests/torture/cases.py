"""Reads the published cases of docs/spec/cases: tables, questions, right and wrong answers, all as texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import yaml

from tests.torture.evaluator import Amount, Question

FOLDER = Path(__file__).parents[2] / "docs" / "spec" / "cases"
MISSING = "missing"


@dataclass(frozen=True)
class Asked:
    """A question with its right answer by part (`value`, `reported` ...) and the wrong values by rule."""

    question: Question
    right: dict[str, str]
    wrong: dict[str, str]


@dataclass(frozen=True)
class Case:
    """One file of the set: either questions, or the words that a refusal names."""

    name: str
    title: str
    spec: str
    tables: dict[str, str]
    questions: list[Asked]
    refused: list[str]


def read_case(path: Path) -> Case:
    """The case in a file; its name is the file's."""
    said = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    known = {"title", "why", "spec", "tables", "questions", "refused"}
    assert set(said) <= known and said["why"], path.name
    questions = [_asked(each) for each in said.get("questions", [])]
    return Case(path.stem, said["title"], said["spec"], said["tables"], questions, said.get("refused", []))


def _asked(said: dict[str, dict[str, str]]) -> Asked:
    ask = dict(said["ask"])
    day = ask.pop("known_on", None)
    question = Question(**ask, known_on=date.fromisoformat(day) if day else None)
    return Asked(question, said["right"], said.get("wrong", {}))


def amount(text: str, quantity: str) -> Amount:
    """A value as it is written in a case: a decimal, a fraction, words of a text measure, or missing (None)."""
    if text == MISSING:
        return None
    return text if quantity == "text" else Fraction(text)


CASES = [read_case(path) for path in sorted(FOLDER.glob("*.yaml"))]
ANSWERED = [case for case in CASES if case.questions]
REFUSED = [case for case in CASES if case.refused]
