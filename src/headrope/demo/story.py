"""What happens in the example group: the figures by hand from which all months are drawn, in million yuan.

The first half of 2023 in one paragraph: revenue is about on plan, profit is 52 short of 160, and Xinglu Boiler (T03),
which planned a loss of 1 and lost 44, explains 43 of it. Tongtu (T09) and the turbine castings (T0103) are weak, the
cable company (T06) grows, East Pumps Trading (T11) owes its June, Pressure Vessels (T0302) restated its June profit.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Half(NamedTuple):
    """One flow of one leaf: first half 2022, phase plan and actual of the first half 2023, target of the year 2023."""

    last: float
    plan: float
    actual: float
    target: float


class Pace(NamedTuple):
    """Actual to phase plan, first half 2023, of the flows that are drawn from revenue."""

    orders: float
    cash: float
    rd: float
    capex: float


class Balance(NamedTuple):
    """Assets; liabilities to assets in per cent, target and points above it in June 2023; receivables likewise."""

    assets: float
    debt: float
    debt_over: float
    receivables: float
    receivables_over: float


class Works(NamedTuple):
    """People; first-pass yield in per cent, target and points above it in the first half of 2023."""

    people: int
    passed: float
    passed_over: float


REVENUE: Final = {
    "T0101": Half(1212, 1282, 1316, 2787),
    "T0102": Half(402, 428, 452, 873),
    "T0103": Half(340, 351, 328, 731),
    "T0104": Half(446, 503, 548, 1143),
    "T0301": Half(584, 552, 499, 1200),
    "T0302": Half(255, 269, 238, 560),
    "T0303": Half(163, 174, 181, 386),
    "T0305": Half(44, 45, 45, 95),
    "T0401": Half(670, 714, 762, 1586),
    "T040201": Half(280, 301, 303, 614),
    "T040202": Half(190, 210, 204, 438),
    "T06": Half(985, 1096, 1172, 2237),
    "T0901": Half(668, 745, 706, 1433),
    "T0902": Half(373, 408, 393, 756),
    "T11": Half(700, 791, 620, 1615),
    "T18": Half(79, 83, 83, 160),
}
# The profits of Xinglu are those of the drawn pages to the fen; T0302 as restated.
PROFIT: Final = {
    "T0101": Half(31, 38, 37.4184069, 86),
    "T0102": Half(12, 15, 15.5972216, 31),
    "T0103": Half(3.7, 4, 0.9034477, 8),
    "T0104": Half(19.5, 25, 26.2918530, 60),
    "T0301": Half(-17, -8, -34.1842217, -14),
    "T0302": Half(5.2, 2, -14.8631055, 4),
    "T0303": Half(5.1, 5, 5.0486031, 11),
    "T0305": Half(-1, -1, -1, -2),
    "T0401": Half(23.5, 27, 28.9061384, 63),
    "T040201": Half(6.5, 7, 6.4827715, 14),
    "T040202": Half(3.3, 3, 2.1139042, 7),
    "T06": Half(10, 15, 13.3870629, 31),
    "T0901": Half(11.6, 15, 11.7920458, 30),
    "T0902": Half(6.2, 7, 5.9081637, 14),
    "T11": Half(4.1, 5, 3.6143380, 11),
}
PACE: Final = {
    "T0101": Pace(1.01, 0.965, 0.99, 1.08),
    "T0102": Pace(1.02, 0.99, 1.01, 1.02),
    "T0103": Pace(0.93, 0.86, 0.98, 0.99),
    "T0104": Pace(1.10, 1.01, 1.02, 1.03),
    "T0301": Pace(0.91, 0.85, 1.00, 0.80),
    "T0302": Pace(0.95, 0.87, 0.99, 1.05),
    "T0303": Pace(0.99, 1.00, 1.01, 1.08),
    "T0305": Pace(1, 1, 1, 1),
    "T0401": Pace(1.12, 1.02, 1.01, 1.10),
    "T040201": Pace(0.97, 0.97, 1.00, 0.97),
    "T040202": Pace(0.90, 0.90, 0.98, 0.92),
    "T06": Pace(1.06, 1.05, 1.03, 1.18),
    "T0901": Pace(0.99, 0.965, 1.05, 0.98),
    "T0902": Pace(0.98, 0.945, 1.02, 0.80),
    "T11": Pace(1.00, 0.985, 1, 1),
    "T18": Pace(1, 0.975, 1.00, 1.00),
}
BALANCE: Final = {
    "T0101": Balance(4174, 65.6, 0.4, 801, 0.97),
    "T0102": Balance(1155, 62.1, -0.4, 190, 1.05),
    "T0103": Balance(1193, 52.3, 0.3, 205, 1.06),
    "T0104": Balance(1465, 58.7, -0.5, 236, 1.02),
    "T0301": Balance(1509, 76.0, 7.0, 276, 1.205),
    "T0302": Balance(845, 76.0, 3.9, 161, 1.01),
    "T0303": Balance(499, 76.0, 5.0, 94, 0.95),
    "T0305": Balance(110, 72.0, 4.0, 26, 1.10),
    "T0401": Balance(2348, 52.1, -0.1, 426, 1.055),
    "T040201": Balance(1033, 55.7, 0.5, 151, 1.05),
    "T040202": Balance(690, 52.9, 1.1, 127, 0.92),
    "T06": Balance(3344, 60.7, 0.5, 502, 1.03),
    "T0901": Balance(1704, 55.7, 0.3, 320, 1.28),
    "T0902": Balance(1036, 63.9, -1.1, 186, 1.025),
    "T11": Balance(1556, 66.0, 0.4, 496, 1.03),
    "T18": Balance(200, 63.5, 0.5, 34, 1),
}
WORKS: Final = {
    "T0101": Works(1349, 98.2, 0.06),
    "T0102": Works(503, 98.2, -0.45),
    "T0103": Works(326, 97.6, -0.53),
    "T0104": Works(575, 98.2, 0.40),
    "T0301": Works(533, 98.2, -0.25),
    "T0302": Works(245, 98.2, -0.30),
    "T0303": Works(281, 98.2, 0.50),
    "T0305": Works(62, 98.2, -0.60),
    "T0401": Works(659, 98.2, 0.30),
    "T040201": Works(268, 98.2, 0.30),
    "T040202": Works(314, 98.2, -0.50),
    "T06": Works(1141, 98.2, 0.30),
    "T0901": Works(668, 98.2, -0.40),
    "T0902": Works(340, 98.2, 0.20),
    "T11": Works(249, 98.2, 0.00),
    "T18": Works(89, 98.2, 0.00),
}
# Months of 2023 with one case each, and the planned month of the one case a year that is the limit.
ACCIDENTS: Final = {"T0101": (1,), "T0103": (2, 4, 6), "T0301": (5,), "T040202": (4,), "T0901": (3, 6)}
ACCIDENT_LIMITS: Final = {"T0101": 5, "T06": 4, "T0103": 9, "T0401": 10, "T0901": 8}

OF_REVENUE: Final = {"ORDERS": 1.09, "CASH": 0.93, "RD": 0.033, "CAPEX": 0.047}
NOT_KEPT: Final = {  # a trader makes nothing, a school earns nothing
    "T11": frozenset({"RD", "CAPEX", "PIECES", "PASSED"}),
    "T18": frozenset({"PROFIT", "ORDERS", "RECEIVABLES", "PIECES", "PASSED"}),
}
GROWTH: Final = {"T06": 1.14, "T0302": 1.20}  # 2022 over 2021; all others 1.06

LATE: Final = "T11"  # its June 2023 is not in
RESTATED: Final = ("T0302", -6_000_000_00)  # fen by which the profit of June 2023 became known as lower on 12 July
CLOSED: Final = ("T0305", (2022, 3))  # the last month before it went into T0302
HEIR: Final = "T0302"
