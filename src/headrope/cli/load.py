"""`headrope load`: takes a folder of CSV files, or files of any layout with a mapping, into the ledger."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from headrope.cli.acting import acting, actor, owned
from headrope.cli.load_told import as_words, files_as_words, told, told_of_files, warn
from headrope.cli.screen import Bar, need_database, show_problems, stop
from headrope.core.problems import ProblemsFound
from headrope.ledger.actions import cube_takes_long, load_folder, refresh_cube
from headrope.ledger.mapping.convert import Converted
from headrope.ledger.mapping.load import load_mapped, write_mapped
from headrope.review.defined.folder import ReviewFiles


def load(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder with units.csv, measures.csv, facts.csv and more; with --mapping a file or folder of any layout.",
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
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Load a folder of units, measures, figures and rules: everything, or nothing and a list of all problems."""
    if out is not None:
        _write_out(source, mapping, out, json_)
        return
    if mapping is None and source.is_file():
        stop(f"{source} is a file: name the mapping that says how to read it, as --mapping MAP.yaml.", 2)
    need_database()
    user = actor("restate", "--restate") if restate else acting().user
    if mapping is not None:
        user = actor("define", "--mapping")
    read: Converted | None = None
    try:
        with Bar() as bar:
            if mapping is not None:
                result, read = load_mapped(
                    source, mapping, by=user, complete=complete, restate=restate, dry_run=dry_run, progress=bar
                )
            else:
                result = load_folder(
                    source,
                    by=user,
                    complete=complete,
                    restate=restate,
                    dry_run=dry_run,
                    progress=bar,
                    beside=[ReviewFiles()],
                    owned=owned(),
                )
            later = result.posted and not wait and cube_takes_long(result)
            if result.posted and not later:
                bar("adding up", 0, 0)
                refresh_cube()
    except ProblemsFound as found:
        show_problems(found.problems)
    if later:
        _add_up_behind()
    if json_:
        typer.echo(json.dumps(as_words(result, read), ensure_ascii=False, indent=1))
        return
    for line in [*(told_of_files(read, dry_run) if read else []), *told(result)]:
        typer.echo(line)
    warn(result.warnings, everything=dry_run)
    if later:
        typer.echo(
            f"Everything is posted; the books were locked for {result.seconds_locked:.1f} s. "
            "The pages follow when all is added up; `headrope cube` waits for that."
        )


def _write_out(source: Path, mapping: Path | None, out: Path, as_json: bool) -> None:
    if mapping is None:
        stop("--out writes what a mapping makes of files: name the mapping, as --mapping MAP.yaml.", 2)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        stop(f"{out} holds something already: name a new or an empty folder.", 2)
    try:
        with Bar() as bar:
            read = write_mapped(source, mapping, out, bar)
    except ProblemsFound as found:
        show_problems(found.problems)
    if as_json:
        typer.echo(json.dumps({"written": str(out), "read": files_as_words(read)}, ensure_ascii=False, indent=1))
        return
    for line in told_of_files(read, everything=True):
        typer.echo(line)
    typer.echo(f"Written to {out}; nothing was loaded.")


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
            env={name: value for name, value in os.environ.items() if name != "HEADROPE_AS"},
        )
