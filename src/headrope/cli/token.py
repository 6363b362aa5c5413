"""`headrope token`: tokens with which programs use the interface in a person's name."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli.acting import acting, refuse
from headrope.cli.screen import need_database, show_problems, stop
from headrope.core.problems import ProblemsFound
from headrope.journal import clock
from headrope.org.models import User
from headrope.org.tokens.actions import make_token, revoke_token
from headrope.org.tokens.models import Scope
from headrope.org.tokens.queries import TokenRow, token_by_prefix, tokens_of

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens of programs.")


@app.command()
def make(
    username: Annotated[str, typer.Argument(metavar="USER", help="In whose name the program acts.")],
    name: Annotated[str, typer.Option(help="Which program will use it.")],
    scope: Annotated[list[str] | None, typer.Option(help="read, enter, submit, accept, answer or define; may be repeated; read without.")] = None,
    days: Annotated[int, typer.Option(help="How many days it is good for, 1 to 366.")] = 90,
) -> None:  # fmt: skip
    """Make a token and show it once. It can do what its scopes name and the user's mandates allow that day."""
    need_database()
    who = acting()
    if who.named is not None and who.named.username != username:
        refuse(f"A token acts in the name of {username}: he makes it himself, or the owner of the machine does.")
    try:
        made = make_token(by=who.user, user=_user(username), name=name, scopes=scope or [Scope.READ.value], days=days)
    except ProblemsFound as found:
        show_problems(found.problems)
    typer.echo(made.text)
    typer.echo(f"Shown this once. Good until {made.token.expires_at:%Y-%m-%d} for: {made.token.scopes}.", err=True)


@app.command("list")
def list_(
    username: Annotated[str | None, typer.Argument(metavar="USER", help="Whose tokens; everybody's without.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List tokens, newest first; never the tokens themselves."""
    need_database()
    rows = tokens_of(_user(username) if username else None, clock.now())
    if json_:
        typer.echo(json.dumps([_data(row) for row in rows], ensure_ascii=False, indent=1))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("User", "Name", "Begins with", "Scopes", "State", "Good until", "Last used"):
        table.add_column(title, no_wrap=title not in ("Name", "Scopes"))
    for row in rows:
        used = row.last_used_on.isoformat() if row.last_used_on else "never"
        cells = (row.username, row.name, f"hr_{row.prefix}", " ".join(row.scopes), row.state, f"{row.expires_at:%Y-%m-%d}", used)  # fmt: skip
        table.add_row(*map(escape, cells))
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)


@app.command()
def revoke(
    prefix: Annotated[str, typer.Argument(metavar="TOKEN", help="What the token begins with, such as hr_1a2b3c4d.")],
) -> None:
    """End a token at once."""
    need_database()
    token = token_by_prefix(prefix.removeprefix("hr_").partition("_")[0])
    if token is None:
        stop(f"There is no token that begins with {prefix[:11]}.", 2)
    if not revoke_token(by=acting().user, token=token):
        stop(f"The token {token.name} of {token.user.username} was revoked before.")
    typer.echo(f"The token {token.name} of {token.user.username} is revoked.")


def _user(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        stop(f"There is no user {username}.", 2)
    return found


def _data(row: TokenRow) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(row).items()} | {
        "last_used_on": row.last_used_on.isoformat() if row.last_used_on else None
    }
