"""The page of a unit's form: what to type, what stands beside it, what to mend and to answer, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.due import sentence
from headrope.core.periods import year_to_date
from headrope.core.problems import Problem
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.actions import Cell
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.past import days_of
from headrope.ledger.submissions.sheet import EntrySheet, Line, Question, Value
from headrope.ledger.wording import FigureWording
from headrope.org.models import User
from headrope.org.queries import may_accept
from headrope.web.bearing import Menu, day_text
from headrope.web.doubts import told_doubt
from headrope.web.figures.asked import Against, Asked
from headrope.web.figures.cells import shown_cell
from headrope.web.figures.effects import NONE, Effects, effects
from headrope.web.figures.menus import entry_menus, last_period
from headrope.web.problems import Told, told
from headrope.web.review.pictures import mark

MARKS = {
    "wrong": mark("behind"),
    "missing": mark("behind"),
    "ask": mark("watch"),
    "answered": mark("on"),
    "waits": Markup(""),
}

MANY = 4
"""So many empty cells are told in one line."""


@dataclass(slots=True)
class Row:
    """One measure: what stands in its columns as texts; `typed` is None where it is computed.

    `first` and `second` are the differences to what the page holds figures against, and to the plan or last year.
    `mine` and `mine_note` are what somebody typed on an older state.
    """

    number: int
    cell: str
    code: str
    name: str
    unit: str
    last_year: str
    previous: str
    plan: str
    typed: str | None
    computed: str
    note: str
    word: str
    first: str
    second: str
    to_date: str
    plan_to_date: str
    check: str
    state: str
    mine: str | None = None
    mine_note: str | None = None
    text: bool = False
    remark: str = ""


@dataclass(slots=True)
class Note:
    """Something to mend or to answer: at which cell, what, and what to do; `field` is where the answer goes."""

    cell: str
    code: str
    name: str
    told: Told
    field: str = ""
    answer: str = ""
    answered: bool = False
    empty: bool = False


@dataclass(slots=True)
class Step:
    """One stage on the way from draft to lock."""

    title: str
    text: str
    now: bool = False
    done: bool = False


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
    events: list[tuple[str, str, str, str]]
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


class Builder:
    """Puts the page together out of the sheet."""

    def __init__(self, asked: Asked, sheet: EntrySheet) -> None:
        self.asked, self.sheet, self.visit = asked, sheet, asked.visit
        self.wording = FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)
        self.zone = asked.visit.ledger.zone

    def page(
        self,
        mine: Mapping[str, Cell] | None = None,
        problems: tuple[Problem, ...] = (),
        kept: Mapping[str, str] | None = None,
    ) -> Page:
        """The page; `mine` are cells that somebody typed on an older state: both are shown. `kept` as in Page."""
        sheet, may, asked = self.sheet, self._may(), self.asked
        rows = [self._row(line) for line in sheet.lines]
        for row in rows:
            if mine and row.code in mine:
                row.mine = mine[row.code].raw if mine[row.code].raw != row.typed else None
                row.mine_note = mine[row.code].note if mine[row.code].note != row.note else None
        mend, answer = self._mend(), self._answer()
        return Page(
            sheet,
            self._title(),
            self._saved(),
            self._due(),
            self._headers(),
            rows,
            mend,
            answer,
            self._steps(),
            self._events(),
            self._below(),
            may,
            self._submit(len(mend), sum(not note.answered for note in answer)),
            self.asked.scale.exponent,
            self._links(),
            entry_menus(asked, self.wording, self._days()),
            *self._around(),
            f"{sheet.unit.code} {sheet.form.code} {sheet.period} {self.asked.actor.user.pk}",
            self._closed(),
            self._remarks(),
            self._returned(),
            self._empty(mend),
            [*(told(problem) for problem in problems), *(Told("", text, "", True) for text in asked.problems)],
            self._moved() if mine else "",
            kept=kept or {},
            unsaved=any(key[:2] in ("v-", "n-", "a-") for key in kept or ()),
            effects=NONE if asked.known else effects(asked, sheet, self.wording),
            against=asked.against,
            address=asked.address.partition("?")[0],
            keep_asking=[(key, text) for key, text in asked.query.items() if text and key != "known"],
            known=asked.known.isoformat() if asked.known else "",
            past=self._past(),
            scale=self.wording.scale_name,
        )

    def _days(self) -> Iterable[date]:
        """The days on which something was done to the form."""
        if self.asked.known:
            return days_of(self.asked.place)
        return [event.at.astimezone(self.zone).date() for event in self.sheet.events]

    def _past(self) -> str:
        """That it is the form of a day that is gone, and what is known of it."""
        if self.asked.known is None:
            return ""
        values = {"day": day_text(self.asked.known)}
        if not any(event.action == "submit" for event in self.sheet.events):
            return _("By the end of %(day)s nothing had been sent.") % values
        return _("As known at the end of %(day)s: what had been sent by then. Nothing can be changed.") % values

    def _links(self) -> dict[str, str]:
        unit, period = self.sheet.unit.code, self.sheet.period
        words = ("save", "submit", "recall", "accept", "return", "reopen", "extend", "upload", "units")
        found = {word: self.asked.of(unit, period, more=f"{word}/") for word in words}
        return {**found, "workbook": self.asked.of(unit, period, more="workbook.xlsx")}

    def _around(self) -> tuple[str, str]:
        """The addresses of the period before and after; none that has not begun to be asked for."""
        here = self.sheet.period
        last = last_period(self.visit.today, here.span, self.visit.ledger.fiscal_start).shifted(here.span)
        before, after = here.shifted(-here.span), here.shifted(here.span)
        code = self.sheet.unit.code
        return self.asked.of(code, before), self.asked.of(code, after) if after.start <= last.start else ""

    def _closed(self) -> str:
        """Why nothing can be typed."""
        if self.asked.known:
            return _("as known on %(day)s") % {"day": day_text(self.asked.known)}
        if not self.sheet.open:
            words = {
                "submitted": _("submitted; it waits for the unit above") if self.sheet.acceptable else _("locked"),
                "accepted": _("accepted; in every total"),
            }
            return words.get(self.sheet.state, _("locked"))
        return _("you may look and not type")

    def _remarks(self) -> list[tuple[str, str, str]]:
        return [
            (line.cell, self.name(line.info), line.typed.remark)
            for line in self.sheet.lines
            if line.typed and line.typed.remark
        ] or ([("", "", "")] if self._returned() else [])

    def _returned(self) -> str:
        """Why it was returned, until it is sent again."""
        if self.sheet.state != "returned":
            return ""
        return next((each.reason for each in reversed(self.sheet.events) if each.action == "return"), "")

    def _may(self) -> dict[str, bool]:
        sheet, who, unit = self.sheet, self.asked.actor.sight, self.asked.place.unit
        if self.asked.known:
            return {}
        over = may_accept(who, unit)
        sent = sheet.state == "submitted"
        return {
            "enter": sheet.open and who.may("enter", unit.id),
            "submit": sheet.open and who.may("submit", unit.id),
            "recall": sent and who.may("submit", unit.id),
            "accept": sheet.acceptable and over and sheet.submitted_by != self.asked.actor.user.pk,
            "return": sent and over,
            "reopen": sheet.state == "accepted" and (who.may("restate", unit.id) if sheet.locked else over),
            "extend": over and sheet.due is not None and sheet.state not in ("submitted", "accepted"),
            "own": sent and over and sheet.submitted_by == self.asked.actor.user.pk,
        }

    # Texts

    def name(self, info: MeasureInfo) -> str:
        """A measure's name."""
        return info.shown_name(self.visit.language)

    def moment(self, at: datetime) -> str:
        """A moment of the ledger's time zone: the day, and the time."""
        local = at.astimezone(self.zone)
        return f"{day_text(local.date())} {local:%H:%M}"

    def person(self, user: User | None) -> str:
        """Somebody's name."""
        return user.shown_name(self.visit.language) if user else ""

    def _title(self) -> str:
        values = {
            "period": self.wording.period(self.sheet.period),
            "unit": self.sheet.unit.shown_name(self.visit.language),
        }
        return _("%(period)s figures of %(unit)s") % values

    def _saved(self) -> str:
        sheet = self.sheet
        if self.asked.known:
            return ""
        if sheet.changed_at is None:
            return _("Nothing is saved yet.")
        values = {"time": self.moment(sheet.changed_at), "person": self.person(sheet.changed_by)}
        return _("Saved %(time)s by %(person)s") % values

    def _moved(self) -> str:
        text = _(
            "%(person)s saved while you were typing. Nothing of yours was lost: it stands below the cells that differ."
        )
        return text % {"person": self.person(self.sheet.changed_by)}

    def _due(self) -> str:
        if self.sheet.due is None or self.sheet.standing is None:
            return ""
        said = sentence(self.sheet.standing, self.sheet.due)
        values = {**said.values, "day": self._due_day()}
        return ngettext(said.one, said.many, said.number) % values

    def _due_day(self) -> str:
        """The due day with its time, where it is not the end of the day."""
        assert self.sheet.due is not None
        local = self.sheet.due.moment.astimezone(self.zone)
        day = day_text(self.sheet.due.day)
        return day if (local.hour, local.minute) == (0, 0) else f"{day} {local:%H:%M}"

    def _headers(self) -> dict[str, str]:
        period, start = self.sheet.period, self.visit.ledger.fiscal_start
        to_date = self.wording.period(year_to_date(period, start))
        first, second = self._held_against()
        titles = {
            "target": _("to plan"),
            "last-year": _("on last year"),
            "previous": _("on %(period)s") % {"period": self.wording.period(period.shifted(-period.span))},
        }
        return {
            "first": titles[first],
            "second": titles[second],
            "now": self.wording.period(period),
            "previous": self.wording.period(period.shifted(-period.span)),
            "last_year": self.wording.period(period.shifted(-12)),
            "to_date": to_date,
            "plan_to_date": _("Plan %(period)s") % {"period": to_date},
        }

    # Rows

    def _held_against(self) -> tuple[Against, Against]:
        """What is chosen, and beside it last year, or the plan."""
        return self.asked.against, "target" if self.asked.against == "last-year" else "last-year"

    def _row(self, line: Line) -> Row:
        info, typed = line.info, line.typed
        beside = {"target": line.plan, "previous": line.previous, "last-year": line.last_year}
        first, second = self._held_against()
        exponent = entry_exponent(info, self.asked.scale.exponent)
        return Row(
            line.row,
            line.cell,
            info.code,
            self.name(info),
            self._unit(info),
            self._beside(info, line.last_year),
            self._beside(info, line.previous),
            self._beside(info, line.plan),
            None if typed is None else shown_cell(line, exponent),
            self._beside(info, line.value) if typed is None else "",
            typed.note if typed else "",
            typed.word if typed else "",
            self._change(info, line.value, beside[first]),
            self._change(info, line.value, beside[second]),
            self._beside(info, line.to_date),
            self._beside(info, line.plan_to_date),
            *self._check(line),
            text=info.rule.quantity.kind == "text",
            remark=typed.remark if typed else "",
        )

    def _unit(self, info: MeasureInfo) -> str:
        if info.rule.quantity.kind == "money" or self.wording.money(info):
            return self.wording.scale_name
        return self.wording.account(info)

    def _beside(self, info: MeasureInfo, value: Value | None) -> str:
        return "" if value is None else self.wording.figure(info, value)

    def _change(self, info: MeasureInfo, value: Value | None, other: Value | None) -> str:
        """By how much per cent the value differs from another, of measures that are not shares; nothing where that says little."""
        if value is None or other is None or other == 0 or self.wording.account(info) == "%":
            return ""
        share = float(value - other) / abs(float(other))
        return self.wording.format.per_cent(share, sign=True) if abs(share) <= 4 else ""

    def _check(self, line: Line) -> tuple[str, str]:
        """The word in the last column, and the state of the cell: wrong, missing, ask, answered or nothing."""
        if line.wrong is not None:
            return _("not a number"), "wrong"
        if line.faults:
            missing = any(doubt.check.kind == "missing" for doubt in line.faults)
            return (_("missing"), "missing") if missing else (_("to mend"), "wrong")
        if line.questions:
            return (_("to answer"), "ask") if line.asks else (_("answered"), "answered")
        if line.typed is None and line.value is None and self.sheet.open and not self.asked.known:
            waits = [each.cell for each in self.sheet.lines if each.info.code in line.info.parts and each.value is None]
            return (_("waits for %(cell)s") % {"cell": waits[0]}, "waits") if waits else ("", "")
        if line.typed and line.typed.remark:
            return _("see the remark"), "ask"
        return "", ""

    # What to do

    def _mend(self) -> list[Note]:
        notes = []
        for line in self.sheet.lines:
            if line.wrong is not None:
                notes.append(self._note(line, told(line.wrong)))
            notes += [self._note(line, told_doubt(doubt, self.wording, self.sheet_infos)) for doubt in line.faults]
        return notes

    @staticmethod
    def _empty(mend: list[Note]) -> list[Note]:
        """Empty cells that are told together, where there are many."""
        empty = [note for note in mend if note.empty]
        return empty if len(empty) >= MANY else []

    def _answer(self) -> list[Note]:
        notes = []
        for line in self.sheet.lines:
            notes += [self._question(line, each) for each in line.questions]
        return sorted(notes, key=lambda note: note.answered)

    def _question(self, line: Line, each: Question) -> Note:
        note = self._note(line, told_doubt(each.doubt, self.wording, self.sheet_infos))
        note.field = f"a-{each.doubt.check.code} {line.info.code}"
        note.answer, note.answered = each.answer, bool(each.answer) and each.wanting is None
        return note

    def _note(self, line: Line, found: Told) -> Note:
        empty = line.typed is not None and line.typed.empty
        return Note(line.cell, line.info.code, self.name(line.info), found, empty=empty)

    @property
    def sheet_infos(self) -> Mapping[str, MeasureInfo]:
        """All measures by code."""
        return self.asked.place.round.infos

    def _submit(self, mend: int, answer: int) -> str:
        """What the button says: that all is ready, or what is missing."""
        parts = []
        if mend:
            parts.append(ngettext("%(n)s to mend", "%(n)s to mend", mend) % {"n": mend})
        if answer:
            parts.append(ngettext("%(n)s to answer", "%(n)s to answer", answer) % {"n": answer})
        if self.sheet.waiting:
            waiting = len(self.sheet.waiting)
            parts.append(ngettext("%(n)s below to wait for", "%(n)s below to wait for", waiting) % {"n": waiting})
        return _("Submit: %(what)s") % {"what": pgettext("list", ", ").join(parts)} if parts else ""

    def _steps(self) -> list[Step]:
        """Where it stands: draft, submitted, accepted by the unit above, locked."""
        sheet = self.sheet
        above = sheet.path[min(1, len(sheet.path) - 1)].shown_name(self.visit.language)
        place = ("draft", "submitted", "accepted").index(
            {"returned": "draft", "reopened": "draft"}.get(sheet.state, sheet.state)
        )
        first = {"returned": _("Returned"), "reopened": _("Reopened")}.get(sheet.state, _("Draft"))
        last = {{"restate": "accept"}.get(event.action, event.action): event for event in sheet.events}
        entered = [line for line in sheet.lines if line.typed is not None]
        right = sum(not line.mend and not line.typed.empty for line in entered if line.typed)
        texts = (
            (first, _("%(right)s of %(all)s cells filled") % {"right": right, "all": len(entered)} if entered else ""),
            (_("Submitted"), self._by(last.get("submit")) if place >= 1 else self._due()),
            (
                _("Accepted by %(unit)s") % {"unit": above},
                self._by(last.get("accept")) if place >= 2 else "",
            ),
            (_("Locked"), _("restating needs a reason and is told to all above") if sheet.locked else ""),
        )
        now = 3 if sheet.locked and place >= 2 else place
        return [Step(title, text, number == now, number < now) for number, (title, text) in enumerate(texts)]

    def _by(self, event: object) -> str:
        return f"{self.person(event.by)}, {self.moment(event.at)}" if event else ""  # type: ignore[attr-defined]

    def _events(self) -> list[tuple[str, str, str, str]]:
        words = action_words()
        return [
            (self.moment(each.at), self.person(each.by), words.get(each.action, each.action), each.reason or each.file)
            for each in reversed(self.sheet.events)
        ]

    def _below(self) -> list[tuple[str, str, str, str]]:
        words = state_words()
        return [
            (
                each.unit.shown_name(self.visit.language),
                self.asked.of(each.unit.code, self.sheet.period),
                words[each.state],
                each.state,
            )
            for each in self.sheet.below
        ]


def action_words() -> dict[str, str]:
    """What somebody did, in words."""
    return {
        "submit": pgettext("event", "submitted"),
        "recall": pgettext("event", "taken back"),
        "return": pgettext("event", "returned"),
        "accept": pgettext("event", "accepted"),
        "restate": pgettext("event", "restated"),
        "reopen": pgettext("event", "reopened"),
        "upload": pgettext("event", "file taken over"),
    }


def cell_words() -> dict[str, str]:
    """What stands in a cell in place of a value, in words."""
    return {"": "", "unknown": _("not known"), "not-applicable": _("not applicable")}


def state_words() -> dict[str, str]:
    """States of submissions in words."""
    return {
        "none": _("not begun"),
        "draft": _("draft"),
        "submitted": pgettext("state", "submitted"),
        "returned": pgettext("state", "returned"),
        "accepted": pgettext("state", "accepted"),
        "reopened": pgettext("state", "reopened"),
        "booked": _("loaded"),
    }
