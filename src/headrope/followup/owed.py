"""What is owed and not reported, as reminders take it."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.core.calendars import Calendar
from headrope.core.due import Due
from headrope.core.periods import Period

PAGE = "/owe/"
"""The page that shows everybody what he owes."""


@dataclass(frozen=True)
class Named:
    """A unit or a form: its code, its name in English and in Chinese."""

    code: str
    name: str = ""
    name_zh: str = ""

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other, else the code."""
        first, second = (self.name_zh, self.name) if language.startswith("zh") else (self.name, self.name_zh)
        return first or second or self.code


@dataclass(frozen=True)
class OwedForm:
    """A form that a unit owes for a period and has not reported, when it is due, and who has to do with it.

    `calendar` is the unit's, `calendar_above` that of the unit above (None: there is none); `clerks`, `heads` and
    `superiors` are ids of users, today's; `url` is the path of the page on which it is filled in.
    """

    unit: Named
    form: Named
    period: Period
    due: Due
    calendar: Calendar
    calendar_above: Calendar | None = None
    clerks: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()
    superiors: tuple[int, ...] = ()
    url: str = ""

    @property
    def subject(self) -> str:
        """What is owed, in a text that stays the same."""
        return f"{self.form.code}/{self.unit.code}/{self.period.code}"
