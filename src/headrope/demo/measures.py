"""The measures of the example group, as rows of measures.csv."""

from __future__ import annotations

from typing import Final, NamedTuple


class Measure(NamedTuple):
    """One row of measures.csv."""

    code: str
    name: str
    name_zh: str
    account: str
    quantity: str
    step: str
    kind: str
    direction: str
    numerator: str = ""
    denominator: str = ""
    weight: str = ""


PER_HEAD: Final = ("REVENUE", "HEADCOUNT")
DEBT: Final = ("LIABILITIES", "ASSETS")
FIRST_PASS: Final = ("PASSED", "PIECES")


def money(code: str, name: str, name_zh: str, kind: str, direction: str) -> Measure:
    return Measure(code, name, name_zh, "CNY", "money", "0.01", kind, direction)


def count(code: str, names: tuple[str, str], account: str, kind: str, direction: str) -> Measure:
    return Measure(code, *names, account, "count", "1", kind, direction)


def ratio(code: str, names: tuple[str, str], account: str, direction: str, parts: tuple[str, str]) -> Measure:
    return Measure(code, *names, account, "number", "", "ratio", direction, *parts)


MEASURES: Final = (
    money("REVENUE", "Revenue", "营业收入", "flow", "up")._replace(weight="3"),
    money("PROFIT", "Profit", "利润总额", "flow", "up")._replace(weight="3"),
    money("ORDERS", "Orders", "新签订单", "flow", "up")._replace(weight="2"),
    money("CASH", "Cash collected", "货款回收", "flow", "up")._replace(weight="2"),
    money("RD", "R&D spend", "研发投入", "flow", "up")._replace(weight="1"),
    money("CAPEX", "Investment", "固定资产投资", "flow", "up")._replace(weight="1"),
    money("RECEIVABLES", "Receivables", "应收账款", "stock", "down")._replace(weight="2"),
    money("LIABILITIES", "Liabilities", "负债总额", "stock", "none"),
    money("ASSETS", "Assets", "资产总额", "stock", "none"),
    ratio("DEBT_RATIO", ("Liabilities ÷ assets", "资产负债率"), "%", "down", DEBT)._replace(weight="2"),
    count("HEADCOUNT", ("Headcount", "在岗人数"), "persons", "stock", "none"),
    ratio("REVENUE_PER_HEAD", ("Revenue per head", "人均收入"), "CNY per head", "up", PER_HEAD)._replace(weight="1"),
    count("PIECES", ("Pieces inspected", "交验件数"), "pieces", "flow", "none"),
    count("PASSED", ("Pieces passed at first", "一次合格件数"), "pieces", "flow", "none"),
    ratio("YIELD", ("First-pass yield", "一次交验合格率"), "%", "up", FIRST_PASS)._replace(weight="1"),
    count("ACCIDENTS", ("Accidents", "生产安全事故"), "cases", "flow", "down")._replace(weight="2"),
)
MONEY: Final = frozenset(measure.code for measure in MEASURES if measure.quantity == "money")
