"""Exports the ledger into a new folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal.queries import books
from headrope.ledger.export.days import Clock
from headrope.ledger.export.definitions import write_definitions
from headrope.ledger.export.figures import ELIMINATIONS, FACTS, Figures
from headrope.ledger.export.files import write_rows
from headrope.ledger.folder import eliminations, facts
from headrope.ledger.queries import ledger_settings

Progress = Callable[[str, int, int], None]
Beside = Callable[[Path, Clock], dict[str, int]]
"""Writes files that a storey above has in the folder, as known by the clock; rows by file."""


@dataclass(frozen=True)
class ExportResult:
    """What was written: the folder, rows by file, and the posting up to which."""

    folder: Path
    rows: dict[str, int]
    seq: int


def export_folder(folder: Path, progress: Progress | None = None, beside: Sequence[Beside] = ()) -> ExportResult:
    """Write all that the ledger holds into the folder, which must be new or empty (ProblemsFound).

    The folder is there when it is complete. Whoever posts meanwhile is not waited for and not in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message, remedy = "There is something at %(folder)s already.", "Name a new folder, or an empty one."
        raise ProblemsFound([Problem(str(folder), message, remedy, {"folder": folder.name})])
    told = progress or (lambda doing, done, of: None)
    folder.resolve().parent.mkdir(parents=True, exist_ok=True)
    work = folder.resolve().with_name(f".{folder.resolve().name}.{os.getpid()}-{secrets.token_hex(4)}")
    work.mkdir()
    try:
        # On PostgreSQL rows only stream inside a transaction; on SQLite a transaction would keep writers out.
        with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
            seq, rows = _write(work, told, beside)
        os.replace(work, folder.resolve())
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return ExportResult(folder, rows, seq)


def _write(folder: Path, progress: Progress, beside: Sequence[Beside]) -> tuple[int, dict[str, int]]:
    ledger, seq = ledger_settings(), books().seq
    clock = Clock.of(seq, ledger.zone)
    progress("writing definitions", 0, 0)
    counts = write_definitions(folder, ledger, clock)
    figures = Figures(clock, ledger.fiscal_start)
    rows = figures.facts(lambda done, of: progress("writing facts.csv", done, of))
    counts[facts.FILE] = write_rows(folder / facts.FILE, FACTS, rows)
    progress("writing eliminations.csv", 0, 0)
    pairs = figures.eliminations()
    if count := write_rows(folder / eliminations.FILE, ELIMINATIONS, pairs, optional=True):
        counts[eliminations.FILE] = count
    for write in beside:
        counts |= write(folder, clock)
    return seq, counts
