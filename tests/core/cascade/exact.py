"""Random groups, and the joint split of small ones in fractions, by nested bisection.

Shares no code with the product. Tier 0 is the level of weights; in the tiers 1 and -1 weights are exhausted, and the
level is the even addition to leaves without weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

FAR = Fraction(10**9)
"""Beyond every level at which a bound of the cases stops somebody."""


@dataclass(frozen=True)
class Case:
    """A tree with numbers by row; None: no bound."""

    parent: tuple[int, ...]
    weight: tuple[Fraction, ...]
    base: tuple[Fraction, ...]
    floor: tuple[int | None, ...]
    cap: tuple[int | None, ...]

    def below(self, row: int) -> list[int]:
        return [each for each, above in enumerate(self.parent) if above == row]

    def clip(self, row: int, value: Fraction) -> Fraction:
        low, high = self.floor[row], self.cap[row]
        if low is not None and value < low:
            return Fraction(low)
        return Fraction(high) if high is not None and value > high else value

    def reach(self, row: int, bounds: Sequence[int | None], pick: type[max] | type[min]) -> int | None:
        """The least (floors, max) or the most (caps, min) that the row can get; None: no end."""
        below = [self.reach(child, bounds, pick) for child in self.below(row)]
        ends = [bounds[row], sum(below) if below and None not in below else None]  # type: ignore[arg-type]
        known = [end for end in ends if end is not None]
        return pick(known) if known else None

    def possible(self, row: int = -1) -> bool:
        """Whether every row's least is no more than its most."""
        for each in range(len(self.parent)):
            low, high = self.reach(each, self.floor, max), self.reach(each, self.cap, min)  # type: ignore[arg-type]
            if low is not None and high is not None and low > high:
                return False
        return True


def amount(case: Case, row: int, tier: int, level: Fraction) -> Fraction:
    """What the row gets, its own bounds kept, when all below it share one level."""
    return case.clip(row, inside(case, row, tier, level))


def inside(case: Case, row: int, tier: int, level: Fraction) -> Fraction:
    """The same without its own bounds."""
    below = case.below(row)
    if below:
        return sum((amount(case, child, tier, level) for child in below), Fraction(0))
    if tier == 0:
        return case.base[row] + level * case.weight[row]
    return tier * FAR if case.weight[row] else case.base[row] + level


def solve(case: Case, total: Fraction) -> list[Fraction]:
    """What every row gets of a total at the root."""
    found = [Fraction(0)] * len(case.parent)
    _share(case, case.parent.index(-1), total, found)
    return found


def _share(case: Case, row: int, target: Fraction, found: list[Fraction]) -> None:
    found[row] = target
    if not case.below(row):
        return
    tier, level = _level(case, row, target)
    _hand_down(case, row, (tier, level), found)


def _hand_down(case: Case, row: int, at: tuple[int, Fraction], found: list[Fraction]) -> None:
    for child in case.below(row):
        free = inside(case, child, *at)
        mine = case.clip(child, free)
        if mine == free and case.below(child):
            found[child] = mine
            _hand_down(case, child, at, found)
        else:
            _share(case, child, mine, found)


def _level(case: Case, row: int, target: Fraction) -> tuple[int, Fraction]:
    """The tier and level by bisection and one exact step on the straight piece that is left."""
    for tier in (0, 1, -1):
        low, high = -FAR, FAR
        if tier and not inside(case, row, tier, -FAR if tier < 0 else Fraction(0)) <= target <= inside(
            case, row, tier, FAR if tier > 0 else Fraction(0)
        ):
            continue
        if not inside(case, row, tier, low) <= target <= inside(case, row, tier, high):
            continue
        for _ in range(130):
            middle = (low + high) / 2
            if inside(case, row, tier, middle) < target:
                low = middle
            else:
                high = middle
        ends = inside(case, row, tier, low), inside(case, row, tier, high)
        if ends[1] == ends[0]:
            return tier, high
        return tier, low + (target - ends[0]) * (high - low) / (ends[1] - ends[0])
    raise AssertionError("the target cannot be reached")


WEIGHTS = st.sampled_from([Fraction(0), Fraction(1), Fraction(2), Fraction(1, 1000), Fraction(7, 3), Fraction(10**6)])


@st.composite
def cases(draw: st.DrawFn, most: int = 9) -> Case:
    """A tree in any order of rows; bounds on any unit, not always possible."""
    count = draw(st.integers(1, most))
    order = draw(st.permutations(range(count)))
    parent = [-1] * count
    for place in range(1, count):
        parent[order[place]] = order[draw(st.integers(0, place - 1))]
    bound = st.one_of(st.none(), st.integers(-60, 60))
    weight = draw(st.lists(WEIGHTS, min_size=count, max_size=count))
    base = draw(st.lists(st.fractions(-30, 30, max_denominator=4), min_size=count, max_size=count))
    floor, cap = ([draw(bound) for _ in range(count)] for _ in range(2))
    for row in range(count):
        low, high = floor[row], cap[row]
        if low is not None and high is not None and low > high and draw(st.booleans()):
            floor[row], cap[row] = high, low
    return Case(tuple(parent), tuple(weight), tuple(base), tuple(floor), tuple(cap))
