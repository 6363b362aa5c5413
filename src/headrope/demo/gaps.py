"""What the example group says of its gaps: causes, rules, benchmarks, who was asked, and what the heads have answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from headrope.core.periods import parse
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User
from headrope.org.queries import sight
from headrope.review.defined.actions import save
from headrope.review.defined.kinds import BENCHMARKS, CAUSES, RULES, Kind, Placed
from headrope.review.gaps.actions import Actor, answer, ask
from headrope.review.gaps.given import Given, Upload
from headrope.review.gaps.place import Place, place_of
from headrope.review.queries import Reader

HALF: Final = parse("2023-H1")
MILLION: Final = 6
_CAUSES: Final = """
MARKET,,Market,市场
MARKET-VOLUME,MARKET,Volume of orders,订单数量
MARKET-TIMING,MARKET,Timing of orders,订单时点
MARKET-PRICE,MARKET,Sales prices,销售价格
COST,,Cost,成本
COST-INPUT,COST,Price of input,投入价格
COST-WARRANTY,COST,Warranty and provisions,质保与计提
COST-ONE-OFF,COST,One-off expense,一次性支出
WORK,,Own performance,自身绩效
WORK-OUTPUT,WORK,Output and delivery,产出与交付
WORK-QUALITY,WORK,Quality,质量
WORK-SAFETY,WORK,Safety,安全
MONEY,,Money,资金
MONEY-COLLECT,MONEY,Customers pay late,客户付款延迟
MONEY-STOCKS,MONEY,Stocks,存货
RULES,,Rules and reporting,制度与口径
RULES-RESTATED,RULES,Restated or late figures,更正或迟报
"""
_RULES: Final = (
    {"code": "PACE", "kind": "pace", "basis": "phases", "watch": "2", "behind": "5", "ratio_watch": "1", "ratio_behind": "2.5"},
    {"code": "RED", "kind": "red", "name": "Red list", "name_zh": "红榜", "measures": "REVENUE PROFIT ORDERS CASH", "percent": "5", "most": "3"},
    {"code": "BLACK", "kind": "black", "name": "Black list", "name_zh": "黑榜", "measures": "REVENUE PROFIT CASH", "percent": "10", "silent": "yes"},
)  # fmt: skip
_OUTSIDE: Final = (
    ("YANJIANG", "Yanjiang Heavy Electric", "沿江重电", "60.4", "873000", "98.31"),
    ("BEIYUAN", "Beiyuan Machinery", "北原机械", "57.8", "912000", "98.42"),
    ("LONGTAI", "Longtai Power Equipment", "隆泰动力", "64.2", "798000", "97.96"),
    ("HAICHENG", "Haicheng Electric", "海城电气", "55.1", "945000", "98.55"),
)


class Said(NamedTuple):
    """An answer: who gives it for which gap; causes and months with amounts in millions where it is money, as typed."""

    by: str
    unit: str
    measure: str
    causes: tuple[tuple[str, str], ...]
    words: str
    months: tuple[tuple[str, str], ...] = ()
    whys: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


ANSWERS: Final = (
    Said(
        "fang.zhiqiang", "T03", "PROFIT",
        (("COST-INPUT", "13"), ("MARKET-TIMING", "12"), ("COST-WARRANTY", "6"), ("WORK-OUTPUT", "12")),
        "Two outages slip to September; with the steel clause signed on 3 July half of the loss comes back. "
        "I promise −30 for the year, not +1.",
        (("2023-09", "9"), ("2023-10", "4"), ("2023-11", "4"), ("2023-12", "4")),
        ("Why a loss of 44? Steel went up by 11 % and two outages moved.", "Why did steel hit us? The price was fixed at signing.",
         "Why was it fixed? The contract form of 2021 has no steel clause.", "Why not changed? Sales gets paid for orders, not for margin."),
        ("Steel clause of 3 July.txt", "Outage plan H2.txt"),
    ),
    Said(
        "fang.zhiqiang", "T03", "REVENUE", (("MARKET-TIMING", "52"), ("WORK-OUTPUT", "25")),
        "The outages at Nanwan and Qinghe move to September and October; both customers have confirmed the dates.",
        (("2023-09", "30"), ("2023-10", "22")),
    ),
    Said(
        "fang.zhiqiang", "T03", "CASH", (("MONEY-COLLECT", "80"),),
        "Three power stations pay on acceptance, which moves with the outages. A collection team visits each of them by 31 July.",
        (("2023-08", "15"), ("2023-09", "25"), ("2023-10", "30")),
    ),
    Said(
        "zhou.yi", "T09", "PROFIT", (("MARKET-VOLUME", "5"), ("COST-ONE-OFF", "1")),
        "Cranes sold 8 % less; the second shift in Road Machinery ends on 1 August. Told by telephone by Jiang Bo.",
        (("2023-08", "1"), ("2023-10", "2")),
    ),
    Said(
        "zhou.yi", "T07", "PROFIT", (("WORK-OUTPUT", "3"),),
        "Two heavy lathes are accepted in July instead of June. Written down at the weekly call.",
        (("2023-07", "2"),),
    ),
    Said(
        "zhou.yi", "T14", "YIELD", (("WORK-QUALITY", ""),),
        "The new board supplier is stopped; incoming inspection goes to full lots until September.",
        (("2023-08", "0.2"), ("2023-09", "0.2")),
    ),
)  # fmt: skip
ASKED: Final = (
    ("T01", "ACCIDENTS", date(2023, 7, 14)),
    ("T09", "REVENUE", date(2023, 7, 14)),
    ("T06", "PROFIT", date(2023, 7, 17)),
    ("T03", "DEBT_RATIO", date(2023, 7, 14)),
)


def seed_gaps() -> None:
    """Write it through the actions, in the names of those who would; the group and its people are there. Once only."""
    office = _user("zhou.yi")
    for kind, rows in ((CAUSES, _causes()), (RULES, _placed(RULES, _RULES)), (BENCHMARKS, _benchmarks())):
        judged = save(kind, rows, office)
        if judged.problems:
            raise ValueError("; ".join(map(str, judged.problems)))
    for said in ANSWERS:
        actor = _actor(said.by)
        place = _place(actor, said.unit, said.measure)
        if place.answer is None:
            done = answer(actor, place, 0, _given(said))
            if done.problems:
                raise ValueError("; ".join(map(str, done.problems)))
    actor = _actor("zhou.yi")
    for unit, measure, due in ASKED:
        place = _place(actor, unit, measure)
        if place.asked is None and place.answer is None:
            ask(actor, place, due if due >= place.today else None)


def _user(name: str) -> User:
    return User.objects.get(username=name)


def _actor(name: str) -> Actor:
    user, at = _user(name), books()
    return Actor(user, sight(user, str(at.key), at.seq, _today()))


def _today() -> date:
    return clock.now().astimezone(ledger_settings().zone).date()


def _place(actor: Actor, unit: str, measure: str) -> Place:
    reader = Reader(store.fresh(), ledger_settings(), books(), actor.sight)
    return place_of(reader, unit, HALF, measure)


def _given(said: Said) -> Given:
    files = tuple(Upload(name, f"{name.removesuffix('.txt')}\n".encode()) for name in said.files)
    months = {parse(month): amount for month, amount in said.months}
    return Given(said.causes, said.words, said.whys, months, MILLION, files=files)


def _causes() -> list[Placed]:
    columns = ("code", "parent", "name", "name_zh")
    rows = [dict(zip(columns, line.split(","), strict=True)) for line in _CAUSES.strip().splitlines()]
    return _placed(CAUSES, rows)


def _benchmarks() -> list[Placed]:
    rows: list[dict[str, str]] = []
    shown = {"set": "INDUSTRY", "set_name": "Makers of power equipment", "set_name_zh": "发电装备同行"}
    for peer, name, name_zh, *values in _OUTSIDE:
        for measure, value in zip(("DEBT_RATIO", "REVENUE_PER_HEAD", "YIELD"), values, strict=True):
            share = measure in ("DEBT_RATIO", "YIELD")
            figure = f"{float(value) / 100:.4f}" if share else value
            own = {"side": "outside", "peer": peer, "name": name, "name_zh": name_zh, "measure": measure}
            rows.append({**shown, **own, "period": "2023-H1", "value": figure, "source": "Half-year report 2023"})
    machines = {"set": "MACHINES", "set_name": "Machine makers of the group", "set_name_zh": "集团机械板块"}
    rows += [{**machines, "side": "inside", "peer": unit} for unit in ("T07", "T08", "T09", "T10", "T12", "T13")]
    return _placed(BENCHMARKS, rows)


def _placed(kind: Kind, rows: Sequence[dict[str, str]]) -> list[Placed]:
    return [(f"{kind.file}, row {number}", row) for number, row in enumerate(rows, 2)]
