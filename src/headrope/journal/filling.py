"""Adds many rows to a table at once, inside the transaction that is open: COPY on PostgreSQL, prepared inserts on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection


def fill(table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """Insert all rows; `columns` are names with commas between, in the order of the rows' values."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns.split(",")))
        # The driver's own cursor: Django's would look at every value.
        connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        return
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
