"""Shift-share: how much of a gap is size, how much mix, and how much the parts' own performance; see docs/spec/shift-share.md.

Two parts plan to earn 10 on 100 and 30 on 100, and earn 10 on 150 and 12 on 50: as much is sold as planned, but less of
what pays well, and it pays less than planned.

>>> found = shift_share([Pair(10, 10), Pair(30, 12)], [Pair(100, 150), Pair(100, 50)])
>>> [effects.of_gap for effects in found], total(found)
([0, -18], Effects(volume=0, mix=-10, own=-8))
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Pair(NamedTuple):
    """What was planned and what came: whole steps, or a float of a base that is not counted in steps."""

    planned: int | float
    actual: int | float


class Effects(NamedTuple):
    """Parts of a gap in whole steps: volume, had the part moved with the whole; mix, that it moved otherwise; own, that
    it earned another rate than planned."""

    volume: int
    mix: int
    own: int

    @property
    def of_gap(self) -> int:
        """The part's whole gap, actual less planned."""
        return self.volume + self.mix + self.own


def shift_share(amounts: Sequence[Pair], bases: Sequence[Pair]) -> list[Effects] | None:
    """The effects of each part: `amounts` in whole steps are what is explained, `bases` what it is earned on.

    Exact: a part's effects add up to its gap, so all of them to the gap of the whole; each rate is applied to the exact
    figures and rounded to the step half to even. None where the whole has no base above zero in both columns: then
    there is no rate of the whole to hold the parts against.
    """
    planned, actual = (sum(map(Fraction, column)) for column in zip(*bases, strict=True)) if bases else (0, 0)
    if planned <= 0 or actual <= 0:
        return None
    growth = Fraction(actual) / Fraction(planned)
    rate = Fraction(sum(int(amount.planned) for amount in amounts)) / Fraction(planned)
    return [_effects(amount, base, growth, rate) for amount, base in zip(amounts, bases, strict=True)]


def _effects(amount: Pair, base: Pair, growth: Fraction, rate: Fraction) -> Effects:
    """`growth` of the whole's base and its planned `rate`, which a part without a base of its own is held against."""
    planned, actual = int(amount.planned), int(amount.actual)
    own_rate = Fraction(planned) / Fraction(base.planned) if base.planned > 0 else rate
    grown = round(planned * growth)
    expected = round(own_rate * Fraction(base.actual))
    return Effects(grown - planned, expected - grown, actual - expected)


def total(effects: Sequence[Effects]) -> Effects:
    """The effects of all parts together."""
    return Effects(*(sum(column) for column in zip(*effects, strict=True))) if effects else Effects(0, 0, 0)
