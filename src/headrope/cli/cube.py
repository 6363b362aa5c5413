"""`headrope cube`: adds the figures up for the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from headrope.cli.screen import need_database
from headrope.journal.queries import known_on
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings


def cube(
    known: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As known at the end of that day.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build again even where it is built.")] = False,
) -> None:
    """Build the cube that pages read, of the books as they stand or as known on a day."""
    need_database()
    day = known_on(known.date() if known else None, ledger_settings().zone)
    folder = store.build(day, force)
    typer.echo(f"Built {folder.name}.")
