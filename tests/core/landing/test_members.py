"""The members of the combination by hand, on years of four quarters landed after the second."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.history import History, Kind
from headrope.core.landing.members import NAMES, Scene, forecasts, newcomers
from headrope.core.landing.parts import cut
from headrope.core.landing.smoothing import paths
from headrope.core.tree_sums import Tree

NAN = np.nan
FAMILY = np.array([-1, 0, 0], np.int32)


def said(history: History, parent: np.ndarray, year: int) -> tuple[dict[str, list[float]], Scene]:
    """What each member says, by name."""
    parts = cut(history, Tree.of(parent))
    scene = Scene(history, parts, parent, year)
    found = forecasts(scene, paths(history, parts, year))
    return dict(zip(NAMES, found.tolist(), strict=True)), scene


def quarters(*halves: tuple[float, float]) -> list[float]:
    """Quarters of years whose halves are given; the last year has only its first."""
    whole = [each / 2 for first, second in halves for each in (first, first, second, second)]
    return whole[:-2]


def test_flow_members_by_hand() -> None:
    """
    G      A + B
      A    10+20, 20+20, 20+30, then 30: share 70/50, level 70/3
      B    10+10, 10+10, 10+10, then 10
    """
    a, b = quarters((10, 20), (20, 20), (20, 30), (30, NAN)), quarters((10, 10), (10, 10), (10, 10), (10, NAN))
    history = History(np.array([[NAN] * 14, a, b]), 2, year=4)

    found, _ = said(history, FAMILY, 3)

    assert found["share"][1:] == pytest.approx([30 * 70 / 50, 10.0])
    assert found["quarter"][1:] == pytest.approx([30 * 30 / 20, 10.0])
    assert found["level"][1:] == pytest.approx([70 / 3, 10.0])
    assert found["family"][1:] == pytest.approx([70 / 3 * 40 / (80 / 3), 10 * 40 / (80 / 3)])
    # Growth: pairs of logarithms (known, rest) of all rows in the years 1 and 2, and one pair (1, 0.7) that is assumed.
    x = np.log([30 / 20, 2, 1, 30 / 30, 1, 1])
    y = np.log([30 / 30, 1, 1, 40 / 30, 1.5, 1])
    elasticity = (x @ y + 0.7 - x.sum() * y.sum() / 6) / (x @ x + 1 - x.sum() ** 2 / 6)
    drift = y.mean() - elasticity * x.mean()
    assert found["growth"][1] == pytest.approx(30 * np.exp(drift + elasticity * np.log(1.5)))


def test_stock_members_by_hand() -> None:
    levels = [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15, 16.0]
    history = History(np.array([levels]), 2, Kind.STOCK, year=4)

    found, _ = said(history, FAMILY[:1], 3)

    changes = [2.0, 3.0, 2.0]
    assert found["share"] == pytest.approx([np.mean(changes)])
    assert found["growth"] == pytest.approx([2.0])
    assert found["quarter"] == pytest.approx([(16 - 12) / 2])
    assert found["level"] == pytest.approx([np.mean(changes)])
    assert found["family"] == pytest.approx([16 * np.mean([2 / 2, 3 / 6, 2 / 12])])


def test_a_share_of_changing_signs_is_not_taken() -> None:
    past = quarters((10, 20), (-9, 20), (20, 30), (30, NAN))
    now = quarters((10, 20), (9, 20), (20, 30), (-3, NAN))

    found, _ = said(History(np.array([past, now]), 2, year=4), np.array([-1, -1], np.int32), 3)

    assert found["share"] == pytest.approx([70 / 3, 70 / 3])


def test_no_member_leaves_the_widened_range_of_past_years() -> None:
    """The share would make ten; the past holds 3 to 4, so at most 4 + (4 - 3) + 4."""
    a = quarters((0, 3), (0, 4), (0.001, 3), (0.001, NAN))

    found, _ = said(History(np.array([a]), 2, year=4), FAMILY[:1], 3)

    assert found["share"] == pytest.approx([9.0])


def test_what_cannot_be_negative_is_not() -> None:
    a = quarters((8, 4), (6, 2), (4, 0), (0, NAN))

    found, _ = said(History(np.array([a]), 2, Kind.FLOW, True, 4), FAMILY[:1], 3)

    assert all(each[0] >= 0 for each in found.values())


def test_a_newcomer_goes_on_as_its_parent_did() -> None:
    old, young = quarters((10, 30), (10, 30), (10, 30), (10, NAN)), [*[NAN] * 12, 2, 2]
    history = History(np.array([[NAN] * 14, old, young]), 2, year=4)

    found, scene = said(history, FAMILY, 3)

    assert all(np.isnan(each[2]) for each in found.values())
    assert newcomers(scene)[2] == pytest.approx(4 * 3)


def test_a_newcomer_founded_this_year_had_fewer_months() -> None:
    old, young = quarters((10, 30), (10, 30), (10, 30), (10, NAN)), [*[NAN] * 13, 2]
    history = History(np.array([[NAN] * 14, old, young]), 2, year=4)

    _, scene = said(history, FAMILY, 3)

    assert scene.parts.known[3].tolist() == [12, 10, 2]
    assert newcomers(scene)[2] == pytest.approx(2 * 2 * 3)


def test_a_group_in_its_first_year_goes_on_in_a_straight_line() -> None:
    history = History(np.array([[3.0, 5.0]]), 2, year=4)

    found, scene = said(history, FAMILY[:1], 0)

    assert all(np.isnan(each[0]) for each in found.values())
    assert newcomers(scene).tolist() == [8.0]
    assert newcomers(scene._replace(history=history._replace(kind=Kind.STOCK))).tolist() == [0.0]
