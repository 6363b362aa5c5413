"""Holds checks against figures: they are prepared once, and each time give the doubts in a stable order.

>>> from headrope.core.checks.rows import parse_checks
>>> money = Quantity("money", -2)
>>> rules = {code: MeasureRule(code, money, "flow") for code in ("REV", "DOM", "OVS")}
>>> checks, _ = parse_checks('''code,kind,severity,measures,formula
... PARTS,sum,blocking,REV,DOM+OVS
... ''')
>>> june = Entered(Period(2023 * 12 + 5, 1), {"REV": 1000_10, "DOM": 765_10, "OVS": 234_99})
>>> for doubt in find_doubts(prepare(checks, rules), june, lambda measure, period: None):
...     print(doubt.problem("C12"))
C12: 1000.1, and DOM+OVS makes 1000.09: 0.01 too much. Mend the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from headrope.core.checks.asked import Earlier, Entered, Figures
from headrope.core.checks.bound import Bound, Line
from headrope.core.checks.check import Check
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.figures import Exact, plain, step_of
from headrope.core.checks.kinds import FINDERS
from headrope.core.checks.reach import asked_of, opened
from headrope.core.formulas import Formula
from headrope.core.measures import MeasureRule, resolved
from headrope.core.periods import Period
from headrope.core.quantities import Quantity

__all__ = ["Entered", "Period", "Prepared", "find_doubts", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """Checks bound to measures, ready for any unit and period of a ledger."""

    groups: tuple[tuple[Check, tuple[Bound, ...]], ...]
    quantities: Mapping[str, Quantity]
    fiscal_start: int


def prepare(checks: Iterable[Check], rules: Mapping[str, MeasureRule], fiscal_start: int = 1) -> Prepared:
    """The checks, bound to the measures of a ledger. Both must be sound; a ValueError where a check names no measure."""
    whole = resolved(rules)
    try:
        groups = tuple((check, tuple(_bound(check, whole))) for check in checks)
    except KeyError as error:
        raise ValueError(f"a check names {error}, which is no measure") from None
    return Prepared(groups, {code: rule.quantity for code, rule in rules.items()}, fiscal_start)


def find_doubts(prepared: Prepared, entered: Entered, earlier: Earlier) -> list[Doubt]:
    """Everything that is doubtful about the figures, in the order of their cells, of one cell by the checks' codes.

    A check of several measures looks at them if any is asked for here; the doubt stands at the first that is.
    """
    figures = Figures(entered, earlier, prepared.quantities, prepared.fiscal_start)
    day, values = entered.period.last_day, entered.values
    found: list[Doubt] = []
    for check, bounds in prepared.groups:
        if not check.holds_for(entered.path, entered.kind, day):
            continue
        finder = FINDERS[check.kind]
        for bound in bounds:
            if check.kind == "missing" or any(measure in values for measure in bound.measures):
                doubt = finder(bound, figures)
                if doubt is not None:
                    found.append(_placed(doubt, entered))
    place = {measure: number for number, measure in enumerate(values)}
    return sorted(found, key=lambda doubt: (place.get(doubt.measure, len(place)), doubt.measure, doubt.check.code))


def _placed(doubt: Doubt, entered: Entered) -> Doubt:
    """The doubt with the first measure in front that has a cell here."""
    cell = next((measure for measure in doubt.measures if measure in entered.values), doubt.measure)
    if cell == doubt.measure:
        return doubt
    return doubt._replace(measures=(cell, *(measure for measure in doubt.measures if measure != cell)))


def _bound(check: Check, rules: Mapping[str, MeasureRule]) -> Iterator[Bound]:
    """One bound check for each measure looked at, or one for a formula."""
    formula, below = opened(check.formula, rules), opened(check.denominator, rules)
    parts = tuple(dict.fromkeys(code for _, code in formula + below))
    for measure in asked_of(check, rules) or parts[:1]:
        step = step_of(rules[measure].quantity)
        yield Bound(
            check,
            measure,
            tuple(dict.fromkeys((measure, *parts))),
            step,
            _line(formula, rules, step),
            _line(below, rules, step),
            _steps(check.min, step),
            _steps(check.max, step),
            _steps(check.tolerance, step) or 0,
            _steps(check.floor, step) or 0,
        )


def _steps(amount: Fraction | None, step: Fraction) -> Exact | None:
    return None if amount is None else plain(amount / step)


def _line(formula: Formula, rules: Mapping[str, MeasureRule], step: Fraction) -> Line:
    return tuple((plain(factor * step_of(rules[code].quantity) / step), code) for factor, code in formula)
