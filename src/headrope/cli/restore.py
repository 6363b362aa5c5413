"""`headrope restore`: fills an empty ledger from a backup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from headrope.backup.actions import check_backup
from headrope.backup.actions import restore as restore_backup
from headrope.backup.manifest import Manifest
from headrope.cli.screen import Bar, need_database, show_problems
from headrope.core.problems import ProblemsFound
from headrope.journal.checks import refuse_unfit_database


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `headrope backup` wrote.")],
    check: Annotated[bool, typer.Option("--check", help="Only read the file through; ask no database.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Fill an empty ledger from a backup of either database: everything, or nothing and a list of all problems."""
    if not check:
        refuse_unfit_database()
        need_database()
    try:
        with Bar() as bar:
            held = check_backup(file, progress=bar) if check else restore_backup(file, progress=bar)
    except ProblemsFound as found:
        show_problems(found.problems)
    if json_:
        typer.echo(json.dumps(as_words(held), ensure_ascii=False, indent=1))
        return
    typer.echo(f"{'The backup is whole:' if check else 'Restored'} {told(held)}")


def as_words(held: Manifest) -> dict[str, object]:
    """What a backup holds, for JSON: rows by table, of which books, when and from where."""
    names = ("headrope", "database", "created_at", "key", "seq")
    return {name: getattr(held, name) for name in names} | {"rows": {table.name: table.rows for table in held.tables}}


def told(held: Manifest) -> str:
    """What a backup holds, in a sentence."""
    names = (("fact", "facts"), ("posting", "postings"), ("unit", "units"), ("user", "accounts"))
    counts = ", ".join(f"{held.rows_of(table):,} {name}" for table, name in names)
    return (
        f"{held.rows:,} rows of {len(held.tables)} tables ({counts}), the books {held.key} up to posting {held.seq:,}, "
        f"backed up {held.created_at} from {held.database} by Headrope {held.headrope}."
    )
