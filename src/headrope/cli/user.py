"""`headrope user`: makes an account for the pages and gives it a mandate."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from headrope.cli.acting import acting, refuse
from headrope.cli.screen import need_database, stop
from headrope.journal import clock
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.org.starting import appoint_starter


def user(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    unit: Annotated[str | None, typer.Option(help="The unit of the mandate; everything below it belongs to it.")] = None,
    role: Annotated[str, typer.Option(help=", ".join(Role.values))] = Role.VIEWER.value,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    name_zh: Annotated[str, typer.Option(help="The person's name in Chinese.")] = "",
    email: Annotated[str, typer.Option(help="The mail address: reminders and links for a lost password go there.")] = "",
    language: Annotated[str, typer.Option(help="The language of mails: en or zh-hans.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:  # fmt: skip
    """Make an account, or set a new password for one, and give it a mandate on a unit."""
    need_database()
    if role not in Role.values:
        stop(f"'{role}' is not a role; write one of {', '.join(Role.values)}.", 2)
    ids = unit_ids()
    if unit is not None and unit not in ids:
        stop(f"There is no unit '{unit}'.", 2)
    who = acting()
    if unit is not None and who.named is not None and who.named.username == username:
        refuse("Nobody gives himself a mandate. Another administrator can do it.")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)  # fmt: skip
    try:
        validate_password(password, User(username=username))
        with transaction.atomic():
            by = who.user
            row = {"name": name, "name_zh": name_zh, "email": email, "language": language}
            account = make_user(by=by, username=username, password=password, **row)
            if unit is not None:
                today = clock.now().astimezone(ledger_settings().zone).date()
                give_mandate(by=by, user=account, role=Role(role), unit=ids[unit], valid_from=today)
            starts = not ids and role == Role.ADMINISTRATOR
            if starts:
                appoint_starter(by=by, user=account)
    except ValidationError as error:
        stop(" ".join(error.messages))
    if starts:
        typer.echo(f"{username} can sign in and start the group on the page /start/.")
        return
    typer.echo(
        f"{username} can sign in"
        + (f" as {Role(role).label} of {unit}." if unit else "; without a mandate it sees nothing.")
    )
