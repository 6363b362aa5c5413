"""The example group as a folder that `headrope load` takes, and the people who work in it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from headrope.demo import story
from headrope.demo.facts import Fact, all_facts
from headrope.demo.measures import MEASURES, Measure

Role = Literal["administrator", "group_office", "leader", "head", "clerk"]


@dataclass(frozen=True)
class Person:
    """Somebody of the demo; without a role he has no mandate at all."""

    username: str
    name: str
    name_zh: str
    role: Role | None
    unit: str | None


class Unit(NamedTuple):
    """One edition of a unit, without the dates."""

    code: str
    name: str
    name_zh: str
    parent: str
    tier: int
    kind: str


PEOPLE: Final = (
    Person("admin", "Administrator", "系统管理员", "administrator", "T"),
    Person("zhou.yi", "Zhou Yi", "周宜", "group_office", "T"),
    Person("chen.yuanhang", "Chen Yuanhang", "陈远航", "leader", "T"),
    Person("gao.wenbin", "Gao Wenbin", "高文斌", "head", "T01"),
    Person("fang.zhiqiang", "Fang Zhiqiang", "方志强", "head", "T03"),
    Person("jin.hao", "Jin Hao", "金浩", "clerk", "T0302"),
    Person("li.ping", "Li Ping", "李平", None, None),
)
UNITS: Final = (
    Unit("T", "Hengchuan Group", "衡川机电集团", "", 1, "group"),
    Unit("T01", "Hengchuan Turbine", "衡川汽轮机", "T", 2, "company"),
    Unit("T0101", "Main Works", "汽轮机总厂", "T01", 3, "branch"),
    Unit("T0102", "Blades", "叶片公司", "T01", 3, "branch"),
    Unit("T0103", "Castings", "铸锻公司", "T01", 3, "branch"),
    Unit("T0104", "Plant Service", "电站服务公司", "T01", 3, "branch"),
    Unit("T03", "Xinglu Boiler", "兴炉锅炉", "T", 2, "company"),
    Unit("T0301", "Utility Boilers", "电站锅炉厂", "T03", 3, "branch"),
    Unit("T0302", "Pressure Vessels", "压力容器公司", "T03", 3, "branch"),
    Unit("T0303", "Heat Recovery", "余热利用公司", "T03", 3, "branch"),
    Unit("T0305", "Welding Rods", "焊材公司", "T03", 3, "branch"),
    Unit("T04", "Donglian Transformer", "东联变压器", "T", 2, "company"),
    Unit("T0401", "UHV Transformers", "特高压公司", "T04", 3, "branch"),
    Unit("T0402", "Distribution", "配电变压器公司", "T04", 3, "branch"),
    Unit("T040201", "South Plant", "南方工厂", "T0402", 4, "branch"),
    Unit("T040202", "West Plant", "西部工厂", "T0402", 4, "branch"),
    Unit("T06", "Hengchuan Cable", "衡川电缆", "T", 2, "company"),
    Unit("T09", "Tongtu Construction", "通途工程机械", "T", 2, "company"),
    Unit("T0901", "Cranes", "起重机公司", "T09", 3, "branch"),
    Unit("T0902", "Road Machinery", "路面机械公司", "T09", 3, "branch"),
    Unit("T11", "East Pumps Trading", "东泵贸易", "T", 2, "company"),
    Unit("T18", "Technical College", "技师学院", "T", 2, "school"),
)
LEDGER: Final = (
    ("name", "Hengchuan Group"),
    ("currency", "CNY"),
    ("fiscal_start", "1"),
    ("time_zone", "Asia/Shanghai"),
    ("language", "en"),
)
FOUNDED: Final = "2021-01-01"  # the first day of the first fact
CLOSED_ON: Final = "2022-03-31"  # the last day of the last month, as of story.CLOSED


def write_folder(folder: Path) -> None:
    """Write the four tables of the folder form; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "ledger.csv", ("key", "value"), LEDGER)
    write_table(folder / "units.csv", (*Unit._fields, "from", "to", "successor"), map(dated, UNITS))
    write_table(folder / "measures.csv", Measure._fields, MEASURES)
    write_table(folder / "facts.csv", Fact._fields, all_facts())


def dated(unit: Unit) -> tuple[object, ...]:
    is_closed = unit.code == story.CLOSED[0]
    return (*unit, FOUNDED, CLOSED_ON if is_closed else "", story.HEIR if is_closed else "")


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
