"""What happens in the example group beside its figures of the half: who is late, what was restated, who merged, seasons."""

from __future__ import annotations

from typing import Final, NamedTuple

from headrope.demo.prose import Prose

LATE: Final = "T11"  # its June 2023 is not in
RESTATED: Final = ("T0302", -6_000_000_00)  # fen by which its profit of June 2023 became known as lower on 12 July
RESTATED_KNOWN: Final = "2023-07-12"
RESTATED_BECAUSE: Final = Prose("Warranty provision of Unit 4 was missed", "漏提4号机组质保金")
TARGETS_KNOWN: Final = {2022: "2022-01-20", 2023: "2023-01-18"}


class Merger(NamedTuple):
    """A unit that was taken over: the part it had of what the tables tell of both, and the last month of its own.

    `planned`: the years whose plan was made for each of them; later plans are the heir's alone.
    """

    heir: str
    merged: str
    share: float
    until: tuple[int, int]
    planned: tuple[int, ...]


PLANNED_BECAUSE: Final = Prose("The plan of 2023 was made for Cutting Tools", "2023年计划按刀具公司编制")
MERGERS: Final = (Merger("T0302", "T0305", 0.12, (2022, 3), ()), Merger("T0703", "T0704", 0.06, (2023, 2), (2022,)))

# The profits of Xinglu are those of the drawn pages to the fen, in million yuan; T0302 as restated.
EXACT: Final = {
    ("T0301", "PROFIT"): -34.1842217,
    ("T0302", "PROFIT"): -14.8631055,
    ("T0303", "PROFIT"): 5.0486031,
}
# How Xinglu became a loss-maker: profits of 2020 and 2021, and what was planned for 2022.
EARLIER: Final = {("T0301", "PROFIT"): {2020: 9, 2021: -12}, ("T0302", "PROFIT"): {2020: 16, 2021: 14}}
PLANNED_2022: Final = {("T0301", "PROFIT"): -10, ("T0302", "PROFIT"): 13}
# The epidemic: about so much of the first half of 2020 slipped into the second; the year brought what it brought.
LOST: Final = {"PROFIT": 0.42, "CASH": 0.08, "ORDERS": 0.06, "REVENUE": 0.04}
LOST_UNTIL: Final = (2020, 6)
NOT_HIT: Final = "T03"  # boilers are sold years ahead
STATED: Final = ("T04", "REVENUE", (2023, 5), 350_000_00)  # what the parent states is more by these fen in that month

SHAPE: Final = (0.80, 0.75, 1.05, 1.00, 1.02, 1.20, 0.90, 0.92, 1.02, 1.00, 1.08, 1.34)  # of a year's flow
BUILDING: Final = (
    0.50,
    0.80,
    1.50,
    1.45,
    1.25,
    1.00,
    0.80,
    0.75,
    0.95,
    0.90,
    0.80,
    0.75,
)  # machines are sold in spring
OUTAGES: Final = (
    0.50,
    0.60,
    1.05,
    1.45,
    1.40,
    0.90,
    0.60,
    0.60,
    1.10,
    1.50,
    1.30,
    1.00,
)  # stations stop in April, October
TERMS: Final = (0.30, 2.40, 1.60, 0.40, 0.35, 0.30, 0.20, 0.35, 3.30, 1.20, 0.40, 0.30)  # fees are paid by the term
BUDGETS: Final = (0.35, 0.35, 0.70, 0.75, 0.80, 1.20, 0.70, 0.75, 1.10, 1.00, 1.40, 2.90)  # customers spend in December
WINTER: Final = (0.60, 0.55, 0.75, 0.80, 0.90, 1.10, 1.20, 1.35, 1.50, 1.35, 1.00, 0.90)  # heat is wanted by November
SEASONS: Final = {
    **dict.fromkeys(("T0901", "T0902", "T090301", "T090302", "T0801"), BUILDING),
    **dict.fromkeys(("T1403", "T1701", "T1702", "T1703"), BUDGETS),
    "T0104": OUTAGES,
    "T0303": WINTER,
    "T18": TERMS,
}

# Months of 2023 with one case each; the worst was a fall from a crane on trial in March.
ACCIDENTS: Final = {
    "T0101": (1,),
    "T0103": (2, 4, 6),
    "T0301": (5,),
    "T040202": (4,),
    "T0802": (3, 5),
    "T0901": (3, 6),
}
WORST: Final = ("T0901", (2023, 3), 3)

OVERSEAS: Final = {"T150101": 1.0, "T150102": 1.0, "T1502": 1.0, "T1001": 0.24}  # of revenue; of others by chance
AT_HOME: Final = frozenset({"T0104", "T16", "T1701", "T1702", "T1703", "T18"})
# What a unit does not do: a school earns nothing, a trader burns next to nothing, castings go to sisters only.
NOT_DONE: Final = {
    "T18": frozenset({"PROFIT", "ORDERS", "RECEIVABLES", "PIECES", "PASSED"}),
    "T16": frozenset({"ENERGY"}),
    "T0103": frozenset({"SATISFACTION", "REPLIES"}),
    "T1701": frozenset({"SATISFACTION", "REPLIES"}),
    **dict.fromkeys(("T0305", "T0704"), frozenset({"ENERGY", "SATISFACTION", "REPLIES"})),  # metered with the heir
}
