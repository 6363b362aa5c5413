"""Doubts as sentences in the reader's language, with figures in the page's scale and measures by their names."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from headrope.core.checks.doubt import Doubt
from headrope.core.checks.figures import Figure, Rate, Share, Terms, step_of
from headrope.core.periods import Period
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.wording import FigureWording
from headrope.web.problems import Told, shown

Infos = Mapping[str, MeasureInfo]


def told_doubt(doubt: Doubt, wording: FigureWording, infos: Infos) -> Told:
    """The doubt; what its owner has written goes first."""
    problem = doubt.problem("", wording.language)
    values = shown({name: _value(value, wording, infos) for name, value in problem.values.items()})
    own = doubt.own(wording.language)
    message = own if own else gettext(problem.message) % values
    remedy = gettext(problem.remedy) % values if problem.remedy else ""
    return Told("", message, remedy, problem.blocking)


def _value(value: object, wording: FigureWording, infos: Infos) -> object:
    if isinstance(value, Figure):
        return _figure(value, wording, infos)
    if isinstance(value, Share):
        return wording.format.per_cent(float(value.value))
    if isinstance(value, Rate):
        return str(value)
    if isinstance(value, Terms):
        return _terms(value, wording, infos)
    if isinstance(value, Period):
        return wording.period(value)
    if isinstance(value, str) and value in infos:
        return wording.name(infos[value])
    return value


def _figure(value: Figure, wording: FigureWording, infos: Infos) -> str:
    info = infos.get(value.measure)
    if info is None:
        return str(value)
    quantity = info.rule.quantity
    return wording.figure(info, round(value.value / step_of(quantity)) if quantity.exact else float(value.value))


def _terms(value: Terms, wording: FigureWording, infos: Infos) -> str:
    text = ""
    for factor, code in value.formula:
        name = wording.name(infos[code]) if code in infos else code
        sign = "\N{MINUS SIGN}" if factor < 0 else "+" if text else ""
        times = "" if abs(factor) == 1 else f"{abs(factor)} \N{MULTIPLICATION SIGN} "
        text += f" {sign} {times}{name}" if text else f"{sign}{times}{name}"
    return text
