"""What a workbook would load, in a sentence and in tables, shown before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headrope.core.periods import name
from headrope.core.units import Edition
from headrope.ledger.book.columns import File
from headrope.ledger.book.files import file_of, files
from headrope.ledger.book.loading import BookLoad
from headrope.ledger.book.numbers import FIGURES
from headrope.web.organisation import words
from headrope.web.problems import Told, told

MOST_UNITS, MOST_WARNINGS = 60, 20


@dataclass(slots=True)
class Line:
    """How many rows of a sheet are taken."""

    what: str
    count: str
    more: str


@dataclass(slots=True)
class UnitLine:
    """A unit of the tree that would be, indented by its tier."""

    code: str
    name: str
    kind: str
    tier: int


@dataclass(slots=True)
class Preview:
    """The page before loading; `word` is that of the kept file."""

    finding: str
    file: str
    lines: list[Line]
    units: list[UnitLine]
    units_more: int
    accounts: str
    left_alone: str
    warnings: list[Told]
    warnings_more: int
    word: str


def preview(load: BookLoad, file: str, word: str, language: str) -> Preview:
    """The page of a workbook without problems."""
    units = tree_lines(load.units, language)
    return Preview(
        sentence(load),
        file,
        [Line(_title(each), f"{load.rows[each.key]:,}", _more(each.key, load)) for each in files() if each.key in load.rows],
        units[:MOST_UNITS],
        max(0, len(units) - MOST_UNITS),
        words.listed(list(load.accounts)),
        words.listed(list(load.left_alone)),
        [told(problem) for problem in load.warnings[:MOST_WARNINGS]],
        max(0, len(load.warnings) - MOST_WARNINGS),
        word,
    )  # fmt: skip


def _title(file: File) -> str:
    """What the sheet is called; figures have one name, in whichever form they came."""
    figures = file_of(FIGURES) if file.key == "facts" else None
    return figures.title if figures else file.title


def sentence(load: BookLoad) -> str:
    """The whole in a sentence: 5 units, 4 measures, 36 figures and 2 people would be loaded."""
    result = load.result
    units = len({edition.code for edition in load.units})
    counted = [
        (units, ngettext("%(n)s unit", "%(n)s units", units)),
        (load.rows.get("measures", 0), ngettext("%(n)s measure", "%(n)s measures", load.rows.get("measures", 0))),
        (_facts(load), ngettext("%(n)s figure", "%(n)s figures", _facts(load))),
        (load.rows.get("people", 0), ngettext("%(n)s person", "%(n)s people", load.rows.get("people", 0))),
    ]
    named = [text % {"n": f"{count:,}"} for count, text in counted if count]
    if result is None and not named:
        return _("Nothing would be loaded.")
    return _("The workbook is right. It loads %(what)s.") % {"what": words.listed(named)}


def _facts(load: BookLoad) -> int:
    return sum(count for _, count in load.result.vintages) if load.result else 0


def _more(key: str, load: BookLoad) -> str:
    """What stands beside the count of a sheet."""
    if key == "facts" and load.periods:
        first, last = name(load.periods[0]), name(load.periods[-1])
        return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    if key == "people" and load.accounts:
        return ngettext("%(n)s new account", "%(n)s new accounts", len(load.accounts)) % {"n": len(load.accounts)}
    return ""


def tree_lines(editions: Sequence[Edition], language: str) -> list[UnitLine]:
    """Units in the order of the tree as their last rows have it, the root first."""
    last = {edition.code: edition for edition in editions}
    below: dict[str | None, list[Edition]] = {}
    for edition in last.values():
        parent = edition.parent if edition.parent in last else None
        below.setdefault(parent, []).append(edition)
    lines: list[UnitLine] = []
    waiting = [(edition, 0) for edition in reversed(below.get(None, ()))]
    zh = language.startswith("zh")
    while waiting:
        edition, tier = waiting.pop()
        shown = (edition.name_zh or edition.name) if zh else (edition.name or edition.name_zh)
        lines.append(UnitLine(edition.code, shown, words.kind(edition.kind), tier))
        waiting.extend((child, tier + 1) for child in reversed(below.get(edition.code, ())))
    return lines
