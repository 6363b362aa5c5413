"""The units of the example group: 62 in four tiers, two that were merged away, and seven segments.

>>> [leaf for leaf in LEAVES if company(leaf) == "T04"]
['T0401', 'T040201', 'T040202']
>>> life("T0704")
('2020-01-01', '2023-02-28')
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Unit(NamedTuple):
    """One row of units.csv: an edition of a unit, first and last day as in the file."""

    code: str
    name: str
    name_zh: str
    parent: str
    kind: str
    valid_from: str = "2020-01-01"
    valid_to: str = ""
    successor: str = ""
    method: str = ""


FOUNDED: Final = ("T1402", "2021-01-01")
MOVED_ON: Final = ("2021-12-31", "2022-01-01")  # the last day of T1403 in the institute, the first in Automation
MERGED_ON: Final = "2023-02-28"  # the last day of T0704: on 1 March Cutting Tools took it over
CLOSED_ON: Final = "2022-03-31"  # the last day of T0305, which went into Pressure Vessels

GROUP: Final = Unit("T", "Hengchuan Group", "衡川机电集团", "", "group")
PLACED: Final = (
    Unit("T01", "Hengchuan Turbine", "衡川汽轮机", "T", "company"),
    Unit("T0101", "Main Works", "汽轮机总厂", "T01", "branch"),
    Unit("T0102", "Blades", "叶片公司", "T01", "branch"),
    Unit("T0103", "Castings", "铸锻公司", "T01", "branch"),
    Unit("T0104", "Plant Service", "电站服务公司", "T01", "branch"),
    Unit("T02", "Hengchuan Generator", "衡川电机", "T", "company"),
    Unit("T0201", "Large Generators", "大电机公司", "T02", "branch"),
    Unit("T0202", "Wind Generators", "风电公司", "T02", "branch"),
    Unit("T020201", "Coastal Plant", "沿海基地", "T0202", "branch"),
    Unit("T020202", "Steppe Plant", "草原基地", "T0202", "branch"),
    Unit("T0203", "Traction Motors", "牵引电机公司", "T02", "branch"),
    Unit("T03", "Xinglu Boiler", "兴炉锅炉", "T", "company"),
    Unit("T0301", "Utility Boilers", "电站锅炉厂", "T03", "branch"),
    Unit("T0302", "Pressure Vessels", "压力容器公司", "T03", "branch"),
    Unit("T0303", "Heat Recovery", "余热利用公司", "T03", "branch"),
    Unit("T0305", "Welding Rods", "焊材公司", "T03", "branch", valid_to=CLOSED_ON, successor="T0302"),
    Unit("T04", "Donglian Transformer", "东联变压器", "T", "company"),
    Unit("T0401", "UHV Transformers", "特高压公司", "T04", "branch"),
    Unit("T0402", "Distribution", "配电变压器公司", "T04", "branch"),
    Unit("T040201", "South Plant", "南方工厂", "T0402", "branch"),
    Unit("T040202", "West Plant", "西部工厂", "T0402", "branch"),
    Unit("T05", "Zhongheng Switchgear", "中恒开关", "T", "company"),
    Unit("T0501", "High Voltage", "高压开关公司", "T05", "branch"),
    Unit("T0502", "Low Voltage", "低压电器公司", "T05", "branch"),
    Unit("T06", "Hengchuan Cable", "衡川电缆", "T", "company"),
    Unit("T07", "Changling Machine Tools", "长岭机床", "T", "company"),
    Unit("T0701", "Heavy Machine Tools", "重型机床公司", "T07", "branch"),
    Unit("T0702", "Gear Machines", "齿轮机床公司", "T07", "branch"),
    Unit("T0703", "Cutting Tools", "刀具公司", "T07", "branch"),
    Unit("T0704", "Grinding Wheels", "砂轮厂", "T07", "branch", valid_to=MERGED_ON, successor="T0703"),
    Unit("T08", "Beishan Mining", "北山矿机", "T", "company"),
    Unit("T0801", "Excavators", "挖掘机公司", "T08", "branch"),
    Unit("T0802", "Crushers", "破碎机公司", "T08", "branch"),
    Unit("T09", "Tongtu Construction", "通途工程机械", "T", "company"),
    Unit("T0901", "Cranes", "起重机公司", "T09", "branch"),
    Unit("T0902", "Road Machinery", "路面机械公司", "T09", "branch"),
    Unit("T0903", "Loaders", "装载机公司", "T09", "branch"),
    Unit("T090301", "Loader Works", "装载机厂", "T0903", "branch"),
    Unit("T090302", "Components", "零部件厂", "T0903", "branch"),
    Unit("T10", "East Pumps", "东泵", "T", "company"),
    Unit("T1001", "Slurry Pumps", "渣浆泵公司", "T10", "branch"),
    Unit("T1002", "Submersible Pumps", "潜水泵公司", "T10", "branch"),
    Unit("T1003", "Nuclear Pumps", "核泵公司", "T10", "branch"),
    Unit("T11", "East Pumps Trading", "东泵贸易", "T", "company"),
    Unit("T12", "Hengchuan Compressor", "衡川压缩机", "T", "company"),
    Unit("T13", "Nordlager Bearings", "诺德轴承", "T", "joint"),
    Unit("T1301", "Roller Bearings", "滚子轴承公司", "T13", "branch"),
    Unit("T1302", "Slewing Rings", "回转支承公司", "T13", "branch"),
    Unit("T14", "Hengchuan Automation", "衡川自动化", "T", "company"),
    Unit("T1401", "Drives", "传动公司", "T14", "branch"),
    Unit("T1402", "Robots", "机器人公司", "T14", "branch", valid_from=FOUNDED[1]),
    Unit("T1403", "Industrial Software", "工业软件公司", "T17", "branch", valid_to=MOVED_ON[0]),
    Unit("T1403", "Industrial Software", "工业软件公司", "T14", "branch", valid_from=MOVED_ON[1]),
    Unit("T15", "Hengchuan International", "衡川国际", "T", "company"),
    Unit("T1501", "Southeast Asia", "东南亚公司", "T15", "branch"),
    Unit("T150101", "Vietnam", "越南公司", "T1501", "branch"),
    Unit("T150102", "Indonesia", "印尼公司", "T1501", "branch"),
    Unit("T1502", "Europe", "欧洲公司", "T15", "branch"),
    Unit("T16", "Hengchuan Materials", "衡川物贸", "T", "company"),
    Unit("T17", "Research Institute", "中央研究院", "T", "institute"),
    Unit("T1701", "Materials Laboratory", "材料研究所", "T17", "branch"),
    Unit("T1702", "Power Electronics", "电力电子所", "T17", "branch"),
    Unit("T1703", "Testing Centre", "检测中心", "T17", "branch"),
    Unit("T18", "Technical College", "技师学院", "T", "school"),
)
SEGMENTS: Final = {
    Unit(code, name, name_zh, "T", "segment", method="none"): members.split()
    for code, name, name_zh, members in (
        ("SEG-POWER", "Power equipment", "发电装备", "T01 T02 T03"),
        ("SEG-GRID", "Grid and cable", "输变电", "T04 T05 T06"),
        ("SEG-MACHINES", "Machines", "机械装备", "T07 T08 T09 T10 T12 T13"),
        ("SEG-AUTO", "Automation", "自动化", "T14"),
        ("SEG-OVER", "Overseas", "海外", "T15"),
        ("SEG-TRADE", "Trade", "贸易物流", "T11 T16"),
        ("SEG-KNOW", "Research and schools", "科研教育", "T17 T18"),
    )
}
UNITS: Final = (GROUP, *PLACED, *SEGMENTS)
HOLDINGS: Final = (  # owner, held, share; what is not listed is held whole by its parent
    ("T", "T13", "51/100"),
    ("T1501", "T150102", "80/100"),
    ("T16", "T150102", "20/100"),
)
LEAVES: Final = tuple(
    dict.fromkeys(unit.code for unit in PLACED if unit.code not in {other.parent for other in PLACED})
)


def company(code: str) -> str:
    """The company of the second tier that a unit stands under now, itself if it is one."""
    parents = {unit.code: unit.parent for unit in UNITS}
    while parents[code] != GROUP.code:
        code = parents[code]
    return code


def life(code: str) -> tuple[str, str]:
    """First and last day of a unit over its editions, as in the file; no last day of those that live on."""
    editions = [unit for unit in UNITS if unit.code == code]
    return editions[0].valid_from, editions[-1].valid_to
