"""Edits of a tree give full editions of the units they touch.

G
  A
    A1
    A2        from 1 January 2023 on; before, under AB
  AB
    AB1       renamed on 1 August 2023
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.edits import Close, Edit, Found, Merge, Move, Redate, Rename, edited, joined
from headrope.core.units import ALWAYS, FOREVER, Edition, check_tree

NEW_YEAR, JUNE, AUGUST = date(2023, 1, 1), date(2023, 6, 1), date(2023, 8, 1)


def unit(code: str, parent: str | None, start: date = ALWAYS, end: date = FOREVER, **more: str) -> Edition:
    return Edition(code=code, parent=parent, valid_from=start, valid_to=end, **{"name": code, **more})  # type: ignore[arg-type]


TREE = [
    unit("G", None),
    unit("A", "G"),
    unit("A1", "A"),
    unit("A2", "AB", ALWAYS, NEW_YEAR),
    unit("A2", "A", NEW_YEAR),
    unit("AB", "G"),
    unit("AB1", "AB", ALWAYS, AUGUST),
    unit("AB1", "AB", AUGUST, name="AB one"),
]

Row = tuple[str, str | None, date, date]


def rows(edit: Edit, tree: list[Edition] = TREE) -> list[Row]:
    """Parents and days of the units touched; there are no problems."""
    units, problems = edited(tree, edit)
    assert problems == []
    return [(e.code, e.parent, e.valid_from, e.valid_to) for _, each in sorted(units.items()) for e in each]


def said(edit: Edit, tree: list[Edition] = TREE) -> list[str]:
    units, problems = edited(tree, edit)
    assert units == {}
    return [str(problem) for problem in problems]


def after(tree: list[Edition], edit: Edit) -> list[Edition]:
    units, problems = edited(tree, edit)
    assert problems == []
    return [e for e in tree if e.code not in units] + [e for each in units.values() for e in each]


def days(tree: list[Edition], day: date) -> set[Edition]:
    """The tree of a day, without the days of its editions."""
    return {Edition(e.code, e.name, e.parent, kind=e.kind, name_zh=e.name_zh, method=e.method) for e in tree if e.holds_on(day)}  # fmt: skip


def test_unit_that_is_founded_stands_under_its_parent_from_the_day_on() -> None:
    units, problems = edited(TREE, Found("A", JUNE, "A3", "Third", "三", "branch", "none"))

    assert (units, problems) == ({"A3": [Edition("A3", "Third", "A", JUNE, FOREVER, "branch", "三", "none")]}, [])


def test_segment_that_is_founded_gives_nothing_to_its_parent() -> None:
    units, _ = edited(TREE, Found("G", JUNE, "S", "Energy", kind="segment"))

    assert units["S"][0].method == "none"


def test_unit_that_is_moved_leaves_its_past_where_it_was() -> None:
    assert rows(Move("A1", JUNE, "AB")) == [("A1", "A", ALWAYS, JUNE), ("A1", "AB", JUNE, FOREVER)]


def test_unit_that_is_moved_before_it_changes_its_name_is_still_renamed() -> None:
    units, _ = edited(TREE, Move("AB1", JUNE, "A"))

    assert [(e.parent, e.name, e.valid_from) for e in units["AB1"]] == [
        ("AB", "AB1", ALWAYS),
        ("A", "AB1", JUNE),
        ("A", "AB one", AUGUST),
    ]


def test_unit_that_is_moved_before_it_was_to_move_still_moves_then() -> None:
    last_june = date(2022, 6, 1)

    assert rows(Move("A2", last_june, "G")) == [
        ("A2", "AB", ALWAYS, last_june),
        ("A2", "G", last_june, NEW_YEAR),
        ("A2", "A", NEW_YEAR, FOREVER),
    ]


def test_unit_that_is_moved_back_is_one_edition_again() -> None:
    moved = after(TREE, Move("A1", JUNE, "AB"))

    assert rows(Move("A1", JUNE, "A"), moved) == [("A1", "A", ALWAYS, FOREVER)]


def test_unit_that_is_renamed_keeps_the_name_that_it_was_to_get_later() -> None:
    units, _ = edited(TREE, Rename("AB1", JUNE, "Base", "基地", "branch"))

    assert [(e.name, e.name_zh, e.kind, e.valid_from) for e in units["AB1"]] == [
        ("AB1", "", "unit", ALWAYS),
        ("Base", "基地", "branch", JUNE),
        ("AB one", "基地", "branch", AUGUST),
    ]


def test_edit_that_says_what_holds_already_touches_nothing() -> None:
    assert rows(Move("A1", JUNE, "A")) == []
    assert rows(Rename("A1", JUNE, "A1", "", "unit")) == []


def test_unit_that_is_closed_ends_the_day_before() -> None:
    assert rows(Close("A1", JUNE)) == [("A1", "A", ALWAYS, JUNE)]


def test_unit_that_is_closed_before_it_was_to_change_never_changes() -> None:
    assert rows(Close("AB1", JUNE)) == [("AB1", "AB", ALWAYS, JUNE)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            Close("A", JUNE, "parent"),
            [
                ("A", "G", ALWAYS, JUNE),
                ("A1", "A", ALWAYS, JUNE),
                ("A1", "G", JUNE, FOREVER),
                ("A2", "AB", ALWAYS, NEW_YEAR),
                ("A2", "A", NEW_YEAR, JUNE),
                ("A2", "G", JUNE, FOREVER),
            ],
        ),
        (
            Close("A", JUNE, "closed"),
            [
                ("A", "G", ALWAYS, JUNE),
                ("A1", "A", ALWAYS, JUNE),
                ("A2", "AB", ALWAYS, NEW_YEAR),
                ("A2", "A", NEW_YEAR, JUNE),
            ],
        ),
        (
            Merge("A", JUNE, "AB"),
            [
                ("A", "G", ALWAYS, JUNE),
                ("A1", "A", ALWAYS, JUNE),
                ("A1", "AB", JUNE, FOREVER),
                ("A2", "AB", ALWAYS, NEW_YEAR),
                ("A2", "A", NEW_YEAR, JUNE),
                ("A2", "AB", JUNE, FOREVER),
            ],
        ),
        (
            # A2 comes to A only in January 2023: until then it stays where it is.
            Merge("A", date(2022, 6, 1), "AB"),
            [
                ("A", "G", ALWAYS, date(2022, 6, 1)),
                ("A1", "A", ALWAYS, date(2022, 6, 1)),
                ("A1", "AB", date(2022, 6, 1), FOREVER),
                ("A2", "AB", ALWAYS, FOREVER),
            ],
        ),
        (
            Merge("A", JUNE, "A1"),
            [
                ("A", "G", ALWAYS, JUNE),
                ("A1", "A", ALWAYS, JUNE),
                ("A1", "G", JUNE, FOREVER),
                ("A2", "AB", ALWAYS, NEW_YEAR),
                ("A2", "A", NEW_YEAR, JUNE),
                ("A2", "A1", JUNE, FOREVER),
            ],
        ),
    ],
    ids=["below to the parent", "below closed", "merged", "merged earlier", "merged into one below"],
)
def test_units_below_one_that_ends_go_where_they_are_sent(edit: Edit, expected: list[Row]) -> None:
    assert rows(edit) == expected
    assert check_tree(after(TREE, edit)) == []


def test_merged_unit_has_its_heir_in_its_last_edition_only() -> None:
    units, _ = edited(after(TREE, Rename("A1", NEW_YEAR, "Pumps", "", "unit")), Merge("A1", JUNE, "A2"))

    assert [(e.name, e.successor, e.valid_to) for e in units["A1"]] == [("A1", None, NEW_YEAR), ("Pumps", "A2", JUNE)]


def test_units_below_that_come_later_are_closed_with_it_by_nobody() -> None:
    """A3 is founded only in August: that A is closed in June does not stand."""
    tree = [*TREE, unit("A3", "A", AUGUST)]

    done = after(tree, Close("A", JUNE, "closed"))

    assert [str(problem) for problem in check_tree(done)] == [
        "A3 stands under A on days when A does not exist. Correct the dates of one of them."
    ]


@pytest.mark.parametrize("to", [NEW_YEAR + timedelta(days=1), AUGUST])
def test_merger_on_the_wrong_day_is_put_right_with_all_that_came_with_it(to: date) -> None:
    wrong = after(TREE, Merge("A", JUNE, "AB"))

    right = after(wrong, Redate("A", JUNE, to))

    assert {day: days(right, day) for day in (ALWAYS, NEW_YEAR, to - timedelta(days=1), to)} == {
        day: days(after(TREE, Merge("A", to, "AB")), day) for day in (ALWAYS, NEW_YEAR, to - timedelta(days=1), to)
    }
    assert check_tree(right) == []


def test_closing_on_the_wrong_day_is_put_right_for_all_that_was_closed_with_it() -> None:
    tree = [*TREE, unit("A11", "A1")]
    wrong = after(tree, Close("A", JUNE, "closed"))

    assert sorted(after(wrong, Redate("A", JUNE, AUGUST)), key=str) == sorted(
        after(tree, Close("A", AUGUST, "closed")), key=str
    )


def test_founding_day_that_is_put_right_leaves_others_of_that_day() -> None:
    tree = [*TREE, unit("A3", "A", JUNE), unit("AB3", "AB", JUNE)]

    assert rows(Redate("A3", JUNE, AUGUST), tree) == [("A3", "A", AUGUST, FOREVER)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            Found("B", JUNE, "A1", "", "二\n", "shop", "half"),
            [
                "day: B does not exist on 2023-06-01. Take another day, or another unit.",
                "name: The unit has no name. Write one.",
                "name_zh: The name holds a control character. Take it out.",
                "kind: 'shop' is not a kind of unit. Known kinds: regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit.",
                "method: 'half' is not a method. Known methods: full, proportionate, none.",
                "code: The code A1 is taken. Take another; a code is never used again.",
            ],
        ),
        (
            Found("A", JUNE, "A 3", "x" * 1001),
            [
                "name: The name is longer than 1000 characters. Shorten it.",
                "code: 'A 3' is not a code. Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
            ],
        ),
        (Rename("A3", JUNE, "Three", "", "unit"), ["day: A3 does not exist on 2023-06-01. Take another day, or another unit."]),
        (Move("A1", JUNE, "B"), ["parent: B does not exist on 2023-06-01. Take another day, or another unit."]),
        (
            Close("A", JUNE),
            ["below: On 2023-06-01 or later 2 units stand directly below A: A1, A2. Say what becomes of them."],
        ),
        (
            Merge("B", JUNE, "B"),
            [
                "day: B does not exist on the day before 2023-06-01 and cannot end then. Take a day within its history.",
                "heir: B does not exist on 2023-06-01. Take another day, or another unit.",
                "heir: B is its own successor. Name another unit, or none.",
            ],
        ),
        (Redate("A2", JUNE, AUGUST), ["was: Nothing happens to A2 on 2023-06-01. Choose a day out of its history."]),
    ],
    ids=["found", "found code", "rename", "move", "close", "merge", "redate"],
)  # fmt: skip
def test_all_that_is_wrong_with_an_edit_is_said_at_its_fields(edit: Edit, expected: list[str]) -> None:
    assert said(edit) == expected


def test_unit_cannot_end_on_its_first_day_or_after_its_last() -> None:
    tree = [unit("G", None), unit("A", "G", NEW_YEAR, JUNE)]

    found = [bool(said(Close("A", day), tree)) for day in (NEW_YEAR, AUGUST)]

    assert found == [True, True]
    assert rows(Merge("A", JUNE, "G"), tree) == [("A", "G", NEW_YEAR, JUNE)]  # ended then already: now with an heir


def test_editions_that_say_the_same_are_joined_only_where_they_meet() -> None:
    given_ = [unit("A", "G", AUGUST), unit("A", "G", ALWAYS, NEW_YEAR), unit("A", "G", NEW_YEAR, JUNE)]

    assert joined(given_) == [unit("A", "G", ALWAYS, JUNE), unit("A", "G", AUGUST)]


@st.composite
def trees(draw: st.DrawFn) -> list[Edition]:
    """Units that each stand under an earlier one and may change their name or their parent once."""
    count = draw(st.integers(2, 7))
    tree = [unit("U0", None)]
    for number in range(1, count):
        parents = [f"U{draw(st.integers(0, number - 1))}" for _ in range(2)]
        day = NEW_YEAR + timedelta(draw(st.integers(0, 300)))
        tree += [unit(f"U{number}", parents[0], ALWAYS, day), unit(f"U{number}", parents[1], day, name=draw(st.sampled_from(["x", "y"])))]  # fmt: skip
    return tree


@given(tree=trees(), data=st.data())
def test_unit_that_is_moved_and_moved_back_stands_where_it_stood_on_every_day(tree: list[Edition], data: st.DataObject) -> None:  # fmt: skip
    moved = data.draw(st.sampled_from([e for e in tree if e.parent]))
    day = data.draw(st.dates(NEW_YEAR, NEW_YEAR + timedelta(400)))
    there = next(e for e in tree if e.code == moved.code and e.holds_on(day))
    fresh = unit("NEW", "U0")  # a parent that it never had: else it could not be told from one it was to have later

    away = after([*tree, fresh], Move(moved.code, day, "NEW"))
    back = after(away, Move(moved.code, day, str(there.parent)))

    marks = {day, *(e.valid_from for e in tree)}
    assert {mark: days(back, mark) for mark in marks} == {mark: days([*tree, fresh], mark) for mark in marks}
    assert any(days(away, mark) != days(back, mark) for mark in marks)


@given(tree=trees(), data=st.data())
def test_merged_unit_is_gone_and_nothing_else_is_lost(tree: list[Edition], data: st.DataObject) -> None:
    codes = sorted({e.code for e in tree if e.parent})
    code, heir = data.draw(st.sampled_from(codes)), data.draw(st.sampled_from(codes))
    day = data.draw(st.dates(NEW_YEAR, NEW_YEAR + timedelta(400)))
    if code == heir:
        return

    done = after(tree, Merge(code, day, heir))

    for mark in (ALWAYS, day - timedelta(days=1), day, NEW_YEAR + timedelta(500)):
        alive = {e.code for e in tree if e.holds_on(mark)} - ({code} if mark >= day else set())
        assert {e.code for e in done if e.holds_on(mark)} == alive
        assert [e for e in done if e.parent == code and e.holds_on(mark) and mark >= day] == []
        if mark < day:
            assert days(done, mark) == days(tree, mark)
