"""Definitions that have vintages of their own: what was known of units, measures and all else, and since when.

G   group
    A   company
        A1  branch
    AB  company          like A by its code, and not below it
    C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.models import Posting
from headrope.journal.queries import Known, known_on
from headrope.ledger.actions import load_folder
from headrope.ledger.duties import DutyRow, duty_rows, forms
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.models import User
from headrope.org.queries import edition_rows, holding_rows, segment_rows, unit_ids
from tests.conftest import Folder, Load
from tests.ledger.small_group import HEADER, MEASURES, UNITS, facts, standing

MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"
UNIT = "code,name,parent,kind,from,to,vintage,state"
HOLDING = "owner,held,share,from,to,vintage,state"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def known(day: str | None) -> Known | None:
    return known_on(date.fromisoformat(day) if day else None, ledger_settings().zone)


def tree(day: str | None) -> dict[str, tuple[str, str | None]]:
    """Name and parent of each unit, of the last edition, as known on a day."""
    rows = [row.edition for row in edition_rows(known(day))]
    return {edition.code: (edition.name, edition.parent) for edition in rows}


def shares(day: str | None) -> list[tuple[str, str, Fraction]]:
    codes = {number: code for code, number in unit_ids().items()}
    return [(codes[row.owner], codes[row.held], row.share) for row in holding_rows(known(day))]


def postings() -> list[tuple[str, str, str]]:
    """Kind, day (`now` for those known when they were recorded) and reason."""
    rows = Posting.objects.order_by("seq")
    day = lambda p: "now" if p.known_at == p.recorded_at else p.known_at.date().isoformat()  # noqa: E731
    return [(p.kind, day(p), p.reason) for p in rows]


def refused(load: Load, **files: str) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load(**files)
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


# Units


DATED_UNITS = table(
    UNIT,
    f"G,Harbour Group,,group,,,{MAY},",
    f"A,East Works,G,company,,,{MAY},",
    f"AB,Airport Base,G,company,,,{MAY},",
    f"AB,Airport Base,G,company,,2023-05-31,{JULY},",
    f"AB,Airport,A,branch,2023-06-01,,{JULY},",
    f"X,Mistake,G,company,,,{MAY},",
    f"X,,,,,,{JUNE},withdrawn",
)


def test_units_when_dated_are_known_from_their_days_on(load: Load) -> None:
    result = load(units=DATED_UNITS)

    assert (result.new_units, result.changed_units) == (4, 0)
    assert tree("2023-05-08") == {}
    assert tree(MAY) == {
        "G": ("Harbour Group", None),
        "A": ("East Works", "G"),
        "AB": ("Airport Base", "G"),
        "X": ("Mistake", "G"),
    }
    assert tree(JUNE) == {"G": ("Harbour Group", None), "A": ("East Works", "G"), "AB": ("Airport Base", "G")}
    assert tree(JULY) == tree(None) == {"G": ("Harbour Group", None), "A": ("East Works", "G"), "AB": ("Airport", "A")}
    assert postings() == [("import", day, "definitions") for day in (MAY, JUNE, JULY)]


def test_units_when_dated_and_loaded_again_change_nothing(load: Load) -> None:
    load(units=DATED_UNITS)
    before = standing()

    again = load(units=DATED_UNITS)

    assert (standing(), again.new_units, again.changed_units) == (before, 0, 0)


def test_unit_when_dated_behind_an_undated_definition_of_today_is_refused(load: Load) -> None:
    load(units=UNITS)

    assert refused(load, units=table(UNIT, f"AB,Airport,G,company,,,{MAY},")) == [
        f"units.csv, row 2: The vintage {MAY} is older than what is known of AB since {date.today()}. "
        "A vintage is added behind the last one, never before it."
    ]


def test_unit_when_dated_between_two_of_its_vintages_is_refused_unless_it_says_what_was_known(load: Load) -> None:
    load(units=DATED_UNITS)
    before = standing()

    load(units=table(UNIT, f"AB,Airport Base,G,company,,,{JUNE},"))

    assert standing() == before
    assert refused(load, units=table(UNIT, f"AB,Airport Hub,G,company,,,{JUNE},")) == [
        f"units.csv, row 2: The vintage {JUNE} is older than what is known of AB since {JULY}. "
        "A vintage is added behind the last one, never before it."
    ]


def test_unit_when_defined_undated_can_be_defined_dated_behind_it(load: Load) -> None:
    """In one load with dated figures, undated definitions are known from the first of their days on."""
    load(units=UNITS, measures=MEASURES, facts=table(f"{HEADER},vintage", f"AB,REV,2023-04,actual,1,{MAY}"))

    result = load(units=table(UNIT, f"AB,Airport,A,branch,,,{JULY},"))

    assert (result.new_units, result.changed_units) == (0, 1)
    assert [tree(day)["AB"] for day in (MAY, JUNE, JULY, None)] == [("Airport Base", "G")] * 2 + [("Airport", "A")] * 2


def test_definitions_when_dated_come_before_the_figures_of_their_day(load: Load) -> None:
    load(
        units=table(UNIT, f"G,Group,,group,,,{MAY},", f"A,East,G,company,,,{JUNE},"),
        measures=MEASURES,
        facts=table(f"{HEADER},vintage", f"G,REV,2023-04,actual,1,{MAY}", f"A,REV,2023-04,actual,1,{JUNE}"),
    )

    assert postings() == [
        ("import", MAY, "definitions"),
        ("import", MAY, ""),
        ("import", JUNE, "definitions"),
        ("import", JUNE, ""),
    ]


def test_definitions_when_undated_beside_dated_ones_are_known_from_the_first_day(load: Load) -> None:
    load(units=DATED_UNITS, measures=MEASURES)

    assert [len(measures(known(day))) for day in ("2023-05-08", MAY)] == [0, 5]


def test_unit_when_withdrawn_that_has_figures_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, "AB,REV,2023-04,actual,1"))

    assert refused(load, units="code,name,parent,state\nAB,,,withdrawn") == [
        "units.csv, row 2: AB has figures for 2023-04, at whose end it would not exist. "
        "Withdraw them first, or correct the dates."
    ]


def test_unit_when_withdrawn_with_its_figures_in_one_load_is_gone(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, "AB,REV,2023-04,actual,1"))

    load(
        units="code,name,parent,state\nAB,,,withdrawn",
        facts=table(f"{HEADER},state", "AB,REV,2023-04,actual,,withdrawn"),
    )

    assert "AB" not in tree(None)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"AB,Airport,G,,,,{MAY},withdrawn", "A row that withdraws holds nothing else, and the column name, parent is filled. Empty it, or the state."),
        ("AB,Airport,G,,,,,", "'' is not a day up to today. Write the day from which on this was known, like 2023-07-14."),
        ("AB,Airport,G,,,,2099-01-01,", "'2099-01-01' is not a day up to today. Write the day from which on this was known, like 2023-07-14."),
        (f"AB,Airport,G,,,,{MAY},gone", "'gone' is not a state. Write withdrawn, or leave it empty."),
        (f"B,,,,,,{MAY},withdrawn", "Nothing is known of B that could be withdrawn. Correct the code, or leave the row out."),
    ],
)  # fmt: skip
def test_unit_when_its_vintage_or_state_is_wrong(load: Load, row: str, problem: str) -> None:
    load(units=table(UNIT, f"G,Group,,group,,,{MAY},"))

    assert refused(load, units=table(UNIT, row)) == [f"units.csv, row 2: {problem}"]


def test_units_when_they_stand_in_a_circle_on_an_earlier_day_only_are_refused(load: Load) -> None:
    units = table(
        UNIT,
        f"G,Group,,group,,,{MAY},",
        f"A,East,AB,company,,,{MAY},",
        f"AB,West,A,company,,,{MAY},",
        f"AB,West,G,company,,,{JUNE},",
    )

    assert refused(load, units=units) == [
        f"units.csv, row 3, as known on {MAY}: These units stand under each other in a circle: A > AB > A. "
        "Give one of them another parent."
    ]


def test_holdings_when_they_make_a_circle_between_two_known_days_are_refused(load: Load) -> None:
    """What is inserted at May would have closed a circle from June until July."""
    load(units=DATED_UNITS)
    load(holdings=table(HOLDING, f"A,AB,60 %,,,{MAY},", f"AB,G,1,,,{JUNE},", f",G,,,,{JULY},withdrawn"))

    found = refused(load, holdings=table(HOLDING, f"G,A,1,,,{MAY},"))

    assert found == [
        f"as known on {JUNE}: These units hold each other in a circle on 0001-01-01: G > AB > A > G. "
        "Cross-holdings are not taken (ADR 29): leave one of them out."
    ]


def test_definitions_when_dated_by_somebody_who_is_no_administrator_are_refused(load: Load, folder: Folder) -> None:
    load(units=UNITS)
    clerk = User(username="clerk", is_active=True)
    clerk.pk = 0

    with pytest.raises(ProblemsFound) as found:
        load_folder(folder(units=table(UNIT, f"X,New,G,company,,,{MAY},")), by=clerk)

    assert [str(problem) for problem in found.value.problems] == [
        "units.csv: Rows with a vintage of their own are imported by administrators only. "
        "Ask one of them, or leave the column vintage out."
    ]


def test_successors_when_they_stand_in_a_circle_are_refused(load: Load) -> None:
    units = table(
        "code,name,parent,from,to,successor",
        "G,Group,,,,",
        "A,East,G,,2023-01-31,AB",
        "AB,West,G,,2023-02-28,A",
    )

    assert refused(load, units=units) == [
        "units.csv, row 3: These units succeed each other in a circle: A > AB > A. Name no successor for one of them."
    ]


def test_tree_when_it_has_no_root_for_a_while_is_refused(load: Load) -> None:
    units = table("code,name,parent,from,to", "G,Group,,,2022-12-31", "G,Group,,2024-01-01,")

    assert refused(load, units=units) == [
        "units.csv, row 2: From 2023-01-01 on no unit stands at the top of the tree. "
        "Let G go on, or let another unit without parent follow."
    ]


# Measures


MEASURE = "code,name,account,quantity,step,kind,direction,numerator,denominator,from,to,successor,continuity,vintage"


def test_measures_when_dated_are_known_from_their_days_on_in_the_order_of_the_file(load: Load) -> None:
    rows = (
        f"REV,Revenue,CNY,money,0.01,flow,up,,,,,,,{JULY}",
        f"COST,Cost,CNY,money,0.01,flow,down,,,,,,,{MAY}",
        f"COST,Costs,CNY,money,0.01,flow,down,,,,,,,{JUNE}",
        f"PROFIT,Profit,CNY,number,,formula,up,REV-COST,,,,,,{MAY}",
    )

    result = load(measures=table(MEASURE, *rows))

    found = {day: [(info.code, info.name) for info in measures(known(day))] for day in (MAY, JUNE, JULY)}
    assert (result.new_measures, result.changed_measures) == (3, 0)
    assert found == {
        MAY: [("COST", "Cost")],  # a formula of what is not known yet is left out
        JUNE: [("COST", "Costs")],
        JULY: [("REV", "Revenue"), ("COST", "Costs"), ("PROFIT", "Profit")],
    }


def test_measure_when_a_figure_lies_outside_its_days_is_refused(load: Load) -> None:
    files = {
        "units": UNITS,
        "measures": table(
            MEASURE.removesuffix(",vintage"),
            "OLD,Old,persons,count,1,stock,none,,,,2023-06-30,NEW,same",
            "NEW,New,persons,count,1,stock,none,,,2023-07-01,,,",
        ),
    }

    found = refused(load, **files, facts=table(HEADER, "A,OLD,2023-07,actual,1", "A,NEW,2023-06,actual,1"))

    assert found == [
        "facts.csv, row 2: OLD does not hold at the end of 2023-07. Correct the period, or the measure's dates.",
        "facts.csv, row 3: NEW does not hold at the end of 2023-06. Correct the period, or the measure's dates.",
    ]
    load(**files, facts=table(HEADER, "A,OLD,2023-06,actual,1", "A,NEW,2023-07,actual,2"))
    assert [fact[-1] for fact in facts()] == [1, 2]


def test_measure_when_its_days_no_longer_hold_its_figures_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, "A,STAFF,2023-07,actual,1"))

    found = refused(
        load,
        measures=table(MEASURE.removesuffix(",vintage"), "STAFF,Employees,persons,count,1,stock,none,,,,2023-06-30,,"),
    )

    assert found == [
        "measures.csv, row 2: There are figures of STAFF for 2023-07, at whose end it would not hold. "
        "Withdraw them first, or correct the dates."
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("OLD,Old,persons,count,1,stock,none,,,,2023-06-30,HEAT,same", "HEAT succeeds OLD and is of another quantity or kind. A successor counts the same kind of thing."),
        ("OLD,Old,persons,count,1,stock,none,,,,,STAFF,same", "OLD has a successor and no last day. Write its last day in the column to."),
        ("OLD,Old,persons,count,1,stock,none,,,,2023-06-30,STAFF,", "How STAFF continues OLD is not said. Write same, restated or break."),
        ("OLD,Old,persons,count,1,stock,none,,,,2023-06-30,STAFF,more", "'more' is not a continuity. Known: same, restated, break."),
        ("OLD,Old,persons,count,1,stock,none,,,2023-07-01,2023-06-30,,", "OLD ends on 2023-06-30, before it begins. Correct the column from or to."),
        ("F,F,x,number,,formula,none,F+REV,,,,,", "These formulae stand in a circle: F > F. Form one of them from stored measures."),
        ("F,F,x,number,,ratio,none,REV,REV-REV,,,,", "'REV-REV' is no formula: it is always 0. Write it like A-B or 0.5*(A+B) in the column denominator."),
    ],
)  # fmt: skip
def test_measure_when_its_succession_or_formula_is_wrong(load: Load, row: str, problem: str) -> None:
    load(units=UNITS, measures=MEASURES)

    assert refused(load, measures=table(MEASURE.removesuffix(",vintage"), row)) == [f"measures.csv, row 2: {problem}"]


# Holdings, segments, forms and duties


def test_holdings_when_dated_replace_those_of_their_held_unit(load: Load) -> None:
    load(units=DATED_UNITS)

    result = load(
        holdings=table(
            HOLDING,
            f"G,A,51 %,,,{MAY},",
            f"G,AB,0.6,,,{MAY},",
            f"A,AB,2/5,,,{MAY},",
            f"G,AB,1/3,,,{JUNE},",
            f",A,,,,{JULY},withdrawn",
        )
    )

    assert result.defined == {"holdings.csv": 2}
    both = [("G", "A", Fraction(51, 100)), ("A", "AB", Fraction(2, 5)), ("G", "AB", Fraction(3, 5))]
    assert {day: sorted(shares(day)) for day in ("2023-05-08", MAY, JUNE, JULY)} == {
        "2023-05-08": [],
        MAY: sorted(both),
        JUNE: [("G", "A", Fraction(51, 100)), ("G", "AB", Fraction(1, 3))],
        JULY: [("G", "AB", Fraction(1, 3))],
    }


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["G,A,60 %,,", "AB,A,41 %,,"], "holdings.csv, row 2: The shares in A add up to 101.0000% on 0001-01-01, which is more than all of it. Correct the shares or their dates."),
        (["A,A,60 %,,"], "holdings.csv, row 2: A holds itself. Name another owner."),
        (["A,AB,1,,", "AB,A,1,,"], "holdings.csv, row 2: These units hold each other in a circle on 0001-01-01: AB > A > AB. Cross-holdings are not taken (ADR 29): leave one of them out."),
        (["B,A,1,,"], "holdings.csv, row 2: There is no unit 'B'. Add it to units.csv, or correct the code."),
        (["G,A,51,,"], "holdings.csv, row 2: The share of G in A, 51/1, is not above 0 and at most 1. Write a share such as 51 % or 51/100."),
        (["G,A,half,,"], "holdings.csv, row 2: 'half' is not a share. Write it like 51 %, 0.51 or 51/100."),
        (["G,A,1/0,,"], "holdings.csv, row 2: '1/0' is not a share. Write it like 51 %, 0.51 or 51/100."),
    ],
)  # fmt: skip
def test_holdings_when_they_are_wrong(load: Load, rows: list[str], problem: str) -> None:
    load(units=UNITS)

    assert refused(load, holdings=table("owner,held,share,from,to", *rows)) == [problem]


def test_share_that_goes_up_is_taken_with_a_holding_on_all_days_and_not_without(load: Load) -> None:
    units = UNITS.replace("A,East Works,G,2,company,,", "A,East Works,G,2,company,,").replace(
        "from,to", "from,to,method"
    )
    units = "\n".join(line + (",proportionate" if line.startswith("A,") else "," if line[:4] != "code" else "") for line in units.strip().split("\n"))  # fmt: skip

    assert refused(load, units=units, holdings="owner,held,share,from,to\nG,A,51 %,,2023-06-30") == [
        "units.csv, row 3: The share of A goes up to G, which does not hold any on some of its days. "
        "Write what G holds into holdings.csv, for all days of this row."
    ]
    load(units=units, holdings="owner,held,share,from,to\nG,A,51 %,,2023-06-30\nG,A,60 %,2023-07-01,")
    assert shares(None) == [("G", "A", Fraction(51, 100)), ("G", "A", Fraction(3, 5))]


def test_segment_has_members_and_no_figures_of_its_own(load: Load) -> None:
    load(
        units=UNITS + "S,Pumps,G,2,segment,,",
        segments="segment,unit,from,to\nS,A1,,\nS,AB,,2023-06-30",
        measures=MEASURES,
    )
    ids = unit_ids()

    assert [(row.segment, row.unit, row.valid_to) for row in segment_rows()] == [
        (ids["S"], ids["A1"], FOREVER),
        (ids["S"], ids["AB"], date(2023, 7, 1)),
    ]
    assert [row.edition.method for row in edition_rows() if row.edition.code == "S"] == ["none"]
    assert refused(
        load, facts=table(f"{HEADER},basis", "S,REV,2023-04,actual,1,", "S,REV,2023-04,actual,1,stated")
    ) == [
        "facts.csv, row 2: S is a segment, which has no figures of its own. Load those of its members, or give basis stated."
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["S,A", "S,A1"], "segments.csv, row 3: A1 stands under A, which belongs to S as a whole. Leave one of them out."),
        (["A,A1"], "segments.csv, row 2: A is not of the kind segment. Correct its kind in units.csv."),
        (["S,A", "S,A"], "segments.csv, row 3: A stands here and at segments.csv, row 2 for the same days. Keep one row, or give the rows dates that do not overlap."),
    ],
)  # fmt: skip
def test_segments_when_they_are_wrong(load: Load, rows: list[str], problem: str) -> None:
    load(units=UNITS + "S,Pumps,G,2,segment,,")

    assert refused(load, segments=table("segment,unit", *rows)) == [problem]


def test_unit_with_figures_that_becomes_a_segment_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, "AB,REV,2023-04,actual,1"))

    assert refused(load, units="code,name,parent,kind\nAB,Airport Base,G,segment") == [
        "units.csv, row 2: AB has figures of its own for 2023-04, at whose end it would be a segment. "
        "Withdraw them first, or correct the dates."
    ]


def test_duties_are_owed_for_each_measure_of_the_form_as_known_then(load: Load) -> None:
    load(units=DATED_UNITS, measures=MEASURES)

    load(
        forms=table("code,name,span,measures,vintage", f"M,Monthly,month,REV PROFIT,{MAY}", f"M,Monthly,quarter,REV,{JULY}"),
        duties=table("form,unit,from,to,vintage,state", f"M,A,2023-01-01,2023-12-31,{MAY},", f"M,AB,,,{MAY},", f"M,A,,,{JULY},withdrawn"),
    )  # fmt: skip

    ids, numbers = unit_ids(), {info.code: info.id for info in measures()}
    of_a = (ids["A"],), (date(2023, 1, 1), date(2024, 1, 1))
    assert sorted(duty_rows(known(JUNE)), key=lambda row: (row.unit, row.measure)) == [
        DutyRow(ids["A"], numbers["REV"], 1, *of_a[1]),
        DutyRow(ids["A"], numbers["PROFIT"], 1, *of_a[1]),
        DutyRow(ids["AB"], numbers["REV"], 1, ALWAYS, FOREVER),
        DutyRow(ids["AB"], numbers["PROFIT"], 1, ALWAYS, FOREVER),
    ]
    assert duty_rows() == [DutyRow(ids["AB"], numbers["REV"], 3, ALWAYS, FOREVER)]
    assert [(form.code, form.span, form.measures) for form in forms()] == [("M", 3, ("REV",))]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"forms": "code,name,span,measures\nM,Monthly,month,REV COST"}, "forms.csv, row 2: There is no measure 'COST'. Add it to measures.csv, or correct the code."),
        ({"forms": "code,name,span,measures\nM,Monthly,month,MARGIN"}, "forms.csv, row 2: M asks for MARGIN, a ratio, which is formed and never reported. Ask for what it is formed from."),
        ({"forms": "code,name,span,measures\nM,Monthly,week,REV"}, "forms.csv, row 2: 'week' is not a span. Known: month, quarter, half, year."),
        ({"forms": "code,name,span,measures\nM,Monthly,month,"}, "forms.csv, row 2: M asks for no measure. Write codes, blank between."),
        ({"forms": "code,name,span,measures\nM,Monthly,month,REV REV"}, "forms.csv, row 2: M asks for REV twice. Take one out."),
        ({"duties": "form,unit\nN,A"}, "duties.csv, row 2: There is no form 'N'. Add it to forms.csv, or correct the code."),
        ({"duties": "form,unit\nL,B"}, "duties.csv, row 2: There is no unit 'B'. Add it to units.csv, or correct the code."),
        ({"duties": "form,unit,from\nL,C,2024-01-01"}, "duties.csv, row 2: C exists on none of the days on which it owes L. Correct the dates."),
    ],
)  # fmt: skip
def test_forms_and_duties_when_they_are_wrong(load: Load, files: dict[str, str], problem: str) -> None:
    load(units=UNITS, measures=MEASURES, forms="code,name,span,measures\nL,List,month,REV")

    assert refused(load, **files) == [problem]


def test_codes_that_are_none_on_an_earlier_day_only_are_named(load: Load) -> None:
    load(units=DATED_UNITS)

    assert refused(load, units=table(UNIT, f"N,New,NOWHERE,,,,{JUNE},", f"N,New,G,,,,{JULY},")) == [
        "units.csv, row 2: There is no unit 'NOWHERE'. Add it to units.csv, or correct the code."
    ]
