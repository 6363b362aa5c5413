"""Holds staged facts against the books, by SQL: duplicates, gaps of complete editions, unchanged values, old vintages.

Works on the tables of ledger/staging.py: `stage` as read, `ordered` by cell and vintage, `fresh` what has to be posted,
`touched` the units that it touches. Vintages are numbered in the order of their days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection

from headrope.core.problems import Problem
from headrope.core.rollup import SUM_LIMIT
from headrope.ledger.folder.tables import Report
from headrope.ledger.staging import Staging, table_of

CELL = "unit_id, measure_id, version_id, period, basis"
MOST = 100_000


def _of(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in CELL.split(", "))


def _same(a: str, b: str) -> str:
    return " AND ".join(f"{a}.{column} = {b}.{column}" for column in CELL.split(", "))


_DIFFERS = "{a}.state <> {b}.state OR {a}.amount IS DISTINCT FROM {b}.amount OR {a}.number IS DISTINCT FROM {b}.number"
_WORDS = "(SELECT w.text FROM words w WHERE w.line = {line})"
_HELD_WORDS = "(SELECT t.text FROM fact_text t WHERE {same} AND t.seq = {fact}.seq)"


def stage_words(stage: Staging, chunks: Iterable[list[tuple[object, ...]]]) -> None:
    """Put the texts of a load beside its rows: `words` has them by line. Call it where there are any."""
    stage.run(f"CREATE {table_of('words', 'line, text')}")
    with stage.filling("words", "line, text") as add:
        for rows in chunks:
            add(rows)
    stage.run("CREATE UNIQUE INDEX words_line ON words (line)")


def _rows_differ(a: str, b: str, words: bool) -> str:
    """Whether two staged rows say something else of their cell."""
    other = f" OR {_WORDS.format(line=f'{a}.line')} IS DISTINCT FROM {_WORDS.format(line=f'{b}.line')}" if words else ""
    return _DIFFERS.format(a=a, b=b) + other


def _fact_differs(words: bool) -> str:
    """Whether the staged row `s` says something else than the fact `f`."""
    held = _HELD_WORDS.format(same=_same("t", "f"), fact="f")
    other = f" OR {_WORDS.format(line='s.line')} IS DISTINCT FROM {held}" if words else ""
    return _DIFFERS.format(a="f", b="s") + other


def order_vintages(stage: Staging, known: dict[int, tuple[date | None, datetime | None]]) -> dict[int, int]:
    """Number the vintages in the order of their days, and put the staged rows into the order of their cells.

    `known` has, by the number under which rows were staged, the vintage's day and moment (None: now). Gives the new
    number of each.
    """
    days = sorted(known, key=lambda number: known[number][0] or date.max)
    order = {number: place for place, number in enumerate(days)}
    stage.run("CREATE TABLE vintage (given integer, vintage integer, known bigint)")
    rows = [(number, place, micros(known[number][1])) for number, place in order.items()]
    with stage.filling("vintage", "given, vintage, known") as add:
        add(rows)
    stage.run(
        f"CREATE TABLE ordered AS SELECT v.vintage, {CELL}, amount, number, state, line "
        f"FROM stage JOIN vintage v ON v.given = stage.vintage ORDER BY {CELL}, v.vintage"
    )
    return order


def report_duplicates(stage: Staging, words: bool, report: Report) -> None:
    """Report rows that speak of the same cell in the same vintage as a row before them."""
    sql = f"""SELECT a.line, b.line, NOT ({_rows_differ("a", "b", words)}) FROM ordered a
        JOIN (SELECT {CELL}, vintage, min(line) AS line FROM ordered GROUP BY {CELL}, vintage HAVING count(*) > 1) first
        USING ({CELL}, vintage) JOIN ordered b USING ({CELL}, vintage)
        WHERE a.line = first.line AND b.line > a.line ORDER BY b.line LIMIT {MOST}"""
    for first, second, same in stage.run(sql):
        if same:
            message, remedy = "The row says the same as row %(first)s.", "Delete one of them."
        else:
            message, remedy = "The row contradicts row %(first)s: the same cell, another value.", "Keep the right one."
        report(Problem(f"facts.csv, row {second}", message, remedy, {"first": first}))


def add_withdrawals(stage: Staging) -> None:
    """Complete editions: what a vintage's (measure, version, period) no longer holds is withdrawn; line 0 marks it."""
    stage.run("CREATE TABLE edition AS SELECT DISTINCT vintage, measure_id, version_id, period FROM ordered")
    stage.run(f"""CREATE TABLE cell AS SELECT {CELL}, min(vintage) AS first FROM (
        SELECT {CELL}, vintage FROM ordered UNION ALL
        SELECT {CELL}, -1 FROM fact JOIN (SELECT DISTINCT measure_id, version_id, period FROM edition) e
        USING (measure_id, version_id, period)) everything GROUP BY {CELL}""")
    stage.run(f"CREATE INDEX ordered_cell ON ordered ({CELL}, vintage)")
    stage.run(f"""INSERT INTO ordered (vintage, {CELL}, state, line)
        SELECT e.vintage, {_of("c")}, 1, 0
        FROM cell c JOIN edition e USING (measure_id, version_id, period) WHERE e.vintage > c.first AND NOT EXISTS (
            SELECT 1 FROM ordered o WHERE {_same("o", "c")} AND o.vintage = e.vintage)""")


def keep_changes(stage: Staging, clock: Iterable[tuple[int, datetime]] | None, words: bool) -> None:
    """Leave in `fresh` the rows that say something new; `clock` has number and known_at of all postings, for dated loads.

    An undated row is compared with the last fact of its cell, a dated one with what was known just before it: the row
    before it in the load, or a fact that was known by then.
    """
    if clock is not None:
        stage.run("CREATE TABLE clock (seq bigint, known bigint)")
        postings = [(seq, micros(known)) for seq, known in clock]
        with stage.filling("clock", "seq, known") as add:
            add(postings)
        stage.run("CREATE UNIQUE INDEX clock_seq ON clock (seq)")
    if connection.vendor == "postgresql":
        stage.run("ANALYZE ordered")
    # In the order in which facts are clustered, so that nothing is left to sort under the lock.
    stage.run(f"CREATE TABLE fresh AS {_changed(clock is not None, words)} ORDER BY s.vintage, {_of('s')}")
    stage.run("CREATE TABLE touched AS SELECT DISTINCT vintage, unit_id FROM fresh")


def _last_fact(dated: bool) -> str:
    """Joins `f`, the last fact of the cell of `s` (known by then), by one index search for each row."""
    facts = "fact g JOIN clock c ON c.seq = g.seq AND c.known <= s.known" if dated else "fact g"
    if connection.vendor == "postgresql":
        return (
            f"LEFT JOIN LATERAL (SELECT g.* FROM {facts} WHERE {_same('g', 's')} ORDER BY g.seq DESC LIMIT 1) f ON true"
        )
    return f"LEFT JOIN fact f ON {_same('f', 's')} AND f.seq = (SELECT max(g.seq) FROM {facts} WHERE {_same('g', 's')})"


def _changed(dated: bool, words: bool) -> str:
    columns = f"s.vintage, {_of('s')}, s.amount, s.number, s.state, s.line"
    # Nothing can be withdrawn that was never known.
    from_books = f"(f.seq IS NULL AND s.state <> 1) OR {_fact_differs(words)}"
    if not dated:
        return f"SELECT {columns} FROM ordered s {_last_fact(False)} WHERE {from_books}"
    other = (
        f" OR {_WORDS.format(line='s.before_line')} IS DISTINCT FROM {_WORDS.format(line='s.line')}" if words else ""
    )
    return f"""WITH s AS (
            SELECT o.*, v.known, lag(v.known) OVER w AS before_known, lag(o.state) OVER w AS before_state,
                lag(o.amount) OVER w AS before_amount, lag(o.number) OVER w AS before_number, lag(o.line) OVER w AS before_line
            FROM ordered o JOIN vintage v ON v.vintage = o.vintage WINDOW w AS (PARTITION BY {CELL} ORDER BY o.vintage))
        SELECT {columns} FROM s {_last_fact(True)} LEFT JOIN clock k ON k.seq = f.seq
        WHERE CASE WHEN s.before_known IS NULL OR k.known >= s.before_known THEN {from_books}
            ELSE s.before_state <> s.state OR s.before_amount IS DISTINCT FROM s.amount
                OR s.before_number IS DISTINCT FROM s.number{other} END"""


def report_overflow(
    stage: Staging,
    codes: dict[int, str],
    held_size: float | None,
    eliminated: dict[tuple[int, int], int],
    report: Report,
) -> None:
    """Report measures whose figures would no longer be sure to add up within int64.

    `eliminated` are the absolute amounts that the load eliminates, by measure and version; they count like figures.
    `held_size` is the largest sum of absolute figures of one measure in the books; with it a usual load needs no look
    at the ledger. Else all vintages of all facts are added up.
    """
    sizes = "SELECT measure_id, version_id, sum(abs(CAST(amount AS double precision))) FROM {table} GROUP BY 1, 2"
    fresh = {row[:2]: row[2] or 0.0 for row in stage.run(sizes.format(table="fresh"))}
    for key, amount in eliminated.items():
        fresh[key] = fresh.get(key, 0.0) + amount
    if held_size is not None and held_size + max(fresh.values(), default=0) < SUM_LIMIT / 2:
        return
    held: dict[tuple[int, ...], float] = {}
    for table in ("fact", "elimination") if fresh else ():
        for row in stage.run(sizes.format(table=table)):
            held[row[:2]] = held.get(row[:2], 0.0) + (row[2] or 0.0)
    for key, size in fresh.items():
        # Floats tell far from near; near the limit whole numbers of any size decide.
        near = size + held.get(key, 0) >= 0.99 * SUM_LIMIT
        if near and _exact_size(stage, key) + eliminated.get(key, 0) >= SUM_LIMIT:
            message = "The figures of %(code)s add up to 2^62 steps or more, which is more than can be added exactly."
            report(Problem("facts.csv", message, "Load it as a measure with a coarser step.", {"code": codes[key[0]]}))


def _exact_size(stage: Staging, key: tuple[int, ...]) -> int:
    amounts = "SELECT amount FROM {table} WHERE measure_id = %s AND version_id = %s AND amount IS NOT NULL"
    return sum(
        abs(amount)
        for table in ("fresh", "fact", "elimination")
        for (amount,) in stage.run(amounts.format(table=table), key)
    )


def older_vintages(stage: Staging) -> list[tuple[int, int, int]]:
    """Rows that would go before something known later of their cell: line, vintage, and when that was known (micros)."""
    return stage.run(f"""SELECT n.line, n.vintage, max(c.known) FROM fresh n JOIN fact f ON {_same("f", "n")}
        JOIN clock c ON c.seq = f.seq JOIN vintage v ON v.vintage = n.vintage
        WHERE c.known > v.known GROUP BY n.line, n.vintage ORDER BY n.line LIMIT {MOST}""")


def micros(moment: datetime | None) -> int:
    """A moment as whole microseconds, which both databases compare alike; 0 for none."""
    return 0 if moment is None else round(moment.timestamp() * 1e6)
