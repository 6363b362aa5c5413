"""Who is expected, and what stands for what is missing, by SQL: `audit_own` holds one part of a measure with its counts.

Expected is who owes the measure by duty; without duties, who exists and has given a figure at or before the cell. Not
applicable is not expected, and nobody is at whose cell's end the measure holds no more, but who has given it all the same. Where the measure says so, a missing value that is expected is carried or taken as 0.
"""

from __future__ import annotations

from headrope.ledger.audit.figures import Series, inside
from headrope.ledger.audit.tables import Tables
from headrope.ledger.cube.layout import DIFFERENCE, PRODUCT, VALUE, WEIGHT, Part
from headrope.ledger.models import State
from headrope.ledger.queries import ACTUAL

_COLUMNS = "span, start, unit, amount, number, present, expected, held"


def fill_counts(tables: Tables, series: Series, measure: int, part: Part) -> None:
    """One part of a measure, at all spans, into `audit_own`."""
    tables.clear("audit_own")
    rule = series.infos[measure].rule
    by_duty = [
        span
        for span in series.spans(measure, part)
        if series.code == ACTUAL
        and tables.run(f"SELECT 1 FROM audit_duty WHERE measure = {measure} AND {span} % span = 0")
    ]
    for span in series.spans(measure, part):
        candidates = _owing(measure, part, span) if span in by_duty else _who_gave(series, measure, (part, span))
        rule_of = "1" if span in by_duty else "CASE WHEN t.unit IS NULL THEN 0 ELSE 1 END"
        given = "CASE WHEN m.unit IS NULL THEN 0 ELSE 1 END"
        tables.run(
            f"""INSERT INTO audit_own ({_COLUMNS})
            SELECT {span}, k.start, k.unit, m.amount, m.number, {given},
                CASE WHEN {_not_applicable(measure, part, span)} THEN 0
                    WHEN c.day < '{rule.valid_to.isoformat()}' THEN {rule_of} ELSE {given} END, 0
            FROM ({candidates}) k
            JOIN audit_cell c ON c.span = {span} AND c.start = k.start
            LEFT JOIN audit_main m ON m.measure = {measure} AND m.part = '{part}' AND m.span = {span}
                AND m.start = k.start AND m.unit = k.unit
            LEFT JOIN audit_tree t ON t.epoch = k.epoch AND t.unit = k.unit"""
        )
    tables.run(
        f"""INSERT INTO audit_own ({_COLUMNS}) SELECT m.span, m.start, m.unit, m.amount, m.number, 0, 0, 0
        FROM audit_main m JOIN audit_cell c ON c.span = m.span AND c.start = m.start
        WHERE m.measure = {measure} AND m.part = '{part}' AND m.unit < 0"""
    )
    if rule.missing == "zero" and part != DIFFERENCE:
        tables.run("UPDATE audit_own SET held = 1 WHERE present = 1 OR expected = 1")
    elif rule.missing == "carry" and part != DIFFERENCE:
        _carry(tables, measure, part)
    tables.settle("audit_own")


def _who_gave(series: Series, measure: int, at: tuple[Part, int]) -> str:
    """Epoch, cell and unit from a unit's first figure on, or from the first longer cell of which it gave a part.

    A weighted mean is expected of who gave its value; a period's amount of who stated the year to the period's end.
    """
    part, span = at
    of = f"measure = {measure} AND unit > 0"
    cells = f"SELECT m.unit, c.start FROM audit_cell c JOIN audit_main m ON m.measure = {measure} AND m.unit > 0"
    if part == DIFFERENCE:
        gave = f"{cells} AND m.part = '{VALUE}' AND m.start + m.span = c.start + {span} WHERE c.span = {span}"
    else:
        gave = f"SELECT unit, start FROM audit_main WHERE {of} AND span = {span} AND part = '{part}'"
        kind = series.infos[measure].rule.kind
        if kind != "disjoint":
            shorter = f"m.part = '{part}' AND m.span < {span} AND {span} % m.span = 0"
            gave += f" UNION {cells} AND {shorter} AND {inside(kind, span)} WHERE c.span = {span}"
    if part in (PRODUCT, WEIGHT):
        gave += f" UNION SELECT unit, start FROM audit_fact WHERE {of} AND span = {span} AND state = {int(State.VALUE)}"
    return f"""SELECT c.epoch, c.start, g.unit FROM (SELECT unit, min(start) AS first FROM ({gave}) u GROUP BY unit) g
        JOIN audit_cell c ON c.span = {span} AND c.start >= g.first"""


def _owing(measure: int, part: Part, span: int) -> str:
    """Epoch, cell and unit of who owes the measure and exists then, and of who has given it."""
    return f"""SELECT c.epoch, c.start, d.unit FROM audit_duty d
        JOIN audit_cell c ON c.span = {span} AND d.valid_from <= c.day AND c.day < d.valid_to
        JOIN audit_tree t ON t.epoch = c.epoch AND t.unit = d.unit
        WHERE d.measure = {measure} AND {span} % d.span = 0
        UNION SELECT c.epoch, c.start, m.unit FROM audit_main m JOIN audit_cell c ON c.span = m.span AND c.start = m.start
        WHERE m.measure = {measure} AND m.part = '{part}' AND m.span = {span} AND m.unit > 0"""


def _not_applicable(measure: int, part: Part, span: int) -> str:
    """Whether the unit has said so of the cell; for a difference, of a year to date that ends with it."""
    said = f"SELECT 1 FROM audit_fact f WHERE f.measure = {measure} AND f.unit = k.unit AND f.state = {int(State.NOT_APPLICABLE)}"
    if part == DIFFERENCE:
        return f"m.unit IS NULL AND EXISTS ({said} AND f.start + f.span = k.start + {span})"
    return f"EXISTS ({said} AND f.span = {span} AND f.start = k.start)"


def _carry(tables: Tables, measure: int, part: Part) -> None:
    """The last earlier value of who is expected and has given nothing, unless a value was withdrawn since."""
    tables.clear("audit_event")
    tables.run(
        f"""INSERT INTO audit_event (span, unit, start, gives) SELECT span, unit, start, min(gives) FROM (
            SELECT span, unit, start, 1 AS gives FROM audit_main WHERE measure = {measure} AND part = '{part}' AND unit > 0
            UNION ALL SELECT span, unit, start, 0 FROM audit_fact
            WHERE measure = {measure} AND state = {int(State.WITHDRAWN)}) said GROUP BY span, unit, start"""
    )
    tables.run(
        f"""INSERT INTO audit_own ({_COLUMNS})
        SELECT o.span, o.start, o.unit, m.amount, m.number, 0, 1, 1 FROM (
            SELECT o.span, o.start, o.unit, max(e.start) AS since FROM audit_own o
            JOIN audit_event e ON e.span = o.span AND e.unit = o.unit AND e.start <= o.start
            WHERE o.present = 0 AND o.expected = 1 GROUP BY o.span, o.start, o.unit) o
        JOIN audit_event e ON e.span = o.span AND e.unit = o.unit AND e.start = o.since AND e.gives = 1
        JOIN audit_main m ON m.measure = {measure} AND m.part = '{part}' AND m.span = o.span AND m.start = o.since
            AND m.unit = o.unit WHERE 1 = 1
        ON CONFLICT (span, start, unit) DO UPDATE SET amount = excluded.amount, number = excluded.number, held = 1"""
    )
    tables.run("UPDATE audit_own SET held = 1 WHERE present = 1")


def keep_counted(tables: Tables, series: Series, measure: int) -> None:
    """Remember who has the measure, of what stands in `audit_own`, for the counts of formed measures."""
    has = "present" if series.infos[measure].rule.missing == "missing" else "held"
    tables.run(
        f"INSERT INTO audit_counted (measure, span, start, unit) "
        f"SELECT {measure}, span, start, unit FROM audit_own WHERE {has} = 1"
    )


def fill_pair(tables: Tables, parts: list[int]) -> None:
    """Who has all of these measures, into `audit_own`."""
    tables.clear("audit_own")
    tables.run(
        f"""INSERT INTO audit_own ({_COLUMNS}) SELECT span, start, unit, NULL, NULL, 1, 0, 0 FROM audit_counted
        WHERE measure IN ({", ".join(map(str, parts))}) GROUP BY span, start, unit HAVING count(*) = {len(parts)}"""
    )
    tables.settle("audit_own")
