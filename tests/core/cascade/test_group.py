"""What a group refuses: wrong programs, never a silent number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from headrope.core.cascade.bounds import Bound
from headrope.core.cascade.group import Group
from headrope.core.tree_sums import Tree

NAN, INF = np.nan, np.inf
WEIGHT = "a weight is 0 or a number from 1e-100 to 1e100; only inner units may have none"
BASE = "a base is a finite number below 2^53 steps; only inner units may have none"


def tree_of(*parents: int) -> Tree:
    return Tree.of(np.array(parents, np.int32))


@pytest.mark.parametrize(
    ("parents", "given", "message"),
    [
        ((-1, 0), {"weight": [NAN]}, "weights, bases and bounds have one float for each of the 2 rows"),
        ((-1, -1), {"weight": [1, 1]}, "a total is split over a tree with exactly one root"),
        ((-1, -2), {"weight": [1, 1]}, "a total is split over a tree with exactly one root"),
        ((-1, 0), {"weight": [NAN, NAN]}, WEIGHT),
        ((-1, 0), {"weight": [NAN, INF]}, WEIGHT),
        ((-1, 0), {"weight": [NAN, -1]}, WEIGHT),
        ((-1, 0), {"weight": [-1, 1]}, WEIGHT),
        ((-1, 0), {"weight": [NAN, 1e-101]}, WEIGHT),
        ((-1, 0), {"weight": [NAN, 1], "base": [NAN, NAN]}, BASE),
        ((-1, 0), {"weight": [NAN, 1], "base": [NAN, 2.0**53]}, BASE),
        ((-1, 0), {"weight": [NAN, 1], "floor": [-INF, NAN]}, "a floor is a number or -inf, a cap a number or inf"),
        ((-1, 0), {"weight": [NAN, 1], "floor": [-INF, INF]}, "a floor is a number or -inf, a cap a number or inf"),
        ((-1, 0), {"weight": [NAN, 1], "cap": [INF, -INF]}, "a cap is a number or inf, a hold a whole number of steps"),
        ((-1, 0), {"weight": [NAN, 1], "hold": [NAN, 0.5]}, "a cap is a number or inf, a hold a whole number of steps"),
        ((-1, 0), {"weight": [NAN, 1], "hold": [NAN, INF]}, "bounds are below 2^53 steps"),
        ((-1, 0), {"weight": [NAN, 1], "cap": [INF, 2.0**53]}, "bounds are below 2^53 steps"),
        ((-1, *[0] * 600), {"weight": [NAN, *[1] * 600], "cap": [INF, *[2.0**53 - 1] * 600]}, "bounds together are below 2^60 steps"),
    ],
)  # fmt: skip
def test_what_is_no_group_is_refused(parents: tuple[int, ...], given: dict[str, Any], message: str) -> None:
    arrays = {name: np.array(values, float) for name, values in given.items()}

    with pytest.raises(ValueError) as found:
        Group.of(tree_of(*parents), **arrays)

    assert str(found.value) == message


def test_a_tree_with_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the tree has a cycle$"):
        tree_of(-1, 2, 1)


def test_bounds_are_rounded_inward_and_the_strictest_counts() -> None:
    group = Group.of(
        tree_of(-1, 0, 0),
        np.array([NAN, 1, 1]),
        floor=np.array([-INF, 0.2, 5]),
        cap=np.array([INF, 3.9, 9]),
        hold=np.array([NAN, NAN, 5]),
    )

    assert group.floor.tolist() == [-INF, 1, 5]
    assert group.cap.tolist() == [INF, 3, 9]
    assert [group.bound(1, -1), group.bound(1, 1)] == [Bound(1, "floor", 1), Bound(1, "cap", 3)]
    assert [group.bound(2, -1), group.bound(2, 1)] == [Bound(2, "hold", 5), Bound(2, "hold", 5)]
