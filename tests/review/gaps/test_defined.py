"""Causes, rules and benchmarks as rows: judged as a whole, kept in editions, known as on any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction

from headrope.backup import tables as backup
from headrope.backup.tables import LEFT_OUT
from headrope.journal.queries import books, known_on
from headrope.ledger.queries import ledger_settings
from headrope.review.defined.kinds import BENCHMARKS, CAUSES, RULES, Kind
from headrope.review.defined.queries import history
from headrope.review.gaps.causes import causes, offered, path_name
from headrope.review.models import BenchmarkEdition, CauseEdition, GapAnswer, GapAsk, GapEvidence, RuleEdition
from headrope.review.rules.queries import pace_rule
from headrope.review.rules.rule import BUILT_IN

from .conftest import Desk

PACE = {"code": "P", "kind": "pace", "basis": "phases", "watch": "3", "behind": "8"}
OWN = {"code": "T", "kind": "tolerance", "measures": "PROFIT", "watch": "6", "behind": "12"}
PEER = {"set": "X", "side": "outside", "peer": "PEER", "measure": "PROFIT", "period": "2023-H1", "value": "12.5"}


def test_causes_are_a_tree_and_offered_while_they_hold(desk: Desk) -> None:
    at = books()

    assert [(depth, cause.code) for depth, cause in offered(at, date(2023, 7, 13))] == [(0, "COST"), (1, "STEEL")]
    assert [(depth, cause.code) for depth, cause in offered(at, date(2022, 12, 31))][-1] == (0, "OLD")
    by_code = {cause.code: cause for cause in causes(at)}
    assert path_name("STEEL", by_code, "zh-hans") == "成本 › 钢材价格"
    assert path_name("GONE", by_code, "en") == "GONE"


@pytest.mark.parametrize(
    ("kind", "rows_", "problems"),
    [
        (CAUSES, [{"code": "A B", "name": "x"}], ["row 1: 'A B' is not a code."]),
        (CAUSES, [{"code": "N"}], ["row 1: There is no name."]),
        (CAUSES, [{"code": "N", "name": "x", "parent": "GONE"}], ["row 1: There is no cause 'GONE'."]),
        (CAUSES, [{"code": "COST", "name": "x", "parent": "STEEL"}], ["row 1: COST stands under itself.", "STEEL: STEEL stands under itself."]),
        (CAUSES, [{"code": "N", "name": "x", "from": "2023-02-01", "to": "2023-01-01"}], ["row 1: It ends before it begins."]),
        (CAUSES, [{"code": "N", "name": "x", "from": "soon"}], ["row 1: 'soon' is not a day."]),
        (CAUSES, [{"code": "N", "name": "x"}, {"code": "N", "name": "y"}], ["row 2: N stands here and at row 1."]),
        (CAUSES, [{"code": "N", "state": "withdrawn"}], ["row 1: There is nothing to withdraw."]),
        (CAUSES, [{"code": "COST", "state": "withdrawn"}], ["STEEL: There is no cause 'COST'."]),
        (RULES, [{"code": "P", "kind": "speed"}], ["row 1: 'speed' is not a kind."]),
        (RULES, [PACE | {"basis": "moon"}], ["row 1: 'moon' is not a basis."]),
        (RULES, [PACE | {"watch": "9"}], ["row 1: watch is more than behind: what is behind would not be watched before."]),
        (RULES, [PACE | {"watch": "-1"}], ["row 1: '-1' is no per cent in the column watch."]),
        (RULES, [PACE | {"measures": "PROFIT"}], ["row 1: A rule of the kind pace has nothing in the column measures."]),
        (RULES, [PACE, PACE | {"code": "Q", "from": "2023-01-01"}], ["row 2: Q holds while P holds."]),
        (RULES, [OWN | {"measures": ""}], ["row 1: The column measures is empty."]),
        (RULES, [{"code": "T", "kind": "tolerance", "measures": "PROFIT", "watch": "5"}], ["row 1: The column behind is empty."]),
        (RULES, [OWN | {"measures": "PROFIT NONE"}], ["row 1: There is no measure 'NONE'."]),
        (RULES, [OWN | {"watch": "13"}], ["row 1: watch is more than behind: what is behind would not be watched before."]),
        (RULES, [OWN | {"basis": "time"}], ["row 1: A rule of the kind tolerance has nothing in the column basis."]),
        (RULES, [OWN, OWN | {"code": "U", "measures": "REV PROFIT", "from": "2023-01-01"}], ["row 2: U names PROFIT while T does."]),
        (RULES, [{"code": "R", "kind": "red", "name": "x", "measures": "PROFIT NONE", "percent": "5"}], ["row 1: There is no measure 'NONE'."]),
        (RULES, [{"code": "R", "kind": "red", "name": "x", "silent": "yes", "most": "0"}],
         ["row 1: The column percent is empty.", "row 1: '0' is not a number of units.", "row 1: Silence is no reason for praise."]),
        (BENCHMARKS, [PEER | {"side": "beside"}], ["row 1: 'beside' is not a side."]),
        (BENCHMARKS, [PEER | {"measure": "NONE", "period": "2023-13"}], ["row 1: There is no measure 'NONE'.", "row 1: '2023-13' has no month 13; months run from 01 to 12."]),
        (BENCHMARKS, [PEER | {"value": "12.345"}], ["row 1: '12.345' has more digits than the step 0.01 of its measure."]),
        (BENCHMARKS, [{"set": "X", "side": "inside", "peer": "NONE"}], ["row 1: There is no unit 'NONE'."]),
        (BENCHMARKS, [{"set": "X", "side": "inside", "peer": "A", "value": "1"}], ["row 1: The figures of an inside peer come from the books, and the column value is filled."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_kept(
    desk: Desk, kind: Kind, rows_: list[dict[str, str]], problems: list[str]
) -> None:
    before = books().seq

    found = desk.define(kind, *rows_)

    assert len(found) == len(problems)
    assert all(text.startswith(start) and len(text) > len(start) for text, start in zip(found, problems, strict=True)), found  # fmt: skip
    assert books().seq == before


def test_rows_replace_rows_of_the_same_name_and_what_was_known_stays(desk: Desk, settings: object) -> None:
    desk.define(RULES, PACE)
    settings.CLOCK_SHIFT = django_settings.CLOCK_SHIFT + timedelta(days=2)  # type: ignore[attr-defined]
    assert desk.define(RULES, PACE | {"behind": "9"}) == []
    before = books().seq
    assert desk.define(RULES, PACE | {"behind": "9"}) == []  # nothing changes, nothing is posted
    assert books().seq == before

    at, zone, on = books(), ledger_settings().zone, date(2023, 7, 1)
    assert [pace_rule(on, at, known_on(date(2023, 7, day), zone)).sums.behind for day in (12, 13, 15)] == [0.05, 0.08, 0.09]  # fmt: skip
    assert pace_rule(on, at).sums.behind == 0.09
    assert [(each.cells["behind"], each.upto is None) for each in history(RULES, "P")] == [("9", True), ("8", False)]
    assert desk.define(RULES, {"code": "P", "state": "withdrawn"}) == []
    assert pace_rule(on, books()) == BUILT_IN


def test_rule_holds_from_its_first_to_its_last_day(desk: Desk) -> None:
    desk.define(RULES, PACE | {"from": "2023-01-01", "to": "2023-06-30"})

    at = books()
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 30), date(2023, 7, 1)]
    assert [pace_rule(day, at).code for day in days] == ["", "P", "P", ""]


@pytest.mark.parametrize("model", [CauseEdition, RuleEdition, BenchmarkEdition])
def test_editions_are_closed_once_and_never_changed(desk: Desk, model: type[CauseEdition]) -> None:
    desk.define(RULES, PACE)
    desk.define(BENCHMARKS, PEER)
    table = model._meta.db_table

    for statement in (f"UPDATE {table} SET row = '{{}}'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "model", [CauseEdition, RuleEdition, BenchmarkEdition, GapAnswer, GapAsk, GapEvidence], ids=lambda m: m.__name__
)
def test_tables_of_the_review_are_in_every_backup(model: type[CauseEdition]) -> None:
    assert model._meta.managed and model._meta.db_table not in LEFT_OUT
    assert all(backup._kind(field) for field in model._meta.local_concrete_fields)
