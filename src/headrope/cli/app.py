"""Sets Django up and gathers the commands."""

from __future__ import annotations

import os

import typer

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, add_completion=True, help="Headrope runs the year of a group."
)


def main() -> None:
    """The `headrope` command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
    import django  # noqa: PLC0415  slow import, and settings must be named first

    django.setup()
    from headrope.cli import commands  # noqa: PLC0415  after django.setup

    commands.register(app)
    app()
