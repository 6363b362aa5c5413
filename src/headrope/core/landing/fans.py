"""The way to a landing: how far the year to date may be off after each step still to come; plain NumPy.

>>> [round(part, 3) for part in widths(4, 2)]
[0.0, 0.0, 0.612, 1.0]

docs/spec/landing-runs.md, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Reach(NamedTuple):
    """A step of the year: the figure at its end (a flow: the year to date) and its ranges of 80 and 50 per cent."""

    point: float
    low80: float
    low50: float
    high50: float
    high80: float


def widths(steps: int, left: int) -> list[float]:
    """The scale at the end of each of the year's steps, in parts of the year's; 0 where the step is over.

    Half of the year's variance comes from errors of single steps, half from one error that all steps share.
    """
    over = steps - left
    parts = [max(0, each + 1 - over) / left if left else 0.0 for each in range(steps)]
    return [(0.5 * (part + part * part)) ** 0.5 for part in parts]


def fan(path: Sequence[float], left: int, ends: tuple[float, float, float, float], least: float | None) -> list[Reach]:
    """The fan about the path, whose last step is the landing with the range `ends`; never below `least`."""
    point = path[-1]
    away = [end - point for end in ends]
    found = []
    for figure, width in zip(path, widths(len(path), left), strict=True):
        limits = [figure + width * each for each in away]
        if least is not None and width:
            limits = [max(each, min(least, figure)) for each in limits]
        found.append(Reach(figure, *limits))
    return found
