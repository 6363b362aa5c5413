"""causes.csv, rules.csv and benchmarks.csv of a folder: judged and written with the rest of a load, and exported with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from headrope.core.vintages import NOW, START, Said, Timeline, timeline
from headrope.journal.actions import Source, post
from headrope.journal.editions import clock
from headrope.journal.models import PostingKind
from headrope.ledger.definitions import Definitions
from headrope.ledger.export.days import Clock
from headrope.ledger.export.files import write_rows as write_file
from headrope.ledger.folder.rows import WITHDRAWN, Gathered, Row, only, read_rows
from headrope.ledger.folder.tables import Report
from headrope.ledger.vintages import start_of
from headrope.org.models import User
from headrope.review.benchmarks.benchmark import Known
from headrope.review.defined.actions import STATE, as_text, cell_problems, write_rows
from headrope.review.defined.kinds import KINDS, Kind, Placed
from headrope.review.defined.queries import editions

VINTAGE = "vintage"


@dataclass(frozen=True)
class Line:
    """A row as the books keep it, and where it was read; two are the same that say the same."""

    text: str
    where: str = field(default="", compare=False)


Lines = Timeline[str, Line]


def columns_of(kind: Kind) -> tuple[Sequence[str], Sequence[str]]:
    """The columns that the kind's file must have, and those that it may have."""
    more = (column for column in kind.columns if column not in kind.needed)
    return kind.needed, (*more, VINTAGE, STATE)


def _shown(name: str) -> str:
    return name.replace("\t", " ")


def _known(kind: Kind, rows: Sequence[tuple[str, str, int, int | None]], moments: Mapping[int, datetime]) -> Lines:
    """What was ever known of the kind."""
    return timeline(((name, Line(text), first, last) for name, text, first, last in rows), moments, lambda line: 0)


class ReviewFiles:
    """The reader of the three files, for `load_folder`."""

    files = tuple(kind.file for kind in KINDS)

    def read(self, folder: Path, defined: Definitions, report: Report) -> ReviewRead:
        """Read those that are there; everything that is wrong is reported, as it will stand and as it will be known."""
        given = Known(
            {row.rule.code: row.rule for row in defined.measures.whole()},
            list(defined.unit_ids),
            defined.calendar.fiscal_start,
        )
        there = [kind for kind in KINDS if (folder / kind.file).is_file()]
        moments = clock() if there else {}
        books, days = list[tuple[Kind, Lines]](), dict[str, set[date]]()
        for kind in there:
            said = _said(kind, folder / kind.file, defined.calendar.today, report)
            days[kind.file] = {each.day for each in said if each.day}
            known = _known(kind, editions(kind), moments)
            for problem in known.add(said, {day: start_of(day, defined.zone) for day in days[kind.file]}):
                report(problem)
            _check(kind, known, said, given, report)
            books.append((kind, known))
        starts = {start_of(day, defined.zone) for found in days.values() for day in found}
        return ReviewRead(books, days, starts, _source(folder, there))


def _source(folder: Path, there: Sequence[Kind]) -> Source:
    """The folder's name, and one digest over the digests of the files."""
    digests = [hashlib.sha256((folder / kind.file).read_bytes()).hexdigest() for kind in there]
    return Source(folder.resolve().name, hashlib.sha256("".join(digests).encode()).hexdigest())


def _said(kind: Kind, path: Path, today: date, report: Report) -> list[Said[str, Line]]:
    """What the file says of each thing in each vintage, in its order."""
    gathered: Gathered[str, Line] = Gathered(kind.names, today, report)

    def read(where: str, row: Row) -> Line:
        return Line(as_text(kind, row), where)

    for where, row in read_rows(path, columns_of(kind), report):
        for problem in cell_problems(where, row):
            report(problem)
        gathered.take(where, _naming(kind, row), kind.name_of(row), read)
    said = gathered.said(lambda lines: only(lines, lambda line: _shown(kind.name_of(json.loads(line.text))), report))
    return [replace(each, name=_shown(each.key)) for each in said]


def _naming(kind: Kind, row: Row) -> Row:
    """A row that withdraws says nothing more than of what it speaks, whatever else stands in it still."""
    if row.get(STATE) != WITHDRAWN:
        return row
    return {column: text if column in (*kind.names, VINTAGE, STATE) else "" for column, text in row.items()}


def _check(kind: Kind, known: Lines, said: Sequence[Said[str, Line]], given: Known, report: Report) -> None:
    """Report what is wrong with the rows as they will stand, and as they will be known from each vintage on; each once."""
    places = {(each.key, line): line.where for each in said for line in each.rows}
    told = set[str]()
    for moment in sorted({change.moment for change in known.changes} | {NOW}):
        rows: list[Placed] = [
            (places.get((name, line)) or _shown(name), json.loads(line.text))
            for name, lines in known.state(moment).items()
            for line in lines
        ]
        for problem in kind.check(rows, given):
            if str(problem) not in told:
                told.add(str(problem))
                report(problem)


@dataclass
class ReviewRead:
    """What the files say beside what was known: of each kind, with the vintages by file and their moments."""

    books: Sequence[tuple[Kind, Lines]]
    days: Mapping[str, Set[date]]
    moments: Set[datetime]
    source: Source

    @property
    def changed(self) -> dict[str, int]:
        """Of how many things something changes, by file."""
        return {kind.file: len({change.key for change in known.changes}) for kind, known in self.books}

    def write(self, by: User, first: datetime | None) -> None:
        """One posting for each moment, of all kinds; what is new and has no vintage is known from `first` on, or from now."""
        begin = first or NOW
        changes = [(kind, change) for kind, known in self.books for change in known.changes]
        for moment in sorted({begin if change.moment == START else change.moment for _, change in changes}):
            at = [(kind, change) for kind, change in changes if change.moment == moment or (change.moment == START and moment == begin)]  # fmt: skip
            touched = [kind for kind, _ in self.books if any(kind is each for each, _ in at)]
            posting = post(
                kind=PostingKind.DEFINE if moment == NOW else PostingKind.IMPORT,
                by=by,
                known_at=None if moment == NOW else moment,
                reason=f"review: {', '.join(kind.key for kind in touched)}",
                source=self.source,
            )
            for kind in touched:
                rows = {change.key: change.rows for each, change in at if each is kind}
                after = {name: json.loads(lines[0].text) if lines else None for name, lines in rows.items()}
                write_rows(kind, after, posting.seq)


def export_review(folder: Path, clock: Clock) -> dict[str, int]:
    """Write the three files with everything that was ever known, for `export_folder`; rows by file, no file without any."""
    counts = {}
    for kind in KINDS:
        columns = (*kind.columns, VINTAGE, STATE)
        if count := write_file(folder / kind.file, columns, _lines(kind, clock), optional=True):
            counts[kind.file] = count
    return counts


def _lines(kind: Kind, clock: Clock) -> Iterator[list[str]]:
    """The rows of each thing in each vintage, what was known first before the others: a load writes it in that order."""
    held: dict[str, list[tuple[str, tuple[Line, ...]]]] = {}
    known = _known(kind, list(clock.upto_here(editions(kind))), clock.moments)
    for name, day, lines in clock.by_day(known):
        held.setdefault(name, []).append((day, lines))
    for name, days in sorted(held.items(), key=lambda each: each[1][0][0]):
        for day, lines in days:
            cells = json.loads(lines[0].text) if lines else dict(zip(kind.names, name.split("\t"), strict=True))
            yield [*(cells.get(column, "") for column in kind.columns), day, "" if lines else WITHDRAWN]
