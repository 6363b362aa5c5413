"""Who acts at the command line: the owner of the machine, or the person named with --as, with no more than his rights."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, NoReturn

import typer
from django.db.utils import DatabaseError

from headrope.cli.screen import need_database, stop
from headrope.journal import clock
from headrope.journal.queries import Books, books
from headrope.ledger.owners import Owned, changeable, may_change
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.org.queries import Right, Sight, sight, whole_sight

NOT_ALLOWED: Final = 3
"""The exit status of a command for which the person has not the right."""

WITHOUT_BOOKS: Final = frozenset({"tree", "cascade"})
"""They read and write files of the shell's owner and ask the books nothing, so it does not matter who acts."""

NARROWED: Final = frozenset({"review", "paper", "check-pack", "workbook"})
"""They answer for each unit by itself: what the person may not see is as if it were not there."""

RIGHTS: Final[Mapping[str, Right]] = {
    "load": "define",
    "landing": "see",
    "people": "people",
    "audit": "audit",
    "export": "define",
}
"""The right that is needed on the whole group, since the command speaks of all of it."""

OWNERS: Final = frozenset({"migrate", "cube", "user", "mandate", "token", "backup", "restore", "tick", "serve", "demo"})
"""For whoever owns the machine, and for administrators of the whole group."""


@dataclass(frozen=True)
class Acting:
    """Who acts: somebody named with --as, or the owner of the machine, whom nothing is hidden from."""

    named: User | None = None

    @property
    def user(self) -> User:
        """The user in whose name things change."""
        return self.named or console_user()

    def sight(self, at: Books, day: date) -> Sight:
        """What there is to be seen and done on the day."""
        key, seq = str(at.key), at.seq
        return sight(self.named, key, seq, day) if self.named else whole_sight(key, seq, day)


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acting() -> Acting:
    """Who acts in the command that is running."""
    return _acting.get() or Acting()


def begin(
    context: typer.Context,
    username: Annotated[
        str | None,
        typer.Option("--as", metavar="USERNAME", envvar="HEADROPE_AS", help="Act as this person: see what he may see, change what he may change, in his name. Without it the owner of the machine acts, who may do everything."),
    ] = None,
) -> None:  # fmt: skip
    """Headrope runs the year of a group."""
    word = context.invoked_subcommand or ""
    _acting.set(Acting(_allowed(username, word)) if username and word not in WITHOUT_BOOKS else None)


def _allowed(username: str, word: str) -> User:
    """The open account of that name; leaves where there is none, or it has not the right that the command needs."""
    try:
        books()
    except DatabaseError:
        if word == "migrate":
            stop("There are no accounts yet. Leave --as (and HEADROPE_AS) out.", 2)
    need_database()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        stop(f"There is no user {username}.", 2)
    if word in NARROWED:
        return user
    who = Acting(user).sight(books(), _today())
    right = RIGHTS.get(word)
    owns = word == "load" and may_change(changeable(who, books()), "checks")
    if right is not None and not who.everywhere(right) and not owns:
        refuse(f"`headrope {word}` needs the right to {right} on the whole group, and {username} has it not.")
    if right is None and not who.everywhere("people"):
        refuse(
            f"`headrope {word}` is for whoever owns the machine and for administrators of the whole group; "
            f"{username} is no administrator of it."
        )
    return user


def _today() -> date:
    return clock.now().astimezone(ledger_settings().zone).date()


def actor(right: Right, what: str) -> User:
    """Who acts, if he has the right on the whole group; leaves otherwise, saying `what` it is needed for."""
    who = acting()
    if who.named is not None and not who.sight(books(), _today()).everywhere(right):
        refuse(f"{what} needs the right to {right} on the whole group, and {who.named.username} has it not.")
    return who.user


def owned() -> Owned:
    """What of the definitions who acts may change; the owner of the machine everything."""
    who = acting()
    return changeable(who.sight(books(), _today()), books()) if who.named else None


def refuse(message: str) -> NoReturn:
    """Say what the person may not do, and leave."""
    stop(message, NOT_ALLOWED)
