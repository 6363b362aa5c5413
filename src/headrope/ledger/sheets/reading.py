"""Reads a workbook or text table of whatever origin: a child process opens it, under limits, and hands over plain cells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import EMPTY, Box, Cell, CellKind, Sheet, Workbook
from headrope.ledger.sheets.limits import Limits, TextForm

KINDS: dict[str, CellKind] = {"t": "text", "n": "number", "d": "date", "b": "bool", "e": "error"}
ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
"""All that the child knows of our environment: no password or key is among it."""
SHORT = 40


def read_sheets(path: Path, limits: Limits | None = None, form: TextForm | None = None) -> Workbook:
    """The sheets of an .xlsx, .xls or delimited text file, whatever its name ends with.

    A file that cannot be read gives a workbook without sheets and with a blocking problem. Other problems are notes:
    hidden rows, columns and sheets, cells with errors (kind error), formulas without value (kind error, text formula).
    Numbers of more than 15 digits are cells of kind error, too, with the text digits.
    """
    limits, form = limits or Limits(), form or TextForm()
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        return _refused(path, "The file cannot be opened: %(error)s.", "", error=error.strerror or str(error))
    if size > limits.file_bytes:
        message = "The file is larger than %(most)s MB."
        return _refused(path, message, "Cut it in parts.", most=f"{limits.file_bytes // 1_000_000:,}")
    return _run(path, limits, form)


def _refused(path: Path, message: str, remedy: str, **values: object) -> Workbook:
    return Workbook(path.name, (), (Problem(path.name, message, remedy, values),))


def _run(path: Path, limits: Limits, form: TextForm) -> Workbook:
    # -P: a file csv.py in the folder where the command is typed is no part of the program.
    command = [sys.executable, "-P", "-B", "-m", "headrope.ledger.sheets.child"]
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    with subprocess.Popen(
        [*command, str(path.resolve()), limits.to_json(), json.dumps(asdict(form))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        encoding="ascii",
    ) as child:
        clock = threading.Timer(limits.seconds, child.kill)
        clock.start()
        try:
            taken = _Taken(path.name, limits)
            whole = taken.all(child.stdout)
        finally:
            clock.cancel()
            child.kill()
    if whole:
        return taken.workbook()
    if child.returncode == 0 or taken.too_much:
        return _refused(path, "The file unfolds to more than can be taken.", "Save only the sheets that are needed.")
    message = "Reading it took more than %(megabytes)s MB or %(seconds)s seconds, or it is damaged."
    remedy = "Save only the sheets that are needed, as .xlsx, and try again."
    return _refused(
        path, message, remedy, megabytes=f"{limits.memory_bytes // 1_000_000:,}", seconds=f"{limits.seconds:,}"
    )


class _Taken:
    """What the child has handed over so far."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.too_much = False
        self.heads: list[dict[str, Any]] = []
        self.rows: list[list[list[Cell]]] = []
        self.problems: list[Problem] = []
        # Equal cells are one object: a column of zeros costs nothing.
        self.known: dict[str, Cell] = {}

    def all(self, lines: IO[str] | None) -> bool:
        """Take line by line; whether the last one came."""
        for line in self._bounded(lines):
            try:
                said = json.loads(line)
            except json.JSONDecodeError:
                return False
            if isinstance(said, list):
                self.rows[-1].append([EMPTY if text is None else self._cell(text) for text in said])
            elif "sheet" in said:
                self.heads.append(said)
                self.rows.append([])
            elif "problem" in said:
                self.problems.append(Problem(**said["problem"]))
            else:
                return True
        return False

    def _bounded(self, lines: IO[str] | None) -> Iterator[str]:
        left = self.limits.unpacked_bytes
        while lines is not None and (line := lines.readline(left + 1)):
            left -= len(line)
            if left < 0:
                self.too_much = True
                return
            yield line

    def _cell(self, text: str) -> Cell:
        cell = self.known.get(text)
        if cell is None:
            cell = Cell(KINDS[text[0]], text[1:])
            if len(text) < SHORT:
                self.known[text] = cell
        return cell

    def workbook(self) -> Workbook:
        """The workbook, without sheets where a problem blocks."""
        blocked = any(problem.blocking for problem in self.problems)
        sheets = () if blocked else tuple(map(_sheet, self.heads, self.rows))
        return Workbook(self.name, sheets, tuple(self.problems))


def _sheet(head: dict[str, Any], rows: list[list[Cell]]) -> Sheet:
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(
        head["sheet"],
        rows,
        tuple(Box(*box) for box in head["merged"]),
        head["hidden"],
        frozenset(head["hidden_rows"]),
        frozenset(head["hidden_columns"]),
        frozenset((row, column) for row, column in head.get("formulas", ())),
        frozenset((row, column) for row, column in head.get("per_cents", ())),
        {(row, column): text for row, column, text in head.get("long", ())},
    )
