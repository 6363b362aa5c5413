"""What saved rows would change: what is new, changed and withdrawn, column by column before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headrope.core.problems import Problem
from headrope.ledger.book.columns import File
from headrope.ledger.book.current import Changed
from headrope.web.organisation import words
from headrope.web.problems import Told, told

MOST = 300


@dataclass(slots=True)
class Line:
    """One difference: whose it is, in which column, before and after."""

    what: str
    column: str
    before: str
    after: str


@dataclass(slots=True)
class Preview:
    """The page before saving; `rows` is the text of the file that saving sends again, `word` the file that waits for it, if it is one."""

    key: str
    title: str
    finding: str
    lines: list[Line]
    more: int
    warnings: list[Told]
    rows: str
    seq: int
    notes: list[str]
    word: str = ""


def preview(file: File, changes: Sequence[Changed], problems: Sequence[Problem], rows: str, seq: int) -> Preview:
    """The page of rows that nothing keeps from being saved."""
    lines = [line for change in changes for line in _lines(file, change)]
    return Preview(
        file.key,
        file.title,
        sentence(file, changes),
        lines[:MOST],
        max(0, len(lines) - MOST),
        [told(problem) for problem in problems],
        rows,
        seq,
        [],
    )


def sentence(file: File, changes: Sequence[Changed]) -> str:
    """The whole in a sentence: Checks: 1 new, 2 changed."""
    new = sum(not each.before for each in changes)
    gone = sum(not each.after for each in changes)
    changed = len(changes) - new - gone
    parts = [
        (new, ngettext("%(n)s new", "%(n)s new", new)),
        (changed, ngettext("%(n)s changed", "%(n)s changed", changed)),
        (gone, ngettext("%(n)s withdrawn", "%(n)s withdrawn", gone)),
    ]
    said = [text % {"n": f"{count:,}"} for count, text in parts if count]
    return _("%(kind)s: %(what)s.") % {"kind": file.title, "what": words.listed(said)}


def _lines(file: File, change: Changed) -> Iterator[Line]:
    what = " ".join(change.names)
    before = [row for row in change.before if row not in change.after]
    after = [row for row in change.after if row not in change.before]
    if not change.after:
        yield Line(what, "", _whole(file, change.before), _("withdrawn"))
        return
    if not change.before or len(before) != len(after):
        for old, new in zip_longest(before, after):
            yield Line(what, "", _whole(file, [old] if old else []), _whole(file, [new] if new else []))
        return
    for old, new in zip(before, after, strict=True):
        for column in file.columns:
            if old.get(column.key, "") != new.get(column.key, ""):
                yield Line(what, column.label, old.get(column.key, ""), new.get(column.key, ""))


def _whole(file: File, rows: Sequence[Mapping[str, str]]) -> str:
    """Rows in words: each column that says something with its heading."""
    texts = []
    for row in rows:
        cells = [f"{column.label} {row[column.key]}" for column in file.columns if row.get(column.key) and column.key not in file.names]  # fmt: skip
        texts.append(words.listed(cells))
    return "; ".join(texts)
