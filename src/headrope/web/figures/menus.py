"""The bearing of pages of figures: unit, period, form, against what, known on, and scale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from headrope.core.display import scales
from headrope.core.periods import Period, month_of
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.wording import FigureWording
from headrope.org.queries import Node
from headrope.web.bearing import Choice, Group, Menu, day_text
from headrope.web.figures.asked import AGAINST, Against, Asked

MOST_UNITS, MOST_PERIODS, MOST_DAYS = 14, 13, 10


def menus(asked: Asked, wording: FigureWording, more: str = "") -> list[Menu]:
    """The menus; `more` is what comes behind the address of a unit's form on pages like this one."""
    return [_unit(asked, more), _period(asked, wording, more), _form(asked, more), _scale(asked, wording, more)]


def entry_menus(asked: Asked, wording: FigureWording, days: Iterable[date]) -> list[Menu]:
    """Those of a unit's form, with what its figures are held against and as known when; `days` are those of its own events."""
    *first, scale = menus(asked, wording)
    return [*first, _against(asked, wording), _known(asked, days), scale]


def against_words(period: Period, wording: FigureWording) -> dict[Against, str]:
    """What a figure may be held against, in words."""
    before = wording.period(period.shifted(-period.span))
    return {"target": _("Plan"), "previous": before, "last-year": wording.period(period.shifted(-12))}


def _against(asked: Asked, wording: FigureWording) -> Menu:
    unit, period = asked.place.unit.code, asked.place.round.period
    words = against_words(period, wording)
    usual = AGAINST[0]
    choices = [
        Choice(words[each], asked.of(unit, period, against="" if each == usual else each), each == asked.against)
        for each in AGAINST
    ]
    return Menu("against", _("Against"), words[asked.against], [Group("", choices)])


def _known(asked: Asked, days: Iterable[date]) -> Menu:
    """Now, the days on which something was done to the form, and any other day."""
    unit, period, on = asked.place.unit.code, asked.place.round.period, asked.known
    past = [day for day in sorted(set(days), reverse=True) if day < asked.visit.today][:MOST_DAYS]
    choices = [Choice(_("now"), asked.of(unit, period, known=""), on is None)]
    choices += [Choice(day_text(day), asked.of(unit, period, known=day.isoformat()), day == on) for day in past]
    return Menu("known", _("Known on"), day_text(on) if on else _("now"), [Group("", choices)])


def _unit(asked: Asked, more: str) -> Menu:
    """Units above, beside and below that take part and may be seen."""
    units, sees, here = asked.place.round.units, asked.actor.sight.sees, asked.place.unit
    above = [node for node in asked.place.path[1:] if sees(node.id)]
    parent = asked.place.path[1] if len(asked.place.path) > 1 else None
    beside = [node for node in units.below(parent.id) if sees(node.id)] if parent else []
    below = [node for node in units.below(here.id) if sees(node.id)]

    def choices(nodes: list[Node]) -> list[Choice]:
        return [
            Choice(
                node.shown_name(asked.visit.language),
                asked.of(node.code, asked.place.round.period, more=more),
                node.id == here.id,
            )
            for node in nodes[:MOST_UNITS]
        ]

    parts = ((_("Above"), above), (_("Beside"), beside), (_("Below"), below))
    groups = [Group(title, choices(nodes)) for title, nodes in parts if nodes]
    return Menu("unit", _("Unit"), here.shown_name(asked.visit.language), groups)


def last_period(today: date, span: int, fiscal_start: int) -> Period:
    """The period of that span that ended last."""
    current = month_of(today).start
    return Period(current - (current - (fiscal_start - 1)) % span - span, span)


def _period(asked: Asked, wording: FigureWording, more: str) -> Menu:
    here = asked.place.round.period
    newest = last_period(asked.visit.today, here.span, asked.visit.ledger.fiscal_start)
    newest = max(newest.shifted(here.span), here)
    periods = [newest.shifted(-here.span * step) for step in range(MOST_PERIODS)]
    choices = [
        Choice(wording.period(each), asked.of(asked.place.unit.code, each, more=more), each == here) for each in periods
    ]
    return Menu("round", _("Period"), wording.period(here), [Group("", choices)])


def _form(asked: Asked, more: str) -> Menu:
    here, language = asked.place.round.form, asked.visit.language

    def named(name: str, name_zh: str) -> str:
        return (name_zh or name) if language.startswith("zh") else (name or name_zh)

    choices = []
    for form in forms_now(asked.visit.at).values():
        period = asked.place.round.period
        if form.span != period.span:
            period = last_period(period.last_day.replace(day=1), form.span, asked.visit.ledger.fiscal_start)
            if form.span > asked.place.round.period.span and period.end < asked.place.round.period.end:
                period = period.shifted(form.span) if period.end + form.span <= asked.place.round.period.end else period
        address = asked.of(asked.place.unit.code, period, form.code, more=more)
        choices.append(Choice(named(form.name, form.name_zh), address, form.code == here.code))
    return Menu("form", _("Form"), named(here.name, here.name_zh), [Group("", choices)])


def _scale(asked: Asked, wording: FigureWording, more: str) -> Menu:
    unit, period = asked.place.unit.code, asked.place.round.period
    choices = [
        Choice(wording.scale_text(each), asked.of(unit, period, scale=each.key, more=more), each == asked.scale)
        for each in scales(asked.visit.language, asked.visit.style)
    ]
    return Menu("scale", pgettext("money", "In"), wording.scale_name, [Group("", choices)])
