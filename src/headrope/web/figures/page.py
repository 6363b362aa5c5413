"""The page of a unit's form: what to type, what stands beside it, what to mend and to answer, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from headrope.core.problems import Problem
from headrope.ledger.said import gettext as _
from headrope.ledger.submissions.actions import Cell
from headrope.ledger.submissions.past import days_of
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.web.bearing import Menu, day_text
from headrope.web.figures import progress
from headrope.web.figures.asked import Against, Asked
from headrope.web.figures.effects import NONE, Effects, effects
from headrope.web.figures.menus import entry_menus, last_period
from headrope.web.figures.notes import Note, to_answer, to_mend, told_together
from headrope.web.figures.progress import Happened, Step
from headrope.web.figures.rows import Row, heads, rows
from headrope.web.figures.words import FormWords, cell_words
from headrope.web.problems import Told, told
from headrope.web.review.marks import mark

MARKS = {
    "wrong": mark("behind"),
    "missing": mark("behind"),
    "ask": mark("watch"),
    "answered": mark("on"),
    "waits": Markup(""),
}


@dataclass(slots=True)
class Page:
    """All that the page shows.

    `kept` are fields that were sent and not saved, by name. `past` says that the form is shown as it was known then.
    """

    sheet: EntrySheet
    title: str
    saved: str
    due: str
    headers: dict[str, str]
    rows: list[Row]
    mend: list[Note]
    answer: list[Note]
    steps: list[Step]
    events: list[Happened]
    below: list[tuple[str, str, str, str]]
    may: dict[str, bool]
    submit: str
    exponent: int
    links: dict[str, str]
    menus: list[Menu]
    before: str
    after: str
    keep: str
    closed: str
    remarks: list[tuple[str, str, str]]
    returned: str
    empty: list[Note] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    moved: str = ""
    marks: Mapping[str, Markup] = field(default_factory=lambda: MARKS)
    words: Mapping[str, str] = field(default_factory=lambda: cell_words())
    kept: Mapping[str, str] = field(default_factory=dict)
    unsaved: bool = False
    effects: Effects = NONE
    against: Against = "target"
    address: str = ""
    keep_asking: Sequence[tuple[str, str]] = ()
    known: str = ""
    past: str = ""
    scale: str = ""


def entry_page(
    asked: Asked,
    sheet: EntrySheet,
    mine: Mapping[str, Cell] | None = None,
    problems: tuple[Problem, ...] = (),
    kept: Mapping[str, str] | None = None,
) -> Page:
    """The page; `mine` are cells that somebody typed on an older state: both are shown. `kept` as in Page."""
    words = FormWords(asked)
    mend, answer = to_mend(sheet, words), to_answer(sheet, words)
    return Page(
        sheet,
        _title(sheet, words),
        _saved(sheet, words),
        progress.due_text(sheet, words),
        heads(sheet, words),
        rows(sheet, words, mine),
        mend,
        answer,
        progress.steps(sheet, words),
        progress.events(sheet, words),
        progress.below(sheet, words),
        progress.may(sheet, words),
        progress.wanting(sheet, len(mend), sum(not note.answered for note in answer)),
        asked.scale.exponent,
        _links(asked),
        entry_menus(asked, words.wording, _days(sheet, words)),
        *_around(asked),
        f"{asked.actor.user.pk} figures {sheet.unit.code} {sheet.form.code} {sheet.period}",
        progress.closed(sheet, words),
        _remarks(sheet, words),
        _returned(sheet),
        told_together(mend),
        [*(told(problem) for problem in problems), *(Told("", text, "", True) for text in asked.problems)],
        _moved(sheet, words) if mine else "",
        kept=kept or {},
        unsaved=any(key[:2] in ("v-", "n-", "a-") for key in kept or ()),
        effects=NONE if asked.known else effects(asked, sheet, words.wording),
        against=asked.against,
        address=asked.address.partition("?")[0],
        keep_asking=[(key, text) for key, text in asked.query.items() if text and key != "known"],
        known=asked.known.isoformat() if asked.known else "",
        past=_past(asked, sheet),
        scale=words.wording.scale_name,
    )


def _title(sheet: EntrySheet, words: FormWords) -> str:
    values = {"period": words.wording.period(sheet.period), "unit": sheet.unit.shown_name(words.language)}
    return _("%(period)s figures of %(unit)s") % values


def _saved(sheet: EntrySheet, words: FormWords) -> str:
    if words.asked.known:
        return ""
    if sheet.booked:
        return _("In the books since %(time)s: they were loaded. Who sends the form restates them.") % {
            "time": words.moment(sheet.booked)
        }
    if sheet.changed_at is None:
        return _("Nothing is saved yet.")
    values = {"time": words.moment(sheet.changed_at), "person": words.person(sheet.changed_by)}
    return _("Saved %(time)s by %(person)s") % values


def _moved(sheet: EntrySheet, words: FormWords) -> str:
    text = _(
        "%(person)s saved while you were typing. Nothing of yours was lost: it stands below the cells that differ."
    )
    return text % {"person": words.person(sheet.changed_by)}


def _past(asked: Asked, sheet: EntrySheet) -> str:
    """That it is the form of a day that is gone, and what is known of it."""
    if asked.known is None:
        return ""
    values = {"day": day_text(asked.known)}
    if not any(event.action == "submit" for event in sheet.events):
        return _("By the end of %(day)s nothing had been sent.") % values
    return _("As known at the end of %(day)s: what had been sent by then. Nothing can be changed.") % values


def _days(sheet: EntrySheet, words: FormWords) -> Iterable[date]:
    """The days on which something was done to the form."""
    if words.asked.known:
        return days_of(words.asked.place)
    return [event.at.astimezone(words.zone).date() for event in sheet.events]


def _links(asked: Asked) -> dict[str, str]:
    unit, period = asked.place.unit.code, asked.place.round.period
    changes = ("save", "submit", "recall", "accept", "return", "reopen", "extend", "upload", "units")
    found = {change: asked.of(unit, period, more=f"{change}/") for change in changes}
    return {**found, "workbook": asked.of(unit, period, more="workbook.xlsx")}


def _around(asked: Asked) -> tuple[str, str]:
    """The addresses of the period before and after; none that has not begun to be asked for."""
    here, code = asked.place.round.period, asked.place.unit.code
    last = last_period(asked.visit.today, here.span, asked.visit.ledger.fiscal_start).shifted(here.span)
    before, after = here.shifted(-here.span), here.shifted(here.span)
    return asked.of(code, before), asked.of(code, after) if after.start <= last.start else ""


def _remarks(sheet: EntrySheet, words: FormWords) -> list[tuple[str, str, str]]:
    """The remarks at cells; one empty one where the form was returned without any."""
    found = [
        (line.cell, words.name(line.info), line.typed.remark)
        for line in sheet.lines
        if line.typed and line.typed.remark
    ]
    return found or ([("", "", "")] if _returned(sheet) else [])


def _returned(sheet: EntrySheet) -> str:
    """Why it was returned, until it is sent again."""
    if sheet.state != "returned":
        return ""
    return next((each.reason for each in reversed(sheet.events) if each.action == "return"), "")
