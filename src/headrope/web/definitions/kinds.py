"""The kinds of definitions that have pages, their rows with search and pages, and the names of what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from headrope.journal.queries import defined_at
from headrope.ledger.book.columns import Column, File
from headrope.ledger.book.current import current_rows
from headrope.ledger.book.files import file_of
from headrope.ledger.queries import measures_now
from headrope.web.access import Visit

KINDS = ("measures", "checks", "forms", "duties", "calendars", "unit_calendars", "holdings", "segments")
PAGE = 100

Cells = Mapping[str, str]


def kind_of(key: str) -> File:
    """The kind; a 404 where there is none."""
    file = file_of(key) if key in KINDS else None
    if file is None:
        raise Http404
    return file


def withdrawable(file: File) -> bool:
    """Whether a thing of the kind can be said never to have been."""
    return "state" in file.rare


def single(file: File) -> bool:
    """Whether a thing of the kind has one row."""
    return file.names == ("code",)


def names_of(file: File, row: Cells) -> tuple[str, ...]:
    """The words that name the thing of a row."""
    return tuple(row.get(name, "") for name in file.names)


def rows_of_thing(file: File, rows: Iterable[Cells], names: Sequence[str]) -> list[Cells]:
    """The rows of one thing, in their order."""
    return [row for row in rows if names_of(file, row) == tuple(names)]


@dataclass(slots=True)
class Line:
    """A row of the table: its address, empty where it is not to be changed, and its cells as (text, small print)."""

    href: str
    cells: list[tuple[str, str]]


@dataclass(slots=True)
class Table:
    """The page of a kind."""

    key: str
    title: str
    about: str
    heads: list[str]
    lines: list[Line]
    found: int
    all: int
    query: str
    number: int
    pages: int
    withdrawable: bool
    parted: bool = False
    """Whether some rows are the reader's to change and others not."""

    @property
    def others(self) -> list[tuple[str, str]]:
        """Addresses and numbers of the neighbouring pages."""
        wanted = [number for number in (self.number - 1, self.number + 1) if 1 <= number <= self.pages]
        return [(f"?{urlencode({'q': self.query, 'page': number})}", str(number)) for number in wanted]


@dataclass(frozen=True)
class Held:
    """The rows of a kind, each with the names of its thing and its place among that thing's rows; and columns in use."""

    rows: tuple[tuple[tuple[str, ...], int, Cells], ...]
    used: frozenset[str]


@lru_cache(maxsize=8)
def _held(key: str, defined: int, kind: str) -> Held:
    """The rows as defined with that posting, kept in the process: there may be a duty for each of very many units."""
    file, places = kind_of(kind), Counter[tuple[str, ...]]()
    rows, used = [], set[str]()
    for row in current_rows(kind):
        names = names_of(file, row)
        rows.append((names, places[names], row))
        places[names] += 1
        used.update(name for name, text in row.items() if text)
    return Held(tuple(rows), frozenset(used))


def table(who: Visit, file: File, query: str, number: int, his: Callable[[Cells], bool] | None = None) -> Table:
    """The rows in which the words of the query stand; those first that are `his` to change, without it all are."""
    key = str(who.at.key)
    held = _held(key, defined_at(key, who.at.seq), file.key)
    meanings = Meanings(who)
    columns = [column for column in file.columns if column.needed or column.key in held.used]
    wanted = query.casefold().split()

    def cells(row: Cells) -> list[tuple[str, str]]:
        return [meanings.cell(column, row.get(column.key, "")) for column in columns]

    def fits(row: Cells) -> bool:
        text = " ".join(f"{text} {meaning}" for text, meaning in cells(row)).casefold()
        return all(word in text for word in wanted)

    found = [each for each in held.rows if fits(each[2])] if wanted else list(held.rows)
    if his is not None:
        found.sort(key=lambda each: not his(each[2]))
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), pages)
    return Table(
        file.key,
        file.title,
        file.about,
        [column.label for column in columns],
        [
            Line(address(file, names, at) if his is None or his(row) else "", cells(row))
            for names, at, row in found[(number - 1) * PAGE : number * PAGE]
        ],
        len(found),
        len(held.rows),
        query,
        number,
        pages,
        withdrawable(file),
        his is not None,
    )


def address(file: File, names: Sequence[str], at: int) -> str:
    """The address of the page of the `at`-th row of a thing."""
    return f"/definitions/{file.key}/row/?{urlencode([*zip(file.names, names, strict=True), ('n', at)])}"


class Meanings:
    """What codes are called, for the small print beside them."""

    def __init__(self, who: Visit) -> None:
        self.who = who

    @cached_property
    def units(self) -> dict[str, str]:
        """Names of all units by code; there may be very many, and most tables name none."""
        return {node.code: node.shown_name(self.who.language) for node in self.who.who.now.last.values()}

    @cached_property
    def measures(self) -> dict[str, str]:
        """Names of all measures by code."""
        infos = measures_now(str(self.who.at.key), self.who.at.seq)
        return {info.code: info.shown_name(self.who.language) for info in infos}

    def cell(self, column: Column, text: str) -> tuple[str, str]:
        """The text and what it means."""
        if column.kind == "choice" and text in column.options:
            return column.options[text], ""
        if column.kind == "yes" and text:
            return _("yes"), ""
        return text, self.options(column).get(text, "") if text else ""

    def options(self, column: Column) -> dict[str, str]:
        """Codes to pick from."""
        if column.kind == "unit":
            return self.units
        return self.measures if column.kind == "measure" else {}
