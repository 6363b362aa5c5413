"""Whether everything that facts name exists: facts have no foreign keys, so that a load stays quick."""

from __future__ import annotations

from headrope.core.periods import NATIVE_SPANS, from_code
from headrope.core.problems import Problem
from headrope.ledger.audit.result import Check
from headrope.ledger.audit.tables import Tables

SHOWN = 20
"""Examples that are named of each kind of fault."""
_REMEDY = "The database was changed past Headrope: compare it with a backup."
_NAMED = (  # table, columns, what they name, where
    ("fact", "unit_id", "unit", "id"),
    ("fact", "measure_id", "measure", "id"),
    ("fact", "version_id", "version", "id"),
    ("fact", "seq", "posting", "seq"),
    ("elimination", "unit_id", "unit", "id"),
    ("elimination", "counterparty_id", "unit", "id"),
    ("elimination", "measure_id", "measure", "id"),
    ("elimination", "version_id", "version", "id"),
    ("elimination", "seq", "posting", "seq"),
    ("duty", "unit_id", "unit", "id"),
    ("unit_calendar", "unit_id", "unit", "id"),
    ("posting_unit", "unit_id", "unit", "id"),
    ("posting_unit", "seq", "posting", "seq"),
)
_EDITIONS = (
    "unit_edition", "holding", "segment_member", "measure_edition", "form_edition", "duty", "check_edition",
    "calendar_edition", "unit_calendar",
)  # fmt: skip


def check_references(tables: Tables) -> Check:
    """Units, measures, versions, postings and periods of facts and eliminations; postings of editions."""
    problems = []
    for table, column, noun, key in _NAMED:
        sql = f"SELECT DISTINCT {column} FROM {table} WHERE {column} NOT IN (SELECT {key} FROM {noun})"
        for (number,) in tables.run(f"{sql} ORDER BY 1 LIMIT {SHOWN}"):
            problems.append(_problem(table, f"There is no {noun} %(number)s.", number))
    for table in _EDITIONS:
        for column in ("seq_from", "seq_to"):
            sql = f"SELECT DISTINCT {column} FROM {table} WHERE {column} NOT IN (SELECT seq FROM posting)"
            for (number,) in tables.run(f"{sql} ORDER BY 1 LIMIT {SHOWN}"):
                problems.append(_problem(table, "There is no posting %(number)s.", number))
    for table in ("fact", "elimination"):
        for (code,) in tables.run(f"SELECT DISTINCT period FROM {table} ORDER BY period"):
            if not _is_native(code):
                problems.append(_problem(table, "%(number)s is not the code of a period.", code))
    problems += _values(tables) + _tail(tables)
    ((facts,),) = tables.run("SELECT count(*) FROM fact")
    return Check("facts", f"{facts:,} facts", tuple(problems))


def _problem(table: str, message: str, number: object) -> Problem:
    return Problem(f"table {table}", message, _REMEDY, {"number": number})


def _is_native(code: int) -> bool:
    try:
        return from_code(code).span in NATIVE_SPANS
    except ValueError:
        return False


def _values(tables: Tables) -> list[Problem]:
    """Money and counts are whole numbers of steps, others floats; words stand beside facts that are texts."""
    sql = f"""SELECT DISTINCT m.code FROM fact f JOIN measure m ON m.id = f.measure_id WHERE f.state = 0
        AND CASE WHEN m.quantity IN ('money', 'count') THEN f.amount ELSE f.number END IS NULL LIMIT {SHOWN}"""
    message = "There are figures of %(number)s that are not of its quantity."
    problems = [_problem("fact", message, code) for (code,) in tables.run(sql)]
    key = "unit_id, measure_id, version_id, period, basis, seq"
    texts, words = f"SELECT {key} FROM fact WHERE state = 3", f"SELECT {key} FROM fact_text"
    for table, sql, message in (
        ("fact", f"{texts} EXCEPT {words}", "The words of a text are missing, in posting %(number)s."),
        ("fact_text", f"{words} EXCEPT {texts}", "There are words without a fact, in posting %(number)s."),
    ):
        for row in tables.run(f"SELECT DISTINCT seq FROM ({sql}) lost ORDER BY seq LIMIT {SHOWN}"):
            problems.append(_problem(table, message, row[0]))
    return problems


def _tail(tables: Tables) -> list[Problem]:
    """The pages follow posting_unit: a fact that it does not lead to would not be seen before the next building."""
    sql = f"""SELECT DISTINCT seq FROM (SELECT DISTINCT unit_id, seq FROM fact
        EXCEPT SELECT unit_id, seq FROM posting_unit) lost ORDER BY seq LIMIT {SHOWN}"""
    message = "Posting %(number)s has facts of units that it does not name."
    return [_problem("posting_unit", message, seq) for (seq,) in tables.run(sql)]
