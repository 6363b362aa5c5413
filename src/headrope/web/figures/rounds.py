"""How all forms of a round stand under a unit: who has reported, who has not, what is to be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.due import Due, Standing, sentence
from headrope.core.due.timeliness import Reports
from headrope.core.periods import name
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.ledger.said import gettext as _
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.owed import Owes, by_urgency
from headrope.ledger.submissions.place import Moment, Round, round_of
from headrope.ledger.submissions.queries import Board, Choice, Row
from headrope.ledger.wording import FigureWording
from headrope.web.access import Visit
from headrope.web.bearing import Menu, day_text
from headrope.web.figures.asked import Asked
from headrope.web.figures.menus import last_period, menus
from headrope.web.figures.words import state_words
from headrope.web.problems import Told, told
from headrope.web.review.marks import mark

MOST_ROWS = 100
"""Rows on one page."""
SHOWS: tuple[Choice, ...] = ("all", "late", "waiting", "open")


@dataclass(slots=True)
class Line:
    """One unit of the board; `chosen` is what its tick sends: the state that the page has shown, and the unit."""

    code: str
    name: str
    href: str
    depth: int
    inner: bool
    state: str
    due: str
    standing: str
    mark: Markup
    late: bool
    acceptable: bool
    chosen: str


@dataclass(slots=True)
class BoardPage:
    """All that the page shows; `counts` are completeness and timeliness by tier."""

    finding: str
    facts: list[str]
    lines: list[Line]
    span: str
    pages: list[tuple[str, str]]
    shows: list[tuple[str, str, int, bool]]
    tiers: list[tuple[str, str, str, str]]
    menus: list[Menu]
    due: str
    before: str
    after: str
    may: dict[str, bool]
    locked: bool
    links: dict[str, str]
    problems: list[Told]
    done: str


def board_page(
    asked: Asked, found: Board, show: str, first: str = "", problems: Sequence[Problem] = (), done: str = ""
) -> BoardPage:
    """The page of a board; `show` chooses units: all, late, waiting to be accepted, open; `first` the row it begins with."""
    wording = FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)
    chosen = {key: found.chosen(key) for key in SHOWS}
    shown: Choice = next((key for key in SHOWS if key == show), "all")
    units = chosen[shown]
    begin = min(int(first), len(units) - 1) // MOST_ROWS * MOST_ROWS if first.isdecimal() and units else 0
    end = min(begin + MOST_ROWS, len(units))
    titles = {"all": _("all"), "late": _("late"), "waiting": _("to accept"), "open": _("not sent")}
    unit, period = asked.place.unit.code, asked.place.round.period
    here = asked.of(unit, period, more="units/")
    join = "&" if "?" in here else "?"
    sight, top = asked.actor.sight, asked.place.unit.id
    words = ("accept-all", "lock", "unlock", "remind", "extend")
    before, after = period.shifted(-period.span), period.shifted(period.span)
    last = last_period(asked.visit.today, period.span, asked.visit.ledger.fiscal_start)
    return BoardPage(
        finding_of(asked, found, wording),
        _facts(found),
        lines_of(asked, [found.row(node) for node in units[begin:end]]),
        _("%(first)s–%(last)s of %(all)s") % {"first": begin + 1, "last": end, "all": len(units)},
        _pages(f"{here}{join}show={shown}", begin, len(units)),
        [(titles[key], f"{here}{join}show={key}", len(chosen[key]), key == shown) for key in SHOWS],
        [tier_row(tier, reports) for tier, reports in found.tiers.items()],
        menus(asked, wording, "units/"),
        "",
        asked.of(unit, before, more="units/"),
        asked.of(unit, after, more="units/") if after.start <= last.start + period.span else "",
        {
            "lock": sight.may("lock", top) and not asked.place.locked(),
            "unlock": sight.may("lock", top) and asked.place.round.locks.filter(unit_id=top).exists(),
            "remind": sight.may("remind", top),
            "accept": bool(chosen["waiting"]),
        },
        asked.place.locked(),
        {word: asked.of(unit, period, more=f"units/{word}/") for word in words}
        | {
            "entry": asked.address,
            "xlsx": f"{asked.of(unit, period, more='units.xlsx')}{join}show={shown}",
            "tiers": asked.of(unit, period, more="tiers.xlsx"),
        },
        [told(problem) for problem in problems],
        done,
    )


def _pages(here: str, begin: int, count: int) -> list[tuple[str, str]]:
    """The way to the rows before and after; none where all stand on one page."""
    pages = []
    if begin:
        pages.append((_("Previous"), f"{here}&from={begin - MOST_ROWS}"))
    if begin + MOST_ROWS < count:
        pages.append((_("Next"), f"{here}&from={begin + MOST_ROWS}"))
    return pages


def finding_of(asked: Asked, found: Board, wording: FigureWording) -> str:
    """Who has reported, in a sentence."""
    reports = found.reports
    values = {
        "period": wording.period(asked.place.round.period),
        "unit": asked.place.unit.shown_name(asked.visit.language),
        "in": reports.reported,
        "of": reports.owed,
        "late": reports.missing,
    }
    if not reports.owed:
        return _("Nothing is due under %(unit)s for %(period)s.") % values
    if reports.reported == reports.owed:
        return _("All %(of)s units of %(unit)s have reported %(period)s.") % values
    if not reports.missing:
        return _("%(in)s of %(of)s units of %(unit)s have reported %(period)s; nobody is late.") % values
    return (
        ngettext(
            "%(in)s of %(of)s units of %(unit)s have reported %(period)s; %(late)s is late.",
            "%(in)s of %(of)s units of %(unit)s have reported %(period)s; %(late)s are late.",
            reports.missing,
        )
        % values
    )


def _facts(found: Board) -> list[str]:
    facts = []
    if waiting := len(found.acceptable):
        facts.append(
            ngettext("%(n)s waits for your acceptance", "%(n)s wait for your acceptance", waiting) % {"n": waiting}
        )
    if found.reports.timeliness is not None:
        facts.append(_("In time: %(share)s") % {"share": _share(found.reports.timeliness)})
    return facts


def _share(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share) * 100:.0f} %"


def tier_row(tier: int, reports: Reports) -> tuple[str, str, str, str]:
    return (
        _("Tier %(n)s") % {"n": tier},
        f"{reports.reported} / {reports.owed}",
        _share(reports.completeness),
        _share(reports.timeliness),
    )


def lines_of(asked: Asked, rows: Sequence[Row]) -> list[Line]:
    """The rows as they are printed; what many of them say is worded once."""
    words = state_words()
    said: dict[tuple[Due | None, Standing | None], tuple[str, str]] = {}
    lines = []
    for row in rows:
        key = row.stood.due, row.stood.standing
        if key not in said:
            said[key] = _said(*key)
        lines.append(_line(asked, row, words[row.stood.state], said[key]))
    return lines


def _said(due: Due | None, standing: Standing | None) -> tuple[str, str]:
    """The due day, and how it stands."""
    if due is None:
        return "", ""
    day = day_text(due.day)
    if standing is None:
        return day, ""
    words = sentence(standing, due)
    return day, ngettext(words.one, words.many, words.number) % {**words.values, "day": day}


def _line(asked: Asked, row: Row, word: str, said: tuple[str, str]) -> Line:
    state = row.stood.standing.state if row.stood.standing else ""
    return Line(
        row.unit.code,
        row.unit.shown_name(asked.visit.language),
        asked.of(row.unit.code, asked.place.round.period),
        min(row.depth, 5),
        not row.owing,
        word,
        *said,
        mark("behind" if state == "late" else "watch" if state == "due-today" else None),
        state == "late",
        row.acceptable,
        f"{row.stood.row_version} {row.unit.code}",
    )


def first_place(who: Visit, owed: Owes) -> str:
    """Where a person begins: the form that he owes first, else how the forms under him stand; empty where there is none."""
    for item in by_urgency(pile for pile in owed.piles if pile.kind != "accept"):
        return address_of(who, item.round, item.unit.code)
    starts = who.who.starts
    for form in sorted(forms_now(who.at).values(), key=lambda form: (form.span, form.id)):
        period = last_period(who.today, form.span, who.ledger.fiscal_start)
        round = round_of(form.code, period, Moment(who.at, who.ledger, clock.now()))
        for node in starts:
            if node.id in round.units.part:
                return address_of(who, round, node.code, "units/")
    return ""


def address_of(who: Visit, round: Round, unit: str, more: str = "") -> str:
    """The address of a unit's form."""
    return f"/figures/{quote(unit)}/{quote(round.form.code)}/{name(round.period, who.ledger.fiscal_start)}/{more}"
