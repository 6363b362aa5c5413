"""Rows of one file that somebody has written and not yet saved: judged as a load judges them, then loaded."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.actions import load_folder
from headrope.ledger.book.columns import File
from headrope.ledger.book.current import Changed, changes
from headrope.ledger.book.kept import Uploaded, keeper
from headrope.ledger.book.places import Origin, Places
from headrope.ledger.book.reading import read_file, rows_of
from headrope.ledger.folder.rows import WITHDRAWN
from headrope.ledger.owners import Owned
from headrope.org.models import User

STATE = "state"
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Judged:
    """What rows would change, and what is wrong with them; with problems that block they change nothing."""

    problems: list[Problem]
    changes: Sequence[Changed] = field(default=())

    @property
    def blocked(self) -> bool:
        """Whether they cannot be saved."""
        return any(problem.blocking for problem in self.problems)


def as_text(file: File, rows: Sequence[Cells]) -> str:
    """The rows as the text of the file."""
    out = StringIO()
    columns = [*file.keys, *(STATE,) * any(row.get(STATE) for row in rows)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def as_rows(text: str) -> list[dict[str, str]]:
    """The rows of the text of a file; none of a text that is no file."""
    try:
        return [{name: cell or "" for name, cell in row.items() if name} for row in csv.DictReader(StringIO(text))]
    except csv.Error:
        return []


def withdrawing(file: File, names: Sequence[str]) -> dict[str, str]:
    """The row that says that there is no such thing."""
    return {**dict(zip(file.names, names, strict=True)), STATE: WITHDRAWN}


def judge(file: File, rows: Sequence[Cells], by: User, owned: Owned) -> Judged:
    """Judge rows as they were typed by somebody who may change what is `owned`; the `where` of a problem is the number of its row, counted from 0, and its column."""
    places = Places()
    line = 1
    for number, row in enumerate(rows):
        line += 1 + sum(cell.count("\n") for cell in row.values())
        columns = {name: place for place, name in enumerate(row)}
        places.lines[file.file, line] = Origin(str(number), number, columns, row)
    with _folder(file, as_text(file, rows)) as folder:
        return _judged(file, folder, by, owned, places)


def judge_upload(file: File, path: Path, name: str, by: User, owned: Owned) -> tuple[Judged, list[dict[str, str]]]:
    """Judge an uploaded workbook or text that people call `name`, and its rows; problems name sheet and cell."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "upload"
        folder.mkdir()
        read = read_file(path, name, folder, file.key)
        if read.blocked:
            return Judged(read.problems), []
        rows = rows_of(file, folder)
        judged = _judged(file, folder, by, owned, read.places)
        vintages = _vintages(file, rows, read.places)
        return Judged([*read.problems, *vintages, *judged.problems], judged.changes), rows


def _vintages(file: File, rows: Sequence[Cells], places: Places) -> list[Problem]:
    if not any(row.get("vintage") for row in rows):
        return []
    message, remedy = "The column %(column)s is not taken here.", "Take it out, or load a folder with `headrope load`."
    return [Problem(places.sheets.get(file.file, file.file), message, remedy, {"column": "vintage"})]


def save(file: File, text: str, by: User, owned: Owned, uploaded: Uploaded | None = None) -> None:
    """Load the text of a file, which was read from `uploaded`, if any; ProblemsFound, and then nothing is changed."""
    with _folder(file, text) as folder:
        load_folder(folder, by=by, owned=owned, posted=keeper(uploaded))


@contextmanager
def _folder(file: File, text: str) -> Iterator[Path]:
    with TemporaryDirectory() as place:
        folder = Path(place) / "pages"
        folder.mkdir()
        (folder / file.file).write_text(text, encoding="utf-8")
        yield folder


def _judged(file: File, folder: Path, by: User, owned: Owned, places: Places) -> Judged:
    try:
        result = load_folder(folder, by=by, owned=owned, dry_run=True)
    except ProblemsFound as found:
        return Judged([places.told(problem) for problem in found.problems])
    warnings = [places.told(problem) for problem in result.warnings]
    return Judged(warnings, changes(folder, file.key))
