"""`headrope export`: writes the whole ledger as a folder of CSV files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from headrope.cli.screen import Bar, need_database, show_problems
from headrope.core.problems import ProblemsFound
from headrope.ledger.export.actions import export_folder
from headrope.review.defined.folder import export_review


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.")],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write all units, measures, figures and rules with everything that was ever known of them, for `headrope load`."""
    need_database()
    try:
        with Bar() as bar:
            result = export_folder(folder, bar, beside=[export_review])
    except ProblemsFound as found:
        show_problems(found.problems)
    if json_:
        typer.echo(json.dumps({"folder": str(result.folder), "seq": result.seq, "rows": result.rows}, indent=1))
        return
    for name, count in result.rows.items():
        typer.echo(f"{name}: {count:,} rows")
    typer.echo(f"Exported the books as they stand after posting {result.seq:,} to {result.folder}.")
