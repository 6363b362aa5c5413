"""Between which days units exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from headrope.core.units import Edition

Days = tuple[date, date]
"""From the first day up to, but not on, the second."""


def lives_of(editions: Iterable[Edition]) -> dict[str, list[Days]]:
    """Between which days each unit (code) exists."""
    lives: dict[str, list[Days]] = defaultdict(list)
    for edition in editions:
        lives[edition.code].append((edition.valid_from, edition.valid_to))
    return lives


def meets(first: date, end: date, lives: Iterable[Days]) -> bool:
    """Whether any day from `first` up to, but not on, `end` is one of them."""
    return any(max(first, start) < min(end, last) for start, last in lives)
