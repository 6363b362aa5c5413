"""The manual's page of all keys of a mapping, made from the records that the reader follows."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from headrope.ledger.mapping.given import is_needed, keys_of, takes_of
from headrope.ledger.mapping.keys import RECORDS, Plan

HEAD = """# Keys of a mapping

Made from the code. How a mapping is written, with an example, is told in [Load files of any layout](../how-to/load-with-a-mapping.md).

A mapping is YAML. Every word is taken as it is written: `001`, `no` and `2023-06` stay as they are. Keys that are not known are refused, with a suggestion. Anchors and tags are not taken.

What a key takes:

| | |
| --- | --- |
| text | a word or text |
| texts | one text or a list of them |
| flag | yes or no |
| count, row | a whole number from 1 up; rows are counted from 1, as a spreadsheet does |
| decimal | a number such as 0.5 or 1e-6 |
| pattern | a [regular expression](https://docs.python.org/3/library/re.html#regular-expression-syntax) that is looked for anywhere in the text, with blanks made single; capitals count |
| cell | the name of a cell: A4 |
| columns | C or 3 for the third one, D..O for each of twelve, [X, Y] for the first that is filled in a row |
| table | words with what they mean, a line each |
| template | a code with {slug}, {compact} or {name} in it |
| file or definitions | the name of a file, or codes with a table each |
| list of ... | one of them or a list of them |

Other words of the column *takes* are headings of this page.
"""


def reference() -> str:
    """The page as text."""
    parts = [HEAD, _section("mapping", Plan)]
    parts += [_section(word, record) for word, record in RECORDS.items()]
    return "\n".join(parts)


def _section(word: str, record: type) -> str:
    short = getattr(record, "SHORT", None)
    lines = [f"## {word}", "", " ".join((record.__doc__ or "").split()), ""]
    if short:
        lines += (
            [f"A text instead of keys is its `{short}`.", ""] if "plain" not in (record.__doc__ or "").lower() else []
        )
    lines += ["| key | takes | says | without it |", "| --- | --- | --- | --- |"]
    for name, field in keys_of(record).items():
        lines.append(f"| `{name}` | {takes_of(field)} | {field.metadata['says']} | {_default(field)} |")
    return "\n".join(lines) + "\n"


def _default(field: dataclasses.Field[Any]) -> str:
    if is_needed(field):
        return "must be given"
    value: Any = field.default
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, str | int | Decimal):
        return str(value)
    return str(value.text) if getattr(value, "text", None) else ""
