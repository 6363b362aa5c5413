"""The example group in the books: loaded by the actions, its totals are those of plain addition over the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import translation

from headrope.core.periods import parse
from headrope.demo.actions import DEMO_NOW, build_demo
from headrope.journal.models import Posting
from headrope.journal.queries import books as books_now
from headrope.ledger.cube import store
from headrope.ledger.due import due_days_of
from headrope.ledger.duties import forms
from headrope.ledger.queries import measures
from headrope.org.models import Post, User
from headrope.org.queries import holding_rows, unit_ids
from headrope.review.headline import Headline, plain
from headrope.review.queries import Figure, Line
from headrope.review.wording import Wording
from tests.conftest import Databases, Place
from tests.demo.reading import CARRIED, HALF_2022, HALF_2023, YEAR_2023, Group
from tests.review.asking import Asking, ask

FLOWS = ("REVENUE", "PROFIT", "ORDERS", "CASH", "RD", "CAPEX", "OVERSEAS", "PIECES", "PASSED", "ACCIDENTS")
LEVELS = (*CARRIED, "HEADCOUNT")
FEN = ("PIECES", "PASSED", "ACCIDENTS", "HEADCOUNT")


@pytest.fixture(scope="module")
def books(databases: Databases) -> Iterator[Place]:
    """The example group, built once for this module."""
    place = databases.copy()
    build_demo()
    yield place
    connection.close()


@pytest.fixture
def asking(books: Place) -> Asking:
    """Asks as somebody who sees everything."""
    books.enter()
    return ask()


def steps(measure: str, value: Decimal) -> int:
    """Whole steps: fen of money, else as it is."""
    return int(value if measure in FEN else value * 100)


def lines(asking: Asking, unit: str, period: str = "2023-H1") -> dict[str, Line]:
    return {line.info.code: line for line in asking(unit, period)[0].lines}


def shown(line: Line) -> tuple[int | float | None, ...]:
    assert line.year_plan
    return line.actual.value, line.plan.value, line.year_plan.value, line.last_year.value


def companies(group: Group) -> list[str]:
    """Units and companies with units below: every total there is."""
    return list(group.parents("2023-06"))


def test_totals_of_every_unit_are_those_of_plain_addition(asking: Asking, group: Group) -> None:
    """Actual, phase plan, target of the year, and last year like-for-like: with what a unit has taken over since."""
    taken = {row["successor"]: row["code"] for row in group.units if row["successor"]}
    found, expected = {}, {}

    for unit in companies(group):
        before = [unit, *([taken[unit]] if unit in taken else [])]
        has = lines(asking, unit)
        for measure in (*FLOWS, *LEVELS):
            if measure not in has or (unit, measure) == ("T11", "HEADCOUNT"):
                continue
            if measure in FLOWS:
                figures = [
                    group.sum(unit, measure, "actual", HALF_2023),
                    group.sum(unit, measure, "target", HALF_2023),
                    group.sum(unit, measure, "target", YEAR_2023),
                    sum((group.sum(each, measure, "actual", HALF_2022) for each in before), Decimal(0)),
                ]
            else:
                figures = [
                    group.month(unit, measure, "actual", "2023-06"),
                    group.month(unit, measure, "target", "2023-06"),
                    group.month(unit, measure, "target", "2023-12"),
                    sum((group.month(each, measure, "actual", "2022-06") for each in before if each in group.parents("2022-06")), Decimal(0)),
                ]  # fmt: skip
            expected[unit, measure] = tuple(steps(measure, figure) for figure in figures)
            found[unit, measure] = shown(has[measure])

    assert len(found) > 800
    assert found == expected


def test_headline_of_the_group_is_that_of_the_drawn_page(asking: Asking, settings: LazySettings) -> None:
    settings.CLOCK_SHIFT = DEMO_NOW - datetime.now(UTC)
    review, ranking = asking("T", "2023-H1")

    with translation.override("en"):
        said = plain(Headline(review, Wording.of(review)).sentences(ranking))
        coverage = Headline(review, Wording.of(review)).reporting()

    assert said == "Revenue is on plan. Profit is 47 million short of plan. Xinglu Boiler explains 43 of it."
    assert coverage == "43 of 44 reporting units are in; late: East Pumps Trading"


def test_measures_that_are_formed_print_what_the_drawn_page_prints(asking: Asking) -> None:
    has = lines(asking, "T")

    def printed(code: str, factor: float, places: int) -> tuple[str, ...]:
        return tuple(f"{float(value) * factor:,.{places}f}" for value in shown(has[code]) if value is not None)

    assert printed("DEBT_RATIO", 100, 1) == ("60.1", "59.5", "59.5", "62.0")
    assert printed("YIELD", 100, 2) == ("98.26", "98.19", "98.19", "98.00")
    assert printed("REVENUE_PER_HEAD", 1 / 1000, 0) == ("861", "861", "1,808", "802")
    assert [code for code, line in has.items() if line.actual.uneven] == ["TURNOVER"]


def test_late_reporter_is_missed_where_it_owes_and_its_levels_are_carried(asking: Asking) -> None:
    has, own = lines(asking, "T"), lines(asking, "T11")

    assert {code: (has[code].actual.reported, has[code].actual.expected) for code in ("REVENUE", "PROFIT", "ASSETS", "RECEIVABLES", "ENERGY")} == {
        "REVENUE": (265, 266),  # 44 units in six months, and Grinding Wheels in two
        "PROFIT": (259, 260),  # the college owes none
        "ASSETS": (43, 44),
        "RECEIVABLES": (42, 43),
        "ENERGY": (42, 43),
    }  # fmt: skip
    assert own["ASSETS"].actual == Figure(2556_000_000_00, 0, 1)
    assert own["HEADCOUNT"].actual == Figure(None, 0, 1)


def test_formed_kinds_follow_from_their_parts(asking: Asking) -> None:
    has = lines(asking, "T0101")

    revenue, overseas = has["REVENUE"].actual.value, has["OVERSEAS"].actual.value
    assert has["DOMESTIC"].actual.value == pytest.approx((revenue - overseas) / 100)
    assert has["TURNOVER"].actual.value == pytest.approx(2 * revenue / has["ASSETS"].actual.value)
    whole = has["TURNOVER"].year_plan
    assert whole and whole.value == pytest.approx(2787 / 4174)  # a year's quotient is no longer annualised
    assert has["ACCIDENT_CLASS"].actual.value in (1, 2)
    assert lines(asking, "T")["ACCIDENT_CLASS"].actual.value == 3


def test_energy_of_a_half_is_what_was_stated_at_its_end(asking: Asking, group: Group) -> None:
    leaves = group.leaves("T01", "2023-06")

    stated = sum(group.latest[leaf, "ENERGY", "actual", "2023-06"] for leaf in leaves)

    assert lines(asking, "T01")["ENERGY"].actual.value == stated


def test_satisfaction_is_weighted_by_those_who_were_asked(asking: Asking, group: Group) -> None:
    cells = [
        (group.latest[leaf, "SATISFACTION", "actual", "2023-Q2"], group.latest[leaf, "REPLIES", "actual", "2023-Q2"])
        for leaf in group.leaves("T01", "2023-06")
        if (leaf, "REPLIES", "actual", "2023-Q2") in group.latest
    ]
    mean = sum((points * asked for points, asked in cells), Decimal(0)) / sum(asked for _, asked in cells)

    assert lines(asking, "T01")["SATISFACTION"].actual.value == pytest.approx(float(mean))


def test_segments_are_their_companies_less_what_these_sell_to_each_other(asking: Asking, group: Group) -> None:
    members: dict[str, list[str]] = {}
    for row in group.segments:
        members.setdefault(row["segment"], []).append(row["unit"])

    def total(segment: str, measure: str) -> Decimal:
        of = {leaf: unit for unit in members[segment] for leaf in group.leaves(unit, "2023-06")}
        whole = sum((group.sum(unit, measure, "actual", HALF_2023) for unit in members[segment]), Decimal(0))
        inside = (
            amount
            for month in HALF_2023
            for one, other, amount in group.taken_off[measure, "actual", month]
            if one in of and other in of and of[one] != of[other]
        )
        return whole - sum(inside, Decimal(0))

    wanted = {(segment, m): steps(m, total(segment, m)) for segment in members for m in ("REVENUE", "PROFIT")}
    assert {cell: lines(asking, cell[0])[cell[1]].actual.value for cell in wanted} == wanted
    assert wanted["SEG-POWER", "REVENUE"] != sum(
        steps("REVENUE", group.sum(unit, "REVENUE", "actual", HALF_2023)) for unit in members["SEG-POWER"]
    )


def test_half_of_the_joint_venture_belongs_to_the_minority(asking: Asking, group: Group) -> None:
    """51 % of each month of each of its leaves, rounded half to even; all else is whole."""
    ids, infos = unit_ids(), {info.code: info for info in measures()}
    cube = store.fresh()
    review = asking("T", "2023-H1")[0]

    found = cube.view([ids["T"]]).attributable(infos["PROFIT"], "actual", review.period, holding_rows())

    outside = sum(
        value - round(Fraction(value) * Fraction(51, 100))
        for leaf in group.leaves("T13", "2023-06")
        for month in HALF_2023
        if (value := steps("PROFIT", group.latest[leaf, "PROFIT", "actual", month]))
    )
    line = review.line("PROFIT")
    assert line and line.actual.value
    assert found == [line.actual.value - outside]
    assert outside > 0


def test_stated_total_stands_beside_the_computed_one(asking: Asking) -> None:
    line = lines(asking, "T04")["REVENUE"]

    assert (line.stated_gap, lines(asking, "T05")["REVENUE"].stated) == (350_000_00, None)


def test_building_it_a_second_time_changes_nothing(books: Place) -> None:
    books.enter()
    before = Posting.objects.count(), User.objects.count(), Post.objects.count()

    build_demo()

    assert (Posting.objects.count(), User.objects.count(), Post.objects.count()) == before
    assert before[2] == 19


def due(form: str, period: str) -> dict[str, str]:
    """Due days by code of the units from which the form is due."""
    found = due_days_of(next(each for each in forms() if each.code == form), parse(period), books_now())
    assert found.problems == ()
    return {code: str(each.day) for code, number in unit_ids().items() if (each := found.of(number))}


def test_forms_are_due_tier_by_tier_in_the_business_days_of_each_unit(books: Place, group: Group) -> None:
    """After September six days of holidays and two make-up days; in Europe Easter is free, and 5 April is not."""
    books.enter()
    june = due("FINANCE", "2023-06")

    assert [june[unit] for unit in ("T0101", "T01", "T020201", "T0202", "T02", "T")] == [
        "2023-07-10", "2023-07-11", "2023-07-10", "2023-07-11", "2023-07-12", "2023-07-13",
    ]  # fmt: skip
    assert set(june) == set(group.parents("2023-06"))
    assert due("FINANCE", "2023-09")["T0101"] == "2023-10-12"
    assert [due("WORKS", "2023-03")[unit] for unit in ("T0101", "T1502", "T150101", "T15")] == [
        "2023-04-11", "2023-04-12", "2023-04-11", "2023-04-13",
    ]  # fmt: skip
    assert due("CUSTOMERS", "2023-Q2")["T0101"] == "2023-07-12"
