"""`headrope mandate`: who holds which role on which unit, for which days; giving and ending mandates."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli.acting import acting
from headrope.cli.screen import need_database, show_problems, stop
from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.org.accounts.mandates import Terms, end_mandate, give
from headrope.org.accounts.queries import MandateHeld, NoSuchMandate, mandates_of, names_of
from headrope.org.models import Role, User
from headrope.org.queries import Sight

app = typer.Typer(no_args_is_help=True, help="List, give and end mandates.")


def _sight() -> tuple[Sight, date]:
    at, today = books(), clock.now().astimezone(ledger_settings().zone).date()
    return acting().sight(at, today), today


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        show_problems([Problem(name, "'%(text)s' is not a day.", "Write it as 2026-07-31.", {"text": text})])


@app.command("list")
def list_(
    username: Annotated[str | None, typer.Argument(metavar="USER", help="Whose mandates; everybody's without.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="With those that have ended.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List mandates that hold or are to come, with their numbers."""
    need_database()
    user = User.objects.filter(username=username).first() if username else None
    if username and user is None:
        stop(f"There is no user {username}.", 2)
    who, today = _sight()
    held = mandates_of(None if user is None else [user.pk])
    names = names_of(held.keys())
    rows = [
        _row(who, each, names[each.user].username, today)
        for mandates in held.values()
        for each in mandates
        if all_ or each.ends is None or each.ends > today
    ]
    rows.sort(key=lambda row: (str(row["user"]), str(row["unit"]), str(row["from"])))
    if json_:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("Number", "User", "Role", "Unit", "From", "To", "Delegated by"):
        table.add_column(title, no_wrap=True)
    for row in rows:
        table.add_row(*(escape(str("" if value is None else value)) for name, value in row.items() if name != "holds"))
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)


def _row(who: Sight, held: MandateHeld, username: str, today: date) -> dict[str, object]:
    """The row as it is printed; `to` is the first day on which the mandate no longer holds."""
    return {
        "id": held.id,
        "user": username,
        "role": held.role,
        "unit": who.now.last[held.unit].code,
        "from": held.valid_from.isoformat(),
        "to": held.ends.isoformat() if held.ends else None,
        "delegated_by": held.shown_giver("en") or None,
        "holds": held.holds_on(today),
    }


@app.command("give")
def give_(
    username: Annotated[str, typer.Argument(metavar="USER", help="To whom.")],
    role: Annotated[str, typer.Argument(help=", ".join(Role.values))],
    unit: Annotated[str, typer.Argument(help="The unit; all that stands below belongs to it.")],
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="The first day; today without.")] = None,
    last: Annotated[str | None, typer.Option("--last", metavar="DAY", help="The last day on which it holds; without one it has no end.")] = None,
) -> None:  # fmt: skip
    """Give an account a role on a unit."""
    need_database()
    who, today = _sight()
    terms = Terms(username, role, unit, _day(first, "--from") or today, _day(last, "--last"))
    try:
        give(by=acting().user, who=who, terms=terms, today=today)
    except ProblemsFound as found:
        show_problems(found.problems)
    typer.echo(f"{username} is {Role(role).label} of {unit} from {terms.first}" + (f" to {terms.last}." if terms.last else "."))  # fmt: skip


@app.command("end")
def end(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number that the list shows.")],
    last: Annotated[str | None, typer.Option("--last", metavar="DAY", help="The last day on which it holds; at once without.")] = None,
) -> None:  # fmt: skip
    """End a mandate; the days that it has held stay."""
    need_database()
    who, today = _sight()
    try:
        end_mandate(by=acting().user, who=who, mandate=number, last=_day(last, "--last"), today=today)
    except NoSuchMandate:
        stop(f"There is no mandate {number}.", 2)
    except ProblemsFound as found:
        show_problems(found.problems)
    typer.echo(f"The mandate {number} ends.")
