"""What a reminder says: one message with all that somebody is reminded of, in his language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headrope.core.due import sentence, standing
from headrope.core.due.reminders import Addressee
from headrope.core.due.standing import Standing
from headrope.followup.outbox.texts import Content, language_of, one_line
from headrope.followup.owed import PAGE, OwedForm
from headrope.ledger.queries import LedgerSettings
from headrope.ledger.wording import FigureWording

ORDER: tuple[Addressee, ...] = ("clerk", "head", "superior")


@dataclass(frozen=True)
class Item:
    """Something that somebody is reminded of, as whom, and the key of this reminder."""

    owed: OwedForm
    addressee: Addressee
    key: str


def content_of(
    items: Sequence[Item], to: AbstractUser, now: datetime, ledger: LedgerSettings, by: AbstractUser | None = None
) -> Content:
    """The message with these items, clerk's first, those due earlier first; `by`: somebody reminds with a click."""
    language = language_of(to)
    ordered = sorted(items, key=lambda item: (ORDER.index(item.addressee), item.owed.due.moment, item.owed.subject))
    with translation.override(language):
        parts = [_("%(name)s reminds you.") % {"name": one_line(_name(by, language))}] if by else []
        for addressee, group in groupby(ordered, key=lambda item: item.addressee):
            parts.append("\n".join([_heading(addressee), *(_line(item.owed, now, ledger) for item in group)]))
        return Content(_subject(ordered, now, ledger), "\n\n".join(parts), PAGE)


def _name(user: AbstractUser, language: str) -> str:
    shown = getattr(user, "shown_name", None)
    return shown(language) if shown else user.get_username()


def _heading(addressee: Addressee) -> str:
    if addressee == "clerk":
        return _("You have not reported:")
    if addressee == "head":
        return _("Your units have not reported:")
    return _("Units below yours have not reported:")


def _line(owed: OwedForm, now: datetime, ledger: LedgerSettings) -> str:
    language = translation.get_language() or "en"
    values = {
        "unit": one_line(owed.unit.shown_name(language)),
        "form": one_line(owed.form.shown_name(language)),
        "period": FigureWording(ledger, 0).period(owed.period),
        "standing": _standing(owed, now, ledger),
    }
    line = "- " + _("%(unit)s, %(form)s, %(period)s. %(standing)s") % values
    return f"{line}\n  {settings.ADDRESS}{owed.url}" if owed.url else line


def _standing(owed: OwedForm, now: datetime, ledger: LedgerSettings) -> str:
    found = _found(owed, now, ledger)
    told = sentence(found, owed.due)
    values = {**told.values, "day": shown_day(owed.due.day)}
    text = ngettext(told.one, told.many, told.number) % values
    until = owed.due.moment.astimezone(ledger.zone)
    if found.state == "late" or until.date() != owed.due.day:  # at the end of the day nothing needs to be said
        return text
    return _("%(standing)s Until %(time)s.") % {"standing": text, "time": f"{until:%H:%M}"}


def _found(owed: OwedForm, now: datetime, ledger: LedgerSettings) -> Standing:
    return standing(owed.due, None, now, owed.calendar, ledger.zone)


def shown_day(day: date) -> str:
    """A day with its day of the week, in the active language."""
    chinese = (translation.get_language() or "en").startswith("zh")
    return format_date(day, "y年M月d日EEEE", "zh_Hans_CN") if chinese else format_date(day, "EEEE d MMMM y", "en_GB")


def _subject(items: Sequence[Item], now: datetime, ledger: LedgerSettings) -> str:
    """The most pressing of it, counted."""
    states = [_found(item.owed, now, ledger).state for item in items]
    if late := states.count("late"):
        text = ngettext("%(count)s form is late", "%(count)s forms are late", late)
        return _with_ledger(text % {"count": late}, ledger)
    if today := states.count("due-today"):
        text = ngettext("%(count)s form is due today", "%(count)s forms are due today", today)
        return _with_ledger(text % {"count": today}, ledger)
    first = min(item.owed.due.day for item in items)
    count = sum(item.owed.due.day == first for item in items)
    text = ngettext("%(count)s form is due on %(day)s", "%(count)s forms are due on %(day)s", count)
    return _with_ledger(text % {"count": count, "day": shown_day(first)}, ledger)


def _with_ledger(text: str, ledger: LedgerSettings) -> str:
    return f"{text} ({one_line(ledger.name)})" if ledger.name else text
