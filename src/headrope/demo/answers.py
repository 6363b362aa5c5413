"""What the heads of the example group have answered to their gaps, and who was asked and has not answered yet."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from headrope.demo.prose import Prose


class Said(NamedTuple):
    """An answer: who gives it for which gap; causes and months with amounts in millions where it is money, as typed."""

    by: str
    unit: str
    measure: str
    causes: tuple[tuple[str, str], ...]
    words: Prose
    months: tuple[tuple[str, str], ...] = ()
    whys: tuple[Prose, ...] = ()
    files: tuple[Prose, ...] = ()


ANSWERS: Final = (
    Said(
        "fang.zhiqiang", "T03", "PROFIT",
        (("COST-INPUT", "13"), ("MARKET-TIMING", "12"), ("COST-WARRANTY", "6"), ("WORK-OUTPUT", "12")),
        Prose(
            "Two outages slip to September; with the steel clause signed on 3 July half of the loss comes back. "
            "I promise −30 for the year, not +1.",
            "两台机组推迟到9月；7月3日签了钢价联动条款，亏损可收回一半。全年承诺−0.30亿元，达不到+0.01亿元。",
        ),
        (("2023-09", "9"), ("2023-10", "4"), ("2023-11", "4"), ("2023-12", "4")),
        (
            Prose("Why a loss of 44? Steel went up by 11 % and two outages moved.", "为什么亏损0.44亿元？钢材涨价11%，两台机组推迟。"),
            Prose("Why did steel hit us? The price was fixed at signing.", "为什么受钢价影响？签合同时价格已定死。"),
            Prose("Why was it fixed? The contract form of 2021 has no steel clause.", "为什么定死？2021年的合同范本没有钢价条款。"),
            Prose("Why not changed? Sales gets paid for orders, not for margin.", "为什么没有改？销售按订单考核，不按毛利考核。"),
        ),
        (Prose("Steel clause of 3 July.txt", "7月3日钢价条款.txt"), Prose("Outage plan H2.txt", "下半年检修计划.txt")),
    ),
    Said(
        "fang.zhiqiang", "T03", "REVENUE", (("MARKET-TIMING", "52"), ("WORK-OUTPUT", "25")),
        Prose(
            "The outages at Nanwan and Qinghe move to September and October; both customers have confirmed the dates.",
            "南湾、清河两电厂的检修推迟到9月和10月，两家客户都已确认日期。",
        ),
        (("2023-09", "30"), ("2023-10", "22")),
    ),
    Said(
        "fang.zhiqiang", "T03", "CASH", (("MONEY-COLLECT", "80"),),
        Prose(
            "Three power stations pay on acceptance, which moves with the outages. A collection team visits each of them by 31 July.",
            "三家电厂验收后付款，验收随检修推迟。清欠组7月31日前逐家上门。",
        ),
        (("2023-08", "15"), ("2023-09", "25"), ("2023-10", "30")),
    ),
    Said(
        "zhou.yi", "T09", "PROFIT", (("MARKET-VOLUME", "5"), ("COST-ONE-OFF", "1")),
        Prose(
            "Cranes sold 8 % less; the second shift in Road Machinery ends on 1 August. Told by telephone by Jiang Bo.",
            "起重机少卖8%；路面机械公司的第二班8月1日取消。江波电话说明。",
        ),
        (("2023-08", "1"), ("2023-10", "2")),
    ),
    Said(
        "zhou.yi", "T07", "PROFIT", (("WORK-OUTPUT", "3"),),
        Prose(
            "Two heavy lathes are accepted in July instead of June. Written down at the weekly call.",
            "两台重型车床由6月推迟到7月验收。据周例会记录。",
        ),
        (("2023-07", "2"),),
    ),
    Said(
        "zhou.yi", "T14", "YIELD", (("WORK-QUALITY", ""),),
        Prose(
            "The new board supplier is stopped; incoming inspection goes to full lots until September.",
            "已停用新的电路板供应商；9月前进货检验改为全检。",
        ),
        (("2023-08", "0.2"), ("2023-09", "0.2")),
    ),
    Said(
        "fang.zhiqiang", "T03", "ORDERS", (("MARKET-VOLUME", "58"), ("MARKET-PRICE", "22")),
        Prose(
            "Two heating stations put their tenders off until the provinces have their coal quotas. We bid for both in August.",
            "两家供热电厂等省里下达煤炭指标后再招标，8月我们两家都投标。",
        ),
        (("2023-09", "24"), ("2023-11", "30")),
    ),
    Said(
        "fang.zhiqiang", "T03", "RECEIVABLES", (("MONEY-COLLECT", "55"),),
        Prose(
            "61 million is owed by one station that disputes the acceptance of Unit 4. The joint test is on 18 July.",
            "其中0.61亿元由一家电厂拖欠，对方不认4号机组验收。7月18日联合试验。",
        ),
        (("2023-08", "20"), ("2023-09", "25")),
    ),
    Said(
        "fang.zhiqiang", "T03", "REVENUE_PER_HEAD", (("MARKET-TIMING", "48000"), ("WORK-OUTPUT", "24700")),
        Prose(
            "It follows revenue: nobody is hired this year, and 46 people of the idle forging line retrain for outages.",
            "随收入走。今年不进人，停用锻造线的46人转岗检修。",
        ),
        (("2023-09", "28000"), ("2023-10", "20000")),
    ),
    Said(
        "zhou.yi", "T07", "ORDERS", (("MARKET-VOLUME", "60"), ("MARKET-PRICE", "16")),
        Prose(
            "Two shipyards bought from abroad. A rebate for heavy lathes holds until September. Written down at the weekly call.",
            "两家船厂买了进口机床。重型车床让利到9月底。据周例会记录。",
        ),
        (("2023-08", "15"), ("2023-09", "20")),
    ),
    Said(
        "zhou.yi", "T09", "REVENUE_PER_HEAD", (("MARKET-VOLUME", "60800"),),
        Prose(
            "180 hired through agencies leave when the second shift ends on 1 August. Told by telephone by Jiang Bo.",
            "8月1日取消第二班，180名劳务派遣工同时退场。江波电话说明。",
        ),
        (("2023-08", "12000"), ("2023-09", "14000"), ("2023-10", "14000")),
    ),
    Said(
        "zhou.yi", "T15", "PROFIT", (("COST-ONE-OFF", "1"),),
        Prose("Moving the warehouse in Hai Phong cost 1 million once; nothing more comes.", "海防仓库搬迁一次性花费0.01亿元，以后没有。"),
        (("2023-07", "1"),),
    ),
    Said(
        "zhou.yi", "T05", "RECEIVABLES", (("MONEY-COLLECT", "57"),),
        Prose(
            "A grid company pays for the switchgear of May in one sum in July. Its finance office has confirmed the day.",
            "电网公司5月的开关款7月一次付清，对方财务已确认日期。",
        ),
        (("2023-07", "50"),),
    ),
    Said(
        "zhou.yi", "T16", "RECEIVABLES", (("MONEY-COLLECT", "36"), ("MONEY-STOCKS", "15")),
        Prose(
            "Steel sold on 60 days since March; from July again on 30. Cui Ning has told all customers.",
            "3月起钢材账期放到60天，7月起恢复30天，崔宁已通知全部客户。",
        ),
        (("2023-08", "25"), ("2023-09", "20")),
    ),
    Said(
        "zhou.yi", "T08", "ACCIDENTS", (("WORK-SAFETY", "2"),),
        Prose(
            "Both hands were hurt at the same press. It has a light curtain since 20 June; all 14 presses get one by August.",
            "两起都在同一台压力机上伤手。6月20日起已装光幕，14台8月底前全部装好。",
        ),
    ),
    Said(
        "zhou.yi", "T04", "ACCIDENTS", (("WORK-SAFETY", "1"),),
        Prose(
            "A fork-lift in West Plant. Footways are fenced off, and drivers sat the test again in May.",
            "西部工厂一起叉车事故。人行通道已隔离，司机5月重新考核。",
        ),
    ),
    Said(
        "zhou.yi", "T12", "CAPEX", (("WORK-OUTPUT", "2"),),
        Prose("The test stand comes in July, six weeks late; nothing is cancelled.", "试验台7月到货，晚六周，没有取消。"),
        (("2023-07", "2"),),
    ),
)  # fmt: skip
ASKED: Final = (
    ("T01", "ACCIDENTS", date(2023, 7, 14)),
    ("T09", "REVENUE", date(2023, 7, 14)),
    ("T06", "PROFIT", date(2023, 7, 17)),
    ("T03", "DEBT_RATIO", date(2023, 7, 14)),
)
