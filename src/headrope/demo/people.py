"""Who works in the example group: those who can sign in, and the heads of the companies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["administrator", "group_office", "leader", "head", "clerk", "finance", "supervision"]


@dataclass(frozen=True)
class Person:
    """Somebody of the demo who can sign in; without a role he has no mandate at all."""

    username: str
    name: str
    name_zh: str
    role: Role | None
    unit: str | None


PEOPLE: Final = (
    Person("admin", "Administrator", "系统管理员", "administrator", "T"),
    Person("zhou.yi", "Zhou Yi", "周毅", "group_office", "T"),
    Person("wu.jie", "Wu Jie", "吴洁", "finance", "T"),
    Person("zheng.kai", "Zheng Kai", "郑凯", "supervision", "T"),
    Person("chen.yuanhang", "Chen Yuanhang", "陈远航", "leader", "T"),
    Person("gao.wenbin", "Gao Wenbin", "高文斌", "head", "T01"),
    Person("fang.zhiqiang", "Fang Zhiqiang", "方志强", "head", "T03"),
    Person("jin.hao", "Jin Hao", "金浩", "clerk", "T0302"),
    Person("lin.yue", "Lin Yue", "林悦", "clerk", "T11"),
    Person("li.ping", "Li Ping", "李平", None, None),
)
HEADS: Final = {
    "T": ("Chen Yuanhang", "陈远航"),
    "T01": ("Gao Wenbin", "高文斌"),
    "T02": ("Shen Jialing", "沈嘉玲"),
    "T03": ("Fang Zhiqiang", "方志强"),
    "T04": ("Qiu Min", "邱敏"),
    "T05": ("Luo Yifan", "罗一帆"),
    "T06": ("Meng Qi", "孟琪"),
    "T07": ("Du Hongwei", "杜宏伟"),
    "T08": ("Bai Xuefeng", "白雪峰"),
    "T09": ("Jiang Bo", "江波"),
    "T10": ("Ruan Shuting", "阮淑婷"),
    "T11": ("Tang Rui", "唐睿"),
    "T12": ("Hou Lei", "侯磊"),
    "T13": ("Katrin Holm", "卡特琳·霍尔姆"),
    "T14": ("Xu Anran", "徐安然"),
    "T15": ("Peng Dawei", "彭大为"),
    "T16": ("Cui Ning", "崔宁"),
    "T17": ("Prof. Ye Song", "叶松"),
    "T18": ("Kong Lan", "孔兰"),
}


def named() -> list[tuple[str, str, str, str]]:
    """Rows of people.csv: code, names, and the name that some of them sign in with."""
    users = {person.username for person in PEOPLE}
    codes = {code_of(name): (name, name_zh) for name, name_zh in HEADS.values()}
    return [(code, *names, code if code in users else "") for code, names in codes.items()]


def posts() -> list[tuple[str, str, str, str, str, str]]:
    """Rows of posts.csv: person, unit, titles, rank, first day."""
    return [
        (code_of(name), unit, *(("Chairman", "董事长") if unit == "T" else ("Head", "负责人")), "1", "2020-01-01")
        for unit, (name, _) in HEADS.items()
    ]


def code_of(name: str) -> str:
    """A person's code, alike to the name that he signs in with."""
    return ".".join(name.removeprefix("Prof. ").lower().split())
