"""All texts of the workbook in one language, made while that language is active."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from headrope.core.checks.doubt import Doubt
from headrope.core.display import Scale
from headrope.core.periods import year_to_date
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.submissions.sheet import EntrySheet, Line
from headrope.ledger.wording import FigureWording

Worded = Callable[[Doubt], str]
"""How a face words a doubt in the active language."""


@dataclass(frozen=True)
class Texts:
    """What stands above the table, its headings, and for each line the measure's name, unit of account and check."""

    title: str
    facts: tuple[tuple[str, str], ...]
    how: str
    headings: tuple[str, ...]
    names: tuple[str, ...]
    accounts: tuple[str, ...]
    checks: tuple[str, ...]
    sheet: str
    refusal: tuple[str, str]


def texts_of(sheet: EntrySheet, words: FigureWording, scale: Scale, worded: Worded | None = None) -> Texts:
    """The texts in the active language; money is typed in the scale."""
    unit, form = words.name(sheet.unit), sheet.form.shown_name(words.language)
    period, money = words.period(sheet.period), words.scale_text(scale)
    with_money = any(line.info.rule.quantity.kind == "money" for line in sheet.lines)
    how = gettext(
        "Fill in the yellow cells; grey ones are computed. Where there is no figure, write unknown or not applicable. "
        "Save the file, and upload it at the form."
    )
    if with_money:
        how = gettext("Type money in %(money)s.") % {"money": money} + (" " if how.isascii() else "") + how
    names = tuple(words.name(line.info) for line in sheet.lines)
    return Texts(
        title=gettext("%(period)s: %(form)s of %(unit)s") % {"period": period, "form": form, "unit": unit},
        facts=(
            (gettext("Unit"), f"{unit} ({sheet.unit.code})"),
            (gettext("Form"), f"{form} ({sheet.form.code})"),
            (gettext("Period"), f"{period} ({sheet.period})"),
            (pgettext("day", "Due"), _due(sheet, words)),
            (gettext("Money in"), money if with_money else "\N{EN DASH}"),
        ),
        how=how,
        headings=_headings(sheet, words),
        names=names,
        accounts=tuple(_account(line.info, words, money) for line in sheet.lines),
        checks=tuple(_check(line, worded or _plain(words.language)) for line in sheet.lines),
        sheet=gettext("Figures"),
        refusal=(
            gettext("No number"),
            gettext("Type a number without unit, or unknown, or not applicable. Decimals: %(decimals)s at most."),
        ),
    )


def _due(sheet: EntrySheet, words: FigureWording) -> str:
    if sheet.due is None:
        return "\N{EN DASH}"
    moment = sheet.due.moment.astimezone(words.ledger.zone)
    # Due at the end of a day is due at the midnight after it.
    return f"{sheet.due.day} {moment:%H:%M}" if moment.time() != time() else str(sheet.due.day)


def _headings(sheet: EntrySheet, words: FigureWording) -> tuple[str, ...]:
    to_date = words.period(year_to_date(sheet.period, words.ledger.fiscal_start))
    return (
        gettext("Measure"),
        pgettext("unit of account", "In"),
        words.period(sheet.period),
        gettext("Note"),
        gettext("Answer to the check"),
        words.period(sheet.period.shifted(-sheet.period.span)),
        words.period(sheet.period.shifted(-12)),
        gettext("Plan"),
        to_date,
        gettext("Plan %(period)s") % {"period": to_date},
        gettext("Check"),
    )


def _account(info: MeasureInfo, words: FigureWording, money: str) -> str:
    if info.rule.quantity.kind == "money" or words.money(info):
        return money
    return words.account(info)


def _check(line: Line, worded: Worded) -> str:
    """What the checks and the superior say of the cell, in sentences."""
    said: list[str] = []
    if line.typed is not None and line.typed.remark:
        said.append(gettext("Returned: %(remark)s") % {"remark": line.typed.remark})
    if line.wrong is not None:
        said.append(gettext(line.wrong.message) % line.wrong.values)
    said += [worded(doubt) for doubt in line.faults]
    said += [worded(question.doubt) for question in line.questions]
    return " ".join(said)


def _plain(language: str) -> Worded:
    def worded(doubt: Doubt) -> str:
        return doubt.own(language) or gettext(doubt.message) % doubt.values

    return worded
