"""The audit's temporary tables, the same on both databases, and the statements that run on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Records = npt.NDArray[np.void]
BATCH = 50_000

_TYPES = {"day": "date", "valid_from": "date", "valid_to": "date", "part": "varchar(10)"}
_TYPES |= dict.fromkeys(("amount", "seq"), "bigint") | {"number": "double precision"}
_CELL = "span start unit"
TABLES = {  # columns, and how many of the first make up the key
    "audit_known": ("seq", 1),
    "audit_edition": ("unit valid_from valid_to parent goes shared", 2),
    "audit_epoch": ("epoch day", 1),
    "audit_tree": ("epoch unit parent goes shared", 2),
    "audit_above": ("unit above goes", 2),
    "audit_pair": ("pair unit counterparty", 1),
    "audit_member": ("epoch segment unit", 3),
    "audit_meet": ("epoch pair at", 3),
    "audit_reach": ("epoch above unit", 3),
    "audit_affected": ("epoch unit", 2),
    "audit_cell": ("span start epoch day", 2),
    "audit_duty": ("measure span unit valid_from valid_to", 0),
    "audit_fact": (f"measure {_CELL} state amount number", 4),
    "audit_main": (f"measure part {_CELL} amount number", 5),
    "audit_year": ("ends unit amount number", 2),
    "audit_own": (f"{_CELL} amount number present expected held", 3),
    "audit_event": ("span unit start gives", 3),
    "audit_counted": (f"measure {_CELL}", 4),
}


class Tables:
    """The open tables. Numbers are written into the statements, so that a per cent sign stays what it is."""

    def __init__(self) -> None:
        self.sqlite = connection.vendor == "sqlite"
        self.before = "CROSS JOIN" if self.sqlite else "JOIN"
        """Joins the table on its left first, where the database would not see that this is quicker."""

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    def fill(self, table: str, rows: Iterable[tuple[int | str, ...]]) -> None:
        """Add rows to a table."""
        columns = TABLES[table][0].split()
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(rows))

    def clear(self, *tables: str) -> None:
        """Empty tables."""
        for table in tables:
            self.run(f"DELETE FROM {table}" if self.sqlite else f"TRUNCATE {table}")

    def settle(self, *tables: str) -> None:
        """Tell PostgreSQL how large tables have become; SQLite joins in the order written."""
        if not self.sqlite:
            for table in tables:
                self.run(f"ANALYZE {table}")

    def records(self, sql: str, dtype: npt.DTypeLike) -> Iterator[Records]:
        """The rows of a statement, none of them null, as records, some at a time."""
        connection.ensure_connection()
        cursor = connection.connection.cursor()  # the driver's own: Django's would convert row by row
        try:
            cursor.execute(sql)
            while rows := cursor.fetchmany(BATCH):
                yield np.fromiter(map(tuple, rows), np.dtype(dtype), len(rows))
        finally:
            cursor.close()

    def create(self) -> None:
        """Make them all, empty."""
        self.drop()
        for name, (columns, keys) in TABLES.items():
            names = columns.split()
            typed = [f"{each} {_TYPES.get(each, 'integer')}" for each in names]
            key = f", PRIMARY KEY ({', '.join(names[:keys])})" if keys else ""
            clustered = " WITHOUT ROWID" if self.sqlite and keys else ""
            self.run(f"CREATE TEMPORARY TABLE {name} ({', '.join(typed)}{key}){clustered}")

    def drop(self) -> None:
        """Remove them all; the ledger has no tables of these names."""
        place = "temp" if self.sqlite else "pg_temp"
        for name in TABLES:
            self.run(f"DROP TABLE IF EXISTS {place}.{name}")


@contextmanager
def tables() -> Iterator[Tables]:
    """Empty tables, gone when the block ends; not to be used inside a transaction."""
    made = Tables()
    if made.sqlite:
        made.run("PRAGMA temp.cache_size = -64000")
    else:
        connection.close()  # memory for temporary tables can be set before the first of a session only
        made.run("SET temp_buffers = '64MB'; SET work_mem = '64MB'")
    made.create()
    try:
        yield made
    finally:
        if made.sqlite:
            made.drop()
        else:
            connection.close()  # the tables go with it
