"""Bounds that somebody set, and clashes of them.

>>> Conflict(1, (Bound(1, "floor", 9), Bound(1, "cap", 5)), by=4, in_all=4).bounds[0].kind
'floor'
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["floor", "cap", "hold", "total"]


class Bound(NamedTuple):
    """A bound: of which row, which kind, how many steps."""

    row: int
    kind: Kind
    amount: int


class Conflict(NamedTuple):
    """Bounds that clash at a row: without any one of them the others could be kept.

    The first bound is the row's own. `by` is how far these bounds are apart, in steps; `in_all` how far the row's bounds
    and everything below are, clashes below put aside: more than `by` where several sets of bounds clash in one place.
    """

    row: int
    bounds: tuple[Bound, ...]
    by: int
    in_all: int
