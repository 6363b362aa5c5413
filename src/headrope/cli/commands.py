"""All commands, one word each."""

from __future__ import annotations

import typer

from headrope.cli import cube, load, migrate, review, serve, user


def register(app: typer.Typer) -> None:
    """Hang the commands into the application, in the order of use."""
    app.command("migrate")(migrate.migrate)
    app.command("load")(load.load)
    app.command("review")(review.review)
    app.command("cube")(cube.cube)
    app.command("user")(user.user)
    app.command("serve")(serve.serve)
    app.command("demo")(serve.demo)
