"""Shift-share: golden cases worked out by hand, and what holds for all figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.attribution import Effects, Pair, shift_share, total

amounts = st.builds(Pair, st.integers(-(10**14), 10**14), st.integers(-(10**14), 10**14))
above = st.builds(Pair, st.integers(1, 10**14), st.integers(1, 10**14))
parts = st.lists(st.tuples(amounts, above), min_size=1, max_size=12)


def of(*rows: tuple[int, int, int, int]) -> list[Effects] | None:
    """Rows of planned and actual amount, planned and actual base."""
    return shift_share([Pair(a, b) for a, b, _, _ in rows], [Pair(c, d) for _, _, c, d in rows])


def test_only_volume_where_all_grow_alike_at_their_rates() -> None:
    # 10 % more of everything at 20 % and 5 %: 20 and 5 become 22 and (half even of 5.5) 6.
    assert of((20, 22, 100, 110), (5, 6, 100, 110)) == [Effects(2, 0, 0), Effects(1, 0, 0)]


def test_only_mix_where_the_poor_part_grows_at_its_rate() -> None:
    # 100 of 400 move from the part that earns 30 % to the one that earns 10 %; both keep their rates: 20 less.
    found = of((20, 30, 200, 300), (60, 30, 200, 100))

    assert found == [Effects(0, 10, 0), Effects(0, -30, 0)]


def test_only_own_performance_where_the_bases_are_as_planned() -> None:
    assert of((20, 11, 200, 200), (60, 64, 200, 200)) == [Effects(0, 0, -9), Effects(0, 0, 4)]


def test_all_three_at_once() -> None:
    # Planned 80 on 400, came 55 on 500. All bases grow by a quarter: 20 -> 25 and 60 -> 75: volume +5 and +15.
    # At their rates 0.1 and 0.3 they should earn 35 and 45 on 350 and 150: mix 35 - 25 = 10 and 45 - 75 = -30.
    # They earn 25 and 30: own -10 and -15. 5+10-10 = 5 = 25 - 20; 15-30-15 = -30 = 30 - 60.
    found = of((20, 25, 200, 350), (60, 30, 200, 150))

    assert found == [Effects(5, 10, -10), Effects(15, -30, -15)]
    assert found is not None
    assert total(found) == Effects(20, -20, -25)


def test_a_part_without_a_planned_base_is_held_against_the_rate_of_the_whole() -> None:
    # Founded in the period: 0 planned, 3 earned on 100. The whole plans 40 on 400 = 10 %, so 10 were to be expected.
    # The whole's base grows by 1.25; the old part keeps its base: 40 -> 50 had it grown, 40 expected and come.
    assert of((40, 40, 400, 400), (0, 3, 0, 100)) == [Effects(10, -10, 0), Effects(0, 10, -7)]


def test_a_loss_is_explained_like_a_profit() -> None:
    # A planned loss of 1 on 100 becomes 44 on 90: less volume saves (half even of 0.1) nothing; all is own.
    assert of((-1, -44, 100, 90)) == [Effects(0, 0, -43)]


@pytest.mark.parametrize("base", [(0, 100), (100, 0), (-5, 10)])
def test_without_a_base_there_is_no_answer(base: tuple[int, int]) -> None:
    assert of((10, 12, *base)) is None
    assert shift_share([], []) is None


def test_a_base_may_be_a_mean_that_is_no_whole_number() -> None:
    # Revenue on mean heads: 100 on 10.5 planned; 110 on 10.5 came.
    assert shift_share([Pair(100, 110)], [Pair(10.5, 10.5)]) == [Effects(0, 0, 10)]


@given(parts)
def test_effects_add_up_to_the_gap_of_each_part_and_of_the_whole(given_: list[tuple[Pair, Pair]]) -> None:
    held, bases = [a for a, _ in given_], [b for _, b in given_]

    found = shift_share(held, bases)

    assert found is not None
    assert [each.of_gap for each in found] == [pair.actual - pair.planned for pair in held]
    assert total(found).of_gap == sum(p.actual for p in held) - sum(p.planned for p in held)


@given(parts, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(given_: list[tuple[Pair, Pair]], chance: object) -> None:
    found = shift_share([a for a, _ in given_], [b for _, b in given_])
    order = list(range(len(given_)))
    chance.shuffle(order)  # type: ignore[attr-defined]

    again = shift_share([given_[n][0] for n in order], [given_[n][1] for n in order])

    assert found is not None
    assert again == [found[n] for n in order]


@given(parts, st.integers(2, 1000))
def test_the_scale_of_the_base_does_not_matter(given_: list[tuple[Pair, Pair]], scale: int) -> None:
    held, bases = [a for a, _ in given_], [b for _, b in given_]

    assert shift_share(held, bases) == shift_share(held, [Pair(b.planned * scale, b.actual * scale) for b in bases])


@given(parts)
def test_mix_says_nothing_of_a_single_part_and_little_where_all_move_alike(given_: list[tuple[Pair, Pair]]) -> None:
    held = [a for a, _ in given_]
    alike = [Pair(b.planned, 3 * b.planned) for _, b in given_]

    found = shift_share(held, alike)

    assert found is not None
    assert all(each.mix == 0 for each in found)


@given(parts)
def test_own_performance_is_what_differs_from_the_planned_rate(given_: list[tuple[Pair, Pair]]) -> None:
    found = shift_share([a for a, _ in given_], [b for _, b in given_])

    assert found is not None
    for each, (amount, base) in zip(found, given_, strict=True):
        exact = amount.actual - Fraction(amount.planned) / Fraction(base.planned) * Fraction(base.actual)
        assert abs(each.own - exact) <= Fraction(1, 2)
