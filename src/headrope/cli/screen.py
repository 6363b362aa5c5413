"""What all commands write to the screen: problems, errors, progress, languages."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import typer
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import translation
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from headrope.core.problems import Problem
from headrope.journal.queries import books


def stop(message: str, status: int = 1) -> NoReturn:
    """Say what is wrong and what to do, and leave."""
    typer.echo(message, err=True)
    raise typer.Exit(status)


def need_database() -> None:
    """Leave with a remedy unless the database answers and has its tables."""
    try:
        books()
    except DatabaseError as error:
        connection.close()
        stop(f"The database is not ready ({str(error).splitlines()[0]}). Run `headrope migrate` first.", 2)
    except Exception as error:
        if type(error).__name__ != "DoesNotExist":
            raise
        stop("The database has no books. Run `headrope migrate` first.", 2)


def show_problems(problems: Sequence[Problem]) -> NoReturn:
    """List all problems and leave with status 1."""
    for problem in problems:
        typer.echo(sentence(problem), err=True)
    count = len(problems)
    typer.echo(f"{count} problem{'s' if count != 1 else ''}; nothing was changed.", err=True)
    raise typer.Exit(1)


def sentence(problem: Problem) -> str:
    """A problem in the active language."""
    message = translation.gettext(problem.message) % problem.values
    remedy = translation.gettext(problem.remedy) % problem.values if problem.remedy else ""
    return f"{problem.where}: {message} {remedy}".strip() if problem.where else f"{message} {remedy}".strip()


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """The language asked for, else the terminal's, else English."""
    held = language or (locale.getlocale()[0] or os.environ.get("LANG", "en"))
    with translation.override("zh-hans" if held.lower().startswith(("zh", "chinese")) else "en"):
        yield


class Bar:
    """A progress bar on standard error; on no terminal, a line per step."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            transient=True,
        )
        self._task: TaskID | None = None
        self._doing = ""

    def __enter__(self) -> Bar:
        if self._shown:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            self._bar.stop()

    def __call__(self, doing: str, done: int, of: int) -> None:
        """Show the step and how far it is."""
        if doing != self._doing:
            self._doing = doing
            if self._shown:
                if self._task is not None:
                    self._bar.remove_task(self._task)
                self._task = self._bar.add_task(doing, total=None)
            else:
                typer.echo(f"{doing} ...", err=True)
        if self._shown and self._task is not None:
            self._bar.update(self._task, completed=done, total=of or None)
