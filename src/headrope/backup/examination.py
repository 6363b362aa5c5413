"""Whether a file is a whole backup: it opens, has a manifest of a known form, and every table is what that says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from headrope.backup import manifest as manifests
from headrope.backup.archive import Archive, Damaged, reading
from headrope.backup.manifest import Held, NoManifest
from headrope.backup.steps import Steps
from headrope.backup.stream import KINDS, Unreadable, decode
from headrope.core.problems import Problem, ProblemsFound

ANOTHER_COPY = "Take another copy of the file, or another backup."


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup to read; ProblemsFound says why it cannot be read, now or later in the block."""
    try:
        with reading(path) as archive:
            made_by = {"headrope": archive.manifest.headrope}
            if archive.manifest.version > manifests.VERSION:
                message = (
                    "The backup was made by a newer Headrope (%(headrope)s), in a form that this one does not know."
                )
                raise ProblemsFound([Problem(str(path), message, "Restore it with that one.", made_by)])
            yield archive
    except NoManifest as error:
        message = "The file is no backup of Headrope: %(why)s."
        remedy = "Name a file that `headrope backup` wrote."
        raise ProblemsFound([Problem(str(path), message, remedy, {"why": str(error)})]) from error
    except Damaged as error:
        raise ProblemsFound([damage(path, error)]) from error
    except OSError as error:
        message = "The file cannot be read (%(why)s)."
        why = {"why": error.strerror or str(error)}
        raise ProblemsFound([Problem(str(path), message, "Name a file that `headrope backup` wrote.", why)]) from error


def damage(path: Path, error: Exception) -> Problem:
    """What is said of a file that is not as it was written."""
    return Problem(str(path), "The file is damaged: %(why)s.", ANOTHER_COPY, {"why": str(error)})


def examine(archive: Archive, path: Path, steps: Steps, database: str | None = None) -> list[Problem]:
    """Read every table through: what is not as the manifest says, and what that kind of database cannot hold."""
    problems = [damage(path, Damaged(f"{name} does not belong to it")) for name in archive.surplus()]
    steps.begin("checking the file", archive.manifest.rows)
    for table in archive.manifest.tables:
        try:
            problems += _examine_table(archive, table, steps, database)
        except (Damaged, Unreadable) as error:
            problems.append(damage(path, error))
    return problems


def _examine_table(archive: Archive, table: Held, steps: Steps, database: str | None) -> list[Problem]:
    problems: list[Problem] = []
    try:
        kinds = [KINDS[kind] for _, kind in table.columns]
    except KeyError as error:
        raise Damaged(f"{table.member} has a column of the unknown kind {error}") from error
    with closing(archive.blocks(table)) as blocks:
        for block in blocks:
            try:
                rows = decode(block, kinds)
            except Unreadable as error:
                raise Unreadable(f"{table.member}: {error}") from error
            if not problems and (b"\\u0000" in block if database == "postgresql" else b'"nan"' in block):
                problems = _unfit(table, rows, database)
            steps(len(rows))
    return problems


def _unfit(table: Held, rows: Sequence[Sequence[Any]], database: str | None) -> list[Problem]:
    """The first value of a table that SQLite or PostgreSQL has no place for."""
    for row in rows:
        for value, (name, kind) in zip(row, table.columns, strict=True):
            values = {"column": name, "row": ", ".join(map(str, row[:3]))}
            if database == "postgresql" and kind == "text" and value and "\0" in value:
                message = "A text in the column %(column)s (row %(row)s ...) holds a NUL character, which PostgreSQL cannot keep."
                return [Problem(f"table {table.name}", message, "Restore into SQLite.", values)]
            if database == "sqlite" and kind == "float" and value == "nan":
                message = "A number in the column %(column)s (row %(row)s ...) is none, which SQLite cannot keep."
                return [Problem(f"table {table.name}", message, "Restore into PostgreSQL.", values)]
    return []
