"""The rows of a unit's form: what is typed, what stands beside it, and how each cell stands; and the heads above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headrope.core.periods import year_to_date
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.submissions.actions import Cell
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.sheet import EntrySheet, Line, Value
from headrope.web.figures.asked import Against
from headrope.web.figures.cells import shown_cell
from headrope.web.figures.words import FormWords


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


def rows(sheet: EntrySheet, words: FormWords, mine: Mapping[str, Cell] | None) -> list[Row]:
    """All rows; `mine` are cells that somebody typed on an older state, by measure: both are shown."""
    made = [_row(line, sheet, words) for line in sheet.lines]
    for row in made:
        if mine and row.code in mine:
            row.mine = mine[row.code].raw if mine[row.code].raw != row.typed else None
            row.mine_note = mine[row.code].note if mine[row.code].note != row.note else None
    return made


def heads(sheet: EntrySheet, words: FormWords) -> dict[str, str]:
    """The heads of the columns that are named after periods or comparisons."""
    period, start, wording = sheet.period, words.asked.visit.ledger.fiscal_start, words.wording
    to_date = wording.period(year_to_date(period, start))
    previous = wording.period(period.shifted(-period.span))
    titles = {
        "target": _("to plan"),
        "last-year": _("on last year"),
        "previous": _("on %(period)s") % {"period": previous},
    }
    first, second = _held_against(words)
    return {
        "first": titles[first],
        "second": titles[second],
        "now": wording.period(period),
        "previous": previous,
        "last_year": wording.period(period.shifted(-12)),
        "to_date": to_date,
        "plan_to_date": _("Plan %(period)s") % {"period": to_date},
    }


def _held_against(words: FormWords) -> tuple[Against, Against]:
    """What is chosen, and beside it last year, or the plan."""
    return words.asked.against, "target" if words.asked.against == "last-year" else "last-year"


def _row(line: Line, sheet: EntrySheet, words: FormWords) -> Row:
    info, typed = line.info, line.typed
    beside = {"target": line.plan, "previous": line.previous, "last-year": line.last_year}
    first, second = _held_against(words)
    exponent = entry_exponent(info, words.asked.scale.exponent)
    return Row(
        line.row,
        line.cell,
        info.code,
        words.name(info),
        words.account(info),
        words.figure(info, line.last_year),
        words.figure(info, line.previous),
        words.figure(info, line.plan),
        None if typed is None else shown_cell(line, exponent),
        words.figure(info, line.value) if typed is None else "",
        typed.note if typed else "",
        typed.word if typed else "",
        _change(words, info, line.value, beside[first]),
        _change(words, info, line.value, beside[second]),
        words.figure(info, line.to_date),
        words.figure(info, line.plan_to_date),
        *_check(line, sheet, words),
        text=info.rule.quantity.kind == "text",
        remark=typed.remark if typed else "",
    )


def _change(words: FormWords, info: MeasureInfo, value: Value | None, other: Value | None) -> str:
    """By how much per cent the value differs from another, of measures that are not shares; nothing where that says little."""
    if value is None or other is None or other == 0 or words.wording.account(info) == "%":
        return ""
    share = float(value - other) / abs(float(other))
    return words.wording.format.per_cent(share, sign=True) if abs(share) <= 4 else ""


def _check(line: Line, sheet: EntrySheet, words: FormWords) -> tuple[str, str]:
    """The word in the last column, and the state of the cell: wrong, missing, ask, answered or nothing."""
    if line.wrong is not None:
        return _("not a number"), "wrong"
    if line.faults:
        missing = any(doubt.check.kind == "missing" for doubt in line.faults)
        return (_("missing"), "missing") if missing else (_("to mend"), "wrong")
    if line.questions:
        return (_("to answer"), "ask") if line.asks else (_("answered"), "answered")
    if line.typed is None and line.value is None and sheet.open and not words.asked.known:
        waits = [each.cell for each in sheet.lines if each.info.code in line.info.parts and each.value is None]
        return (_("waits for %(cell)s") % {"cell": waits[0]}, "waits") if waits else ("", "")
    if line.typed and line.typed.remark:
        return _("see the remark"), "ask"
    return "", ""
