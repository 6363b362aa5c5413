"""Checks as known: those that the owners of measures have defined, and bound to the measures of the ledger."""

from __future__ import annotations

from functools import lru_cache

from headrope.core.checks.check import EVERY, Check
from headrope.core.checks.evaluation import Prepared, prepare
from headrope.journal.editions import in_force
from headrope.journal.queries import Known, defined_at
from headrope.ledger.check_editions import check_of
from headrope.ledger.models import CheckEdition
from headrope.ledger.queries import ledger_settings, measures


def checks(known: Known | None = None) -> list[Check]:
    """All checks in force as known then (None: now), by code; one statement."""
    rows = in_force(CheckEdition.objects.order_by("code", "seq_from"), ("row",), known)
    return [check_of(row) for (row,) in rows]


def prepared(known: Known | None = None) -> Prepared:
    """The checks bound to the measures as known then (None: now), ready for `find_doubts`; three statements.

    A check that names a measure of which nothing was known yet is left out.
    """
    rules = {info.code: info.rule for info in measures(known)}
    there = [check for check in checks(known) if all(code in rules for code in named_measures(check))]
    return prepare(there, rules, ledger_settings().fiscal_start)


def named_measures(check: Check) -> list[str]:
    """The codes of the measures that a check names."""
    parts = [code for _, code in check.formula + check.denominator]
    return [code for code in (*check.measures, *parts) if code != EVERY]


@lru_cache(maxsize=4)
def _prepared_at(key: str, defined: int) -> Prepared:
    return prepared()


def checks_now(key: str, seq: int) -> Prepared:
    """`prepared` as known now, kept in the process until a definition in the books `key` changes."""
    return _prepared_at(key, defined_at(key, seq))
