"""All commands, one word each."""

from __future__ import annotations

import typer

from headrope.cli import (
    audit,
    backup,
    cascade,
    cube,
    export,
    landing,
    load,
    migrate,
    people,
    restore,
    review,
    serve,
    tree,
    user,
)


def register(app: typer.Typer) -> None:
    """Hang the commands into the application, in the order of use."""
    app.command("migrate")(migrate.migrate)
    app.command("tree")(tree.tree)
    app.command("load")(load.load)
    app.command("review")(review.review)
    # An amount below 0 is no option.
    app.command("cascade", context_settings={"ignore_unknown_options": True})(cascade.cascade)
    app.add_typer(landing.app, name="landing")
    app.command("people")(people.people)
    app.command("cube")(cube.cube)
    app.command("audit")(audit.audit)
    app.command("export")(export.export)
    app.command("user")(user.user)
    app.command("backup")(backup.backup)
    app.command("restore")(restore.restore)
    app.command("serve")(serve.serve)
    app.command("demo")(serve.demo)
