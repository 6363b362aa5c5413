"""Which days are worked: China's calendar as the State Council published it, and that of banks in Europe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple


class Day(NamedTuple):
    """One row of calendars.csv: days from first to last, or one day."""

    calendar: str
    kind: str
    day: str
    valid_from: str
    valid_to: str
    name: str
    name_zh: str


class Feast(NamedTuple):
    """A holiday with its first and last day, and the days of the weekend that are worked to make up for it."""

    name: str
    name_zh: str
    first: str
    last: str
    made_up: str = ""


GROUP: Final = "CN"
EUROPE: Final = "EU"
# Notices of the General Office of the State Council of 21 November 2019 (amended on 26 January 2020, when the Spring
# Festival was prolonged to 2 February), 25 November 2020, 25 October 2021 and 8 December 2022.
CHINA: Final = (
    Feast("New Year", "元旦", "2020-01-01", "2020-01-01"),
    Feast("Spring Festival", "春节", "2020-01-24", "2020-02-02", "2020-01-19"),
    Feast("Tomb Sweeping", "清明节", "2020-04-04", "2020-04-06"),
    Feast("Labour Day", "劳动节", "2020-05-01", "2020-05-05", "2020-04-26 2020-05-09"),
    Feast("Dragon Boat Festival", "端午节", "2020-06-25", "2020-06-27", "2020-06-28"),
    Feast("National Day and Mid-Autumn", "国庆节、中秋节", "2020-10-01", "2020-10-08", "2020-09-27 2020-10-10"),
    Feast("New Year", "元旦", "2021-01-01", "2021-01-03"),
    Feast("Spring Festival", "春节", "2021-02-11", "2021-02-17", "2021-02-07 2021-02-20"),
    Feast("Tomb Sweeping", "清明节", "2021-04-03", "2021-04-05"),
    Feast("Labour Day", "劳动节", "2021-05-01", "2021-05-05", "2021-04-25 2021-05-08"),
    Feast("Dragon Boat Festival", "端午节", "2021-06-12", "2021-06-14"),
    Feast("Mid-Autumn", "中秋节", "2021-09-19", "2021-09-21", "2021-09-18"),
    Feast("National Day", "国庆节", "2021-10-01", "2021-10-07", "2021-09-26 2021-10-09"),
    Feast("New Year", "元旦", "2022-01-01", "2022-01-03"),
    Feast("Spring Festival", "春节", "2022-01-31", "2022-02-06", "2022-01-29 2022-01-30"),
    Feast("Tomb Sweeping", "清明节", "2022-04-03", "2022-04-05", "2022-04-02"),
    Feast("Labour Day", "劳动节", "2022-04-30", "2022-05-04", "2022-04-24 2022-05-07"),
    Feast("Dragon Boat Festival", "端午节", "2022-06-03", "2022-06-05"),
    Feast("Mid-Autumn", "中秋节", "2022-09-10", "2022-09-12"),
    Feast("National Day", "国庆节", "2022-10-01", "2022-10-07", "2022-10-08 2022-10-09"),
    Feast("New Year", "元旦", "2022-12-31", "2023-01-02"),
    Feast("Spring Festival", "春节", "2023-01-21", "2023-01-27", "2023-01-28 2023-01-29"),
    Feast("Tomb Sweeping", "清明节", "2023-04-05", "2023-04-05"),
    Feast("Labour Day", "劳动节", "2023-04-29", "2023-05-03", "2023-04-23 2023-05-06"),
    Feast("Dragon Boat Festival", "端午节", "2023-06-22", "2023-06-24", "2023-06-25"),
    Feast("Mid-Autumn and National Day", "中秋节、国庆节", "2023-09-29", "2023-10-06", "2023-10-07 2023-10-08"),
)
# Days on which the payment system TARGET is closed; Good Friday moves.
GOOD_FRIDAYS: Final = {2020: ("04-10", "04-13"), 2021: ("04-02", "04-05"), 2022: ("04-15", "04-18"), 2023: ("04-07", "04-10")}  # fmt: skip
UNIT_CALENDARS: Final = (("T1502", EUROPE),)


def calendar_days() -> Iterator[Day]:
    """All rows of calendars.csv."""
    for feast in CHINA:
        names = feast.name, feast.name_zh
        yield _free(GROUP, feast.first, feast.last, names)
        for day in feast.made_up.split():
            yield Day(GROUP, "workday", day, "", "", f"Made up for: {feast.name}", f"{feast.name_zh}调休上班")
    for year, (friday, monday) in GOOD_FRIDAYS.items():
        yield _free(EUROPE, f"{year}-01-01", f"{year}-01-01", ("New Year", "元旦"))
        yield _free(EUROPE, f"{year}-{friday}", f"{year}-{friday}", ("Good Friday", "耶稣受难日"))
        yield _free(EUROPE, f"{year}-{monday}", f"{year}-{monday}", ("Easter Monday", "复活节星期一"))
        yield _free(EUROPE, f"{year}-05-01", f"{year}-05-01", ("Labour Day", "劳动节"))
        yield _free(EUROPE, f"{year}-12-25", f"{year}-12-26", ("Christmas", "圣诞节"))


def _free(calendar: str, first: str, last: str, names: tuple[str, str]) -> Day:
    return Day(calendar, "holiday", *((first, "", "") if first == last else ("", first, last)), *names)
