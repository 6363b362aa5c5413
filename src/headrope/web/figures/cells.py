"""The text of an entry cell: what was typed, in the page's scale and grouped by thousands where it is a number."""

from __future__ import annotations

import re

from headrope.core.display import MINUS
from headrope.core.typed import write_typed
from headrope.ledger.submissions.sheet import Line

_WHOLE = re.compile(r"(-?)([0-9]+)(\.[0-9]+)?")


def shown_cell(line: Line, exponent: int) -> str:
    """What stands in the cell when it counts 10**exponent units of account; text that is no number as it was typed."""
    typed = line.typed
    if typed is None or not typed.raw or line.value is None or line.wrong is not None:
        return typed.raw if typed else ""
    if line.info.rule.quantity.kind == "text":
        return typed.raw
    return grouped(write_typed(line.value, line.info.rule.quantity, exponent))


def grouped(text: str) -> str:
    """A plain decimal number with its thousands apart; `read_typed` reads it back."""
    found = _WHOLE.fullmatch(text)
    if not found:
        return text
    sign, whole, part = found.groups()
    return f"{MINUS if sign else ''}{int(whole):,}{part or ''}"
