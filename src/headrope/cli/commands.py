"""All commands, one word each."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from headrope.cli import (
    acting,
    audit,
    backup,
    cascade,
    check_pack,
    cube,
    demo,
    export,
    landing,
    load,
    mandate,
    migrate,
    paper,
    people,
    restore,
    review,
    serve,
    tick,
    token,
    tree,
    user,
    workbook,
)

# An amount below 0 is no option.
AMOUNTS = {"ignore_unknown_options": True}
IN_ORDER_OF_USE = ("migrate", "tree", "load", "review", "paper", "check-pack", "workbook", "cascade", "landing", "people", "cube", "audit", "export", "user", "mandate", "token", "backup", "restore", "tick", "serve", "demo")  # fmt: skip


class InOrder(TyperGroup):
    """Lists words in the order of use, those that have further words of their own among the others."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {word: self.commands[word] for word in IN_ORDER_OF_USE}


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.callback(cls=InOrder)(acting.begin)
    app.command("migrate")(migrate.migrate)
    app.command("tree")(tree.tree)
    app.command("load")(load.load)
    app.command("review")(review.review)
    app.command("paper")(paper.paper)
    app.command("check-pack")(check_pack.check_pack)
    app.command("workbook")(workbook.workbook)
    app.command("cascade", context_settings=AMOUNTS)(cascade.cascade)
    app.add_typer(landing.app, name="landing")
    app.command("people")(people.people)
    app.command("cube")(cube.cube)
    app.command("audit")(audit.audit)
    app.command("export")(export.export)
    app.command("user")(user.user)
    app.add_typer(mandate.app, name="mandate")
    app.add_typer(token.app, name="token")
    app.command("backup")(backup.backup)
    app.command("restore")(restore.restore)
    app.command("tick")(tick.tick)
    app.command("serve")(serve.serve)
    app.command("demo")(demo.demo)
