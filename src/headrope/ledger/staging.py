"""Where a load is prepared, outside the write lock: a second SQLite file, or temporary tables of PostgreSQL.

Table and column names are the same on both, and reading the ledger's own tables needs no prefix on either, so that
every statement of a load is written once (ledger/load.py).
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

STAGE_COLUMNS = "vintage, unit_id, measure_id, version_id, period, basis, amount, number, state, line"
Add = Callable[[Sequence[tuple[object, ...]]], object]
_TYPES = {"amount": "bigint", "number": "double precision", "text": "text"}


class Staging(Protocol):
    """Runs statements against the staging tables and the ledger."""

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows; parameters are written %s."""

    def filling(self, table: str, columns: str) -> AbstractContextManager[Add]:
        """Append many rows, chunk by chunk; until the block ends nothing else may be run."""

    def attach(self) -> None:
        """Make the staging tables visible to Django's own connection; call it outside a transaction."""


def table_of(name: str, columns: str) -> str:
    """`TABLE name (...)` with the types of the columns."""
    typed = ", ".join(f"{column} {_TYPES.get(column, 'integer')}" for column in columns.split(", "))
    return f"TABLE {name} ({typed})"


class _SQLite:
    """A file of its own, to which the ledger is attached for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = sqlite3.connect(path, isolation_level=None, timeout=30)
        # A load that dies is begun again, so that nothing here needs to survive a crash.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-64000", "temp_store=FILE"):
            self.handle.execute(f"PRAGMA {pragma}")
        self.handle.execute("ATTACH DATABASE ? AS books", (f"file:{connection.settings_dict['NAME']}?mode=ro",))
        self.attached = False

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.handle.execute(sql.replace("%s", "?"), tuple(parameters)).fetchall()

    @contextmanager
    def filling(self, table: str, columns: str) -> Iterator[Add]:
        marks = ", ".join("?" * len(columns.split(",")))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        self.handle.execute("BEGIN")
        yield lambda rows: self.handle.executemany(insert, rows)
        self.handle.execute("COMMIT")

    def attach(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ATTACH DATABASE %s AS staging", [str(self.path)])
        self.attached = True

    def close(self) -> None:
        if self.attached:
            with connection.cursor() as cursor:
                cursor.execute("DETACH DATABASE staging")
        self.handle.close()
        self.path.unlink(missing_ok=True)


class _PostgreSQL:
    """Temporary tables of Django's own connection, with memory enough to sort a million rows without files."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET temp_buffers = '64MB'; SET work_mem = '128MB'")

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"), list(parameters) or None)  # type: ignore[arg-type]
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def filling(self, table: str, columns: str) -> Iterator[Add]:
        connection.ensure_connection()
        # Whole numbers, floats and nulls only, so that their Python text is PostgreSQL's. One stream for all chunks: the
        # server takes them in while the next one is read.
        line = "\t".join(["%s"] * len(columns.split(","))) + "\n"
        texts = "text" in columns  # these the driver writes, which knows how to escape them
        copying = f"COPY {table} ({columns}) FROM STDIN" + ("" if texts else " WITH (NULL 'None')")
        with connection.connection.cursor() as cursor, cursor.copy(copying) as copy:
            if texts:
                yield lambda rows: [copy.write_row(row) for row in rows]
            else:
                yield lambda rows: copy.write("".join([line % row for row in rows]))

    def attach(self) -> None:
        pass

    def close(self) -> None:
        connection.close()  # temporary tables go with it


@contextmanager
def staging() -> Iterator[Staging]:
    """Empty staging tables, gone when the block ends, however it ends."""
    place: _SQLite | _PostgreSQL
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        folder = Path(settings.STAGING_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        place = _SQLite(folder / f"load-{os.getpid()}-{secrets.token_hex(4)}.sqlite3")
    else:
        place = _PostgreSQL()
    try:
        place.run(f"CREATE {table_of('stage', STAGE_COLUMNS)}")
        yield place
    finally:
        place.close()


def _sweep(folder: Path) -> None:
    """Remove what loads left behind that died."""
    for left in folder.glob("load-*.sqlite3"):
        process = left.name.split("-")[1]
        if process.isdecimal() and int(process) != os.getpid() and not Path(f"/proc/{process}").exists():
            left.unlink(missing_ok=True)
