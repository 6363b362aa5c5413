"""What the keys of a mapping take: readers of single words, patterns, cells, columns and tables."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from headrope.ledger.mapping.keys import Codes, Columns
from headrope.ledger.mapping.tree import List, Node, Table, Word
from headrope.ledger.sheets.cells import column_number

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,2})?")
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
GROUPS = frozenset(
    {"year", "month", "quarter", "half", "day", "period", "section", "unit", "measure", "version", "vintage"}
)


class WordError(Exception):
    """A node is not what its key takes: message and remedy as message ids."""

    def __init__(self, message: str, remedy: str = "", **values: object) -> None:
        super().__init__(message)
        self.message, self.remedy, self.values = message, remedy, values


def _word(node: Node) -> str:
    if not isinstance(node, Word) or node.text is None:
        raise WordError("%(key)s takes one word or text.", "Write it behind the colon.")
    return node.text


def one_of(node: Node, known: list[str]) -> str:
    """One of some known words."""
    text = _word(node)
    if text not in known:
        raise WordError("%(key)s takes %(known)s, not '%(text)s'.", known=", ".join(known), text=text)
    return text


def _texts(node: Node) -> tuple[str, ...]:
    if isinstance(node, List):
        return tuple(_word(item) for item in node.items)
    return (_word(node),)


def _flag(node: Node) -> bool:
    text = _word(node).lower()
    if text not in FLAGS:
        raise WordError("%(key)s takes yes or no, not '%(text)s'.", text=text)
    return FLAGS[text]


def _count(node: Node) -> int:
    text = _word(node)
    if not re.fullmatch("[1-9][0-9]{0,6}", text):
        raise WordError("%(key)s takes a whole number from 1 up, not '%(text)s'.", text=text)
    return int(text)


def _row(node: Node) -> int:
    return _count(node) - 1


def _decimal(node: Node) -> Decimal:
    text = _word(node)
    if not _DECIMAL.fullmatch(text):
        raise WordError("%(key)s takes a number such as 0.5 or 1000, not '%(text)s'.", text=text)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise WordError("%(key)s takes a number, not '%(text)s'.", text=text) from error


def _pattern(node: Node) -> re.Pattern[str]:
    text = _word(node)
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise WordError(
            "'%(text)s' is not a pattern: %(error)s.",
            "See the manual of regular expressions.",
            text=text,
            error=str(error),
        ) from error
    if unknown := sorted(pattern.groupindex.keys() - GROUPS):
        known = ", ".join(sorted(GROUPS))
        raise WordError("The group %(group)s means nothing.", "Known groups: %(known)s.", group=unknown[0], known=known)
    return pattern


def _cell(node: Node) -> tuple[int, int]:
    text = _word(node)
    found = _CELL.fullmatch(text.upper())
    if not found:
        raise WordError("%(key)s takes the name of a cell such as A4, not '%(text)s'.", text=text)
    return int(found[2]) - 1, column_number(found[1])


def _columns(node: Node) -> Columns:
    if isinstance(node, List):
        return Columns(tuple(_column(_word(item)) for item in node.items), each=False)
    text = _word(node)
    first, dots, last = text.partition("..")
    if not dots:
        return Columns((_column(text),), each=False)
    start, end = _column(first.strip()), _column(last.strip())
    if end < start:
        raise WordError("The columns %(text)s end before they begin.", "Write the left one first.", text=text)
    return Columns(tuple(range(start, end + 1)), each=True)


def _column(text: str) -> int:
    if re.fullmatch("[1-9][0-9]{0,4}", text):
        return int(text) - 1
    try:
        return column_number(text.upper())
    except ValueError as error:
        remedy = "Columns are letters or numbers; a column by its header is header: %(text)s."
        raise WordError("'%(text)s' names no column.", remedy, text=text) from error


def _table(node: Node) -> Codes:
    if not isinstance(node, Table):
        raise WordError("%(key)s takes a table.", "Write it as word: meaning, a line each.")
    return types.MappingProxyType({word.text or "": _word(value) for word, value in node.items})


def _definitions(node: Node) -> str | tuple[tuple[int, str, Codes], ...]:
    if isinstance(node, Word):
        return _word(node)
    if not isinstance(node, Table):
        raise WordError("%(key)s takes the name of a file, or a table.")
    return tuple((word.line, word.text or "", _table(value)) for word, value in node.items)


def _template(node: Node) -> str:
    text = _word(node)
    rest = re.sub(r"\{(slug|compact|name)\}", "", text)
    if rest == text or "{" in rest or "}" in rest:
        raise WordError(
            "'%(text)s' is no form of a code.", "Write it like S-{slug}, with {slug}, {compact} or {name}.", text=text
        )
    return text


READERS: dict[str, Callable[[Node], Any]] = {
    "text": _word, "texts": _texts, "flag": _flag, "count": _count, "row": _row, "decimal": _decimal,
    "pattern": _pattern, "cell": _cell, "columns": _columns, "table": _table, "template": _template,
    "file or definitions": _definitions,
}  # fmt: skip
"""Readers by what a key takes; records, lists of records and choices are read by the Reader itself."""
