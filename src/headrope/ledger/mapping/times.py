"""Reads periods and days from the words of a sheet.

>>> period_text([{"year": "2023"}, {"month": "Apr"}], fiscal=False, fiscal_start=1)
'2023-04'
>>> period_text([{"year": "2023"}, {"month": "Jan"}], fiscal=True, fiscal_start=4)
'2024-01'
>>> words_of("Monthly report, April 2023")
{'month': 'April', 'year': '2023'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from headrope.core.periods import PeriodError, parse_native

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan 一", "february feb 二", "march mar 三", "april apr 四", "may 五", "june jun 六",
            "july jul 七", "august aug 八", "september sep sept 九", "october oct 十", "november nov 十一",
            "december dec 十二",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
HALVES = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2", "i": "1", "ii": "2", "iii": "3", "iv": "4"}

Groups = Mapping[str, str]

_NAMES = "|".join(sorted((name for name in MONTHS if name.isascii()), key=len, reverse=True))
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![A-Za-z])(?P<month>{_NAMES})[.,' /-]{{0,3}}(?P<year>[0-9]{{4}}|[0-9]{{2}})(?![0-9])",
        rf"(?<![0-9])(?P<year>[0-9]{{4}})[ /-]?(?P<month>{_NAMES})(?![A-Za-z])",
        r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2}|十[一二]?|[一二三四五六七八九])月",
        r"(?P<year>[0-9]{4})年第?(?P<quarter>[1-4一二三四])季",
        r"(?P<year>[0-9]{4})年(?P<half>[上下])半年",
        r"(?P<year>[0-9]{4})年(?!.*[月季半])",
        r"^(?P<year>[0-9]{4})[./-](?P<month>[0-9]{1,2})([./-][0-9]{1,2}(T.*)?)?$",
        r"^(?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})$",
        r"^(?P<year>[0-9]{4})[ -]?Q(?P<quarter>[1-4])$",
        r"^Q(?P<quarter>[1-4])[ /-]?(?P<year>[0-9]{4})$",
        rf"^(?P<month>{_NAMES})\.?$",
        r"^(?P<year>[0-9]{4})$",
    )
)


def words_of(text: str) -> dict[str, str] | None:
    """The parts of a period as people usually write it; None where it is none of the usual forms."""
    text = " ".join(text.split())
    for form in FORMS:
        if found := form.search(text):
            return found.groupdict()
    return None


def period_text(words: Sequence[Groups], fiscal: bool, fiscal_start: int) -> str:
    """The period in the grammar of core.periods that the words of all sources make; else a PeriodError."""
    known = {name: word for groups in words for name, word in groups.items() if word}
    if "period" in known:
        return _checked(known["period"], fiscal_start)
    if "year" not in known:
        raise PeriodError(f"no year is found in {_shown(words)}")
    year = _year(known["year"])
    if "month" in known:
        month = _month(known["month"])
        return _checked(f"{year + (fiscal and month < fiscal_start):04d}-{month:02d}", fiscal_start)
    name = f"FY{year}-{(year + 1) % 100:02d}" if fiscal and fiscal_start != 1 else f"{year:04d}"
    for group, letter in (("quarter", "Q"), ("half", "H")):
        if group in known:
            word = known[group].casefold()
            return _checked(f"{name}-{letter}{HALVES.get(word, word)}", fiscal_start)
    return _checked(name, fiscal_start)


def day_text(text: str) -> str:
    """The day of a text that begins with an ISO day, as facts.csv takes it; else a ValueError."""
    return date.fromisoformat(text.strip()[:10]).isoformat()


def _checked(text: str, fiscal_start: int) -> str:
    parse_native(text, fiscal_start)
    return text


def _year(word: str) -> int:
    if not re.fullmatch("[0-9]{2}|[0-9]{4}", word):
        raise PeriodError(f"'{word}' is not a year")
    return int(word) + (2000 if len(word) == 2 else 0)


def _month(word: str) -> int:
    number = int(word) if word.isdecimal() else MONTHS.get(word.strip(". ").casefold().removesuffix("月"), 0)
    if not 1 <= number <= 12:
        raise PeriodError(f"'{word}' is not a month")
    return number


def _shown(words: Sequence[Groups]) -> str:
    return ", ".join(f"{name} {word}" for groups in words for name, word in groups.items()) or "what the sheet says"
