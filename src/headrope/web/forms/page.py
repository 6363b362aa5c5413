"""What the pages about forms show: the list of forms, and of one form its due days by tier, its measures and its units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from headrope.core.due import Due
from headrope.ledger.submissions.forms import FormAsked, duties_of
from headrope.ledger.wording import FigureWording
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.figures.rounds import address_of
from headrope.web.foot import foot_of
from headrope.web.forms import words
from headrope.web.organisation.words import first_day, last_day
from headrope.web.tables import Sheet, Value

MOST_UNITS = 200
"""Rows of units on the page; the download has all."""


@dataclass(frozen=True)
class Cell:
    """A text, the address that it leads to, and whether it is a number. A head that is `wide` is left out of narrow windows."""

    text: str
    href: str = ""
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the page: its key in the download's address, title, what is shown, heads and rows; `more` are not shown."""

    key: str
    title: str
    about: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    more: int = 0


@dataclass(frozen=True)
class FormPage:
    """The page of one form."""

    code: str
    finding: str
    facts: list[str]
    tables: list[Table]
    board: str
    edit: str


def index(who: Visit, found: Sequence[FormAsked]) -> tuple[str, Table]:
    """The list: a sentence and the table."""
    finding = ngettext("%(n)s form is asked for", "%(n)s forms are asked for", len(found)) % {"n": len(found)}
    heads = [
        Cell(_("Form")),
        Cell(_("Code"), wide=True),
        Cell(_("Asked for"), wide=True),
        Cell(_("Due"), wide=True),
        Cell(_("Last period")),
        Cell(_("Due then")),
        Cell(_("Measures"), number=True, wide=True),
        Cell(_("Fill it in"), number=True, wide=True),
        Cell(_("Reported"), number=True),
    ]
    rows = [_row(who, each) for each in found]
    about = _("when they are due, and who of the units under your mandates fills them in")
    return finding, Table("forms", _("Forms"), about, heads, rows)


def _row(who: Visit, asked: FormAsked) -> list[Cell]:
    form, wording = asked.form, _wording(who)
    board = address_of(who, asked.round, asked.tops[0].code, "units/") if asked.tops else ""
    reports = asked.reports
    return [
        Cell(form.shown_name(who.language), f"/forms/{quote(form.code)}/"),
        Cell(form.code),
        Cell(words.span(form.span)),
        Cell(words.rule(form.rule)),
        Cell(wording.period(asked.round.period)),
        Cell(_days(_dues(asked, asked.units))),
        Cell(f"{len(form.measures):,}", number=True),
        Cell(f"{len(asked.owing):,}", number=True),
        Cell(f"{reports.reported:,} / {reports.owed:,}" if reports.owed else "", board, number=True),
    ]


def page(who: Visit, asked: FormAsked, whole: bool = False) -> FormPage:
    """The page of one form; `whole` with all units, for a download."""
    form, reports = asked.form, asked.reports
    values = {
        "form": form.shown_name(who.language),
        "period": _wording(who).period(asked.round.period),
        "in": reports.reported,
        "of": reports.owed,
    }
    finding = _("%(form)s: %(in)s of %(of)s units have reported %(period)s")
    if not reports.owed:
        finding = _("%(form)s: nothing was due for %(period)s")
    board = address_of(who, asked.round, asked.tops[0].code, "units/") if asked.tops else ""
    edit = f"/definitions/forms/row/?code={quote(form.code)}" if who.who.everywhere("define") else ""
    tables = [_tiers(asked), _measures(who, asked), _units(who, asked, whole)]
    facts = [form.code, words.span(form.span), words.rule(form.rule)]
    return FormPage(form.code, finding % values, facts, tables, board, edit)


def _tiers(asked: FormAsked) -> Table:
    tier = asked.round.units.tree.tier
    by_tier: dict[int, list[int]] = {}
    for unit in asked.units:
        by_tier.setdefault(tier[unit], []).append(unit)
    rows = [
        [
            Cell(_("Tier %(n)s") % {"n": at}),
            Cell(f"{len(units):,}", number=True),
            Cell(f"{len(asked.owing.intersection(units)):,}", number=True),
            Cell(_days(_dues(asked, units))),
        ]
        for at, units in sorted(by_tier.items(), reverse=True)
    ]
    heads = [Cell(_("Tier")), Cell(_("Units"), number=True), Cell(_("Fill it in"), number=True), Cell(_("Due"))]
    return Table("due", _("When it is due"), _("lower tiers first; the others accept and send on"), heads, rows)


def _measures(who: Visit, asked: FormAsked) -> Table:
    wording = _wording(who)
    rows = []
    for code in asked.form.measures:
        info = asked.round.infos.get(code)
        account = "" if info is None else wording.ledger.currency if wording.money(info) else wording.account(info)
        rows.append([Cell(info.shown_name(who.language) if info else code), Cell(code), Cell(account)])
    heads = [Cell(_("Measure")), Cell(_("Code")), Cell(_("Unit of account"))]
    return Table("measures", _("Measures"), _("what is asked for, in the order of the form"), heads, rows)


def _units(who: Visit, asked: FormAsked, whole: bool) -> Table:
    """Who fills it in, and from when to when."""
    held = duties_of(who.who, asked)
    shown = held if whole else held[:MOST_UNITS]
    part = asked.round.units.part
    rows = [
        [
            Cell(node.shown_name(who.language), address_of(who, asked.round, node.code) if node.id in part else ""),
            Cell(node.code),
            Cell(first_day(duty.valid_from) or _("always")),
            Cell(last_day(duty.valid_to) or _("until further notice")),
            Cell(words.rule(duty.rule) if duty.due else ""),
            Cell(_days(_dues(asked, [node.id])) if duty.holds_on(asked.round.period.last_day) else ""),
        ]
        for node, duty in shown
    ]
    heads = [
        Cell(_("Unit")),
        Cell(_("Code"), wide=True),
        Cell(_("First day")),
        Cell(_("Last day")),
        Cell(_("Rule of its own"), wide=True),
        Cell(_("Due")),
    ]
    about = _("duties of units under your mandates; a period is owed when its last day lies in them")
    return Table("units", _("Who fills it in"), about, heads, rows, len(held) - len(shown))


def _dues(asked: FormAsked, units: Iterable[int]) -> list[Due]:
    days = asked.round.due
    return [due for unit in units if (due := days.of(unit))] if days else []


def _days(dues: Sequence[Due]) -> str:
    """The first and the last of the days."""
    if not dues:
        return ""
    first, last = min(due.day for due in dues), max(due.day for due in dues)
    if first == last:
        return day_text(first)
    return pgettext("days", "%(first)s to %(last)s") % {"first": day_text(first), "last": day_text(last)}


def _wording(who: Visit) -> FigureWording:
    return FigureWording(who.ledger, 0, None, who.style)


def sheet(who: Visit, table: Table, finding: str) -> Sheet:
    """A table to download; counts stay numbers."""
    rows: list[list[Value]] = [[_value(cell) for cell in row] for row in table.rows]
    return Sheet(table.title, finding, [head.text for head in table.heads], rows, foot_of(who))


def _value(cell: Cell) -> Value:
    plain = cell.text.replace(",", "")
    return int(plain) if cell.number and plain.isdecimal() else cell.text
