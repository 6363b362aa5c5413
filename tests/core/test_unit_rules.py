"""What holds of units beyond the shape of the tree: successors, tiers, methods, segments, and days without a root."""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.holdings import Holding
from headrope.core.unit_rules import (
    Member,
    check_methods,
    check_segments,
    check_successors,
    check_tiers,
)
from headrope.core.units import ALWAYS, FOREVER, Edition, check_roots

YEAR = date(2026, 1, 1)


def unit(code: str, parent: str | None, first: date = ALWAYS, last: date = FOREVER, **more: str) -> Edition:
    given = {"name": f"Unit {code}", "where": f"{code} {first}"} | more
    return Edition(code=code, parent=parent, valid_from=first, valid_to=last, **given)  # type: ignore[arg-type]


GROUP = [
    unit("G", None),
    unit("A", "G"),
    unit("A1", "A"),
    unit("A2", "A"),
    unit("A21", "A2"),
    unit("AB", "G"),
    unit("AB1", "AB"),
    unit("OLD", "A", ALWAYS, date(2025, 1, 1), successor="AB1"),
    unit("OLDER", "A", ALWAYS, date(2024, 1, 1), successor="OLD"),
]


def group(*changed: Edition) -> list[Edition]:
    """The group with some units changed or added."""
    codes = {edition.code for edition in changed}
    return [edition for edition in GROUP if edition.code not in codes] + list(changed)


def texts(problems: list[object]) -> list[str]:
    return [str(problem) for problem in problems]


# The tree


def test_tree_when_all_roots_end_is_refused_from_then_on() -> None:
    tree = [unit("G", None, ALWAYS, YEAR), unit("A", "G", ALWAYS, YEAR), unit("G2", None, date(2026, 2, 1))]

    assert texts(check_roots(tree)) == [
        "G 0001-01-01: From 2026-01-01 on no unit stands at the top of the tree. "
        "Let G go on, or let another unit without parent follow."
    ]


def test_tree_when_one_root_follows_another_is_sound() -> None:
    assert check_roots([unit("G", None, ALWAYS, YEAR), unit("G2", None, YEAR)]) == []


# Successors


def test_successor_that_is_no_unit_is_a_problem_even_when_a_code_begins_like_it() -> None:
    given = group(
        unit("A1", "A", ALWAYS, YEAR, successor="AB11"),
        unit("A2", "A", successor="A"),
        unit("AB1", "AB", successor="AB1"),
    )

    assert texts(check_successors(given)) == [
        "A1 0001-01-01: The successor AB11 of A1 is no unit. Correct it, or add a row for it.",
        "AB1 0001-01-01: AB1 is its own successor. Name another unit, or none.",
    ]


def test_successors_when_they_stand_in_a_circle_are_refused_with_the_path() -> None:
    given = group(unit("AB1", "AB", ALWAYS, YEAR, successor="OLDER"))

    assert texts(check_successors(given)) == [
        "OLD 0001-01-01: These units succeed each other in a circle: OLD > AB1 > OLDER > OLD. "
        "Name no successor for one of them."
    ]


def test_unit_that_returns_and_takes_over_from_its_own_successor_is_no_circle() -> None:
    """A1 is merged into A2 in 2026 and comes back for it in 2027."""
    later = date(2027, 1, 1)
    given = group(
        unit("A1", "A", ALWAYS, YEAR, successor="AB1"),
        unit("A1", "A", later),
        unit("AB1", "AB", ALWAYS, later, successor="A1"),
    )

    assert check_successors(given) == []


# Tiers


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ({"G": 1, "A": 2, "A1": 3, "A21": 4, "AB": 2}, []),
        (
            {"A21": 3},
            ["A21 0001-01-01: A21 is said to be of tier 3, and by its parents it is of tier 4. Correct the tier or the parent."],
        ),
        (
            {"G": 0, "AB1": 2},
            [
                "G 0001-01-01: G is said to be of tier 0, and by its parents it is of tier 1. Correct the tier or the parent.",
                "AB1 0001-01-01: AB1 is said to be of tier 2, and by its parents it is of tier 3. Correct the tier or the parent.",
            ],
        ),
    ],
)  # fmt: skip
def test_tier_that_is_claimed_has_to_come_out(tiers: dict[str, int], expected: list[str]) -> None:
    claimed = {edition.where: tiers[edition.code] for edition in GROUP if edition.code in tiers}

    assert texts(check_tiers(GROUP, GROUP, claimed)) == expected


def test_tier_is_checked_on_the_first_day_of_each_edition() -> None:
    given = [unit("A21", "A2", ALWAYS, YEAR), unit("A21", "AB", YEAR)]

    found = check_tiers(group(*given), given, {edition.where: 4 for edition in given})

    assert texts(found) == [
        "A21 2026-01-01: A21 is said to be of tier 4, and by its parents it is of tier 3. Correct the tier or the parent."
    ]


# Methods


@pytest.mark.parametrize(
    ("held", "sound"),
    [
        ([("A", ALWAYS, FOREVER)], True),
        ([("A", ALWAYS, YEAR), ("A", YEAR, FOREVER)], True),
        ([("A", ALWAYS, YEAR), ("G", YEAR, FOREVER)], False),
        ([("A", YEAR, FOREVER)], False),
        ([], False),
    ],
)
def test_share_that_goes_up_must_be_held_by_the_parent_on_all_days(
    held: list[tuple[str, date, date]], sound: bool
) -> None:
    given = group(unit("A1", "A", method="proportionate"))

    found = check_methods(given, [Holding(owner, "A1", 51, 100, first, last) for owner, first, last in held])

    assert texts(found) == (
        []
        if sound
        else [
            "A1 0001-01-01: The share of A1 goes up to A, which does not hold any on some of its days. "
            "Write what A holds into holdings.csv, for all days of this row."
        ]
    )


def test_share_of_a_root_goes_nowhere() -> None:
    found = check_methods([unit("G", None, method="proportionate")], [])

    assert texts(found) == ["G 0001-01-01: G has no parent to which a share could go up. Leave the method empty."]


# Segments


SEGMENT = unit("S", "G", kind="segment", method="none")


def member(code: str, first: date = ALWAYS, last: date = FOREVER, segment: str = "S") -> Member:
    return Member(segment, code, first, last, f"{segment} {code}")


def test_segment_of_units_that_stand_apart_is_sound() -> None:
    assert check_segments(group(SEGMENT), [member("A1"), member("AB"), member("A21")]) == []


@pytest.mark.parametrize(
    ("changed", "members", "problem"),
    [
        ([SEGMENT], ["B"], "S B: There is no unit 'B'. Add it to units.csv, or correct the code."),
        ([SEGMENT], ["A", "A21"], "S A21: A21 stands under A, which belongs to S as a whole. Leave one of them out."),
        ([SEGMENT], ["G"], "S G: G does not stand under G, the parent of the segment S. Correct the member, or move the segment."),
        ([SEGMENT], ["S"], "S S: S is itself a segment and cannot belong to S. Name the units that make it up."),
        ([unit("S", "G")], ["A"], "S A: S is not of the kind segment. Correct its kind in units.csv."),
        ([unit("S", "AB", kind="segment")], ["A"], "S A: A does not stand under AB, the parent of the segment S. Correct the member, or move the segment."),
        ([unit("S", None, kind="segment")], [], "S 0001-01-01: The segment S stands under no unit. Give it the unit whose parts it groups."),
        ([SEGMENT, unit("A1", "S")], [], "A1 0001-01-01: A1 stands under S, a segment. Make it a member in segments.csv."),
        ([SEGMENT, unit("T", "G", kind="segment")], ["T"], "S T: T is itself a segment and cannot belong to S. Name the units that make it up."),
    ],
)  # fmt: skip
def test_segment_when_something_is_wrong_with_it(changed: list[Edition], members: list[str], problem: str) -> None:
    assert texts(check_segments(group(*changed), [member(code) for code in members])) == [problem]


def test_member_that_moves_away_from_the_segments_parent_is_refused_from_that_day() -> None:
    """A1 leaves A, under which the segment stands, in 2026."""
    segment = unit("S", "A", kind="segment")
    moved = [unit("A1", "A", ALWAYS, YEAR), unit("A1", "AB", YEAR)]

    assert check_segments(group(segment, *moved), [member("A1", ALWAYS, YEAR)]) == []
    assert len(check_segments(group(segment, *moved), [member("A1")])) == 1


def test_member_that_never_exists_while_it_belongs_is_refused() -> None:
    found = check_segments(group(SEGMENT), [member("OLD", date(2025, 6, 1))])

    assert texts(found) == [
        "S OLD: OLD and S exist on no day on which the one belongs to the other. Correct the dates."
    ]
