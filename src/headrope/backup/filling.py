"""Writes rows of a backup into an empty ledger, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from headrope.backup.stream import Row, Unreadable, decode, values
from headrope.backup.tables import MADE_BY_MIGRATE, Table

CONSOLE = "console"
"""The user in whose name commands act, made when it is not there; in an empty ledger nothing refers to it."""


def occupied(known: Sequence[Table]) -> list[tuple[str, int]]:
    """Tables that hold what a restore would have to overwrite, with their rows; none for an empty ledger."""
    found = []
    for table in known:
        rows = table.model._base_manager.all()
        if table.name == "user":
            rows = rows.exclude(username=CONSOLE)
        if table.name not in MADE_BY_MIGRATE and (count := rows.count()):
            found.append((table.name, count))
    return found


def lock(known: Sequence[Table]) -> None:
    """Keep others from writing until the transaction ends. SQLite's transactions lock as they begin."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            names = ", ".join(_quoted(table.name) for table in known)
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def clear(known: Sequence[Table]) -> None:
    """Take out what migrating made; the guards of the others' rows stay as they are."""
    with connection.cursor() as cursor:
        for table in known:
            if table.name in MADE_BY_MIGRATE:
                cursor.execute(f"DELETE FROM {_quoted(table.name)}")
        cursor.execute(f"DELETE FROM {_quoted('user')} WHERE username = %s", [CONSOLE])


def fill(table: Table, blocks: Iterable[bytes]) -> Iterator[int]:
    """Write the rows of lines; how many after each block. Unreadable when they are not rows of this table."""
    rows = _rows(table, blocks)
    return _insert(table, rows) if connection.vendor == "sqlite" else _copy(table, rows)


def _rows(table: Table, blocks: Iterable[bytes]) -> Iterator[Sequence[Row]]:
    for block in blocks:
        try:
            yield values(decode(block, table.kinds), table.kinds, table.fits)
        except Unreadable as error:
            raise Unreadable(f"table {table.name}: {error}") from error


def _insert(table: Table, chunks: Iterator[Sequence[Row]]) -> Iterator[int]:
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {_quoted(table.name)} ({_columns(table)}) VALUES ({marks})"
    for rows in chunks:
        with connection.wrap_database_errors:
            connection.connection.executemany(statement, rows)
        yield len(rows)


def _copy(table: Table, chunks: Iterator[Sequence[Row]]) -> Iterator[int]:
    statement = f"COPY {_quoted(table.name)} ({_columns(table)}) FROM STDIN"
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for rows in chunks:
            for row in rows:
                copy.write_row(row)
            yield len(rows)


def last_counted(table: Table) -> int:
    """The last number that the database gave out by itself for this table; 0 before the first."""
    if table.counter is None:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        else:
            cursor.execute(f"SELECT last_value FROM {_sequence(table)} WHERE is_called")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def count_on(table: Table, counted: int) -> None:
    """Let the database's own numbers for this table follow the last one counted: none is ever given twice."""
    if table.counter is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max({_quoted(table.counter)}) FROM {_quoted(table.name)}")
        last = max(counted, cursor.fetchone()[0] or 0)
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            if last:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        else:
            cursor.execute(f"SELECT setval('{_sequence(table)}', %s, %s)", [max(last, 1), last > 0])


def _sequence(table: Table) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted(table.name), table.counter])
        return str(cursor.fetchone()[0])


def _columns(table: Table) -> str:
    return ", ".join(_quoted(column.name) for column in table.columns)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
