"""Pages of a list: at most `limit` items, and a cursor that leads to the next ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from ninja import Schema

T = TypeVar("T")
DEFAULT = 100


class Page(Schema, Generic[T]):
    """Items in a fixed order; `next` is the cursor of the following page, null at the end."""

    items: list[T]
    next: str | None


def after(rows: Sequence[T], key: Callable[[T], Any], cursor: str | None) -> list[T]:
    """The rows whose key comes after the cursor, in the order of their keys; so nobody who joins or leaves shifts a page."""
    ordered = sorted(rows, key=key)
    return ordered if cursor is None else [row for row in ordered if key(row) > cursor]


def cut(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[list[T], str | None]:
    """The first `limit` rows, and the key of the last of them where there are more."""
    shown = list(rows[:limit])
    return shown, key(shown[-1]) if len(rows) > limit else None


def page(rows: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int) -> tuple[list[T], str | None]:
    """The page of these rows after the cursor, by a key that is a text and that no two share."""
    return cut(after(rows, key, cursor), limit, key)
