"""Rows of the files that define something: read one by one, and gathered by what they speak of and by vintage."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from headrope.core.periods import FIRST_YEAR
from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER
from headrope.core.vintages import Said
from headrope.ledger.folder.tables import Report, open_table

Row = Mapping[str, str]


class Placed(Protocol):
    """Something that was read from a row."""

    @property
    def where(self) -> str: ...


K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Placed)

WITHDRAWN = "withdrawn"
LONGEST_NAME = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_rows(path: Path, columns: tuple[Sequence[str], Sequence[str]], report: Report) -> Iterator[tuple[str, Row]]:
    """Where each row stands and its cells without blanks around them; nothing without the file.

    `columns` are those that the file must have and those that it may have.
    """
    table = open_table(path, *columns, report) if path.exists() else None
    for chunk in table.chunks(report) if table else ():
        for row, line in zip(chunk.rows, chunk.lines, strict=True):
            yield f"{path.name}, row {line}", {name: row[place].strip() for name, place in table.columns.items()}  # type: ignore[union-attr]


def text_problem(where: str, column: str, text: str, most: int = 200) -> Problem | None:
    """What is wrong with a text as such."""
    if _CONTROL.search(text):
        message, remedy = "The column %(column)s holds a control character.", "Take it out."
        return Problem(where, message, remedy, {"column": column})
    if len(text) > most:
        message = "The column %(column)s is longer than %(most)s characters."
        return Problem(where, message, "Shorten it.", {"column": column, "most": most})
    return None


def read_day(where: str, column: str, row: Row, report: Report) -> date | None:
    """The day in a cell, None for an empty one; what is no day is reported and read as empty."""
    text = row.get(column, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        values = {"text": text, "column": column}
        report(Problem(where, "'%(text)s' is not a day.", "Write it like 2023-06-30 in the column %(column)s.", values))
        return None


def read_days(where: str, row: Row, report: Report) -> tuple[date, date]:
    """The columns from and to as they stand; always and forever where they are empty."""
    return read_day(where, "from", row, report) or ALWAYS, read_day(where, "to", row, report) or FOREVER


class Dated(Protocol):
    """Something that holds from a day up to, but not on, another."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...


D = TypeVar("D", bound=Dated)


def with_last_days(rows: Iterable[D], same: Callable[[D], Hashable]) -> tuple[D, ...]:
    """Column `to` is the last day, unless a row of the `same` begins on that very day: then it is the day after."""
    given = list(rows)
    starts = {(same(row), row.valid_from) for row in given}
    return tuple(
        replace(row, valid_to=_end(row.valid_from, row.valid_to, (same(row), row.valid_to) in starts))  # type: ignore[type-var]
        for row in given
    )


def _end(start: date, last: date, followed: bool) -> date:
    return last if last == FOREVER or (followed and last != start) else last + timedelta(days=1)


def day_after(last: date) -> date:
    """The first day that is no more, of a column `to` that has the last."""
    return last if last == FOREVER else last + timedelta(days=1)


@dataclass
class Gathered(Generic[K, R]):
    """What the rows of a file say of each key in each vintage. `key` names the columns that a withdrawing row fills."""

    key: Sequence[str]
    today: date
    report: Report
    rows: dict[tuple[date | None, K], list[R]] = field(default_factory=dict)
    where: dict[tuple[date | None, K], str] = field(default_factory=dict)
    withdrawn: dict[tuple[date | None, K], str] = field(default_factory=dict)

    def take(self, where: str, row: Row, key: K, read: Callable[[str, Row], R | None]) -> None:
        """Take one row; `read` reports what is wrong with it and then gives None."""
        day, fine = self._vintage(where, row)
        state = row.get("state", "")
        if state == WITHDRAWN:
            fine = self._alone(where, row) and fine
            if fine:
                self.withdrawn[day, key] = where
                self.where.setdefault((day, key), where)
            return
        if state:
            remedy = "Write withdrawn, or leave it empty."
            self.report(Problem(where, "'%(state)s' is not a state.", remedy, {"state": state}))
        made = read(where, row)
        if made is not None and fine and not state:
            self.rows.setdefault((day, key), []).append(made)
            self.where.setdefault((day, key), where)

    def _vintage(self, where: str, row: Row) -> tuple[date | None, bool]:
        if "vintage" not in row:
            return None, True
        try:
            day = date.fromisoformat(row["vintage"])
        except ValueError:
            day = date.max
        if not date(FIRST_YEAR, 1, 1) <= day <= self.today:
            remedy = "Write the day from which on this was known, like 2023-07-14."
            values = {"vintage": row["vintage"]}
            self.report(Problem(where, "'%(vintage)s' is not a day up to today.", remedy, values))
            return None, False
        return day, True

    def _alone(self, where: str, row: Row) -> bool:
        free = {*self.key, "vintage", "state", "reason"}
        filled = [column for column, text in row.items() if text and column not in free]
        if filled:
            message = "A row that withdraws holds nothing else, and the column %(column)s is filled."
            remedy = "Empty it, or the state."
            self.report(Problem(where, message, remedy, {"column": ", ".join(filled)}))
        return not filled

    def said(self, finish: Callable[[list[R]], Iterable[R]]) -> list[Said[K, R]]:
        """What is said, in the order of its first rows; `finish` puts the rows of one key in order."""
        for at, where in self.withdrawn.items():
            if at in self.rows:
                message, remedy = "The row withdraws what %(other)s defines.", "Keep one of them."
                self.report(Problem(where, message, remedy, {"other": self.rows[at][0].where}))
        return [Said(at[1], at[0], tuple(finish(self.rows.get(at, []))), where) for at, where in self.where.items()]


def only(rows: list[R], code: Callable[[R], str], report: Report) -> list[R]:
    """The one row of a key; a second one is reported."""
    for row in rows[1:]:
        values = {"code": code(row), "other": rows[0].where}
        report(Problem(row.where, "%(code)s stands here and at %(other)s.", "Keep one row.", values))
    return rows[:1]


_MISSING = {
    "measure": ("There is no measure '%(code)s'.", "Add it to measures.csv, or correct the code."),
    "unit": ("There is no unit '%(code)s'.", "Add it to units.csv, or correct the code."),
    "form": ("There is no form '%(code)s'.", "Add it to forms.csv, or correct the code."),
    "calendar": ("There is no calendar '%(code)s'.", "Add it to calendars.csv, or correct the code."),
}


def unknown(where: str, noun: str, code: str, known: Iterable[str]) -> Problem:
    """The problem of a code that is none, with the one that is meant if it differs in case or blanks only."""
    same = next((each for each in known if each.casefold() == code.strip().casefold()), None)
    message, remedy = _MISSING[noun]
    return Problem(
        where, message, "Did you mean %(same)s?" if same else remedy, {"code": code[:60], "same": same or ""}
    )


def words(where: str, row: Row, known: Mapping[str, Sequence[Any]]) -> list[Problem]:
    """Cells that hold none of the words known of their column; an empty cell is none."""
    return [
        Problem(
            where,
            "'%(text)s' is not a %(column)s.",
            "Known: %(known)s.",
            {"text": row[column], "column": column, "known": ", ".join(known[column])},
        )
        for column in known
        if row[column] not in known[column]
    ]
