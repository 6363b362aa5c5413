"""Units' own figures of one measure in one version by SQL: into `audit_main`, one row for each part, cell and unit.

1. The latest fact of each cell among those known goes into `audit_fact`, and so do eliminations, as figures of pairs of
   units with the sign turned, and what predecessors say; values go on into `audit_main`.
2. Where some units state a longer span and others its parts, the latter are given the longer one too.
3. Weighted means get value times weight, and the weight, of who gave both; cumulative measures their differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headrope.ledger.audit.tables import Tables
from headrope.ledger.cube.layout import DIFFERENCE, LARGEST, PRODUCT, SMALLEST, VALUE, WEIGHT, Group, Part, main_part
from headrope.ledger.duties import DutyRow
from headrope.ledger.models import Basis, State
from headrope.ledger.queries import MeasureInfo

SPANS = (1, 3, 6, 12)
START = "period / 10000 * 12 + period / 100 % 100 - 1"
_JOINED: dict[Part, str] = {LARGEST: "max", SMALLEST: "min"}
_LAST = ("stock", "cumulative", "score")


@dataclass(frozen=True)
class Series:
    """One version's figures: where its components lie, and what measures are."""

    version: int
    code: str
    groups: Mapping[int, Group]
    infos: Mapping[int, MeasureInfo]
    fiscal_start: int

    def spans(self, measure: int, part: Part) -> list[int]:
        """The spans at which the part is held."""
        return [span for span, group in sorted(self.groups.items()) if (measure, part) in group.components]


def take_facts(tables: Tables, series: Series, measure: int, basis: Basis = Basis.OWN) -> None:
    """The latest known facts of a measure into `audit_fact`."""
    tables.run(f"DELETE FROM audit_fact WHERE measure = {measure}")
    tables.run(
        f"""INSERT INTO audit_fact (measure, span, start, unit, state, amount, number)
        SELECT measure_id, period % 100, {START}, unit_id, state, amount, number FROM (
            SELECT f.*, row_number() OVER (PARTITION BY f.unit_id, f.period ORDER BY f.seq DESC) AS place
            FROM unit u {tables.before} fact f ON f.unit_id = u.id
            WHERE f.measure_id = {measure} AND f.version_id = {series.version} AND f.basis = {int(basis)}
            AND f.state <> {int(State.TEXT)} AND f.seq IN (SELECT seq FROM audit_known)) latest WHERE place = 1"""
    )
    tables.settle("audit_fact")


def fill_own(tables: Tables, series: Series, measure: int) -> None:
    """All parts of a measure into `audit_main`."""
    info = series.infos[measure]
    part = main_part(info.rule)
    _take_all(tables, series, measure)
    tables.run(f"DELETE FROM audit_main WHERE measure = {measure}")
    if info.rule.weight is not None:
        weight = next(each.id for each in series.infos.values() if each.code == info.rule.weight)
        fill_own(tables, series, weight)
        _multiply(tables, measure, weight)
        for each in (PRODUCT, WEIGHT):
            _lengthen(tables, series, measure, each)
    else:
        tables.run(
            f"""INSERT INTO audit_main (measure, part, span, start, unit, amount, number)
            SELECT measure, '{part}', span, start, unit, amount, number FROM audit_fact
            WHERE measure = {measure} AND state = {int(State.VALUE)}"""
        )
        _lengthen(tables, series, measure, part)
    if info.rule.kind == "cumulative":
        _differ(tables, series, measure)
    tables.settle("audit_main")


def _take_all(tables: Tables, series: Series, measure: int) -> None:
    """Facts, eliminations, and what predecessors that mean the same say of periods before the measure holds."""
    take_facts(tables, series, measure)
    tables.run(
        f"""INSERT INTO audit_fact (measure, span, start, unit, state, amount, number)
        SELECT {measure}, period % 100, {START}, -pair, {int(State.VALUE)}, -amount, NULL FROM (
            SELECT e.period, e.amount, p.pair,
                row_number() OVER (PARTITION BY p.pair, e.period ORDER BY e.seq DESC) AS place
            FROM elimination e JOIN audit_pair p ON p.unit = e.unit_id AND p.counterparty = e.counterparty_id
            WHERE e.measure_id = {measure} AND e.version_id = {series.version}
            AND e.seq IN (SELECT seq FROM audit_known)) latest WHERE place = 1 AND amount IS NOT NULL"""
    )
    info = series.infos[measure]
    for before in series.infos.values():
        if before.rule.continuity == "same" and before.rule.successor == info.code:
            _take_all(tables, series, before.id)
            amount = in_step("f.amount", before.rule.quantity.step_exponent - info.rule.quantity.step_exponent)
            tables.run(
                f"""INSERT INTO audit_fact (measure, span, start, unit, state, amount, number)
                SELECT {measure}, f.span, f.start, f.unit, f.state, {amount}, f.number FROM audit_fact f
                JOIN audit_cell c ON c.span = f.span AND c.start = f.start AND c.day < '{info.rule.valid_from}'
                WHERE f.measure = {before.id} AND f.state <> {int(State.WITHDRAWN)} ON CONFLICT DO NOTHING"""
            )


def in_step(amount: str, finer: int) -> str:
    """SQL for whole numbers of steps in a step 10^finer times as small, or large when negative: half to even."""
    if finer >= 0:
        return f"{amount} * {10**finer}"
    step = 10**-finer
    rest = f"((({amount} % {step}) + {step}) % {step})"
    low = f"(({amount} - {rest}) / {step})"
    return f"{low} + CASE WHEN 2 * {rest} > {step} OR (2 * {rest} = {step} AND {low} % 2 <> 0) THEN 1 ELSE 0 END"


def _lengthen(tables: Tables, series: Series, measure: int, part: Part) -> None:
    """Longer cells of units that gave all parts of it (the last one, for what is a state on a day)."""
    kind = series.infos[measure].rule.kind
    if kind == "disjoint":
        return
    spans, way = series.spans(measure, part), _JOINED.get(part, "sum")
    for long in spans:
        for short in (span for span in spans if span < long and long % span == 0):
            parts = 1 if kind in _LAST else long // short
            tables.run(
                f"""INSERT INTO audit_main (measure, part, span, start, unit, amount, number)
                SELECT {measure}, '{part}', {long}, c.start, m.unit, {way}(m.amount), {way}(m.number)
                FROM audit_cell c JOIN audit_main m ON m.measure = {measure} AND m.part = '{part}' AND m.span = {short}
                AND {inside(kind, long)} WHERE c.span = {long} AND NOT EXISTS (SELECT 1 FROM audit_main o
                    WHERE o.measure = {measure} AND o.part = '{part}' AND o.span = {long} AND o.start = c.start
                    AND o.unit = m.unit)
                AND NOT EXISTS (SELECT 1 FROM audit_fact f WHERE f.measure = {measure} AND f.span = {long}
                    AND f.start = c.start AND f.unit = m.unit AND f.state = {int(State.NOT_APPLICABLE)})
                GROUP BY c.start, m.unit HAVING count(*) = {parts}"""
            )


def inside(kind: str, long: int) -> str:
    """SQL: whether the cell `m` is a part of the cell `c` of `long` months that the value of `c` comes from."""
    if kind in _LAST:
        return f"m.start = c.start + {long} - m.span"
    return f"m.start >= c.start AND m.start < c.start + {long} AND (m.start - c.start) % m.span = 0"


def _multiply(tables: Tables, measure: int, weight: int) -> None:
    """Value times weight and the weight, as floats."""
    value, by = (f"coalesce({table}.number, CAST({table}.amount AS double precision))" for table in "fw")
    for part, number in ((PRODUCT, f"{value} * {by}"), (WEIGHT, by)):
        tables.run(
            f"""INSERT INTO audit_main (measure, part, span, start, unit, amount, number)
            SELECT {measure}, '{part}', f.span, f.start, f.unit, NULL, {number} FROM audit_fact f
            JOIN audit_main w ON w.measure = {weight} AND w.part = '{VALUE}' AND w.span = f.span AND w.start = f.start
            AND w.unit = f.unit WHERE f.measure = {measure} AND f.state = {int(State.VALUE)}"""
        )


def _differ(tables: Tables, series: Series, measure: int) -> None:
    """Year to date at a period's end less year to date at its beginning; the first of a fiscal year stands for itself.

    A year to date is known by its end; where several native spans end there, the shortest one says it.
    """
    tables.clear("audit_year")
    tables.run(
        f"""INSERT INTO audit_year (unit, ends, amount, number) SELECT unit, ends, amount, number FROM (
            SELECT unit, start + span AS ends, amount, number,
                row_number() OVER (PARTITION BY unit, start + span ORDER BY span) AS place
            FROM audit_main WHERE measure = {measure} AND part = '{VALUE}') said WHERE place = 1"""
    )
    tables.settle("audit_year")
    offset = series.fiscal_start - 1
    for wide in series.spans(measure, DIFFERENCE):
        tables.run(
            f"""INSERT INTO audit_main (measure, part, span, start, unit, amount, number)
            SELECT {measure}, '{DIFFERENCE}', {wide}, c.start, e.unit,
                e.amount - CASE WHEN first THEN 0 ELSE b.amount END, e.number - CASE WHEN first THEN 0 ELSE b.number END
            FROM (SELECT start, (start - {offset}) % 12 = 0 AS first FROM audit_cell
                WHERE span = {wide} AND (start - {offset}) % {wide} = 0) c
            JOIN audit_year e ON e.ends = c.start + {wide}
            LEFT JOIN audit_year b ON b.ends = c.start AND b.unit = e.unit
            WHERE c.first OR b.unit IS NOT NULL"""
        )


def fill_duties(tables: Tables, rows: Iterable[DutyRow]) -> None:
    """What units owe."""
    days = ((row, (row.valid_from.isoformat(), row.valid_to.isoformat())) for row in rows)
    tables.fill("audit_duty", [(row.measure, row.span, row.unit, *both) for row, both in days])
