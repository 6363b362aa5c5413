"""What the example group has for its gaps: causes, rules and benchmarks; and its answers, written through the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from headrope.core.periods import parse
from headrope.demo.answers import ANSWERS, ASKED, Said
from headrope.demo.prose import Prose
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
    # What swings from month to month by its nature is not red at once.
    {"code": "PACE-SWINGS", "kind": "tolerance", "measures": "ORDERS CAPEX RECEIVABLES", "watch": "3", "behind": "10"},
    {"code": "PACE-HEADS", "kind": "tolerance", "measures": "REVENUE_PER_HEAD", "watch": "2", "behind": "5"},
    {"code": "RED", "kind": "red", "name": "Red list", "name_zh": "红榜", "measures": "REVENUE PROFIT ORDERS CASH", "percent": "5", "most": "3"},
    {"code": "BLACK", "kind": "black", "name": "Black list", "name_zh": "黑榜", "measures": "REVENUE PROFIT CASH", "percent": "10", "silent": "yes"},
)  # fmt: skip
_OUTSIDE: Final = (
    ("YANJIANG", "Yanjiang Heavy Electric", "沿江重电", "60.4", "873000", "98.31"),
    ("BEIYUAN", "Beiyuan Machinery", "北原机械", "57.8", "912000", "98.42"),
    ("LONGTAI", "Longtai Power Equipment", "隆泰动力", "64.2", "798000", "97.96"),
    ("HAICHENG", "Haicheng Electric", "海城电气", "55.1", "945000", "98.55"),
)
_SOURCE: Final = Prose("Half-year report 2023", "2023年半年度报告")


def seed_gaps(language: str = "en") -> None:
    """Write it through the actions, in the names of those who would; the group and its people are there. Once only.

    Their own words are in `en` or `zh`.
    """
    office = _user("zhou.yi")
    for kind, rows in ((CAUSES, _causes()), (RULES, _placed(RULES, _RULES)), (BENCHMARKS, _benchmarks(language))):
        judged = save(kind, rows, office)
        if judged.problems:
            raise ValueError("; ".join(map(str, judged.problems)))
    for said in ANSWERS:
        actor = _actor(said.by)
        place = _place(actor, said.unit, said.measure)
        if place.answer is None:
            done = answer(actor, place, 0, _given(said, language))
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


def _given(said: Said, language: str) -> Given:
    names = [name.told(language) for name in said.files]
    files = tuple(Upload(name, f"{name.removesuffix('.txt')}\n".encode()) for name in names)
    whys = tuple(why.told(language) for why in said.whys)
    months = {parse(month): amount for month, amount in said.months}
    return Given(said.causes, said.words.told(language), whys, months, MILLION, files=files)


def _causes() -> list[Placed]:
    columns = ("code", "parent", "name", "name_zh")
    rows = [dict(zip(columns, line.split(","), strict=True)) for line in _CAUSES.strip().splitlines()]
    return _placed(CAUSES, rows)


def _benchmarks(language: str) -> list[Placed]:
    rows: list[dict[str, str]] = []
    shown = {"set": "INDUSTRY", "set_name": "Makers of power equipment", "set_name_zh": "发电装备同行"}
    for peer, name, name_zh, *values in _OUTSIDE:
        for measure, value in zip(("DEBT_RATIO", "REVENUE_PER_HEAD", "YIELD"), values, strict=True):
            share = measure in ("DEBT_RATIO", "YIELD")
            figure = f"{float(value) / 100:.4f}" if share else value
            own = {"side": "outside", "peer": peer, "name": name, "name_zh": name_zh, "measure": measure}
            rows.append({**shown, **own, "period": "2023-H1", "value": figure, "source": _SOURCE.told(language)})
    machines = {"set": "MACHINES", "set_name": "Machine makers of the group", "set_name_zh": "集团机械板块"}
    rows += [{**machines, "side": "inside", "peer": unit} for unit in ("T07", "T08", "T09", "T10", "T12", "T13")]
    return _placed(BENCHMARKS, rows)


def _placed(kind: Kind, rows: Sequence[dict[str, str]]) -> list[Placed]:
    return [(f"{kind.file}, row {number}", row) for number, row in enumerate(rows, 2)]
