"""Editing the tree: an edit is worked out against the whole tree and posted if the books have not moved since.

G
  A
    A1
    A2
      A21
      GONE     closed, without successor
    OLD        closed, carried on by AB1
    OLDER      closed, carried on by OLD
  AB
    AB1
X
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.edits import Close, Edit, Found, Merge, Move, Redate, Rename
from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER, Edition
from headrope.journal.models import Audit, Posting
from headrope.journal.queries import books, upto
from headrope.org.actions import console_user
from headrope.org.editing import (
    MandateChange,
    TreeEdit,
    apply_edit,
    mandates_changed,
    plan_edit,
    plan_editions,
    sayings,
)
from headrope.org.models import SegmentMember, Unit, UnitEdition, User
from headrope.org.queries import EditionRow, NoSuchUnit, Sight, edition_rows, sight, tree_on, unit_for, unit_ids

from .conftest import TODAY, Look, Post, unit

JULY = date(2026, 7, 1)
DAY = timedelta(days=1)
Person = Callable[..., User]


@pytest.fixture
def office(look: Look, person: Person) -> Callable[[], Sight]:
    """What the group's office sees, whenever it is asked."""
    user = person("office", ("group_office", "G"))
    return lambda: look(user)


def said(plan: TreeEdit) -> list[str]:
    return [str(problem) for problem in plan.problems]


def save(edit: Edit, who: Sight, reason: str = "") -> int:
    plan = plan_edit(edit, who)
    assert said(plan) == []
    return apply_edit(plan, by=console_user(), reason=reason)


def outline(day: date, seq: int | None = None) -> list[str]:
    """The tree of a day as indented text, as it stands now or stood after a posting."""
    tree = tree_on(day, edition_rows(upto(seq) if seq is not None else None))
    roots = tree.children[None]
    return [f"{'  ' * (tree.tier[node.id] - 1)}{node.code}" for root in roots for node in tree.subtree(root.id)]


def whole(rows: Sequence[EditionRow]) -> set[Edition]:
    return {row.edition for row in rows}


BEFORE = ["G", "  A", "    A1", "    A2", "      A21", "  AB", "    AB1", "X"]


def test_merger_puts_all_below_under_the_heir_from_the_day_on(office: Callable[[], Sight]) -> None:
    seq = save(Merge("A", JULY, "AB"), office(), "the two were one business")

    assert outline(JULY - DAY) == BEFORE
    assert outline(JULY) == ["G", "  AB", "    A1", "    A2", "      A21", "    AB1", "X"]
    assert {row.edition.successor for row in edition_rows() if row.edition.code == "A"} == {"AB"}
    posting = Posting.objects.get(seq=seq)
    assert (posting.kind, posting.reason) == ("define", "merge A into AB from 2026-07-01: the two were one business")
    assert list(Audit.objects.order_by("-id").values_list("action", "object")[:2]) == [
        ("edit tree", "merge A into AB from 2026-07-01"),
        ("post define", f"posting {seq}"),
    ]


def test_what_was_known_before_a_change_stays_whatever_its_day(office: Callable[[], Sight]) -> None:
    before = books().seq

    save(Merge("A", date(2024, 6, 1), "AB"), office())

    assert outline(TODAY) == ["G", "  AB", "    A1", "    A2", "      A21", "    AB1", "X"]
    assert outline(TODAY, before) == BEFORE


def test_founding_gives_a_new_unit_the_next_number(office: Callable[[], Sight]) -> None:
    most = max(unit_ids().values())

    save(Found("A", JULY, "A3", "Third", "三厂", "branch"), office())

    assert unit_ids()["A3"] == most + 1
    assert outline(JULY)[1:5] == ["  A", "    A1", "    A2", "      A21"]
    assert outline(JULY)[5] == "    A3"


def test_correction_of_a_day_is_said_beside_what_was_said_before(office: Callable[[], Sight]) -> None:
    save(Close("A1", JULY), office(), "sold")
    save(Redate("A1", JULY, JULY + DAY), office())

    found = [(each.edition.valid_to, each.until is None, each.by.username, each.reason) for each in sayings(unit_ids()["A1"])]  # fmt: skip

    assert found == [
        (JULY + DAY, True, "console", "correct 2026-07-01 of A1 to 2026-07-02"),
        (JULY, False, "console", "close A1 from 2026-07-01: sold"),
        (FOREVER, False, "console", ""),
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Move("A", JULY, "A21"), ["A: These units stand under each other in a circle: A > A21 > A2 > A. Give one of them another parent."]),
        (Rename("A1", JULY, "Unit A1", "单位A1", "unit"), ["Nothing would change. Change something, or go back."]),
        (Move("A1", JULY, "A", "proportionate"), ["A1: The share of A1 goes up to A, which does not hold any on some of its days. Write what A holds into holdings.csv, for all days of this row."]),
        (Rename("A", JULY, "Unit A", "单位A", "segment"), ["A1: A1 stands under A, a segment. Make it a member in segments.csv.", "A2: A2 stands under A, a segment. Make it a member in segments.csv."]),
    ],
    ids=["circle", "nothing", "share that nobody holds", "segment with units below"],
)  # fmt: skip
def test_what_would_be_no_tree_is_said_and_cannot_be_saved(
    office: Callable[[], Sight], edit: Edit, expected: list[str]
) -> None:
    before = (books().seq, UnitEdition.objects.count())
    plan = plan_edit(edit, office())

    with pytest.raises(ProblemsFound):
        apply_edit(plan, by=console_user())

    assert said(plan) == expected
    assert (books().seq, UnitEdition.objects.count(), Unit.objects.count()) == (*before, 11)


def test_day_that_is_put_right_beyond_another_is_said(office: Callable[[], Sight]) -> None:
    save(Rename("A1", JULY, "East", "", "unit"), office())
    save(Close("A1", JULY + 9 * DAY), office())

    plan = plan_edit(Redate("A1", JULY + 9 * DAY, JULY - DAY), office())

    assert said(plan) == ["A1: A1 ends on 2026-06-29, before it begins. Correct the column from or to."]


def test_edit_is_refused_when_the_books_have_moved_since_it_was_worked_out(office: Callable[[], Sight]) -> None:
    first, second = (plan_edit(edit, office()) for edit in (Close("A1", JULY), Close("A21", JULY)))
    apply_edit(first, by=console_user())
    before = outline(JULY)

    with pytest.raises(ProblemsFound) as found:
        apply_edit(second, by=console_user())

    assert [str(problem) for problem in found.value.problems] == [
        "Somebody else has changed the books since you saw what this would change. Nothing was saved. Look at it again, then save."
    ]
    assert outline(JULY) == before
    assert books().seq == first.seq + 1


def test_segment_whose_member_would_leave_its_place_is_said(office: Callable[[], Sight], post_units: Post) -> None:
    post_units([unit("S", "A", kind="segment", method="none")])
    ids = unit_ids()
    days = {"valid_from": ALWAYS, "valid_to": FOREVER, "seq_from": books().seq}
    SegmentMember.objects.create(segment_id=ids["S"], unit_id=ids["A1"], **days)

    plan = plan_edit(Move("A1", JULY, "AB"), office())

    assert said(plan) == [
        "A1 does not stand under A, the parent of the segment S. Correct the member, or move the segment."
    ]


# Rights


DENIED = "There is no unit {} that you may change. Ask the office of the unit above."


@pytest.mark.parametrize(
    ("mandates", "edit", "expected"),
    [
        ([("administrator", "A")], Found("A", JULY, "A3", "Third"), []),
        ([("administrator", "A")], Rename("A", JULY, "East", "", "unit"), []),
        ([("group_office", "A")], Move("A21", JULY, "A1"), []),
        ([("group_office", "A")], Close("A1", JULY), []),
        ([("group_office", "A")], Move("A1", JULY, "AB"), ["AB"]),
        ([("group_office", "A")], Merge("A1", JULY, "AB"), ["AB"]),
        ([("group_office", "A")], Close("A", JULY, "closed"), ["G"]),
        ([("group_office", "A")], Move("AB1", JULY, "A"), ["AB", "AB1"]),
        ([("group_office", "A"), ("group_office", "AB")], Move("A1", JULY, "AB"), []),
        ([("leader", "G"), ("head", "A"), ("clerk", "A1")], Rename("A1", JULY, "East", "", "unit"), ["A1"]),
        ([("group_office", "G", ALWAYS, TODAY)], Rename("A1", JULY, "East", "", "unit"), ["A1"]),
        ([], Rename("A1", JULY, "East", "", "unit"), ["A1"]),
    ],
)
def test_edit_is_for_offices_and_administrators_of_all_that_it_touches(
    look: Look, person: Person, mandates: list[tuple[object, ...]], edit: Edit, expected: list[str]
) -> None:
    plan = plan_edit(edit, look(person("somebody", *mandates)))

    assert sorted(set(said(plan))) == [DENIED.format(code) for code in expected]


def test_root_neither_comes_nor_goes_by_a_form(office: Callable[[], Sight], person: Person) -> None:
    closed, renamed = (plan_edit(edit, office()) for edit in (Close("G", JULY, "closed"), Rename("G", JULY, "Group", "", "group")))  # fmt: skip

    assert said(closed) == [
        "G stands at the top of the tree; pages do not let such units come or go. Load a folder with units.csv."
    ]
    assert said(renamed) == []


def test_right_to_edit_follows_the_role_and_the_tree_of_today(look: Look, person: Person) -> None:
    cast = {
        "office": person("office", ("group_office", "A")),
        "administrator": person("administrator", ("administrator", "A1")),
        "head": person("head", ("head", "G")),
        "outsider": person("outsider"),
    }
    codes = {number: code for code, number in unit_ids().items()}

    found = {name: sorted(codes[each] for each in look(user).editable) for name, user in cast.items()}

    assert found == {
        "office": ["A", "A1", "A2", "A21", "GONE"],
        "administrator": ["A1"],
        "head": [],
        "outsider": [],
    }
    assert unit_for(look(cast["office"]), "GONE", "edit").code == "GONE"
    for name, code in (("head", "A1"), ("office", "OLD"), ("outsider", "A1"), ("office", "NONE")):
        with pytest.raises(NoSuchUnit):
            unit_for(look(cast[name]), code, "edit")


# Files


def test_rows_of_a_file_are_all_there_is_of_their_units_and_others_stay(office: Callable[[], Sight]) -> None:
    rows = [
        unit("A1", "A", ALWAYS, JULY),
        unit("A1", "AB", JULY),
        unit("A3", "A1", JULY),
        unit("A2", "A"),
        unit("AB", "G", name="West"),
    ]

    plan = plan_editions(rows, {rows[2].where: 4}, office())

    assert (said(plan), sorted(plan.units)) == ([], ["A1", "A3", "AB"])
    apply_edit(plan, by=console_user())
    assert outline(JULY) == ["G", "  A", "    A2", "      A21", "  AB", "    A1", "      A3", "    AB1", "X"]


def test_file_that_says_what_holds_changes_nothing(office: Callable[[], Sight]) -> None:
    rows = [unit("A1", "A", ALWAYS, JULY), unit("A1", "A", JULY), unit("AB", "G")]

    assert said(plan_editions(rows, {}, office())) == ["Nothing would change. Change something, or go back."]


def test_all_that_is_wrong_with_a_file_is_said_at_its_rows(office: Callable[[], Sight]) -> None:
    rows = [unit("A3", "B", where="units, row 2"), unit("A1", "G", where="units, row 3"), unit("A1", "AB", where="units, row 4"), unit("B1", "A21", JULY, where="units, row 5")]  # fmt: skip

    first = said(plan_editions(rows, {}, office()))
    tiers = said(plan_editions(rows[3:], {"units, row 5": 3}, office()))

    assert first == [
        "units, row 4: A1 has two parents at the same time: G (units, row 3) and AB. Keep one row, or give the rows dates that do not overlap."
    ]
    assert tiers == [
        "units, row 5: B1 is said to be of tier 3, and by its parents it is of tier 5. Correct the tier or the parent."
    ]


def test_file_of_an_office_does_not_reach_units_of_others(look: Look, person: Person) -> None:
    who = look(person("office", ("group_office", "A")))
    rows = [unit("A1", "AB", where="row 2"), unit("AB1", "A", where="row 3"), unit("NEW", "AB", where="row 4"), unit("TOP", None, where="row 5"), unit("FINE", "A2", where="row 6")]  # fmt: skip

    assert said(plan_editions(rows, {}, who)) == [
        f"row 2: {DENIED.format('AB')}",
        f"row 3: {DENIED.format('AB')}",
        f"row 3: {DENIED.format('AB1')}",
        f"row 4: {DENIED.format('AB')}",
        "row 5: TOP stands at the top of the tree; pages do not let such units come or go. Load a folder with units.csv.",
    ]


# Mandates


def test_mandates_that_come_to_hold_other_units_are_named_with_how_many(
    office: Callable[[], Sight], person: Person
) -> None:
    heads = [person("east", ("head", "A")), person("west", ("head", "AB")), person("works", ("clerk", "A1"))]
    person("former", ("head", "AB", ALWAYS, TODAY))

    plan = plan_edit(Merge("A", TODAY, "AB"), office())

    # A itself, A1, A2, A21, GONE; of the closed ones OLD and OLDER were counted in AB before.
    assert mandates_changed(plan, TODAY) == [
        MandateChange(heads[0], "head", "A", 0, 5),
        MandateChange(heads[1], "head", "AB", 5, 0),
    ]
    seen = [len(sight(head, str(books().key), books().seq, TODAY).visible) for head in heads]
    apply_edit(plan, by=console_user())
    assert [len(sight(head, str(books().key), books().seq, TODAY).visible) for head in heads] == [seen[0] - 5, seen[1] + 5, seen[2]]  # fmt: skip


def test_plan_takes_as_many_statements_with_thirty_units_as_with_three(office: Callable[[], Sight], post_units: Post) -> None:  # fmt: skip
    counts = []
    for many in (3, 30):
        post_units([unit(f"A2{number}", "A2") for number in range(1, many)])
        who = office()
        with CaptureQueriesContext(connection) as asked:
            plan = plan_edit(Close("A2", JULY, "parent"), who)
            mandates_changed(plan, JULY)
        counts.append((said(plan), len(asked)))

    assert counts[0] == counts[1]


# Whatever is done can be undone


@given(
    moves=st.lists(st.sampled_from(["A1", "A2", "A21", "AB1"]), min_size=1, max_size=4),
    days=st.lists(st.dates(date(2023, 1, 1), date(2027, 1, 1)), min_size=4, max_size=4),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_units_that_are_moved_and_moved_back_leave_the_tree_of_before(
    office: Callable[[], Sight], moves: list[str], days: list[date]
) -> None:
    """Each goes under a new unit of its own and back, the last one first, by a posting each."""
    fresh = [f"N{books().seq}x{place}" for place in range(len(moves))]
    for code in fresh:
        save(Found("G", date(2020, 1, 1), code, code), office())
    before, at = whole(edition_rows()), books().seq
    parents = []
    for code, day, new in zip(moves, days, fresh, strict=False):
        tree = tree_on(day, edition_rows())
        node = tree.by_code[code]
        parents.append(tree.nodes[node.parent].code if node.parent else "")
        save(Move(code, day, new), office())

    for code, day, parent in reversed(list(zip(moves, days, parents, strict=False))):
        save(Move(code, day, parent), office())

    assert books().seq == at + 2 * len(moves)
    assert whole(edition_rows(upto(at))) == before
    marks = {*days, *(day - DAY for day in days), TODAY}
    assert {mark: outline(mark) for mark in marks} == {mark: outline(mark, at) for mark in marks}


@given(day=st.dates(date(2022, 1, 1), date(2028, 1, 1)), code=st.sampled_from(["A1", "A2", "A21", "AB1"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_change_whatever_its_day_alters_what_was_known_earlier(
    office: Callable[[], Sight], day: date, code: str
) -> None:
    at = books().seq
    trees = {mark: outline(mark, at) for mark in (ALWAYS, date(2024, 6, 1), TODAY, date(2029, 1, 1))}
    save(Rename(code, day, f"Name {at}", "", "unit"), office())
    save(Found(code, day, f"N{at}", "Below"), office())

    assert {mark: outline(mark, at) for mark in trees} == trees
