"""Which measures a check can look at, and what its formulae come down to."""

from __future__ import annotations

from collections.abc import Mapping

from headrope.core.checks.check import EVERY, Check, Kind
from headrope.core.formulas import Formula, substitute
from headrope.core.measures import MeasureRule


def can_be_asked(kind: Kind, rule: MeasureRule) -> bool:
    """Whether figures of the measure are handed in and are what the kind looks at."""
    if rule.formed:
        return False
    if kind == "cumulative":
        return rule.kind == "cumulative"
    return kind == "missing" or rule.quantity.kind != "text"


def asked_of(check: Check, rules: Mapping[str, MeasureRule]) -> tuple[str, ...]:
    """The measures that are looked at one by one, `*` spelled out; of a KeyError, a code that is none."""
    if check.measures == (EVERY,):
        return tuple(
            code for code, rule in rules.items() if can_be_asked(check.kind, rule) and not _restarts(check, rule)
        )
    return tuple(code for code in check.measures if rules[code])


def _restarts(check: Check, rule: MeasureRule) -> bool:
    """Whether the figure of the period before says nothing, being that of a year to date."""
    return check.against == "previous" and rule.kind == "cumulative"


def opened(formula: Formula, rules: Mapping[str, MeasureRule]) -> Formula:
    """The formula over figures that are handed in; `rules` as `core.measures.resolved` gives them."""
    inner = {code: rules[code].numerator for _, code in formula if rules[code].kind == "formula"}
    return substitute(formula, inner)
