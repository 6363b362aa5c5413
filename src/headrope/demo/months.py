"""Months, whole steps and seeded chance: what the series of the example group are drawn with.

>>> spread(1000, [1, 1, 1])
[334, 333, 333]
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

Month = tuple[int, int]
Series = dict[Month, int]  # whole steps: fen for money, else pieces, people, cases
Pair = tuple[Series, Series]  # actual and target

FEN: Final = 100_000_000  # in a million yuan
PLAN_STEP: Final = 1_000_000  # plans are made in ten thousands of yuan
ACTUAL: Final = tuple((2020 + i // 12, i % 12 + 1) for i in range(42))
TARGET: Final = tuple((2022 + i // 12, i % 12 + 1) for i in range(24))


def chance(*key: str) -> random.Random:
    """A generator of its own for each series: another unit or measure does not move the others."""
    return random.Random("hengchuan 20230630 " + " ".join(key))


def spread(total: int, weights: Sequence[float], step: int = 1) -> list[int]:
    """Split into whole steps in proportion to the weights; the largest remainders take what rounding left."""
    whole = sum(weights)
    exact = [total / step * weight / whole for weight in weights]
    parts = [int(x // 1) for x in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total // step - sum(parts)]:
        parts[i] += 1
    return [part * step for part in parts]


def planned(million: float) -> int:
    """Fen, in whole ten thousands of yuan."""
    return round(million * FEN / PLAN_STEP) * PLAN_STEP


def between(month: Month, points: Sequence[tuple[Month, float]]) -> float:
    """The level at a month on straight lines between points."""
    at = month[0] * 12 + month[1]
    for (start, low), (end, high) in pairwise(points):
        a, b = start[0] * 12 + start[1], end[0] * 12 + end[1]
        if at <= b:
            return low + (high - low) * (at - a) / (b - a)
    return points[-1][1]


def is_quarter_end(month: Month) -> bool:
    """Whether a quarter ends with the month."""
    return month[1] % 3 == 0


def written(month: Month) -> str:
    """As in the files."""
    return f"{month[0]}-{month[1]:02d}"
