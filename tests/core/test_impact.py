"""What a change of the tree changes: counted as one would by hand, unit by unit and month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from headrope.core.edits import Close, Edit, Found, Merge, Move, Rename, edited
from headrope.core.impact import Impact, impact_of
from headrope.core.periods import Period, month_of
from headrope.core.units import ALWAYS, FOREVER, Edition

JUNE = date(2023, 6, 1)
FIRST = month_of(date(2023, 1, 1)).start
MONTHS = range(FIRST, FIRST + 12)
FROM_JUNE = tuple(MONTHS[5:])


def unit(code: str, parent: str | None, start: date = ALWAYS, end: date = FOREVER, **more: str) -> Edition:
    return Edition(code=code, parent=parent, valid_from=start, valid_to=end, **{"name": code, **more})  # type: ignore[arg-type]


TREE = [
    unit("G", None),
    unit("A", "G"),
    unit("A1", "A"),
    unit("A11", "A1"),
    unit("A12", "A1"),
    unit("AB", "G"),
    unit("AB1", "AB"),
]
"""
G
  A
    A1
      A11
      A12
  AB
    AB1
"""


def after(edit: Edit, tree: list[Edition] = TREE) -> list[Edition]:
    units, problems = edited(tree, edit)
    assert problems == []
    return [e for e in tree if e.code not in units] + [e for each in units.values() for e in each]


def impact(edit: Edit) -> Impact:
    return impact_of(TREE, after(edit), MONTHS)


def test_move_takes_along_all_below_and_changes_both_parents_from_the_month_of_its_day() -> None:
    found = impact(Move("A1", JUNE, "AB"))

    assert found == Impact(moved=("A1", "A11", "A12"), totals={"A": FROM_JUNE, "AB": FROM_JUNE})
    assert (found.count, found.first_month) == (14, Period(FIRST + 5, 1))


def test_move_within_a_month_changes_that_month_since_its_last_day_counts() -> None:
    assert impact(Move("A1", date(2023, 6, 30), "AB")).first_month == Period(FIRST + 5, 1)


def test_move_back_in_time_changes_every_month_since() -> None:
    assert impact(Move("A1", date(2020, 1, 1), "AB")).count == 24


def test_merger_changes_the_totals_of_both_and_not_of_the_parent_that_loses_the_unit_itself_only() -> None:
    """A is no part of G any more, so that G changes as well; A's own total ends."""
    assert impact(Merge("A", JUNE, "AB")) == Impact(
        closed=("A",), moved=("A1", "A11", "A12"), totals={"A": FROM_JUNE, "AB": FROM_JUNE, "G": FROM_JUNE}
    )


def test_founding_changes_all_totals_above() -> None:
    assert impact(Found("A1", JUNE, "A13", "Third")) == Impact(
        founded=("A13",), totals={"A": FROM_JUNE, "A1": FROM_JUNE, "G": FROM_JUNE}
    )


def test_closing_with_all_below_names_each() -> None:
    assert impact(Close("A1", JUNE, "closed")) == Impact(
        closed=("A1", "A11", "A12"), totals={"A": FROM_JUNE, "A1": FROM_JUNE, "G": FROM_JUNE}
    )


def test_new_name_changes_no_total() -> None:
    assert impact(Rename("A1", JUNE, "Pumps", "", "unit")) == Impact(renamed=("A1",))


def test_new_kind_is_a_change_and_changes_no_total() -> None:
    assert impact(Rename("A1", JUNE, "A1", "", "branch")) == Impact(changed=("A1",))


def test_method_that_changes_what_goes_up_changes_totals_though_nobody_moves() -> None:
    nothing, share = impact(Move("A1", JUNE, "A", "none")), impact(Move("A1", JUNE, "A", "proportionate"))

    assert nothing == share == Impact(changed=("A1",), totals={"A": FROM_JUNE, "G": FROM_JUNE})


def test_tree_that_stays_changes_nothing_however_its_rows_are_cut() -> None:
    cut = [each for e in TREE for each in (replace(e, valid_to=JUNE), replace(e, valid_from=JUNE))]

    found = impact_of(TREE, cut, MONTHS)

    assert (found.totals, found.moved, found.renamed, found.closed) == ({}, (), (), ())
    assert impact_of(TREE, TREE, MONTHS).empty
    assert not impact(Rename("A1", JUNE, "A1", "", "branch")).empty


def test_months_without_figures_are_not_counted() -> None:
    found = impact_of(TREE, after(Move("A1", JUNE, "AB")), [FIRST + 5, FIRST + 7, FIRST])

    assert found.totals == {"A": (FIRST + 5, FIRST + 7), "AB": (FIRST + 5, FIRST + 7)}
    assert impact_of(TREE, after(Move("A1", JUNE, "AB")), []) == Impact(moved=("A1", "A11", "A12"))


@st.composite
def trees(draw: st.DrawFn, count: int = 6) -> list[Edition]:
    """Units that each stand under an earlier one, some for a part of the year, some under two one after the other."""
    tree = [unit("U0", None)]
    for number in range(1, count):
        cut, end = sorted(draw(st.tuples(st.integers(0, 380), st.integers(0, 380))))
        days = [date(2023, 1, 1) + timedelta(each) for each in (cut, end + 1)]
        parents = [f"U{draw(st.integers(0, number - 1))}" for _ in range(2)]
        tree.append(unit(f"U{number}", parents[0], ALWAYS, days[0]))
        tree.append(unit(f"U{number}", parents[1], days[0], draw(st.sampled_from([days[1], FOREVER]))))
    return tree


def members(tree: list[Edition], top: str, day: date) -> set[str]:
    """The subtree of a unit on a day, by its plain definition; nothing where the unit is not there."""
    there = {e.code: e.parent for e in tree if e.holds_on(day)}
    if top not in there:
        return set()
    below = (code for code, parent in there.items() if parent == top)
    return {top}.union(*(members(tree, code, day) for code in below))


@given(before=trees(), will=trees())
def test_totals_are_the_inner_units_and_months_whose_members_differ(before: list[Edition], will: list[Edition]) -> None:
    found = impact_of(before, will, MONTHS)

    codes = {e.code for e in before}
    expected = {}
    for code in codes:
        changed = []
        for month in MONTHS:
            day = Period(month, 1).last_day
            old, new = (members(tree, code, day) - {code} for tree in (before, will))
            if old != new:
                changed.append(month)
        if changed:
            expected[code] = tuple(changed)
    assert found.totals == expected


@given(before=trees(), will=trees())
def test_change_and_its_reverse_concern_the_same_totals(before: list[Edition], will: list[Edition]) -> None:
    there, back = impact_of(before, will, MONTHS), impact_of(will, before, MONTHS)

    assert (there.totals, there.moved, there.renamed) == (back.totals, back.moved, back.renamed)
