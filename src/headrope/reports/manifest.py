"""What travels inside a paper's file: the question it answers and every number with its reference and exact value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from headrope.core.problems import Problem
from headrope.reports.paper import Paper, Question
from headrope.reports.references import NumberRef

NAME = "headrope-numbers.json"
FORM = 1
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Printed:
    """A number as it was printed."""

    text: str
    ref: NumberRef
    value: str


@dataclass(frozen=True)
class Manifest:
    """The question, the numbers of the text and those of the charts, in reading order."""

    question: Question
    numbers: Sequence[Printed]
    drawn: Sequence[Printed] = ()


class NoManifest(ValueError):
    """The file is none of ours, or damaged; `problem` says so."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def manifest_of(paper: Paper) -> Manifest:
    """What the paper's file will hold."""
    numbers, drawn = ([Printed(n.text, n.ref, n.value) for n in found] for found in (paper.numbers(), paper.drawn()))
    return Manifest(paper.question, numbers, drawn)


def written(manifest: Manifest) -> bytes:
    """UTF-8 JSON; the same manifest gives the same bytes."""
    numbers, drawn = (
        [[each.text, each.value, asdict(each.ref)] for each in found] for found in (manifest.numbers, manifest.drawn)
    )
    held = {"form": FORM, "question": asdict(manifest.question), "numbers": numbers, "drawn": drawn}
    return json.dumps(held, ensure_ascii=False).encode()


def read(data: bytes, where: str) -> Manifest:
    """The manifest; NoManifest where the bytes are not what `written` gives."""
    try:
        held = json.loads(data)
        if held["form"] != FORM:
            problem = Problem(where, "The paper was made by another release: its numbers are written otherwise.", "Make the paper anew.")  # fmt: skip
            raise NoManifest(problem)
        # Papers of before hold no list of what is drawn.
        numbers, drawn = ([_printed(row) for row in rows] for rows in (held["numbers"], held.get("drawn", [])))
        return Manifest(_made(Question, held["question"]), numbers, drawn)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, NoManifest):
            raise
        problem = Problem(where, "The list of numbers inside the file cannot be read.", "Take the file as it was made.")
        raise NoManifest(problem) from error


def _printed(row: Any) -> Printed:
    text, value, ref = row
    if not isinstance(text, str) or not isinstance(value, str):
        raise TypeError("a number is written as texts")
    return Printed(text, _made(NumberRef, ref), value)


def _made(kind: Any, held: Any) -> Any:
    """The dataclass of that content; TypeError where a field is another or of another type."""
    made = kind(**held)
    types = {"int": int, "bool": bool, "str": str, "What": str}
    for name, each in kind.__dataclass_fields__.items():
        if type(held.get(name, each.default)) is not types[each.type]:
            raise TypeError(f"{name} is of another type")
    return made
