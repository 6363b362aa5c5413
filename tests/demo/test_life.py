"""What happens in real life happens in the example group.

T Hengchuan Group
├ T01 Turbine ─ T0101, T0102, T0103 Castings (three accidents), T0104 (seasons of stations)
├ T03 Xinglu Boiler ─ T0301, T0302 (restated; took over T0305 in April 2022), T0303: a loss-maker
├ T04 Transformer (states its revenue) ─ T0401, T0402 ─ T040201, T040202
├ T07 Machine Tools ─ T0701, T0702, T0703 (took over T0704 on 1 March 2023)
├ T11 East Pumps Trading (June 2023 not reported)
├ T13 Nordlager Bearings (51 %)
├ T14 Automation ─ T1401, T1402 (founded in 2021), T1403 (until 2021 under T17)
├ T15 International: all overseas
└ T18 Technical College (no profit, no orders, no receivables)
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.demo.reading import HALF_2022, HALF_2023, YEAR_2022, Group

MONTHS = [f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(42)]


def editions(group: Group, code: str) -> list[tuple[str, ...]]:
    """Parent, first day, last day, successor of each row of a unit."""
    return [(r["parent"], r["from"], r["to"], r["successor"]) for r in group.units if r["code"] == code]


def test_loss_maker_has_had_no_month_above_zero_for_18(group: Group) -> None:
    months = MONTHS[-18:]

    assert [month for month in months if group.month("T03", "PROFIT", "actual", month) >= 0] == []
    assert group.sum("T03", "PROFIT", "actual", MONTHS[:12]) > 0  # it was not always so


@pytest.mark.parametrize(
    ("code", "heir", "edition", "share"),
    [
        ("T0704", "T0703", ("T07", "2020-01-01", "2023-02-28", "T0703"), "0.06"),
        ("T0305", "T0302", ("T03", "2020-01-01", "2022-03-31", "T0302"), "0.12"),
    ],
)
def test_merger_in_march_has_a_successor(
    group: Group, code: str, heir: str, edition: tuple[str, ...], share: str
) -> None:
    assert editions(group, code) == [edition]
    own = [month for month in MONTHS if month <= edition[2][:7]]
    assert [month for month in MONTHS if group.cells(code, month)] == own
    both = sum(group.sum(unit, "REVENUE", "actual", own[-2:]) for unit in (heir, code))
    assert group.sum(code, "REVENUE", "actual", own[-2:]) / both == pytest.approx(Decimal(share))


def test_plan_of_a_merger_foreseen_is_the_heirs(group: Group) -> None:
    planned = {(unit, period) for unit, _, version, period in group.latest if version == "target"}

    said = [row for row in group.facts if (row["state"], row["version"]) == ("not-applicable", "target")]
    assert sorted((row["unit"], row["measure"], row["period"]) for row in said) == [
        ("T0704", measure, month) for measure in ("ASSETS", "LIABILITIES", "RECEIVABLES") for month in ("2023-01", "2023-02")
    ]  # fmt: skip
    assert {row["reason"] for row in said} == {"The plan of 2023 was made for Cutting Tools"}
    assert [(unit, year) in planned for unit in ("T0704", "T0305") for year in ("2022", "2023")] == [True, False, False, False]  # fmt: skip


def test_unit_that_was_founded_has_figures_from_its_first_month(group: Group) -> None:
    assert editions(group, "T1402") == [("T14", "2021-01-01", "", "")]
    assert [month for month in MONTHS if group.cells("T1402", month)] == MONTHS[12:]


def test_unit_that_moved_counts_under_its_parent_of_the_time(group: Group) -> None:
    assert editions(group, "T1403") == [("T17", "2020-01-01", "2021-12-31", ""), ("T14", "2022-01-01", "", "")]
    assert ["T1403" in group.leaves(unit, month) for month in ("2021-12", "2022-01") for unit in ("T17", "T14")] == [
        True, False, False, True,
    ]  # fmt: skip
    assert [month for month in MONTHS if group.cells("T1403", month)] == MONTHS


def test_late_reporter_has_nothing_for_june(group: Group) -> None:
    reported = {leaf for leaf in group.leaves("T", "2023-06") if group.cells(leaf, "2023-06")}

    assert group.leaves("T", "2023-06") and set(group.leaves("T", "2023-06")) - reported == {"T11"}
    assert len(reported) == 43
    assert group.cells("T11", "2023-Q2") == []
    assert {row["measure"] for row in group.cells("T11", "2023-05")} == {
        measure for row in group.forms if row["span"] == "month" for measure in row["measures"].split()
    }


def test_restated_profit_has_two_vintages_six_million_apart(group: Group) -> None:
    rows = [row for row in group.cells("T0302", "2023-06") if row["measure"] == "PROFIT"]

    assert [(row["vintage"], row["value"], row["reason"]) for row in rows] == [
        ("2023-07-10", "-1888766.48", ""),
        ("2023-07-12", "-7888766.48", "Warranty provision of Unit 4 was missed"),
    ]
    assert [row for row in group.facts if row["vintage"] == "2023-07-12"] == rows[1:]


def share_of_year(group: Group, unit: str, months: list[str]) -> float:
    return float(group.sum(unit, "REVENUE", "actual", months) / group.sum(unit, "REVENUE", "actual", YEAR_2022))


def test_seasons_differ_by_unit(group: Group) -> None:
    """Machines for building are sold in spring, software in December, the college has its terms, stations stop in April."""
    spring = YEAR_2022[2:5]
    assert {unit for unit in group.leaves("T", "2022-12") if share_of_year(group, unit, spring) > 0.3} >= {"T0901", "T0902"}  # fmt: skip
    assert share_of_year(group, "T1403", YEAR_2022[11:]) > 0.2 > share_of_year(group, "T06", YEAR_2022[11:])
    best = {unit: max(YEAR_2022, key=lambda month: group.month(unit, "REVENUE", "actual", month)) for unit in ("T18", "T0104", "T0303")}  # fmt: skip
    assert best == {"T18": "2022-09", "T0104": "2022-10", "T0303": "2022-09"}


def test_seasons_return_every_year(group: Group) -> None:
    """The half of a leaf has about the same share in each year: what landing is learnt from."""
    found = {}
    for leaf in group.leaves("T", "2022-12"):
        shares = []
        for year in ("2020", "2021", "2022"):
            months = [f"{year}-{m:02d}" for m in range(1, 13)]
            whole = sum(group.latest.get((leaf, "REVENUE", "actual", month), Decimal(0)) for month in months)
            half = sum(group.latest.get((leaf, "REVENUE", "actual", month), Decimal(0)) for month in months[:6])
            shares += [half / whole] if whole else []
        found[leaf] = float(max(shares) - min(shares))

    assert max(found.values()) < 0.07


def test_overseas_part_is_never_more_than_revenue_and_all_of_the_international_companies(group: Group) -> None:
    cells = {cell: value for cell, value in group.latest.items() if cell[1] == "OVERSEAS"}

    assert [
        cell for cell, value in cells.items() if not 0 <= value <= group.latest[cell[0], "REVENUE", *cell[2:]]
    ] == []
    assert group.sum("T15", "OVERSEAS", "actual", HALF_2023) == group.sum("T15", "REVENUE", "actual", HALF_2023)
    assert group.sum("T18", "OVERSEAS", "actual", HALF_2023) == 0
    share = group.sum("T", "OVERSEAS", "actual", HALF_2023) / group.sum("T", "REVENUE", "actual", HALF_2023)
    assert 0.1 < share < 0.25


def test_accidents_of_the_half_are_where_the_story_puts_them(group: Group) -> None:
    leaves = group.leaves("T", "2023-06")
    cases = {leaf: int(group.sum(leaf, "ACCIDENTS", "actual", HALF_2023)) for leaf in leaves}

    assert {leaf: n for leaf, n in cases.items() if n} == {
        "T0101": 1, "T0103": 3, "T0301": 1, "T040202": 1, "T0802": 2, "T0901": 2,
    }  # fmt: skip


def test_worst_accident_has_a_class_where_there_was_one(group: Group) -> None:
    cells = {cell: value for cell, value in group.latest.items() if cell[1] == "ACCIDENT_CLASS" and cell[2] == "actual"}

    assert [cell for cell, n in cells.items() if (n > 0) != (group.latest[cell[0], "ACCIDENTS", *cell[2:]] > 0)] == []
    assert max(cells, key=lambda cell: (cells[cell], cell)) == ("T0901", "ACCIDENT_CLASS", "actual", "2023-03")


def test_joint_venture_is_held_to_51_per_cent_and_its_total_goes_up_whole(group: Group) -> None:
    shares: dict[str, Fraction] = {}
    for row in group.holdings:
        shares[row["held"]] = shares.get(row["held"], Fraction(0)) + Fraction(row["share"])

    assert shares == {"T13": Fraction(51, 100), "T150102": Fraction(1)}
    assert {row["method"] for row in group.units if row["code"] == "T13"} == {""}
    assert {row["code"] for row in group.units if row["kind"] == "joint"} == {"T13"}


def test_segments_hold_each_company_once(group: Group) -> None:
    companies = [code for code, parent in group.parents("2023-06").items() if parent == "T"]

    assert sorted(row["unit"] for row in group.segments) == sorted(companies)
    names = {row["code"]: (row["name"], row["name_zh"], row["parent"], row["method"]) for row in group.units if row["kind"] == "segment"}  # fmt: skip
    assert names == {
        "SEG-POWER": ("Power equipment", "发电装备", "T", "none"),
        "SEG-GRID": ("Grid and cable", "输变电", "T", "none"),
        "SEG-MACHINES": ("Machines", "机械装备", "T", "none"),
        "SEG-AUTO": ("Automation", "自动化", "T", "none"),
        "SEG-OVER": ("Overseas", "海外", "T", "none"),
        "SEG-TRADE": ("Trade", "贸易物流", "T", "none"),
        "SEG-KNOW": ("Research and schools", "科研教育", "T", "none"),
    }
    assert {row["segment"] for row in group.segments} == set(names)


def test_eliminations_are_between_companies_and_meet_at_the_group(group: Group) -> None:
    pairs = {(row["unit"], row["counterparty"]) for row in group.eliminations}

    met = {pair: [unit for unit in group.above(pair[0], "2023-06") if unit in group.above(pair[1], "2023-06")] for pair in pairs}  # fmt: skip
    assert {tuple(above) for above in met.values()} == {("T",)}
    months = {row["period"] for row in group.eliminations if row["version"] == "actual"}
    assert months == set(MONTHS)
    assert [row for row in group.eliminations if Decimal(row["amount"]) < 0] == []


def test_stated_total_of_a_parent_is_a_little_more_than_its_parts_in_one_month(group: Group) -> None:
    rows = [row for row in group.facts if row["basis"] == "stated"]

    gaps = {(r["unit"], r["measure"], r["period"]): Decimal(r["value"]) - group.month(r["unit"], r["measure"], "actual", r["period"]) for r in rows}  # fmt: skip
    assert gaps == {("T04", "REVENUE", month): Decimal("350000.00") if month == "2023-05" else 0 for month in HALF_2023}


def test_what_a_unit_does_not_do_is_said_and_not_left_out(group: Group) -> None:
    rows = [row for row in group.facts if (row["state"], row["version"]) == ("not-applicable", "actual")]
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["unit"], set()).add(row["measure"])

    assert found == {
        "T18": {"PROFIT", "ORDERS", "RECEIVABLES", "PIECES", "PASSED"},
        "T16": {"ENERGY"},
        "T0103": {"SATISFACTION", "REPLIES"},
        "T1701": {"SATISFACTION", "REPLIES"},
        "T0305": {"ENERGY", "SATISFACTION", "REPLIES"},
        "T0704": {"ENERGY", "SATISFACTION", "REPLIES"},
    }
    assert {row["value"] for row in rows} == {""}
    values = {(row["unit"], row["measure"]) for row in group.facts if row["state"] == "value"}
    assert [cell for unit, measures in found.items() for m in measures if (cell := (unit, m)) in values] == []


def test_pieces_that_passed_are_never_more_than_were_inspected(group: Group) -> None:
    cells = {cell: value for cell, value in group.latest.items() if cell[1] == "PASSED"}

    assert [cell for cell, value in cells.items() if value > group.latest[cell[0], "PIECES", *cell[2:]]] == []


def test_energy_is_stated_from_the_beginning_of_the_year(group: Group) -> None:
    year = [group.latest["T0101", "ENERGY", "actual", f"2022-{m:02d}"] for m in range(1, 13)]

    assert year == sorted(set(year))
    assert group.latest["T0101", "ENERGY", "actual", "2023-01"] < year[0] * 2


def test_people_are_on_average_what_was_planned(group: Group) -> None:
    for half, plan in ((HALF_2022, "2022-06"), (HALF_2023, "2023-06")):
        assert abs(group.mean("T", "HEADCOUNT", "actual", half) - group.month("T", "HEADCOUNT", "target", plan)) < 1


def test_customers_are_asked_every_quarter(group: Group) -> None:
    points = {cell: value for cell, value in group.latest.items() if cell[1] == "SATISFACTION"}
    replies = {cell for cell in group.latest if cell[1] == "REPLIES"}

    assert {(unit, version, period) for unit, _, version, period in points} == {(unit, version, period) for unit, _, version, period in replies}  # fmt: skip
    assert {period for _, _, version, period in points if version == "actual"} == {f"{2020 + i // 4}-Q{i % 4 + 1}" for i in range(14)}  # fmt: skip
    assert 60 < min(points.values()) <= max(points.values()) < 100


def test_no_level_or_count_is_below_zero_and_debts_are_less_than_assets(group: Group) -> None:
    losses = {"PROFIT"}

    assert [cell for cell, value in group.latest.items() if value < 0 and cell[1] not in losses] == []
    debts = {cell: value for cell, value in group.latest.items() if cell[1] == "LIABILITIES"}
    assert [cell for cell, value in debts.items() if value >= group.latest[cell[0], "ASSETS", *cell[2:]]] == []


def test_first_half_of_2020_was_lost_and_made_up_for(group: Group) -> None:
    """A half brings 45 in 100 of the year's profit. The one of the epidemic did not, but for the boilers, which are sold years ahead."""

    def half(unit: str, year: int) -> Decimal:
        months = [f"{year}-{number:02d}" for number in range(1, 13)]
        return group.sum(unit, "PROFIT", "actual", months[:6]) / group.sum(unit, "PROFIT", "actual", months)

    shares = [[round(half(unit, year), 2) for year in (2020, 2021, 2022)] for unit in ("T", "T0303")]
    assert shares == [
        [Decimal("0.31"), Decimal("0.45"), Decimal("0.45")],
        [Decimal("0.46"), Decimal("0.45"), Decimal("0.42")],
    ]
