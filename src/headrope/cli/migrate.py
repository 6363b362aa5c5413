"""`headrope migrate`: makes or upgrades the database."""

from __future__ import annotations

import typer
from django.core.management import call_command

from headrope.journal.checks import refuse_unfit_database


def prepare_database() -> None:
    """Make or upgrade all tables; ends the process with the reason when the database is not fit."""
    refuse_unfit_database()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("createcachetable", verbosity=0)


def migrate() -> None:
    """Make or upgrade the database named by HEADROPE_DATABASE_URL."""
    prepare_database()
    typer.echo("The database is ready.")
