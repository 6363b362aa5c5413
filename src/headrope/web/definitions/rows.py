"""The form of one row of a definition: a question for each column, and what is wrong beside the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from headrope.core.problems import Problem
from headrope.ledger.book.cells import unguarded
from headrope.ledger.book.columns import Column, File
from headrope.ledger.sheets.cells import column_number
from headrope.web.access import Visit
from headrope.web.definitions.kinds import Meanings
from headrope.web.organisation.forms import MOST_UNITS, Field, Options
from headrope.web.problems import Told, told

PREFIX = "c-"
LONGEST = 10_000
FIRST = 11
"""Questions that stand open; further ones are folded where nothing stands in them."""
_PLACE = re.compile(r"(\d+)(?:!([A-Z]+)\d+|, row \d+)?$")

Cells = dict[str, str]


@dataclass
class Form:
    """The form of a row: its questions, what is fixed of it, and what is wrong with it as a whole."""

    fields: list[Field]
    fixed: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)

    @property
    def open(self) -> list[Field]:
        """The questions that are seen at once."""
        return [each for number, each in enumerate(self.fields) if number < FIRST or each.value or each.problems]

    @property
    def folded(self) -> list[Field]:
        """The others."""
        shown = {each.name for each in self.open}
        return [each for each in self.fields if each.name not in shown]

    def take(self, problems: Iterable[Problem], number: int, columns: Sequence[str]) -> None:
        """Put each problem of the row of that number beside its field; others stand above, without a place."""
        by_name = {each.name: each for each in self.fields}
        for problem in problems:
            found = _PLACE.match(problem.where)
            at = None
            if found and int(found[1]) == number and found[2]:
                at = by_name.get(PREFIX + columns[column_number(found[2])])
            shown = told(replace(problem, where="" if found else problem.where))
            (at.problems if at else self.problems).append(shown)


def given_cells(file: File, given: Mapping[str, str]) -> Cells:
    """The cells of a row as somebody has sent them."""
    return {key: unguarded(given.get(PREFIX + key, "").strip())[:LONGEST] for key in file.keys}


def form_for(who: Visit, file: File, cells: Mapping[str, str], new: bool) -> Form:
    """The form filled with the cells; what names a thing can only be written for a new one."""
    meanings = Meanings(who)
    form = Form([])
    for column in file.columns:
        value = cells.get(column.key, "")
        if not new and column.key in file.names:
            text, more = meanings.cell(column, value)
            form.fixed.append((column.label, f"{text} {more}".strip()))
        else:
            form.fields.append(_field(column, value, meanings))
    return form


def _field(column: Column, value: str, meanings: Meanings) -> Field:
    label = _("%(label)s (needed)") % {"label": column.label} if column.needed else column.label
    made = Field(PREFIX + column.key, label, "text", value, column.hint)
    if column.kind == "day":
        made.kind = "day"
    elif column.kind in ("choice", "yes"):
        options = dict(column.options) or {"yes": _("yes")}
        if value and value not in options:
            options[value] = value
        made.kind = "choice"
        made.options = options if column.needed and value else {"": _("–"), **options}
    else:
        made.options = _codes(column, meanings)
    return made


def _codes(column: Column, meanings: Meanings) -> Options:
    found = meanings.options(column)
    return found if len(found) <= MOST_UNITS else {}
