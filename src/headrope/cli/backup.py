"""`headrope backup`: writes all of the books into one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from headrope.backup.actions import backup as make_backup
from headrope.backup.tables import LEFT_OUT
from headrope.cli.restore import as_words
from headrope.cli.screen import Bar, need_database, show_problems
from headrope.core.problems import ProblemsFound


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as books.headrope.zip.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of an earlier backup.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write all of the books as of this moment into one file, while others go on working."""
    need_database()
    try:
        with Bar() as bar:
            made = make_backup(file, replace=replace, progress=bar)
    except ProblemsFound as found:
        show_problems(found.problems)
    held = made.manifest
    if json_:
        data = {"path": str(made.path), "bytes": made.size, "left_out": dict(LEFT_OUT), "left_alone": made.left_alone}
        typer.echo(json.dumps(data | as_words(held), ensure_ascii=False, indent=1))
        return
    typer.echo(
        f"Backed up {held.rows:,} rows of {len(held.tables)} tables, the books up to posting {held.seq:,}, "
        f"into {made.path} ({made.size / 1e6:,.1f} MB), and read them back."
    )
    typer.echo("Nobody else on this machine may read it: it holds the digests of passwords. Keep it so.")
    reasons = "; ".join(f"{name} ({reason})" for name, reason in LEFT_OUT.items())
    typer.echo(f"Left out: {reasons}.")
    if made.left_alone:
        typer.echo(f"Not Headrope's and left alone: {', '.join(made.left_alone)}.")
