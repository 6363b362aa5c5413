"""Reads facts out of the database as NumPy records, in order of their key, in batches."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator

import numpy as np
import numpy.typing as npt
from django.db import connection

from headrope.journal.queries import Known

BATCH = 200_000
RECORD = np.dtype(
    [
        ("unit", "i4"),
        ("measure", "i4"),
        ("version", "i2"),
        ("period", "i4"),
        ("basis", "i2"),
        ("amount", "i8"),
        ("number", "f8"),
        ("state", "i2"),
    ]
)
Records = npt.NDArray[np.void]

_COLUMNS = "unit_id, measure_id, version_id, period, basis, coalesce(amount, 0), coalesce(number, 0), state"
_ORDER = "ORDER BY unit_id, measure_id, version_id, period, basis, seq"
_PAIRS = (
    "SELECT unit_id, counterparty_id, measure_id, version_id, period, amount FROM elimination WHERE {where} "
    "ORDER BY unit_id, counterparty_id, measure_id, version_id, period, seq"
)


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers as runs, first and last: postings known on a day are few runs, however many they are."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _chosen(known: Known | None, upto: int) -> str:
    """Numbers are ours, so that nothing has to be quoted."""
    if known is None:
        return f"seq <= {int(upto)}"
    runs = ranges(seq for seq in known.postings if seq <= upto)
    return "(" + (" OR ".join(f"seq BETWEEN {first} AND {last}" for first, last in runs) or "1 = 0") + ")"


def series(upto: int) -> list[tuple[int, int, int, int]]:
    """Measure, version, period code and basis of everything that has facts up to that posting, pairs included."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT measure_id, version_id, period, basis FROM fact WHERE seq <= {int(upto)} AND state <> 3 "
            f"UNION SELECT DISTINCT measure_id, version_id, period, 0 FROM elimination WHERE seq <= {int(upto)}"
        )
        return list(cursor.fetchall())


def facts(known: Known | None, upto: int, units: Collection[int] | None = None) -> Iterator[Records]:
    """Facts, texts excepted, of the postings `known` (None: all up to `upto`), oldest first within a cell."""
    some = "" if units is None else f" AND unit_id IN ({','.join(str(int(unit)) for unit in units) or '-1'})"
    sql = f"SELECT {_COLUMNS} FROM fact WHERE {_chosen(known, upto)} AND state <> 3{some} {_ORDER}"
    return _sqlite(sql) if connection.vendor == "sqlite" else _postgresql(sql)


def pairs(upto: int) -> list[tuple[int, int]]:
    """All pairs of units that there ever was anything to eliminate between, in order; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT unit_id, counterparty_id FROM elimination WHERE seq <= {int(upto)}")
        return sorted(cursor.fetchall())


def eliminations(known: Known | None, upto: int) -> list[tuple[int, int, int, int, int, int | None]]:
    """Unit, counterparty, measure, version, period and amount of the postings known, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(where=_chosen(known, upto)))
        return list(cursor.fetchall())


def _sqlite(sql: str) -> Iterator[Records]:
    connection.ensure_connection()
    cursor = connection.connection.cursor()  # the driver's own cursor: Django's would convert row by row
    cursor.row_factory = None
    cursor.arraysize = 10_000
    cursor.execute(sql)
    while rows := cursor.fetchmany(BATCH):
        yield np.fromiter(rows, RECORD, len(rows))


_WIRE = np.dtype(
    [("fields", ">i2")]
    + [
        pair
        for name, kind in ((n, RECORD[n].str[1:]) for n in RECORD.names or ())
        for pair in ((f"{name}_size", ">i4"), (name, f">{kind}"))
    ]
)
_HEADER = 19


def _postgresql(sql: str) -> Iterator[Records]:
    """COPY in binary form: no column is null, so that every row has one fixed width."""
    connection.ensure_connection()
    casts = sql.replace("coalesce(number, 0)", "coalesce(number, 0)::float8").replace(
        "coalesce(amount, 0)", "coalesce(amount, 0)::int8"
    )
    held, first = b"", True
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({casts}) TO STDOUT (FORMAT binary)") as copy:
        parts: list[bytes] = []
        size = 0
        for block in copy:
            parts.append(bytes(block))
            size += len(block)
            if size < BATCH * _WIRE.itemsize:
                continue
            held, first, records = _cut(held + b"".join(parts), first)
            parts, size = [], 0
            yield records
        held, first, records = _cut(held + b"".join(parts), first)
        if len(records):
            yield records


def _cut(data: bytes, first: bool) -> tuple[bytes, bool, Records]:
    """Whole records at the beginning of the data, and the rest; the file's header goes with the first."""
    if first:
        (extension,) = struct.unpack(">i", data[_HEADER - 4 : _HEADER])
        data = data[_HEADER + extension :]
    count = len(data) // _WIRE.itemsize
    wire = np.frombuffer(data, _WIRE, count)
    records = np.empty(count, RECORD)
    for name in RECORD.names or ():
        records[name] = wire[name]
    return data[count * _WIRE.itemsize :], False, records
