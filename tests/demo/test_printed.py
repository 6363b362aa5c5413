"""The example group says what the drawn pages print: headline, sheet of Xinglu Boiler, matrix, split of the target, origin.

Two things differ, since the pages show as not applicable what their totals contain. The profit of the college (a million
or three) is the institute's here, its orders, receivables and pieces are other companies', so that what is printed of
all of them stays. The traders keep their little R&D and investment; the matrix has a dot there and the totals have it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from tests.demo.reading import HALF_2022, HALF_2023, YEAR_2022, YEAR_2023, Group

MILLION = 1_000_000
FLOWS = ("REVENUE", "PROFIT", "ORDERS", "CASH", "RD", "CAPEX")
ASKED = {  # version, months of a flow, month of a level
    "target": ("target", YEAR_2023),
    "plan": ("target", HALF_2023),
    "actual": ("actual", HALF_2023),
    "last": ("actual", HALF_2022),
}
# 1-situation: target, phase plan, actual, on last year
HEADLINE = """
REVENUE           38,000  18,086  18,087   +7.3 %
PROFIT               980     442     395  -12.6 %
ORDERS            43,697  21,690  21,785   +5.7 %
CASH              38,177  17,047  16,621   +2.8 %
RD                 1,339     608     613   +8.3 %
CAPEX              1,726     713     727   +7.9 %
RECEIVABLES       10,082  10,483  10,809  +10.6 %
DEBT_RATIO          59.5    59.5    60.1  -1.9
REVENUE_PER_HEAD   1,808     861     861   +7.3 %
YIELD              98.19   98.19   98.26  +0.26
ACCIDENTS              9       4      10  -21
"""
# 2-sheet: the same of Xinglu Boiler
XINGLU = """
REVENUE            2,146     995     918  -10.4 %
PROFIT                 1      -1     -44  -37
ORDERS             2,285   1,104   1,024   -0.1 %
CASH               2,050     888     779   -5.7 %
RD                    69      31      31   +3.3 %
CAPEX                 89      36      34   +0.0 %
RECEIVABLES          531     552     607  +17.9 %
DEBT_RATIO          76.0    76.0    81.7  +2.7
REVENUE_PER_HEAD   2,026     940     867  -10.4 %
YIELD              98.20   98.20   98.16  +0.16
ACCIDENTS              0       0       1  -1
"""
# 6-cascade: revenue of 2022, and the share that all solved together gives, which became the target
SPLIT = {
    "T": (35640, 38000), "T01": (5206, 5534), "T02": (3708, 3974), "T03": (2156, 2146), "T04": (2479, 2638),
    "T05": (1940, 2065), "T06": (2123, 2237), "T07": (1628, 1730), "T08": (1768, 1886), "T09": (2792, 2995),
    "T10": (1995, 2150), "T11": (1487, 1615), "T12": (1218, 1321), "T13": (1725, 1862), "T14": (1660, 1898),
    "T15": (1778, 1967), "T16": (3341, 3450), "T17": (452, 492), "T18": (156, 160),
    "T0301": (1240, 1200), "T0302": (560, 560), "T0303": (356, 386),
    "T1001": (884, 940), "T1002": (604, 659), "T1003": (507, 551),
}  # fmt: skip
# Revenue and profit of the companies: plan and actual of the half
COMPANIES = {
    "T01": (2564, 2569, 82, 80), "T02": (1827, 1885, 48, 50), "T03": (995, 918, -1, -44), "T04": (1225, 1228, 37, 37),
    "T05": (981, 994, 31, 32), "T06": (1096, 1145, 15, 13), "T07": (835, 804, 18, 15), "T08": (893, 937, 24, 26),
    "T09": (1575, 1492, 29, 23), "T10": (1015, 1042, 36, 38), "T11": (791, 620, 5, 3), "T12": (608, 618, 18, 19),
    "T13": (906, 950, 37, 40), "T14": (850, 886, 26, 27), "T15": (928, 931, 19, 18), "T16": (1725, 1778, 9, 9),
    "T17": (211, 214, 15, 15), "T18": (83, 83, 0, 0), "T0301": (552, 499, -8, -34), "T0302": (269, 238, 2, -15),
    "T0303": (174, 181, 5, 5),
}  # fmt: skip
# 1-situation: distance to the plan in per cent, points or cases, plus is good. A dot: not applicable; T11 has not reported.
MATRIX = """
          REVENUE PROFIT ORDERS CASH RD CAPEX RECEIVABLES DEBT_RATIO YIELD ACCIDENTS
T      0.0    -11   +0.4   -2.5   +0.8   +2.0   -3.1   -0.6  +0.07     -6
T01   +0.2   -2.4   +0.3   -3.6   -1.3   +8.9   +1.3   -0.1  +0.04     -3
T02   +3.2   +4.2   +0.5   +0.7    0.0   +1.4   +6.2   +0.1  -0.08     +1
T04   +0.2    0.0   +6.5   -0.6    0.0   +5.4   -3.0   -0.3  +0.36     -1
T05   +1.3   +3.2   -1.7   -3.1    0.0   +8.1    -10   -0.3  -0.03      0
T06   +4.5    -13   +2.3   +5.0   +4.5    +21   -3.1   -0.5  +0.30     +1
T07   -3.7    -17   -7.6   -8.4    0.0   -2.9   -3.7   -0.3  -0.18      0
T08   +4.9   +8.3   +7.9   +2.6    0.0   -5.0   -1.7   -0.7  -0.30     -2
T09   -5.3    -21   -2.1   -3.3   +3.4    -11    -15   +0.3  -0.13     -2
T10   +2.7   +5.6   +1.5   -2.0    0.0   -4.3   +2.3   -0.6  -0.40      0
T12   +1.6   +5.6   +7.3   +3.7    0.0   -9.1   -1.5   -0.3  +0.64      0
T13   +4.9   +8.1   +8.6   +0.5   +2.8    +12   -3.5   -1.4  +0.53      0
T14   +4.2   +3.8   +4.6   +0.8    0.0    0.0   -2.7   -0.1  -0.46      0
T15   +0.3   -5.3   +1.3   -2.2    0.0   -2.9   -3.9   -0.7  +0.10      0
T16   +3.1    0.0   +3.6   -1.2      .      .   -5.8   -0.3  +0.41     +1
T17   +1.4    0.0   -2.9   +1.6   +5.1    0.0   -4.2   -0.3  +0.01      0
T18    0.0      .      .   -2.7    0.0    0.0      .   -0.5      .      0
"""
PLACES = {"DEBT_RATIO": 1, "YIELD": 2}


def figure(group: Group, unit: str, measure: str, what: str) -> Decimal:
    """In what the pages count in: millions, thousands a head, per cent, cases."""
    version, months = ASKED[what]
    asked = (version, months)
    if measure == "DEBT_RATIO":
        return 100 * group.month(unit, "LIABILITIES", version, months[-1]) / group.month(unit, "ASSETS", version, months[-1])  # fmt: skip
    if measure == "YIELD":
        return 100 * group.sum(unit, "PASSED", *asked) / group.sum(unit, "PIECES", *asked)
    if measure == "REVENUE_PER_HEAD":
        return group.sum(unit, "REVENUE", *asked) / group.mean(unit, "HEADCOUNT", *asked) / 1000
    if measure == "RECEIVABLES":
        return group.month(unit, measure, version, months[-1]) / MILLION
    return group.sum(unit, measure, *asked) / (1 if measure == "ACCIDENTS" else MILLION)


def printed(value: Decimal, places: int = 0, signed: bool = False) -> str:
    """With separators of thousands; a minus only where something is left of it."""
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return f"{rounded if rounded else abs(rounded):{'+' if signed else ''},}"


def line(group: Group, unit: str, measure: str) -> list[str]:
    """As a row of the headline measures."""
    target, plan, actual, last = (figure(group, unit, measure, what) for what in ASKED)
    places = PLACES.get(measure, 0)
    if places or measure == "ACCIDENTS" or last < 0:
        change = [printed(actual - last, places, signed=True)]
    else:
        change = [printed(100 * (actual - last) / last, 1, signed=True), "%"]
    return [measure, *(printed(value, places) for value in (target, plan, actual)), *change]


@pytest.mark.parametrize(("unit", "page"), [("T", HEADLINE), ("T03", XINGLU)])
def test_headline_measures_are_those_of_the_page(group: Group, unit: str, page: str) -> None:
    rows = [row.split() for row in page.strip().splitlines()]

    assert [line(group, unit, row[0]) for row in rows] == rows


def distance(group: Group, unit: str, measure: str) -> str:
    """As a cell of the matrix: whole numbers from 10 on."""
    plan, actual = (figure(group, unit, measure, what) for what in ("plan", "actual"))
    lower = measure in ("RECEIVABLES", "DEBT_RATIO", "ACCIDENTS")
    gap = actual - plan if measure in (*PLACES, "ACCIDENTS") else 100 * (actual - plan) / plan
    places = 2 if measure == "YIELD" else 0 if measure == "ACCIDENTS" or abs(gap) >= Decimal("9.95") else 1
    text = printed(-gap if lower else gap, places, signed=True)
    return text if any(digit in text for digit in "123456789") else text.removeprefix("+")


def test_distances_to_the_plan_are_those_of_the_matrix(group: Group) -> None:
    header, *rows = (row.split() for row in MATRIX.strip().splitlines())

    found = [
        [unit, *("." if shown == "." else distance(group, unit, measure) for measure, shown in zip(header, cells, strict=True))]
        for unit, *cells in rows
    ]  # fmt: skip

    assert found == rows


def test_companies_have_the_revenue_and_profit_of_the_pages(group: Group) -> None:
    found = {
        unit: tuple(round(figure(group, unit, m, what)) for m in ("REVENUE", "PROFIT") for what in ("plan", "actual"))
        for unit in COMPANIES
    }

    assert found == COMPANIES


def test_split_of_38_000_became_the_target(group: Group) -> None:
    """The year before is like-for-like: what a unit took over counts in it."""
    taken = {row["successor"]: row["code"] for row in group.units if row["successor"]}

    def before(unit: str) -> Decimal:
        both = (unit, taken[unit]) if unit in taken else (unit,)
        return sum((group.sum(each, "REVENUE", "actual", YEAR_2022) for each in both), Decimal(0))

    found = {
        unit: (
            round(before(unit) / MILLION),
            round(group.sum(unit, "REVENUE", "target", YEAR_2023) / MILLION),
        )
        for unit in SPLIT
    }

    assert found == SPLIT


@pytest.mark.parametrize(
    ("measure", "printed_"),
    [("REVENUE", (-2120, -1022, -1007, -996, -1972)), ("PROFIT", (-12, -6, -6, -6, -11))],
)
def test_eliminations_are_those_of_the_pages(group: Group, measure: str, printed_: tuple[int, ...]) -> None:
    """What the group has less than its companies."""
    asked = (*ASKED.values(), ("actual", YEAR_2022))
    companies = [code for code, parent in group.parents("2023-06").items() if parent == "T"]

    found = tuple(
        group.sum("T", measure, *each) - sum(group.sum(company, measure, *each) for company in companies)
        for each in asked
    )

    assert found == tuple(number * MILLION for number in printed_)


def test_profit_gap_is_explained_as_the_waterfall_does(group: Group) -> None:
    """Plan 442, Xinglu -43, Tongtu -6, Changling -3, Turbine, Cable, June not reported, others, actual 395."""
    gaps = {
        unit: round(figure(group, unit, "PROFIT", "actual") - figure(group, unit, "PROFIT", "plan"))
        for unit in COMPANIES
    }

    assert sorted(gaps, key=gaps.__getitem__)[0] == "T03"
    assert {unit: gap for unit, gap in gaps.items() if len(unit) == 3 and abs(gap) > 1} == {
        "T03": -43, "T09": -6, "T07": -3, "T01": -2, "T06": -2, "T11": -2, "T13": 3, "T10": 2, "T08": 2, "T02": 2,
    }  # fmt: skip
    assert sum(gap for unit, gap in gaps.items() if len(unit) == 3) == 395 - 442


def test_origin_of_xinglus_profit_is_exact_to_the_fen(group: Group) -> None:
    found = {unit: group.sum(unit, "PROFIT", "actual", HALF_2023) for unit in ("T0301", "T0302", "T0303", "T03")}

    assert {unit: f"{value:,}" for unit, value in found.items()} == {
        "T0301": "-34,184,221.70",
        "T0302": "-14,863,105.50",
        "T0303": "5,048,603.10",
        "T03": "-43,998,724.10",
    }


def test_xinglu_has_1_070_people_and_lost_16_in_2022(group: Group) -> None:
    assert group.month("T03", "HEADCOUNT", "actual", "2023-06") == 1070
    assert round(group.sum("T03", "PROFIT", "actual", YEAR_2022) / MILLION) == -16


def test_month_that_is_not_in_is_about_163_of_revenue(group: Group) -> None:
    assert round(group.month("T11", "REVENUE", "target", "2023-06") / MILLION) == 163
