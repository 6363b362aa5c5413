"""The rules of the review as known: the pace rule of a day, and the rules of the red and the black list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from headrope.core.problems import Problem
from headrope.core.scoring import Tolerance
from headrope.journal.queries import Books, Known
from headrope.review.defined.kinds import RULES
from headrope.review.defined.queries import rows_at
from headrope.review.rules.rule import BUILT_IN, ListRule, OwnTolerance, PaceRule, Rule, read_rule


def rules(at: Books, known: Known | None = None) -> list[Rule]:
    """All rules as known then (None: now), in the order in which they were written; no statement when kept."""
    problems: list[Problem] = []
    found = (read_rule("", row.cells, problems.append, row.seq) for row in rows_at(RULES, at, known))
    return [rule for rule in found if rule is not None]


def pace_rule(on: date, at: Books, known: Known | None = None) -> PaceRule:
    """The pace rule in force on the day with the tolerances of measures; the one that is built in where none was written."""
    found, own = BUILT_IN, dict[str, Tolerance]()
    for rule in rules(at, known):
        if isinstance(rule, PaceRule) and rule.holds_on(on):
            found = rule
        elif isinstance(rule, OwnTolerance) and rule.holds_on(on):
            own |= dict.fromkeys(rule.measures, rule.tolerance)
    return replace(found, own=own) if own else found


def list_rules(on: date, at: Books, known: Known | None = None) -> list[ListRule]:
    """The rules of the lists in force on the day, red before black."""
    found = [rule for rule in rules(at, known) if isinstance(rule, ListRule) and rule.holds_on(on)]
    return sorted(found, key=lambda rule: rule.kind != "red")
