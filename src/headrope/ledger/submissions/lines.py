"""Makes the lines of a form: texts are read, the rest is computed, and checks are held against all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from headrope.core.checks.answers import answer_problem
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.evaluation import Entered, Prepared, find_doubts
from headrope.core.periods import Period, year_to_date
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.core.typed import read_typed
from headrope.ledger.duties import FormInfo
from headrope.ledger.models import State
from headrope.ledger.queries import ACTUAL, TARGET, MeasureInfo
from headrope.ledger.submissions.figures import OwnFigures, form_value
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
    asked: Asked, typed: Mapping[str, Typed], answers: Answers, own: OwnFigures, rules: Rules
) -> tuple[Line, ...]:
    """The lines of the form with everything that is to be said of them, in the order of pages."""
    measures = asked_measures(asked.form, rules.infos, asked.period)
    cells: dict[str, Typed] = {}
    values: dict[str, Value | None] = {}
    wrong: dict[str, Problem | None] = {}
    for info in measures:
        if not info.rule.formed:
            cells[info.code] = typed.get(info.code) or _unasked(info, asked, own)
            values[info.code], wrong[info.code] = read_value(info, cells[info.code])
    lines = []
    for number, info in enumerate(measures):
        cell = cells.get(info.code)
        now = form_value(info, values, rules.infos, asked.period.span) if info.rule.formed else values[info.code]
        line = Line(FIRST_ROW + number, info, cell, now, wrong=wrong.get(info.code))
        lines.append(_beside(line, values, asked, own, rules))
    doubts = _doubts(asked, cells, values, own, rules)
    return tuple(_questioned(line, doubts, answers) for line in lines)


def _unasked(info: MeasureInfo, asked: Asked, own: OwnFigures) -> Typed:
    """An empty cell; what did not apply to the unit in the period before does not apply until somebody types a value."""
    before = own.state(info.code, asked.version, asked.period.shifted(-asked.period.span))
    return Typed(word="not-applicable") if before == State.NOT_APPLICABLE else Typed()


def _beside(line: Line, values: Mapping[str, Value | None], asked: Asked, own: OwnFigures, rules: Rules) -> Line:
    """The line with the figures that stand beside its cell."""
    period, start, info = asked.period, rules.fiscal_start, line.info

    def stored(version: str, at: Period) -> Value | None:
        if not info.rule.formed:
            return own.value(info.code, version, at)
        parts = {code: own.value(code, version, at) for code in info.parts}
        held = form_value(info, parts, rules.infos, at.span)
        return own.value(info.code, version, at) if held is None else held

    def to_date(version: str, last: Mapping[str, Value | None]) -> Value | None:
        found = {code: own.to_date(rules.infos[code], version, period, start, last.get(code)) for code in info.parts}
        return (
            form_value(info, found, rules.infos, year_to_date(period, start).span)
            if info.rule.formed
            else found.get(info.code)
        )

    plan = stored(TARGET, period)
    planned = {code: own.value(code, TARGET, period) for code in info.parts}
    return replace(
        line,
        previous=stored(ACTUAL, period.shifted(-period.span)),
        last_year=stored(ACTUAL, period.shifted(-12)),
        plan=plan,
        to_date=to_date(asked.version, values),
        plan_to_date=to_date(TARGET, planned),
        held=stored(asked.version, period),
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
