"""The sentence of every kind of reason, clash and broken tier, in English and Chinese.

G   group             total
    A   company       cap 130
        A1  branch
        AB  branch    held
    B   company       floor
    C   company       free
    D   company       no weight
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from headrope.core.cascade.solution import cascade
from headrope.targets.steps import Steps
from headrope.targets.wording import Wording

from .reading import read

WEIGHTS = """
code,parent,weight,base,floor,cap,hold,name,name_zh
G,,,,,,,Harbour Group,港湾集团
A,G,,,,130,,East Works,东方厂
A1,A,60,10,,,,East Pumps,东方泵业
AB,A,50,10,,,40,Airport Base,空港基地
B,G,10,0,30,,,Bay Docks,
C,G,40,0,,,,,海岸
D,G,0,3,,,,,
"""
GROWTH = """
code,parent,base,cap
G,,,
A,G,,100
A1,A,60,
A2,A,50,
B,G,40,
C,G,-10,
"""


def said(folder: Path, text: str, total: int, language: str = "en") -> dict[str, str]:
    units = read(folder, text)
    found = cascade(units.group, total)
    with translation.override(language):
        words = Wording(units, Steps.of("1"))
        return {unit.code: words.reason(found.reason(row)) for row, unit in enumerate(units.units)}


CAPPED = WEIGHTS.replace("B,G,10,0,30,", "B,G,10,0,,50").replace("C,G,40,0,,", "C,G,40,0,,60")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            {
                "G": "The total that is split.",
                "A": "The sum of the units below; no bound of its own stops it. Rounded down by 0.2.",
                "A1": "Its base of 10 and 1.1700 for each unit of weight, like all that no bound stops. Rounded down by 0.2.",
                "AB": "Held at 40; without that 68.",
                "B": "At its floor of 30; without it 12.",
                "C": "1.1700 for each unit of weight, like all units that no bound stops. Rounded up by 0.2.",
                "D": "Without weight it keeps its base of 3.",
            },
        ),
        (
            "zh-hans",
            {
                "G": "待分解的总额。",
                "A": "为下属单位之和，自身未触及上下限。取整舍0.2。",
                "A1": "基数10，另按每单位权重1.1700计，与其他未触及上下限的单位相同。取整舍0.2。",
                "AB": "锁定为40；若不锁定为68。",
                "B": "处于下限30；若无此限为12。",
                "C": "按每单位权重1.1700计，与其他未触及上下限的单位相同。取整进0.2。",
                "D": "无权重，保持基数3。",
            },
        ),
    ],
)
def test_reasons_of_a_split_by_weight(tmp_path: Path, language: str, expected: dict[str, str]) -> None:
    assert said(tmp_path, WEIGHTS, 200, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            {
                "G": "The total that is split.",
                "A": "At its cap of 130.",
                "A1": "Its base of 10 and 1.3333 for each unit of weight, like all below East Works that no other bound stops.",
                "AB": "Held at 40; without that 77.",
                "B": "At its cap of 50.",
                "C": "At its cap of 60.",
                "D": "All weights are exhausted: every unit without weight and bound gets 17 beside its base.",
            },
        ),
        (
            "zh-hans",
            {
                "G": "待分解的总额。",
                "A": "处于上限130。",
                "A1": "基数10，另按每单位权重1.3333计，与东方厂下其他未另触上下限的单位相同。",
                "AB": "锁定为40；若不锁定为77。",
                "B": "处于上限50。",
                "C": "处于上限60。",
                "D": "有权重的单位均已用尽余地：无权重且未触及上下限的单位各在基数之外得17。",
            },
        ),
    ],
)
def test_reasons_where_weights_are_exhausted(tmp_path: Path, language: str, expected: dict[str, str]) -> None:
    assert said(tmp_path, CAPPED, 260, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            {
                "G": "The total that is split.",
                "A": "At its cap of 100; without it 264.",
                "A1": "Falls by 9.1\u202f% like all units below A that no other bound stops. Rounded up by 0.45.",
                "A2": "Falls by 9.1\u202f% like all units below A that no other bound stops. Rounded down by 0.45.",
                "B": "Grows by 140.0\u202f% like all units that no bound stops.",
                "C": "Its base of \N{MINUS SIGN}10 rises by 140.0\u202f% of its size, like all that no bound stops.",
            },
        ),
        (
            "zh-hans",
            {
                "G": "待分解的总额。",
                "A": "处于上限100；若无此限为264。",
                "A1": "下降9.1%，与A下其他未另触上下限的单位相同。取整进0.45。",
                "A2": "下降9.1%，与A下其他未另触上下限的单位相同。取整舍0.45。",
                "B": "增长140.0%，与其他未触及上下限的单位相同。",
                "C": "基数\N{MINUS SIGN}10按其绝对值上升140.0%，与其他未触及上下限的单位相同。",
            },
        ),
    ],
)
def test_reasons_of_growth(tmp_path: Path, language: str, expected: dict[str, str]) -> None:
    assert said(tmp_path, GROWTH, 200, language) == expected


def clashes(folder: Path, text: str, total: int, language: str = "en") -> list[str]:
    units = read(folder, text)
    found = cascade(units.group, total).conflicts
    with translation.override(language):
        words = Wording(units, Steps.of("1"))
        return [words.conflict(conflict) for conflict in found]


BOUNDED = """
code,parent,weight,floor,cap,hold
G,,,,,
A,G,,60,,
A1,A,1,70,,
AB,G,1,50,,
B,G,,,,100
B1,B,1,,20,
B2,B,1,9,,8
"""


def test_clashes_are_told_with_all_bounds_that_make_them(tmp_path: Path) -> None:
    assert clashes(tmp_path, BOUNDED, 130) == [
        "B: the hold of 100 is 72 more than units below may get: B1 the cap of 20, B2 the hold of 8.",
        "B2: the floor of 9 is 1 more than the hold of 8.",
        "G: the total of 130 is 80 less than units below must get: A the floor of 60, AB the floor of 50, B the hold of 100.",
    ]
    assert clashes(tmp_path, BOUNDED, 130, "zh-hans") == [
        "B：锁值100比下属单位至多可得之和高72：B1上限20、B2锁值8。",
        "B2：下限9比锁值8高1。",
        "G：总额130比下属单位至少应得之和低80：A下限60、AB下限50、B锁值100。",
    ]


def test_what_all_bounds_make_together_is_told_where_it_is_more(tmp_path: Path) -> None:
    bounded = BOUNDED.replace(",,,100", ",,,").replace("B1,B,1,,20,", "B1,B,1,0,,")

    assert clashes(tmp_path, bounded, 100)[-1] == (
        "G: the total of 100 is 19 less than units below must get: A the floor of 60, AB the floor of 50, "
        "B1 the floor of 0, B2 the floor of 9. With all bounds below it is 28."
    )
    assert clashes(tmp_path, bounded, 100, "zh-hans")[-1].endswith("计入下属全部上下限则相差28。")


def test_of_very_many_bounds_the_first_are_named(tmp_path: Path) -> None:
    rows = "".join(f"U{each:02},G,1,5\n" for each in range(25))

    found = clashes(tmp_path, "code,parent,weight,floor\nG,,,\n" + rows, 100)

    assert found[0].endswith("U18 the floor of 5, U19 the floor of 5, and 5 more.")
    assert found[0].count("the floor of 5") == 20


def test_tiers_that_cannot_hand_down(tmp_path: Path) -> None:
    units = read(tmp_path, BOUNDED)
    with translation.override("en"):
        words = Wording(units, Steps.of("1"))
        told = [words.broken(1, 60, 10), words.broken(3, 100, -72)]

    assert told == [
        "Tier by tier A1 gets 60, and the floors of its children are 10 above that.",
        "Tier by tier B gets 100, and the caps of its children are 72 short of that.",
    ]
