"""Rows as text that neither database had a hand in: one JSON array a line, every value exact.

Whole numbers are digits and floats the shortest text that gives the same bits (those that are not finite a word);
moments are UTC with microseconds; days, moments and UUIDs are written as ISO and RFC say; objects stand
as text, their names in order; no value is null, which an empty text is not. Equal rows therefore give equal bytes, whichever database they are read from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

Row = Sequence[Any]
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_UNKNOWN = type(None)


class Unreadable(ValueError):
    """Rows are not what their columns say; the message is a clause for people."""


@dataclass(frozen=True)
class Kind:
    """What stands in a column: its JSON types, and how Python's value becomes one of them and is made of it again.

    None for a way means that the value is taken as it is.
    """

    name: str
    types: frozenset[type]
    out: Callable[[Any], Any] | None = None
    back: Callable[[Any], Any] | None = None


def _float_out(value: float) -> float | str:
    return value if isfinite(value) else repr(value)


def _moment_out(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _json_out(value: Any) -> str:
    # PostgreSQL keeps the names of an object in an order of its own.
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


INTEGER = Kind("integer", frozenset({int}))
BOOLEAN = Kind("boolean", frozenset({bool}))
FLOAT = Kind("float", frozenset({float, str}), _float_out, float)
TEXT = Kind("text", frozenset({str}))
DAY = Kind("day", frozenset({str}), date.isoformat, date.fromisoformat)
MOMENT = Kind("moment", frozenset({str}), _moment_out, datetime.fromisoformat)
UUID_ = Kind("uuid", frozenset({str}), str, UUID)
JSON = Kind("json", frozenset({str}), _json_out, json.loads)
KINDS = {kind.name: kind for kind in (INTEGER, BOOLEAN, FLOAT, TEXT, DAY, MOMENT, UUID_, JSON)}


def encode(rows: Sequence[Row], kinds: Sequence[Kind]) -> bytes:
    """The rows as lines; Unreadable when a value is not of its column's kind, which SQLite would not have refused."""
    columns = list(zip(*rows, strict=True))
    for place, kind in enumerate(kinds):
        if kind.out is not None:
            out = kind.out
            columns[place] = tuple([None if value is None else out(value) for value in columns[place]])
    _check_types(columns, kinds)
    return "".join([f"{_encode(row)}\n" for row in zip(*columns, strict=True)]).encode()


def decode(block: bytes, kinds: Sequence[Kind]) -> list[list[Any]]:
    """The rows of some whole lines as JSON values; Unreadable when they are not rows of these columns."""
    try:
        rows = json.loads(b"[" + block.rstrip(b"\n").replace(b"\n", b",") + b"]")
    except ValueError as error:
        raise Unreadable("a line is not JSON") from error
    if set(map(type, rows)) - {list} or set(map(len, rows)) - {len(kinds)}:
        raise Unreadable(f"a line is not a row of {len(kinds)} values")
    _check_types(list(zip(*rows, strict=True)), kinds)
    return list(rows)


def _check_types(columns: Sequence[Collection[Any]], kinds: Sequence[Kind]) -> None:
    for place, (column, kind) in enumerate(zip(columns, kinds, strict=True), 1):
        strange = set(map(type, column)) - kind.types - {_UNKNOWN}
        if strange:
            value = next(value for value in column if type(value) in strange)
            raise Unreadable(f"the value {value!r} of column {place} is no {kind.name}")


Prepare = Callable[[Any], Any]


def values(rows: list[list[Any]], kinds: Sequence[Kind], prepare: Sequence[Prepare]) -> Sequence[Row]:
    """Python's values, made fit for a database by `prepare`, of rows of JSON values; Unreadable for a value that is none."""
    if all(kind.back is None for kind in kinds):
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, (kind, fit) in enumerate(zip(kinds, prepare, strict=True)):
        if kind.back is not None:
            back = kind.back
            try:
                columns[place] = [None if value is None else fit(back(value)) for value in columns[place]]
            except ValueError as error:
                raise Unreadable(f"column {place + 1} holds no {kind.name} ({error})") from error
    return list(zip(*columns, strict=True))
