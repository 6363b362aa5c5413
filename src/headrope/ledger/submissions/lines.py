"""Makes the lines of a form: texts are read, the rest is computed, and checks are held against all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from headrope.core.checks.answers import answer_problem
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.evaluation import Entered, Prepared, find_doubts
from headrope.core.periods import Period, year_to_date
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.core.typed import read_typed, write_typed
from headrope.ledger.duties import FormInfo
from headrope.ledger.models import State
from headrope.ledger.queries import ACTUAL, TARGET, MeasureInfo
from headrope.ledger.submissions.figures import Column, OwnFigures, form_value, to_date, year_before
from headrope.ledger.submissions.sheet import FIRST_ROW, Line, Question, Typed, Value
from headrope.ledger.wording import SHARES

Answers = Mapping[tuple[str, str], tuple[str, str]]
"""By check and measure: the digest of the figures that an answer was given on, and its text."""


@dataclass(frozen=True)
class Asked:
    """What is asked for: the form, its period and version, the codes of the unit and of all above it, and its kind."""

    form: FormInfo
    period: Period
    version: str
    path: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Rules:
    """How figures are computed and checked: measures by code, checks, and the first month of the fiscal year."""

    infos: Mapping[str, MeasureInfo]
    checks: Prepared
    fiscal_start: int


def asked_measures(form: FormInfo, infos: Mapping[str, MeasureInfo], period: Period) -> list[MeasureInfo]:
    """The measures of the form in their order, with those that are formed of nothing else; valid at the period's end."""
    day = period.last_day
    given = {code for code in form.measures if code in infos and not infos[code].rule.formed}
    found = []
    for info in infos.values():
        if not info.rule.valid_from <= day < info.rule.valid_to:
            continue
        if info.code in given or (info.rule.kind in ("formula", "ratio") and set(info.parts) <= given):
            found.append(info)
    return found


def entry_exponent(info: MeasureInfo, scale: int) -> int:
    """The power of ten that figures of the measure are typed in: money in the scale, shares per cent, the rest as it is."""
    if info.rule.quantity.kind == "money":
        return scale
    return -2 if info.account in SHARES and info.rule.quantity.kind == "number" else 0


def read_value(info: MeasureInfo, typed: Typed) -> tuple[Value | None, Problem | None]:
    """The value of what is typed, and what is wrong with it; a text measure has no value."""
    if typed.word or not typed.raw.strip() or info.rule.quantity.kind == "text":
        return None, None
    try:
        return read_typed(typed.raw, info.rule.quantity, typed.exponent, per_cent=info.account in SHARES), None
    except QuantityError as error:
        return None, Problem(info.code, error.message, error.remedy, error.values)


def make_lines(
    asked: Asked, typed: Mapping[str, Typed], answers: Answers, own: OwnFigures, rules: Rules, begun: bool = True
) -> tuple[Line, ...]:
    """The lines of the form with everything that is to be said of them, in the order of pages.

    Where nobody has `begun` the form, cells nobody has typed into say what the books hold already.
    """
    measures = asked_measures(asked.form, rules.infos, asked.period)
    cells: dict[str, Typed] = {}
    values: dict[str, Value | None] = {}
    wrong: dict[str, Problem | None] = {}
    for info in measures:
        if not info.rule.formed:
            cells[info.code] = (
                typed.get(info.code) or (None if begun else _booked(info, asked, own)) or _unasked(info, asked, own)
            )
            values[info.code], wrong[info.code] = read_value(info, cells[info.code])
    columns = _Columns.of(asked, own, rules.fiscal_start)
    lines = []
    for number, info in enumerate(measures):
        cell = cells.get(info.code)
        now = form_value(info, values, rules.infos, asked.period.span) if info.rule.formed else values[info.code]
        beside = _beside(info, values, columns, asked, rules)
        lines.append(Line(FIRST_ROW + number, info, cell, now, *beside, wrong=wrong.get(info.code)))
    doubts = _doubts(asked, cells, values, own, rules)
    return tuple(_questioned(line, doubts, answers) for line in lines)


def _booked(info: MeasureInfo, asked: Asked, own: OwnFigures) -> Typed | None:
    """What the books hold of the period, as it would be typed; None where they hold nothing."""
    value = own.value(info.code, asked.version, asked.period)
    if value is not None:
        return Typed(write_typed(value, info.rule.quantity, 0))
    held = own.state(info.code, asked.version, asked.period)
    return Typed(word="not-applicable") if held == State.NOT_APPLICABLE else None


def _unasked(info: MeasureInfo, asked: Asked, own: OwnFigures) -> Typed:
    """An empty cell; what did not apply to the unit in the period before does not apply until somebody types a value."""
    before = own.state(info.code, asked.version, asked.period.shifted(-asked.period.span))
    return Typed(word="not-applicable") if before == State.NOT_APPLICABLE else Typed()


@dataclass(frozen=True)
class _Columns:
    """What the books hold beside the cells of a form, by measure; `_before` are the periods of the year before it."""

    previous: Column
    last_year: Column
    plan: Column
    held: Column
    before: Sequence[Column] | None
    plan_before: Sequence[Column] | None

    @classmethod
    def of(cls, asked: Asked, own: OwnFigures, fiscal_start: int) -> _Columns:
        period, version = asked.period, asked.version
        return cls(
            own.column(ACTUAL, period.shifted(-period.span)),
            own.column(ACTUAL, period.shifted(-12)),
            own.column(TARGET, period),
            own.column(version, period),
            year_before(own, version, period, fiscal_start),
            year_before(own, TARGET, period, fiscal_start),
        )


_Maybe = Value | None


def _beside(
    info: MeasureInfo, values: Column, columns: _Columns, asked: Asked, rules: Rules
) -> tuple[_Maybe, _Maybe, _Maybe, _Maybe, _Maybe, _Maybe]:
    """The figures that stand beside the measure's cell, in the order of Line: from `previous` to `held`."""
    infos, span = rules.infos, asked.period.span

    def stored(column: Column) -> Value | None:
        formed = form_value(info, column, infos, span) if info.rule.formed else None
        return column.get(info.code) if formed is None else formed

    def so_far(last: Column, before: Sequence[Column] | None) -> Value | None:
        if not info.rule.formed:
            return to_date(info, last.get(info.code), before)
        found = {code: to_date(infos[code], last.get(code), before) for code in info.parts}
        return form_value(info, found, infos, year_to_date(asked.period, rules.fiscal_start).span)

    return (
        stored(columns.previous),
        stored(columns.last_year),
        stored(columns.plan),
        so_far(values, columns.before),
        so_far(columns.plan, columns.plan_before),
        stored(columns.held),
    )


def _doubts(
    asked: Asked, typed: Mapping[str, Typed], values: Mapping[str, Value | None], own: OwnFigures, rules: Rules
) -> list[Doubt]:
    entered: dict[str, Value | str | None] = {}
    for code, value in values.items():
        cell = typed.get(code, Typed())
        # What is no number, or is said not to be one, is not missing.
        entered[code] = value if value is not None else cell.word or cell.raw or None
    given = Entered(asked.period, entered, asked.path, asked.kind, frozenset(values))
    return find_doubts(rules.checks, given, lambda measure, period: own.value(measure, asked.version, period))


def _questioned(line: Line, doubts: list[Doubt], answers: Answers) -> Line:
    """The line with what the checks say of its cell."""
    mine = [doubt for doubt in doubts if doubt.measure == line.info.code]
    if not mine:
        return line
    faults = tuple(doubt for doubt in mine if doubt.check.blocking)
    questions = []
    for doubt in mine:
        if not doubt.check.blocking:
            about, text = answers.get(doubt.key, ("", ""))
            text = text if about == about_of(doubt) else ""
            questions.append(Question(doubt, text, answer_problem(line.cell, doubt.check, text) if text else None))
    return replace(line, faults=faults, questions=tuple(questions))


def about_of(doubt: Doubt) -> str:
    """A digest of the figures that a doubt is about: an answer holds for them and for no others."""
    said = [doubt.check.code, *doubt.measures, *(f"{key}={value}" for key, value in sorted(doubt.values.items()))]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
