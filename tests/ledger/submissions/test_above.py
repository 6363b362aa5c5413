"""What a form changes in the totals above it: told as it comes out, and only of units that the reader sees."""

from __future__ import annotations

from datetime import date

import pytest

from headrope.ledger.cube.serving import generation
from headrope.ledger.submissions import actions
from headrope.ledger.submissions.above import changes_above, reached
from headrope.ledger.submissions.actions import Cell, Entry
from headrope.ledger.submissions.queries import entry_sheet
from tests.conftest import Load

from . import conftest as small
from .conftest import Desk
from .test_round import RIGHT, sent


def told(desk: Desk, name: str, unit: str = "A1") -> dict[str, list[tuple[str, object, object, object]]]:
    """By measure, for each unit its total now and then, and its target."""
    place = desk.place(name, unit)
    nodes = reached(place, desk.actor(name).sight)
    with generation(place.round.when.at, place.round.when.ledger, None) as cube:
        found = changes_above(entry_sheet(place), nodes, cube, place.round.infos, 1)
    return {
        each.info.code: [(total.unit.code, total.now, total.then, total.plan) for total in each.totals]
        for each in found
    }


def test_totals_above_are_told_to_who_sees_them(desk: Desk) -> None:
    """May: A1 1000.00 and A2 500.00 of revenue, 50 and 30 people; June: A1 1100.00, of which 200.00 overseas, and 51."""
    actions.save(desk.actor("clerk"), desk.place("clerk", "A1"), 0, Entry(RIGHT))

    office, head = told(desk, "office"), told(desk, "head")

    assert office["REV"] == [
        ("A1", 1_000_00, 2_100_00, 1_200_00),
        ("A", 1_500_00, 2_600_00, 1_200_00),
        ("G", 1_500_00, 2_600_00, 1_200_00),
    ]
    assert office["OVERSEAS"] == [("A1", None, 200_00, None), ("A", None, 200_00, None), ("G", None, 200_00, None)]
    assert list(office) == ["REV", "OVERSEAS", "PROFIT", "STAFF", "SHARE"]
    assert head["REV"] == office["REV"][:2]
    assert told(desk, "clerk") == {}


def test_totals_come_out_as_told(desk: Desk) -> None:
    sent(desk)
    before = told(desk, "office")
    place = desk.place("office", "A1")

    actions.accept(desk.actor("office"), place, entry_sheet(place).row_version)

    assert told(desk, "office") == {}
    place = desk.place("office", "A1")
    with generation(place.round.when.at, place.round.when.ledger, None) as cube:
        infos = place.round.infos
        for code, totals in before.items():
            for node, (_, _, then, _) in zip(place.path, totals, strict=True):
                column = cube.unit(node.id, infos).columns("actual", [small.parse("2023-H1")])[code]
                assert column.values[0] == then, (code, node.code)


def test_a_figure_that_is_taken_back_is_taken_off(desk: Desk) -> None:
    sent(desk)
    office, place = desk.actor("office"), desk.place("office", "A1")
    actions.accept(office, place, entry_sheet(place).row_version)
    place = desk.place("office", "A1")
    actions.reopen(office, place, entry_sheet(place).row_version, "Freight moved")
    place = desk.place("clerk", "A1")
    cells = {"REV": Cell("1200"), "PROFIT": Cell("", 0, "unknown"), "STAFF": Cell("a dozen")}
    actions.save(desk.actor("clerk"), place, entry_sheet(place).row_version, Entry(cells))

    found = told(desk, "head")

    assert found["REV"][1] == ("A", 2_600_00, 2_700_00, 1_200_00)
    assert found["PROFIT"][1] == ("A", 230_05, 120_00, None)
    assert "STAFF" not in found  # what is no number changes nothing yet


@pytest.mark.parametrize(("method", "seen"), [("full", ["A1", "A", "G"]), ("none", ["A1", "A"])])
def test_nothing_is_told_beyond_an_edge_over_which_not_all_goes_up(desk: Desk, load: Load, method: str, seen: list[str]) -> None:  # fmt: skip
    units = [line.split(",") for line in small.UNITS.strip().splitlines()]
    rows = [[*units[0], "method"], *([*line, method if line[0] == "A" else "full"] for line in units[1:])]
    load(units="\n".join(",".join(row) for row in rows))

    place = desk.place("office", "A1")

    assert [node.code for node in reached(place, desk.actor("office").sight)] == seen
    assert place.round.period.last_day == date(2023, 6, 30)
