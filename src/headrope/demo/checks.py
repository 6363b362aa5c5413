"""What is asked of the figures of the example group before they become facts."""

from __future__ import annotations

from typing import Final, NamedTuple


class Check(NamedTuple):
    """One row of checks.csv."""

    code: str
    kind: str
    severity: str
    measures: str = ""
    formula: str = ""
    denominator: str = ""
    against: str = ""
    min: str = ""
    max: str = ""
    change: str = ""
    tolerance: str = ""
    floor: str = ""
    limit: str = ""
    message: str = ""
    message_zh: str = ""


CHECKS: Final = (
    Check(
        "SIGN",
        "not-negative",
        "blocking",
        "REVENUE ORDERS CASH RD CAPEX RECEIVABLES LIABILITIES ASSETS OVERSEAS HEADCOUNT PIECES PASSED ACCIDENTS "
        "ACCIDENT_CLASS REPLIES",
    ),
    Check(
        "ABROAD",
        "range",
        "blocking",
        formula="REVENUE-OVERSEAS",
        min="0",
        message="Overseas revenue is a part of revenue and cannot be more.",
        message_zh="海外收入是营业收入的一部分，不能更大。",
    ),
    Check(
        "PASSED_OF",
        "range",
        "blocking",
        formula="PIECES-PASSED",
        min="0",
        message="No more pieces can pass than are inspected.",
        message_zh="一次合格件数不能多于交验件数。",
    ),
    Check("ENERGY_ON", "cumulative", "blocking", "ENERGY"),
    Check("CLASS", "range", "blocking", "ACCIDENT_CLASS", min="0", max="4"),
    Check("GIVEN", "missing", "blocking", "*"),
    Check(
        "LENT",
        "jump",
        "warning",
        "RECEIVABLES",
        against="previous",
        change="8 %",
        floor="50000000",
        message="Receivables have moved by more than 8 % in a month. Which customer, and why?",
        message_zh="应收账款一个月变动超过8%。是哪个客户，为什么？",
    ),
    Check("UNUSUAL", "unusual", "warning", "REVENUE CASH", limit="4", tolerance="20000000"),
    Check(
        "ACCIDENTS_UP",
        "jump",
        "warning",
        "ACCIDENTS",
        against="previous",
        tolerance="1",
        message="Two accidents more or less than in the month before. Is the count complete?",
        message_zh="事故起数比上月多或少两起以上。统计完整吗？",
    ),
    Check("PEOPLE", "jump", "warning", "HEADCOUNT", against="previous", change="5 %", floor="100"),
    Check("DEBT", "ratio", "warning", formula="LIABILITIES", denominator="ASSETS", max="95 %"),
    Check("POINTS", "range", "blocking", "SATISFACTION", min="0", max="100"),
)
