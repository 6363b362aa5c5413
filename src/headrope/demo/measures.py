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
    annualise: str = ""
    missing: str = ""
    margin: str = ""
    attributable: str = ""
    owner: str = ""


def money(code: str, names: tuple[str, str], kind: str, direction: str) -> Measure:
    return Measure(code, *names, "CNY", "money", "0.01", kind, direction)


def count(code: str, names: tuple[str, str], account: str, kind: str, direction: str) -> Measure:
    return Measure(code, *names, account, "count", "1", kind, direction)


def formed(code: str, names: tuple[str, str], account: str, kind: str, of: tuple[str, str]) -> Measure:
    return Measure(code, *names, account, "number", "", kind, "none", *of)


OWNER: Final = "wu.jie"
"""Finance of the group: profit, receivables and liabilities are hers, and so are the checks that judge only these."""
MEASURES: Final = (
    money("REVENUE", ("Revenue", "营业收入"), "flow", "up")._replace(weight="3", attributable="yes"),
    money("PROFIT", ("Profit", "利润总额"), "flow", "up")._replace(weight="3", attributable="yes", owner=OWNER),
    money("ORDERS", ("Orders", "新签订单"), "flow", "up")._replace(weight="2"),
    money("CASH", ("Cash collected", "货款回收"), "flow", "up")._replace(weight="2"),
    money("RD", ("R&D spend", "研发投入"), "flow", "up")._replace(weight="1"),
    money("CAPEX", ("Investment", "固定资产投资"), "flow", "up")._replace(weight="1"),
    money("RECEIVABLES", ("Receivables", "应收账款"), "stock", "down")._replace(
        weight="2", missing="carry", owner=OWNER
    ),
    money("LIABILITIES", ("Liabilities", "负债总额"), "stock", "none")._replace(missing="carry", owner=OWNER),
    money("ASSETS", ("Assets", "资产总额"), "stock", "none")._replace(missing="carry"),
    formed("DEBT_RATIO", ("Liabilities ÷ assets", "资产负债率"), "%", "ratio", ("LIABILITIES", "ASSETS"))._replace(
        direction="down", weight="2"
    ),
    count("HEADCOUNT", ("Headcount", "在岗人数"), "persons", "stock", "none"),
    formed("HEADCOUNT_MEAN", ("Mean headcount", "平均人数"), "persons", "average", ("HEADCOUNT", "")),
    formed(
        "REVENUE_PER_HEAD", ("Revenue per head", "人均收入"), "CNY per head", "ratio", ("REVENUE", "HEADCOUNT_MEAN")
    )._replace(direction="up", weight="1"),
    count("PIECES", ("Pieces inspected", "交验件数"), "pieces", "flow", "none"),
    count("PASSED", ("Pieces passed at first", "一次合格件数"), "pieces", "flow", "none"),
    formed("YIELD", ("First-pass yield", "一次交验合格率"), "%", "ratio", ("PASSED", "PIECES"))._replace(
        direction="up", weight="1"
    ),
    count("ACCIDENTS", ("Accidents", "生产安全事故"), "cases", "flow", "down")._replace(weight="2"),
    count("ACCIDENT_CLASS", ("Worst accident", "最高事故等级"), "class", "max", "down"),
    money("OVERSEAS", ("Overseas revenue", "海外收入"), "flow", "up"),
    money("DOMESTIC", ("Domestic revenue", "国内收入"), "formula", "none")._replace(numerator="REVENUE-OVERSEAS"),
    formed(
        "TURNOVER", ("Asset turnover, annual", "总资产周转率（年化）"), "%", "ratio", ("REVENUE", "ASSETS")
    )._replace(direction="up", annualise="yes"),
    count("ENERGY", ("Energy", "综合能耗"), "t coal eq.", "cumulative", "down"),
    formed("SATISFACTION", ("Customer satisfaction", "客户满意度"), "points", "score", ("", "REPLIES"))._replace(
        direction="index", margin="1"
    ),
    count("REPLIES", ("Customers asked", "受访客户数"), "customers", "flow", "none"),
)
MONEY: Final = frozenset(measure.code for measure in MEASURES if measure.quantity == "money")
FORMED: Final = frozenset(
    measure.code for measure in MEASURES if measure.kind in ("ratio", "average", "formula", "growth")
)
KIND: Final = {measure.code: measure.kind for measure in MEASURES}
QUARTERLY: Final = frozenset({"SATISFACTION", "REPLIES"})
CARRIED: Final = frozenset(measure.code for measure in MEASURES if measure.missing == "carry")
