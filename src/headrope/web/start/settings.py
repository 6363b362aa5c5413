"""The first questions to a new group: its name, currency, fiscal year, time zone and language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from headrope.core.periods import Period, year_of
from headrope.ledger.queries import LedgerSettings
from headrope.ledger.wording import MONTHS
from headrope.web.organisation.forms import Field

LONGEST = 200
COMMON_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Kolkata", "Europe/London", "Europe/Berlin", "America/New_York", "America/Toronto", "UTC")  # fmt: skip
COMMON_CURRENCIES = ("CNY", "HKD", "USD", "EUR", "GBP", "INR", "CAD", "SGD", "JPY")


def fields(given: Mapping[str, str], held: LedgerSettings, language: str) -> list[Field]:
    """The questions, with what was answered or holds now."""
    chinese = language.startswith("zh")
    months = {str(number): _(text) for number, text in enumerate(MONTHS, 1)}
    zones = {zone: zone for zone in COMMON_ZONES}
    asked = [
        Field("name", _("Name of the group"), value="" if held.name == LedgerSettings().name else held.name),
        Field("currency", _("Currency"), value=held.currency, hint=_("three capital letters; one for the whole ledger"),
              options={code: code for code in COMMON_CURRENCIES}),
        Field("fiscal_start", _("The fiscal year starts in"), "choice", str(held.fiscal_start), options=months),
        Field("time_zone", _("Time zone"), value=held.time_zone if held.time_zone != "UTC" or not chinese else "Asia/Shanghai", options=zones),
        Field("language", _("Language of letters"), "choice", "zh" if chinese else held.language,
              options={"en": "English", "zh": "中文"}),
    ]  # fmt: skip
    for each in asked:
        each.value = given.get(each.name, each.value).strip()[:LONGEST]
    return asked


def values(asked: list[Field]) -> dict[str, str]:
    """The settings for the workbook; what cannot be one is left out, since the workbook says what is wrong with it."""
    found = {each.name: "".join(sign for sign in each.value if sign.isprintable()) for each in asked}
    if found["time_zone"] not in available_timezones():
        found["time_zone"] = ""
    if found["fiscal_start"] not in {str(month) for month in range(1, 13)}:
        found["fiscal_start"] = "1"
    return found


def last_year(today: date, fiscal_start: int) -> list[Period]:
    """The months of the last fiscal year that is over."""
    year = year_of(today.year * 12 + today.month - 1, fiscal_start)
    return [Period(month, 1) for month in range(year.start - 12, year.start)]
