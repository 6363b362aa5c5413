"""Longer periods and their parts that disagree: the annual figure and its twelve phases, as a warning."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from headrope.core.measures import MeasureRule
from headrope.core.periods import NATIVE_SPANS, Period, from_code, name, year_of
from headrope.core.problems import Problem
from headrope.ledger.cube.layout import Manifest
from headrope.ledger.staging import Staging

KINDS = ("flow", "cumulative", "stock", "max", "min")
Series = set[tuple[int, str, int]]
"""Measure, version and span of figures that there are."""


class Words(NamedTuple):
    """What ids stand for."""

    units: Mapping[int, str]
    versions: Mapping[int, str]
    rules: Mapping[int, MeasureRule]
    fiscal_start: int


class Stored(NamedTuple):
    """A figure, and whether the load brings it."""

    value: int | float
    fresh: bool


def series_of(manifest: Manifest) -> Series:
    """The series of the ledger as the cube has them."""
    return {
        (measure, group.version, group.span)
        for group in manifest.groups
        for measure in [*(measure for measure, _ in group.components), *group.levels]
    }


def stored_series(stage: Staging, table: str, versions: Mapping[int, str]) -> Series:
    """The series of a table of figures, by a look at all of it."""
    sql = f"SELECT DISTINCT measure_id, version_id, period % 100 FROM {table} WHERE basis = 0"
    # `%` stands for a parameter on PostgreSQL unless there are none.
    return {(measure, versions[version], span) for measure, version, span in stage.run(sql)}


def mixed_series(fresh: Series, held: Series) -> list[tuple[int, str]]:
    """Measures and versions of the load of which there are, with it, figures of more than one span."""
    spans: dict[tuple[int, str], set[int]] = {}
    for measure, version, span in fresh | held:
        spans.setdefault((measure, version), set()).add(span)
    touched = {(measure, version) for measure, version, _ in fresh}
    return sorted(key for key in touched if len(spans[key]) > 1)


def disagreements(stage: Staging, mixed: Iterable[tuple[int, str]], words: Words) -> Iterator[Problem]:
    """A warning for each stored period of which the parts, all stored too, say something else; of what the load touches."""
    number = {code: version for version, code in words.versions.items()}
    for measure, version in mixed:
        rule = words.rules[measure]
        if rule.kind not in KINDS:
            continue
        for unit, cells in _cells(stage, measure, number[version]):
            for period in sorted(cells, key=lambda period: (period.start, period.span)):
                found = parts_made(rule, period, cells, words.fiscal_start)
                if found is not None:
                    values = {
                        "unit": words.units[unit],
                        "measure": rule.code,
                        "version": version,
                        "period": name(period, words.fiscal_start),
                        "figure": rule.quantity.write(cells[period].value),
                        "other": rule.quantity.write(found),
                    }
                    message = (
                        "%(unit)s %(measure)s %(version)s: %(period)s is %(figure)s, and its parts make %(other)s."
                    )
                    yield Problem("facts.csv", message, "Correct the period or its parts.", values, blocking=False)


def _cells(stage: Staging, measure: int, version: int) -> Iterator[tuple[int, dict[Period, Stored]]]:
    """What will be stored of the units that the load touches, unit by unit."""
    chosen = "measure_id = %s AND version_id = %s AND basis = 0"
    columns = "unit_id, period, amount, number, state"
    # Facts of the books come first, then those of the load in the order of their vintages: the last one holds.
    sql = f"""SELECT {columns}, 0, seq AS place FROM fact WHERE {chosen}
        AND unit_id IN (SELECT unit_id FROM fresh WHERE {chosen})
        UNION ALL SELECT {columns}, 1, vintage FROM fresh WHERE {chosen} ORDER BY 1, 6, 7"""
    rows = stage.run(sql, [measure, version] * 3)
    for unit, same in groupby(rows, lambda row: row[0]):
        cells: dict[Period, Stored] = {}
        for _, code, amount, number, state, fresh, _ in same:
            period = from_code(code)
            cells.pop(period, None)
            if state == 0:
                value: Any = number if amount is None else amount
                cells[period] = Stored(value, bool(fresh))
        yield unit, cells


def parts_made(
    rule: MeasureRule, period: Period, cells: Mapping[Period, Stored], fiscal_start: int
) -> int | float | None:
    """What the parts of a stored period make where they disagree with the period; None where they agree or are not all there."""
    for span in NATIVE_SPANS:
        if span >= period.span or period.span % span:
            continue
        if rule.kind in ("stock", "cumulative"):
            last = Period(period.end - span, span)
            if rule.kind == "cumulative" and year_of(last.end - 1, fiscal_start).start > period.start:
                continue  # the period reaches back into another year
            parts = [cells[last]] if last in cells else []
        else:
            found = [cells.get(part) for part in period.cells(span)]
            parts = [part for part in found if part is not None] if None not in found else []
        if not parts or not (cells[period].fresh or any(part.fresh for part in parts)):
            continue
        values = [part.value for part in parts]
        made = max(values) if rule.kind == "max" else min(values) if rule.kind == "min" else sum(values)
        if not _equal(made, cells[period].value, rule.quantity.exact):
            return made
    return None


def _equal(one: int | float, other: int | float, exact: bool) -> bool:
    return one == other if exact else math.isclose(one, other, rel_tol=1e-9)
