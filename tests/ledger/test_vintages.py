"""Vintages: what makes a new fact and what does not, what was known when, and complete editions.

The books of these tests:

    G   group
        A   company
            A1  branch
        AB  company          like A by its code, and not below it
        C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from headrope.core.periods import parse
from headrope.core.problems import ProblemsFound
from headrope.journal.models import Posting
from headrope.journal.queries import known_on
from headrope.ledger.cube import store
from headrope.ledger.models import PostingUnit
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.queries import edition_rows, tree_on, unit_ids
from tests.conftest import Load
from tests.ledger.small_group import FACTS, HEADER, MEASURES, UNITS, facts, standing
from tests.review.asking import ask

DATED = f"{HEADER},vintage"
MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def total(unit: str, measure: str, period: str, on: str | None = None, version: str = "actual") -> tuple[object, ...]:
    """Value (None when missing), reported and expected of a unit's total, as known on a day (None: now)."""
    day = date.fromisoformat(on) if on else None
    cube = store.fresh(day)
    infos = {info.code: info for info in measures(known_on(day, ledger_settings().zone))}
    if measure not in infos:
        return None, 0, 0
    column = cube.view([unit_ids()[unit]]).column(infos[measure], infos, version, parse(period))
    value = column.values[0].item() if column.known[0] else None
    return value, int(column.reported[0]), int(column.expected[0])


def postings() -> list[tuple[str, str]]:
    """Kind and day of all postings; `now` for those known when they were recorded."""
    rows = Posting.objects.order_by("seq")
    return [(p.kind, "now" if p.known_at == p.recorded_at else p.known_at.date().isoformat()) for p in rows]


# What makes a fact


def test_load_when_nothing_has_changed_changes_nothing(load: Load) -> None:
    files = {"units": UNITS, "measures": MEASURES, "facts": FACTS, "ledger": "key,value\nname,Harbour Group"}
    load(**files)
    before = standing()

    again = load(**files)

    assert standing() == before
    assert (again.rows, again.unchanged, again.vintages) == (5, 5, [(None, 0)])
    assert (again.new_units, again.changed_units, again.new_measures, again.changed_measures) == (0, 0, 0, 0)


def test_load_when_some_values_have_changed_makes_facts_of_those(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    again = load(
        facts=table(HEADER, "A,REV,2023-04,actual,10", "AB,REV,2023-04,actual,80.01", "AB,HEAT,2023-04,actual,0.3")
    )

    assert (again.rows, again.unchanged, again.vintages) == (3, 1, [(None, 2)])
    assert facts()[5:] == [
        ("AB", "REV", "actual", 20230401, "own", 8001),
        ("AB", "HEAT", "actual", 20230401, "own", 0.3),
    ]
    units = {number: code for code, number in unit_ids().items()}
    touched = PostingUnit.objects.order_by("-seq", "unit_id").values_list("seq", "unit_id")
    assert [(seq, units[unit]) for seq, unit in touched] == [(3, "AB"), (2, "A"), (2, "A1"), (2, "AB")]


def test_value_when_restated_is_known_from_its_vintage_on(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(DATED, f"AB,REV,2023-04,actual,80.00,{MAY}", f"A1,REV,2023-04,actual,100.10,{MAY}"),
    )

    again = load(facts=table(DATED, f"AB,REV,2023-04,actual,85.00,{JULY}", f"A1,REV,2023-04,actual,100.10,{JULY}"))

    assert again.vintages == [(date.fromisoformat(JULY), 1)]
    found = {day: total("G", "REV", "2023-04", day) for day in ("2023-05-08", MAY, "2023-07-13", JULY, None)}
    assert found == {
        "2023-05-08": (None, 0, 0),
        MAY: (18010, 2, 2),
        "2023-07-13": (18010, 2, 2),
        JULY: (18510, 2, 2),
        None: (18510, 2, 2),
    }


def test_value_when_it_returns_to_an_earlier_one_is_a_new_fact(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    for value in ("80", "85", "85", "80"):
        load(facts=table(HEADER, f"AB,REV,2023-04,actual,{value}"))

    assert [fact[-1] for fact in facts()] == [8000, 8500, 8000]


VINTAGE_ROWS = [
    f"AB,REV,2023-04,actual,80.00,{MAY}",
    f"AB,REV,2023-04,actual,80.00,{JUNE}",
    f"AB,REV,2023-04,actual,85.00,{JULY}",
    f"AB,REV,2023-05,actual,90.00,{JUNE}",
]


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_vintages_when_several_in_one_load_go_in_by_day_in_any_order_of_rows(
    load: Load, order: tuple[int, ...]
) -> None:
    result = load(units=UNITS, measures=MEASURES, facts=table(DATED, *(VINTAGE_ROWS[n] for n in order)))

    assert result.vintages == [(date(2023, 5, 9), 1), (date(2023, 6, 9), 1), (date(2023, 7, 14), 1)]
    assert facts() == [
        ("AB", "REV", "actual", 20230401, "own", 8000),
        ("AB", "REV", "actual", 20230501, "own", 9000),
        ("AB", "REV", "actual", 20230401, "own", 8500),
    ]
    assert postings() == [("import", MAY), ("import", MAY), ("import", JUNE), ("import", JULY)]


def test_vintages_when_loaded_again_or_one_by_one_are_the_same(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(DATED, VINTAGE_ROWS[0]))
    load(facts=table(DATED, *VINTAGE_ROWS[:2], VINTAGE_ROWS[3]))
    load(facts=table(DATED, *VINTAGE_ROWS))
    before = standing()

    again = load(units=UNITS, measures=MEASURES, facts=table(DATED, *reversed(VINTAGE_ROWS)))

    assert standing() == before
    assert (again.rows, again.unchanged) == (4, 4)
    assert facts() == [
        ("AB", "REV", "actual", 20230401, "own", 8000),
        ("AB", "REV", "actual", 20230501, "own", 9000),
        ("AB", "REV", "actual", 20230401, "own", 8500),
    ]


def test_vintage_between_two_when_it_says_what_was_known_then_makes_nothing(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(DATED, VINTAGE_ROWS[0], VINTAGE_ROWS[2]))
    before = standing()

    load(facts=table(DATED, VINTAGE_ROWS[1]))

    assert standing() == before


def test_vintages_when_the_last_row_of_the_last_is_wrong_are_none_in(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)
    before = standing()

    with pytest.raises(ProblemsFound):
        load(
            units=f"{UNITS}A2,East Valves,A,3,branch,,",
            facts=table(DATED, *VINTAGE_ROWS, f"AB,REV,2023-06,actual,1.001,{JULY}"),
        )

    assert standing() == before


def test_postings_when_loaded_with_and_without_vintages_have_their_kinds(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)
    load(facts=table(HEADER, "A,REV,2023-04,actual,1"))
    load(facts=table(DATED, f"AB,REV,2023-04,actual,1,{MAY}", f"AB,REV,2023-05,actual,1,{JUNE}"))
    load(units=UNITS.replace("East Pumps", "East Pumping"))

    assert postings() == [("define", "now"), ("load", "now"), ("import", MAY), ("import", JUNE), ("define", "now")]


def test_day_of_a_vintage_when_the_ledger_has_a_time_zone_begins_there(load: Load) -> None:
    load(
        ledger="key,value\ntime_zone,Asia/Shanghai", units=UNITS, measures=MEASURES, facts=table(DATED, VINTAGE_ROWS[0])
    )

    assert {posting.known_at for posting in Posting.objects.all()} == {datetime(2023, 5, 8, 16, tzinfo=UTC)}
    assert [total("AB", "REV", "2023-04", day)[0] for day in ("2023-05-08", MAY)] == [None, 8000]


def test_vintage_when_its_year_is_1_is_a_problem(load: Load) -> None:
    with pytest.raises(ProblemsFound):
        load(
            ledger="key,value\ntime_zone,Asia/Shanghai",
            units=UNITS,
            measures=MEASURES,
            facts=table(DATED, "AB,REV,2023-04,actual,1,0001-01-01"),
        )


# Dry runs


def test_dry_run_counts_like_the_load_and_changes_nothing(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(DATED, VINTAGE_ROWS[0]))
    before = standing()
    files = {
        "units": UNITS.replace("East Works", "East Factory") + "A2,East Valves,A,3,branch,,",
        "measures": MEASURES.replace("Heat sold", "Heat") + "COST,Cost,CNY,money,0.01,flow,down,,",
        "facts": table(DATED, *VINTAGE_ROWS, f"A2,COST,2023-04,actual,5,{JULY}", f"A2,COST,2023-04,plan,5,{JULY}"),
        "ledger": "key,value\nname,Harbour Group",
    }

    dry = load(dry_run=True, **files)

    assert standing() == before
    real = load(**files)
    assert (dry.posted, real.posted) == (False, True)
    assert {**vars(dry), "posted": 0, "seconds_locked": 0} == {**vars(real), "posted": 0, "seconds_locked": 0}
    assert (real.rows, real.unchanged, real.new_units, real.changed_units) == (6, 2, 1, 1)
    assert (real.new_measures, real.changed_measures) == (1, 1)
    assert real.vintages == [(date(2023, 5, 9), 0), (date(2023, 6, 9), 1), (date(2023, 7, 14), 3)]


# States


def test_value_when_withdrawn_counts_as_never_reported(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    load(facts=table(f"{HEADER},state", "AB,REV,2023-04,actual,,withdrawn", "AB,REV,2023-05,actual,,withdrawn"))

    assert facts()[5:] == [("AB", "REV", "actual", 20230401, "own", "withdrawn")]
    assert total("G", "REV", "2023-04") == (11010, 2, 2)
    assert total("AB", "REV", "2023-04") == (None, 0, 0)


def test_value_when_not_applicable_is_not_expected(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    load(facts=table(f"{HEADER},state", "AB,REV,2023-05,actual,,not-applicable", "A,REV,2023-05,actual,7,"))

    assert total("G", "REV", "2023-04") == (19010, 3, 3)
    assert total("G", "REV", "2023-05") == (700, 1, 2)
    assert total("AB", "REV", "2023-05") == (None, 0, 0)
    assert total("G", "REV", "2023-04..2023-05") == (19710, 4, 5)


def test_value_when_withdrawn_and_given_again_is_known_again(load: Load) -> None:
    rows = [("1", "", MAY), ("", "withdrawn", JUNE), ("1", "", JULY)]

    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(
            f"{HEADER},state,vintage", *(f"AB,REV,2023-04,actual,{value},{state},{day}" for value, state, day in rows)
        ),
    )

    assert [fact[-1] for fact in facts()] == [100, "withdrawn", 100]
    assert [total("AB", "REV", "2023-04", day)[0] for day in (MAY, JUNE, JULY)] == [100, None, 100]


# Complete editions


def test_edition_when_complete_withdraws_what_it_no_longer_holds(load: Load) -> None:
    """A has REV in April and May, AB in April: the new edition speaks of April alone."""
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(
            HEADER,
            *(
                f"{u},REV,{p},actual,1"
                for u, p in (("A", "2023-04"), ("A", "2023-05"), ("AB", "2023-04"), ("A1", "2023-04"))
            ),
        ),
    )

    result = load(complete=True, facts=table(HEADER, "A,REV,2023-04,actual,1", "A1,REV,2023-04,actual,2"))

    assert (result.rows, result.unchanged, result.withdrawn) == (2, 1, 1)
    assert facts()[4:] == [
        ("A1", "REV", "actual", 20230401, "own", 200),
        ("AB", "REV", "actual", 20230401, "own", "withdrawn"),
    ]


def test_edition_when_not_complete_says_nothing_by_absence(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    result = load(facts=table(HEADER, "A,REV,2023-04,actual,10"))

    assert (result.unchanged, result.withdrawn, len(facts())) == (1, 0, 5)


def test_edition_when_complete_leaves_other_measures_periods_and_versions_alone(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    load(facts=table(HEADER, "AB,REV,2023-04,target,90"))

    result = load(complete=True, facts=table(HEADER, "A,REV,2023-05,actual,1", "A,HEAT,2023-04,actual,1"))

    assert (result.withdrawn, len(facts())) == (0, 8)


def test_editions_when_several_complete_ones_stand_in_one_load(load: Load) -> None:
    """AB is in the first and third edition and not in the second; A is in all."""
    rows = [("A", MAY), ("AB", MAY), ("A", JUNE), ("A", JULY), ("AB", JULY)]
    files = {"facts": table(DATED, *(f"{unit},REV,2023-04,actual,1,{day}" for unit, day in rows))}

    result = load(complete=True, units=UNITS, measures=MEASURES, **files)

    assert (result.vintages, result.withdrawn) == (
        [(date(2023, 5, 9), 2), (date(2023, 6, 9), 1), (date(2023, 7, 14), 1)],
        1,
    )
    assert [(unit, value) for unit, *_, value in facts()] == [("A", 100), ("AB", 100), ("AB", "withdrawn"), ("AB", 100)]
    assert [total("G", "REV", "2023-04", day) for day in (MAY, JUNE, JULY)] == [(200, 2, 2), (100, 1, 1), (200, 2, 2)]
    before = standing()
    load(complete=True, **files)
    assert standing() == before


def test_editions_when_complete_ones_come_load_by_load_are_as_in_one(load: Load) -> None:
    load(
        complete=True,
        units=UNITS,
        measures=MEASURES,
        facts=table(DATED, f"A,REV,2023-04,actual,1,{MAY}", f"AB,REV,2023-04,actual,1,{MAY}"),
    )
    load(complete=True, facts=table(DATED, f"A,REV,2023-04,actual,1,{JUNE}"))
    load(complete=True, facts=table(DATED, f"A,REV,2023-04,actual,1,{JULY}", f"AB,REV,2023-04,actual,1,{JULY}"))

    assert [(unit, value) for unit, *_, value in facts()] == [("A", 100), ("AB", 100), ("AB", "withdrawn"), ("AB", 100)]
    assert postings() == [("import", MAY), ("import", MAY), ("import", JUNE), ("import", JULY)]


def test_edition_when_complete_and_older_than_a_later_value_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(DATED, VINTAGE_ROWS[0], VINTAGE_ROWS[2]))
    before = standing()

    with pytest.raises(ProblemsFound) as found:
        load(complete=True, facts=table(DATED, f"A,REV,2023-04,actual,1,{JUNE}"))

    assert [str(problem) for problem in found.value.problems] == [
        "facts.csv, complete edition of 2023-06-09: The vintage 2023-06-09 is older than what is known of this cell "
        "since 2023-07-14. A vintage is added behind the last one, never before it."
    ]
    assert standing() == before


# Stated totals


def test_total_when_stated_is_kept_apart_and_not_added(load: Load) -> None:
    rows = (
        "A,REV,2023-04,actual,10,",
        "A1,REV,2023-04,actual,100,own",
        "AB,REV,2023-04,actual,80,own",
        "A,REV,2023-04,actual,115,stated",
        "AB,REV,2023-05,actual,1,stated",
    )

    load(units=UNITS, measures=MEASURES, facts=table(f"{HEADER},basis", *rows))

    assert [fact for fact in facts() if fact[4] == "stated"] == [
        ("A", "REV", "actual", 20230401, "stated", 11500),
        ("AB", "REV", "actual", 20230501, "stated", 100),
    ]
    assert {unit: total(unit, "REV", "2023-04") for unit in ("G", "A", "AB")} == {
        "G": (19000, 3, 3),
        "A": (11000, 2, 2),
        "AB": (8000, 1, 1),
    }
    assert total("AB", "REV", "2023-05")[0] is None


# Definitions


def test_definitions_when_loaded_with_vintages_are_known_from_the_earliest(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(DATED, *VINTAGE_ROWS))

    before, on = (known_on(date(2023, 5, day), ledger_settings().zone) for day in (8, 9))
    assert [len(edition_rows(known)) for known in (before, on)] == [0, 5]
    assert [[info.code for info in measures(known)] for known in (before, on)] == [
        [],
        ["REV", "PROFIT", "MARGIN", "STAFF", "HEAT"],
    ]


def test_tree_when_corrected_keeps_what_was_known_earlier(load: Load) -> None:
    """
    as known in July        as known now
    G                       G
        A                       A
            A1                      A1
        AB                          AB
        C                       C
    """
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(DATED, f"A1,REV,2023-04,actual,1,{MAY}", f"AB,REV,2023-04,actual,2,{MAY}"),
    )

    load(units=UNITS.replace("AB,Airport Base,G,2", "AB,Airport Base,A,3"))

    assert [total("A", "REV", "2023-04", day) for day in (JULY, None)] == [(100, 1, 1), (300, 2, 2)]
    assert [total("G", "REV", "2023-04", day) for day in (JULY, None)] == [(300, 2, 2), (300, 2, 2)]
    zone = ledger_settings().zone
    trees = [tree_on(date(2023, 4, 30), edition_rows(known_on(day, zone))) for day in (date(2023, 7, 14), None)]
    assert [tree.nodes[tree.by_code["AB"].parent].code for tree in trees] == ["G", "A"]


def test_measure_when_defined_anew_keeps_what_was_known_earlier(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(DATED, *(f"AB,{m},2023-04,actual,{v},{MAY}" for m, v in (("REV", 10), ("PROFIT", 2), ("HEAT", 4)))),
    )

    load(measures=MEASURES.replace("ratio,up,PROFIT,REV", "ratio,up,PROFIT,HEAT").replace("Revenue", "Turnover", 1))

    assert [total("G", "MARGIN", "2023-04", day) for day in (JULY, None)] == [(0.2, 1, 1), (0.5, 1, 1)]
    zone = ledger_settings().zone
    infos = [{info.code: info.name for info in measures(known_on(day, zone))} for day in (date(2023, 7, 14), None)]
    assert [names["REV"] for names in infos] == ["Revenue", "Turnover"]


def test_measures_when_one_is_renamed_keep_their_order(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    load(measures=MEASURES.replace("Revenue", "Turnover", 1))

    assert [info.code for info in measures()] == ["REV", "PROFIT", "MARGIN", "STAFF", "HEAT"]


def test_unit_when_its_dates_no_longer_hold_its_figures_is_refused(load: Load) -> None:
    """AB has figures of April; a correction lets it begin in June."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    with pytest.raises(ProblemsFound):
        load(units=table("code,name,parent,from", "AB,Airport Base,G,2023-06-01"))


def test_unit_known_before_its_parent_when_asked_for_as_of_then_has_an_answer(load: Load) -> None:
    """
    G                   known from July on
        A               known from July on
            A2          known from May on, by a later load
    """
    above, below = table("code,name,parent", "G,Harbour Group,", "A,East Works,G"), "code,name,parent\nA2,East Valves,A"
    load(units=above, measures=MEASURES, facts=table(DATED, f"A,REV,2023-04,actual,1,{JULY}"))
    load(units=below, facts=table(DATED, f"A2,REV,2023-04,actual,2,{MAY}"))

    review, _ = ask(date(2023, 5, 31))("A2", "2023-04")

    assert [node.code for node in review.path] == ["A2"]


def test_ratio_known_before_its_parts_when_asked_for_as_of_then_has_an_answer(load: Load) -> None:
    """REV and PROFIT are known from July on, the ratio RETURN over them from May on, by a later load."""
    ratio = "RETURN,Return,share,number,,ratio,up,PROFIT,REV"
    load(units=UNITS, measures=MEASURES, facts=table(DATED, f"A,REV,2023-04,actual,1,{JULY}"))
    load(measures=table(MEASURES.split("\n")[1], ratio), facts=table(DATED, f"AB,RETURN,2023-04,target,0.1,{MAY}"))

    found = total("AB", "RETURN", "2023-04", "2023-05-31")

    assert found == (None, 0, 0)


def test_definitions_when_loaded_before_dated_figures_are_known_from_then_on_only(load: Load) -> None:
    """What was known on a day needs the unit as well as the figure; see the how-to."""
    load(units=UNITS, measures=MEASURES)

    load(facts=table(DATED, VINTAGE_ROWS[0]))

    assert total("AB", "REV", "2023-04", JULY) == (None, 0, 0)
    assert total("AB", "REV", "2023-04") == (8000, 1, 1)
