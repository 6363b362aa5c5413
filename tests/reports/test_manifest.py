"""The list of numbers inside a file: written and read back, and refused where it is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.reports import manifest
from headrope.reports.manifest import Manifest, NoManifest, Printed
from headrope.reports.paper import Paper, Question
from headrope.reports.references import NumberRef

TEXT = st.text(max_size=12)
REFS = st.builds(NumberRef, TEXT, TEXT, TEXT, TEXT, st.sampled_from(["figure", "gap"]), TEXT, TEXT)
QUESTIONS = st.builds(Question, TEXT, TEXT, TEXT, TEXT, TEXT, st.integers(0, 10**9), TEXT, st.booleans())
NUMBERS = st.lists(st.builds(Printed, TEXT, REFS, TEXT), max_size=5)


@given(st.builds(Manifest, QUESTIONS, NUMBERS, NUMBERS))
def test_what_is_written_is_read_back(held: Manifest) -> None:
    assert manifest.read(manifest.written(held), "a.pdf") == held


def damaged(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    def run(data: bytes) -> bytes:
        held = json.loads(data)
        change(held)
        return json.dumps(held).encode()

    return run


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-3],
        lambda data: b"[" * 100_000,
        lambda data: b"null",
        lambda data: b"\xff\xfe",
        damaged(lambda held: held.update(form=2)),
        damaged(lambda held: held.pop("numbers")),
        damaged(lambda held: held["question"].update(seq="184")),
        damaged(lambda held: held["question"].update(more=1)),
        damaged(lambda held: held["numbers"][0].append(1)),
        damaged(lambda held: held["numbers"][0].__setitem__(1, 3.5)),
        damaged(lambda held: held["numbers"][0][2].update(unit=None)),
    ],
)
def test_damaged_list_is_refused_with_the_file_named(paper: Paper, harm: Callable[[bytes], bytes]) -> None:
    data = manifest.written(manifest.manifest_of(paper))

    with pytest.raises(NoManifest) as found:
        manifest.read(harm(data), "sheet.pdf")

    assert found.value.problem.where == "sheet.pdf"
    assert found.value.problem.remedy
