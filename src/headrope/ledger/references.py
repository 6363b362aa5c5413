"""Codes that are none, in rows that will be known on earlier days only: those of now are looked at as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headrope.core.checks.check import Check
from headrope.core.holdings import Holding
from headrope.core.problems import Problem
from headrope.core.unit_rules import Member
from headrope.core.units import Edition
from headrope.ledger.checks import named_measures
from headrope.ledger.definitions import Definitions
from headrope.ledger.folder.calendars import CalendarDays
from headrope.ledger.folder.forms import DutyDays, FormRow
from headrope.ledger.folder.measures import MeasureRow
from headrope.ledger.folder.rows import unknown


def check_references(defined: Definitions) -> Iterator[Problem]:
    """Codes that are none in rows that will be known on earlier days only; the others have been looked at as a whole."""
    known = {
        "unit": defined.unit_ids.keys(),
        "measure": defined.measure_ids.keys(),
        "form": defined.form_ids.keys(),
        "calendar": defined.calendars.known.events.keys(),
    }
    for book in defined.books:
        for each in book.said:
            if book.known.at(each.key) == each.rows:
                continue
            for row in each.rows:
                for noun, codes in _named(row).items():
                    for code in codes:
                        if code is not None and code not in known[noun]:
                            yield unknown(row.where, noun, code, known[noun])


def _named(row: object) -> Mapping[str, Sequence[str | None]]:
    """The codes that a row names, by what they are codes of."""
    if isinstance(row, Edition):
        return {"unit": [row.parent, row.successor]}
    if isinstance(row, Holding):
        return {"unit": [row.owner, row.held]}
    if isinstance(row, FormRow):
        return {"measure": row.measures}
    if isinstance(row, DutyDays):
        return {"form": [row.form], "unit": [row.unit]}
    if isinstance(row, MeasureRow):
        parts = [code for _, code in row.rule.numerator + row.rule.denominator]
        return {"measure": [*parts, row.rule.successor]}
    if isinstance(row, Check):
        return {"measure": named_measures(row), "unit": row.under}
    if isinstance(row, CalendarDays):
        return {"unit": [row.unit], "calendar": [row.calendar]}
    if isinstance(row, Member):
        return {"unit": [row.segment, row.unit]}
    return {}
