"""Writes units.csv into a folder, and what reading it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrope.core.problems import ProblemsFound
from headrope.targets.folder import By, Units, read_units
from headrope.targets.steps import Steps


def read(folder: Path, text: str, step: str = "1", by: By | None = None) -> Units:
    """The units of the text."""
    (folder / "units.csv").write_text(text.strip() + "\n", encoding="utf-8")
    return read_units(folder, Steps.of(step), by)


def problems(folder: Path, text: str, step: str = "1", by: By | None = None) -> list[str]:
    """What is wrong with the text."""
    with pytest.raises(ProblemsFound) as found:
        read(folder, text, step, by)
    return [str(problem) for problem in found.value.problems]
