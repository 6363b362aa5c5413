"""Changes to the tree: what is wrong is said, what changes closes the old edition, what was known before stays.

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

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.actions import post
from headrope.journal.models import PostingKind
from headrope.journal.queries import known_on
from headrope.org.actions import console_user, set_units
from headrope.org.models import UnitEdition
from headrope.org.queries import edition_rows, tree_days, tree_on, unit_history, unit_ids
from tests.conftest import Place

from .conftest import GROUP, TODAY, Post, by_code, numbered, unit

ZONE = UTC


def outline(day: date, until: date | None = None) -> list[str]:
    """The tree of a day as indented text, as known now or at the end of another day."""
    tree = tree_on(day, edition_rows(known_on(until, ZONE)))  # type: ignore[arg-type]
    roots = tree.children[None]
    return [f"{'  ' * (tree.tier[node.id] - 1)}{node.code}" for root in roots for node in tree.subtree(root.id)]


def stored() -> list[tuple[str, str | None, date, date, int, int | None]]:
    """Editions as they stand in the table: code, parent, days and postings."""
    fields = ("unit__code", "parent__code", "valid_from", "valid_to", "seq_from", "seq_to")
    return list(UnitEdition.objects.order_by("id").values_list(*fields))


def test_group_when_posted_is_the_tree_that_was_given(group: int) -> None:
    assert outline(TODAY) == ["G", "  A", "    A1", "    A2", "      A21", "  AB", "    AB1", "X"]
    assert outline(date(2023, 6, 1)) == [
        "G",
        "  A",
        "    A1",
        "    A2",
        "      A21",
        "      GONE",
        "    OLD",
        "    OLDER",
        "  AB",
        "    AB1",
        "X",
    ]
    assert tree_days(edition_rows()) == [ALWAYS, date(2024, 1, 1), date(2025, 1, 1)]


def test_group_when_posted_again_adds_and_closes_nothing(group: int, post_units: Post) -> None:
    before = stored()

    post_units(GROUP)

    assert stored() == before


def test_units_when_new_have_the_ids_that_are_given(place: Place, post_units: Post) -> None:
    post_units([unit("AB", "A"), unit("A", None)])

    assert unit_ids() == {"AB": 1, "A": 2}


def test_changed_edition_closes_the_old_one_and_leaves_all_others(group: int, post_units: Post) -> None:
    before = stored()

    second = post_units([unit("AB", "G", name="AB renamed"), unit("A1", "A")])

    old = next(row for row in before if row[0] == "AB")
    assert (group, second) == (1, 2)
    assert stored() == [
        *((*row[:5], 2) if row is old else row for row in before),
        ("AB", "G", ALWAYS, FOREVER, 2, None),
    ]
    assert [row.edition.name for row in edition_rows() if row.edition.code == "AB"] == ["AB renamed"]


def test_edition_that_is_split_in_two_closes_one_and_adds_two(group: int, post_units: Post) -> None:
    move = date(2026, 2, 1)

    post_units([unit("A1", "A", ALWAYS, move), unit("A1", "AB", move)])

    assert [row for row in stored() if row[0] == "A1"] == [
        ("A1", "A", ALWAYS, FOREVER, 1, 2),
        ("A1", "A", ALWAYS, move, 2, None),
        ("A1", "AB", move, FOREVER, 2, None),
    ]


def test_edition_that_is_left_out_of_the_given_ones_of_its_unit_is_closed(group: int, post_units: Post) -> None:
    move = date(2026, 2, 1)
    post_units([unit("A1", "A", ALWAYS, move), unit("A1", "AB", move)])

    post_units([unit("A1", "A", ALWAYS, move)])

    assert outline(TODAY) == ["G", "  A", "    A2", "      A21", "  AB", "    AB1", "X"]


def test_tree_as_known_on_an_earlier_day_is_not_touched_by_a_correction(place: Place) -> None:
    """
    known in May     G           known in June    G
                       A                            A
                         A1                         AB
                       AB                             A1
    """
    first, second = datetime(2023, 5, 1, 12, tzinfo=UTC), datetime(2023, 6, 1, 12, tzinfo=UTC)
    for moment, given in (
        (first, [unit("G", None), unit("A", "G"), unit("AB", "G"), unit("A1", "A")]),
        (second, [unit("A1", "AB", name="A1 corrected")]),
    ):
        with transaction.atomic():
            seq = post(kind=PostingKind.IMPORT, by=console_user(), known_at=moment).seq
            set_units(by_code(given), numbered(given), seq)

    may, june = date(2023, 5, 31), date(2023, 6, 1)
    found = {day: outline(TODAY, day) for day in (date(2023, 4, 30), may, june)}

    assert found == {
        date(2023, 4, 30): [],
        may: ["G", "  A", "    A1", "  AB"],
        june: ["G", "  A", "  AB", "    A1"],
    }
    assert outline(TODAY) == found[june]
    names = [
        [row.edition.name for row in edition_rows(known_on(day, ZONE)) if row.edition.code == "A1"]  # type: ignore[arg-type]
        for day in (may, june)
    ]
    assert names == [["Unit A1"], ["A1 corrected"]]


def test_editions_take_one_statement_whatever_their_number(post_units: Post) -> None:
    counts = []
    for many in (1, 30):
        post_units([unit(f"A{number}" if number else "A", "A" if number else None) for number in range(many)])
        with CaptureQueriesContext(connection) as read:
            rows = edition_rows()
        with CaptureQueriesContext(connection) as whole:
            history = unit_history()
        counts.append((len(rows), len(read), len(history), len(whole)))

    assert counts == [(1, 1, 1, 1), (30, 1, 30, 1)]


def test_posting_units_takes_as_many_statements_for_thirty_as_for_three(group: int) -> None:
    counts = []
    for many in (3, 30):
        given = [unit("A1", "A", name=f"A1 {many}"), *(unit(f"B{many}{number}", "A") for number in range(many))]
        ids = numbered(given)
        with transaction.atomic():
            seq = post(kind=PostingKind.DEFINE, by=console_user()).seq
            with CaptureQueriesContext(connection) as asked:
                set_units(by_code(given), ids, seq)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_path_and_subtree_go_by_links(group: int) -> None:
    tree = tree_on(TODAY, edition_rows())
    ids = unit_ids()

    found = {
        code: [[node.code for node in way(ids[code])] for way in (tree.path, tree.subtree)]
        for code in ("A", "A21", "AB")
    }

    assert found == {
        "A": [["A", "G"], ["A", "A1", "A2", "A21"]],
        "A21": [["A21", "A2", "A", "G"], ["A21"]],
        "AB": [["AB", "G"], ["AB", "AB1"]],
    }


@pytest.mark.parametrize(
    ("name", "name_zh", "english", "chinese"),
    [("Pumps", "水泵", "Pumps", "水泵"), ("Pumps", "", "Pumps", "Pumps"), ("", "水泵", "水泵", "水泵")],
)
def test_name_is_that_of_the_language_or_else_the_other(
    post_units: Post, name: str, name_zh: str, english: str, chinese: str
) -> None:
    post_units([unit("A", None, name=name, name_zh=name_zh)])

    node = tree_on(TODAY, edition_rows()).by_code["A"]

    assert (node.shown_name("en"), node.shown_name("zh-hans")) == (english, chinese)
