"""`headrope load`: takes a folder of CSV files, or files of any layout with a mapping, into the ledger."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from headrope.cli.screen import Bar, need_database, sentence, show_problems, stop
from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.actions import cube_takes_long, load_folder, refresh_cube
from headrope.ledger.load import LoadResult
from headrope.ledger.mapping.convert import Converted
from headrope.ledger.mapping.load import load_mapped, write_mapped
from headrope.org.actions import console_user
from headrope.org.models import User

SHOWN = 20
"""Warnings that a load shows; a dry run shows all."""


def load(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder with units.csv, measures.csv, facts.csv; with --mapping a file or folder of any layout.",
        ),
    ],
    mapping: Annotated[
        Path | None, typer.Option(metavar="MAP.yaml", help="Read .xlsx, .xls or .csv files as this mapping says.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="With --mapping: write the folder that would be loaded, and load nothing."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="Each vintage is a complete edition: what it no longer holds is withdrawn."),
    ] = False,
    restate: Annotated[
        str, typer.Option(metavar="REASON", help="Change figures of locked periods, too, for this reason.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and compare; change nothing.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until the pages of a large ledger are ready, too.")
    ] = False,
    by: Annotated[str | None, typer.Option(metavar="USER", help="In whose name; the console's without.")] = None,
) -> None:
    """Load a folder of units, measures and figures: everything, or nothing and a list of all problems."""
    if out is not None:
        _write_out(source, mapping, out)
        return
    if mapping is None and source.is_file():
        stop(f"{source} is a file: name the mapping that says how to read it, as --mapping MAP.yaml.", 2)
    need_database()
    user = User.objects.filter(username=by).first() if by else console_user()
    if user is None:
        stop(f"There is no user {by}.", 2)
    read: Converted | None = None
    try:
        with Bar() as bar:
            if mapping is not None:
                result, read = load_mapped(
                    source, mapping, by=user, complete=complete, restate=restate, dry_run=dry_run, progress=bar
                )
            else:
                result = load_folder(source, by=user, complete=complete, restate=restate, dry_run=dry_run, progress=bar)
            later = result.posted and not wait and cube_takes_long(result)
            if result.posted and not later:
                bar("adding up", 0, 0)
                refresh_cube()
    except ProblemsFound as found:
        show_problems(found.problems)
    for line in [*(_told_of_files(read, dry_run) if read else []), *told(result)]:
        typer.echo(line)
    _warn(result.warnings, everything=dry_run)
    if later:
        _add_up_behind()
        typer.echo(
            f"Everything is posted; the books were locked for {result.seconds_locked:.1f} s. "
            "The pages follow when all is added up; `headrope cube` waits for that."
        )


def _write_out(source: Path, mapping: Path | None, out: Path) -> None:
    if mapping is None:
        stop("--out writes what a mapping makes of files: name the mapping, as --mapping MAP.yaml.", 2)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        stop(f"{out} holds something already: name a new or an empty folder.", 2)
    try:
        with Bar() as bar:
            read = write_mapped(source, mapping, out, bar)
    except ProblemsFound as found:
        show_problems(found.problems)
    for line in _told_of_files(read, everything=True):
        typer.echo(line)
    typer.echo(f"Written to {out}; nothing was loaded.")


def _told_of_files(read: Converted, everything: bool) -> list[str]:
    """What was read, in sentences; the warnings go to standard error."""
    _warn(read.warnings, everything)
    lines = [
        f"Files read: {read.files:,}, sheets: {read.sheets:,}, figures: {read.facts:,}, units made: {read.units:,}."
    ]
    if read.compared:
        lines.append(
            f"Subtotals compared: {read.compared:,}, differing from the sum of their rows: {read.differing:,}."
        )
    return lines


def _warn(warnings: Sequence[Problem], everything: bool) -> None:
    """What does not block, to standard error."""
    shown = warnings if everything else warnings[:SHOWN]
    for problem in shown:
        typer.echo(sentence(problem), err=True)
    if len(shown) < len(warnings):
        typer.echo(f"{len(warnings) - len(shown):,} more warnings: --dry-run shows all.", err=True)


def _add_up_behind() -> None:
    """Start `headrope cube` in a process that outlives this one; what it has to say goes to a file beside the cube."""
    folder = Path(settings.CUBE_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "building.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "headrope", "cube"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def told(result: LoadResult) -> list[str]:
    """The result in sentences."""
    fresh = sum(count for _, count in result.vintages)
    verb = "Loaded" if result.posted else "Would load"
    lines = [
        f"{verb} {fresh:,} new facts out of {result.rows:,} rows; {result.unchanged:,} say what was known already."
    ]
    if result.withdrawn:
        lines.append(f"{result.withdrawn:,} cells that a complete edition no longer holds are withdrawn.")
    defined = [
        (result.new_units, "new units"),
        (result.changed_units, "changed units"),
        (result.new_measures, "new measures"),
        (result.changed_measures, "changed measures"),
        (result.eliminations, "eliminations"),
        *((count, f"new or changed in {name}") for name, count in result.defined.items()),
    ]
    if any(count for count, _ in defined):
        lines.append(", ".join(f"{count:,} {what}" for count, what in defined if count) + ".")
    lines += [f"  vintage {day}: {count:,}" for day, count in result.vintages if day is not None]
    if result.ignored_files:
        lines.append("Left alone: " + ", ".join(result.ignored_files))
    return lines
