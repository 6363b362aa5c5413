"""`headrope migrate`: makes or upgrades the database."""

from __future__ import annotations

import typer
from django.core.management import call_command
from django.core.management.base import SystemCheckError


def prepare_database() -> None:
    """Make or upgrade all tables; stops with the reason when the database is not fit."""
    try:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("check", databases=["default"], tags=["database"], verbosity=0)
    except SystemCheckError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    call_command("createcachetable", verbosity=0)


def migrate() -> None:
    """Make or upgrade the database named by HEADROPE_DATABASE_URL."""
    prepare_database()
    typer.echo("The database is ready.")
