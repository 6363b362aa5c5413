"""Changes to accounts and mandates by people: each asks who may, changes one thing and writes one line into the trail."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.core.units import FOREVER
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.accounts.queries import NoSuchAccount, account
from headrope.org.models import User
from headrope.org.queries import Sight
from headrope.org.tokens.actions import revoke_tokens

# Without letters and digits that look alike.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class AccountRow:
    """What stands in an account beside its sign-in name; the address and the language may be left out."""

    name: str = ""
    name_zh: str = ""
    email: str = ""
    language: str = ""


def new_words() -> str:
    """A password that can be read out: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def make_account(*, by: User, who: Sight, username: str, row: AccountRow) -> str:
    """Make an account without any mandate and return its first password; ProblemsFound.

    Only who has the right to people everywhere may: others make one together with its first mandate (`give`).
    """
    with transaction.atomic():
        lock_head()
        if problems := check_username(username) + check_row(row, username):
            raise ProblemsFound(problems)
        if not who.everywhere("people"):
            message = "An account without a mandate can only be made by an administrator of the whole group."
            raise ProblemsFound([Problem("unit", message, "Name a unit and a role.")])
        return insert_account(by, username, row)


def insert_account(by: User, username: str, row: AccountRow) -> str:
    """Write a checked account and return its first password; part of a transaction that holds the head."""
    password = new_words()
    user = User(username=username, name=row.name, name_zh=row.name_zh, email=row.email, language=row.language)
    user.set_password(password)
    user.save()
    record(by=by, action="make user", object=f"user {username}", at=clock.now())
    return password


def set_account(*, by: User, who: Sight, username: str, row: AccountRow, day: date) -> None:
    """Change what stands in an account; ProblemsFound, NoSuchAccount."""
    with transaction.atomic():
        lock_head()
        user = _managed(who, username, day)
        if problems := check_row(row, username):
            raise ProblemsFound(problems)
        before = AccountRow(user.name, user.name_zh, user.email, user.language)
        if before == row:
            return
        user.name, user.name_zh, user.email, user.language = row.name, row.name_zh, row.email, row.language
        user.save(update_fields=["name", "name_zh", "email", "language"])
        changed = [name for name in ("name", "name_zh", "email", "language") if getattr(before, name) != getattr(row, name)]  # fmt: skip
        record(by=by, action="set account", object=f"user {username}: {', '.join(changed)}", at=clock.now())


def set_new_password(*, by: User, who: Sight, username: str, day: date) -> str:
    """Set a new password and return it; open sign-ins and tokens of the account end; ProblemsFound, NoSuchAccount."""
    with transaction.atomic():
        lock_head()
        user = _managed(who, username, day)
        _not_self(by, user, "The own password is changed on the page of the own account.")
        password = new_words()
        user.set_password(password)
        user.save(update_fields=["password"])
        record(by=by, action="set password", object=f"user {username}", at=clock.now())
        revoke_tokens(by=by, user=user)
        return password


def remove_second_factor(*, by: User, who: Sight, username: str, day: date) -> None:
    """Take the second factor away, because the telephone is lost; ProblemsFound, NoSuchAccount."""
    with transaction.atomic():
        lock_head()
        user = _managed(who, username, day)
        _not_self(by, user, "The own second factor is changed on the page of the own account.")
        found, _ = Authenticator.objects.filter(user=user).delete()
        if found:
            record(by=by, action="remove second factor", object=f"user {username}", at=clock.now())


def set_active(*, by: User, who: Sight, username: str, active: bool, day: date) -> None:
    """Close an account, or open it again; it keeps its mandates, which give nothing while it is closed."""
    with transaction.atomic():
        lock_head()
        user = _managed(who, username, day)
        _not_self(by, user, "Nobody closes his own account.")
        if user.is_active != active:
            user.is_active = active
            user.save(update_fields=["is_active"])
            action = "reopen account" if active else "close account"
            record(by=by, action=action, object=f"user {username}", at=clock.now())


def set_own_language(*, by: User, language: str) -> None:
    """Choose the language of one's mails; a program error for a language that is not spoken here."""
    if language not in ("", "en", "zh-hans"):
        raise ValueError(language)
    with transaction.atomic():
        lock_head()
        if by.language != language:
            User.objects.filter(pk=by.pk).update(language=language)
            record(by=by, action="set account", object=f"user {by.username}: language", at=clock.now())


def set_own_password(*, by: User, password: str) -> None:
    """Keep the password that somebody chose for himself; his other sign-ins and his tokens end."""
    with transaction.atomic():
        lock_head()
        by.set_password(password)
        by.save(update_fields=["password"])
        record(by=by, action="set password", object=f"user {by.username}, by himself", at=clock.now())
        revoke_tokens(by=by, user=by)


def note_own(*, by: User, action: str, more: str = "") -> None:
    """Write a line about something that somebody did to his own account and that allauth keeps."""
    with transaction.atomic():
        lock_head()
        record(by=by, action=action, object=f"user {by.username} {more}".rstrip(), at=clock.now())


def _managed(who: Sight, username: str, day: date) -> User:
    found = account(who, username, day)
    if not found.managed:
        raise NoSuchAccount(username)
    return found.user


def _not_self(by: User, user: User, message: str) -> None:
    if by.pk == user.pk:
        raise ProblemsFound([Problem("", message, "Another administrator can do it.")])


def check_username(username: str) -> list[Problem]:
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError:
        message = "'%(name)s' cannot be a sign-in name."
        remedy = "Use letters, digits and @ . + - _, at most 150."
        return [Problem("username", message, remedy, {"name": username})]
    if User.objects.filter(username__iexact=username).exists():
        return [
            Problem("username", "There is an account %(name)s already.", "Choose another name.", {"name": username})
        ]
    return []


def check_row(row: AccountRow, username: str) -> list[Problem]:
    problems = []
    if len(row.name) > 120 or len(row.name_zh) > 120:
        problems.append(Problem("name", "The name has more than 120 characters.", "Shorten it."))
    if "\0" in row.name + row.name_zh:
        problems.append(Problem("name", "The name has a character that cannot be kept.", "Type the name again."))
    if row.language not in ("", "en", "zh-hans"):
        problems.append(Problem("language", "The language is not known.", "Choose one of the list."))
    if not row.email:
        return problems
    try:
        User._meta.get_field("email").clean(row.email, None)
    except ValidationError:
        message = "'%(mail)s' is not a mail address."
        return [*problems, Problem("email", message, "Write it as name@place.", {"mail": row.email})]
    if User.objects.filter(email__iexact=row.email).exclude(username=username).exists():
        message = "Another account has the mail address %(mail)s."
        problems.append(Problem("email", message, "Give each person an address of his own.", {"mail": row.email}))
    return problems


def last_to_end(last: date | None) -> date:
    """The first day on which a mandate no longer holds, of its last day; None: it has no end."""
    return FOREVER if last is None or last >= FOREVER else last + timedelta(days=1)
