"""Puts the questions of the torture set to the engine: the one place that knows how the engine is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from headrope.core.periods import Period, parse
from headrope.core.rollup import Column
from headrope.journal.queries import Known, known_on
from headrope.ledger.cube import store
from headrope.ledger.cube.view import AS_WAS, Cube, View
from headrope.ledger.queries import MeasureInfo, ledger_settings, measures, version_ids
from headrope.ledger.texts import texts
from headrope.org.queries import holding_rows, unit_ids
from tests.torture.evaluator import Amount, Answer, Question

ULPS = 4
"""How far floats may be from the exact answer where floats were stored or divided more than once."""


@dataclass(frozen=True)
class Told:
    """What the engine says: an exact amount, a float or words, None where missing; and its coverage."""

    value: Fraction | float | str | None
    reported: int
    expected: int
    uneven: bool
    derived: bool


def agrees(told: Told, right: Answer) -> bool:
    """Whether the engine says what is right: whole steps exactly, floats as near as floats can be."""
    counts = (told.reported, told.expected, told.uneven, told.derived)
    if counts != (right.reported, right.expected, right.uneven, right.derived):
        return False
    return same_value(told.value, right.value)


def same_value(told: Fraction | float | str | None, right: Amount) -> bool:
    """Whether a value of the engine's is the right one."""
    if isinstance(told, float) and isinstance(right, Fraction):
        nearest = float(right)
        return abs(told - nearest) <= ULPS * math.ulp(nearest)
    return told == right


@dataclass
class Engine:
    """The books of this moment, as known on days."""

    _cubes: dict[date | None, tuple[Cube, dict[str, MeasureInfo]]] = field(default_factory=dict)

    def tell(self, question: Question) -> Told:
        """The engine's answer."""
        cube, infos = self._cube(question.known_on)
        info = infos[question.measure]
        period = parse(question.period, ledger_settings().fiscal_start)
        view = cube.view([unit_ids()[question.unit]], _perimeter(question.perimeter, period))
        full = view.column(info, infos, question.version, period)
        stored = _stored(info, infos)
        return Told(
            _words(info, question, period) if info.rule.kind == "text" else _part(question, view, info, infos),
            int(full.reported[0]),
            int(full.expected[0]),
            bool(full.uneven[0]) if full.uneven is not None else False,
            any(cube.derived(infos[code].id, question.version) for code in stored),
        )

    def _cube(self, day: date | None) -> tuple[Cube, dict[str, MeasureInfo]]:
        if day not in self._cubes:
            known: Known | None = known_on(day, ledger_settings().zone)
            self._cubes[day] = store.fresh(day), {info.code: info for info in measures(known)}
        return self._cubes[day]


def _perimeter(text: str, period: Period) -> int | None:
    """The month whose tree is asked for."""
    if not text:
        return None
    if text == "as-was":
        return AS_WAS
    day = text.removeprefix("like-for-like").strip()
    return parse(day[:7]).start if day else period.end - 1


def _stored(info: MeasureInfo, infos: Mapping[str, MeasureInfo]) -> Sequence[str]:
    """The stored measures behind one."""
    if not info.rule.formed:
        return (info.code,)
    return [code for part in info.rule.components for code in _stored(infos[part], infos)]


def _part(
    question: Question, view: View, info: MeasureInfo, infos: Mapping[str, MeasureInfo]
) -> Fraction | float | None:
    """The part that is asked for, out of what the view gives."""
    version, period = question.version, parse(question.period, ledger_settings().fiscal_start)
    full = _value(info, view.column(info, infos, version, period))
    if question.part == "full":
        return full
    if question.part in ("stated", "gap"):
        other = _value(info, view.stated(info, version, period))
        return other if question.part == "stated" else _less(other, full)
    (steps,) = view.attributable(
        info, version, period, holding_rows(known_on(question.known_on, ledger_settings().zone))
    )
    other = None if steps is None else steps * Fraction(info.rule.quantity.step)
    return other if question.part == "attributable" else _less(full, other)


def _less(one: Fraction | float | None, other: Fraction | float | None) -> Fraction | float | None:
    return None if one is None or other is None else one - other


def _words(info: MeasureInfo, question: Question, period: Period) -> str | None:
    known = known_on(question.known_on, ledger_settings().zone)
    found = texts(unit_ids()[question.unit], [info], version_ids()[question.version], period, known)
    return found.get(info.code)


def _value(info: MeasureInfo, column: Column) -> Fraction | float | None:
    if not bool(column.known[0]):
        return None
    value = column.values[0].item()
    return value * Fraction(info.rule.quantity.step) if info.rule.exact else float(value)
