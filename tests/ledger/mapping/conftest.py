"""Converts small files by small mappings."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from headrope.ledger.mapping.convert import Asked, Converted, convert
from headrope.ledger.mapping.known import Known


class Made(NamedTuple):
    """What was made: the rows of facts.csv and units.csv without headers, and all problems as text."""

    facts: list[tuple[str, ...]]
    units: list[tuple[str, ...]]
    problems: list[str]
    done: Converted


Make = Callable[..., Made]


def rows_of(path: Path) -> list[tuple[str, ...]]:
    """The rows of a CSV file without its header; none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return [tuple(row) for row in csv.reader(handle)][1:]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes files (texts by name) and a mapping, and converts them."""

    def run(mapping: str, known: Known | None = None, **files: str) -> Made:
        source, out = tmp_path / "source", tmp_path / "out"
        source.mkdir(exist_ok=True)
        for name, text in files.items():
            (source / name.replace("__", ".")).write_text(text.strip() + "\n", encoding="utf-8")
        (source / "map.yaml").write_text("mapping: 1\n" + mapping.strip() + "\n", encoding="utf-8")
        done = convert(Asked(source, source / "map.yaml", known or Known()), out)
        return Made(
            rows_of(out / "facts.csv"), rows_of(out / "units.csv"), [str(problem) for problem in done.problems], done
        )

    return run
