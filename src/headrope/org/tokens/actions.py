"""Making and revoking tokens; the secret is shown once and then known to its holder only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.models import User
from headrope.org.tokens.models import Scope, Token, TokenPlace
from headrope.org.tokens.secret import digest_of, new_secret

LONGEST_DAYS: Final = 366
MOST_PLACES: Final = 10
"""New places of a token on one day that leave a line."""
MOST_KNOWN: Final = 10_000

_known: set[tuple[str, str, date | None]] = set()
"""Tokens (by their digests, which are theirs in whatever books) and places that this process has looked up, for ever or
for a day: a call costs no statement for it."""


@dataclass(frozen=True)
class Made:
    """A new token: `text` is what its holder sends, and is nowhere kept."""

    token: Token
    text: str


def make_token(*, by: User, user: User, name: str, scopes: Collection[str], days: int) -> Made:
    """A token for the user that is good for so many days from now; ProblemsFound, and then none is made.

    `days` 1 to 366. It can do what its scopes name and the user's mandates allow on the day, never more.
    """
    name = name.strip()
    if problems := _problems(user, name, scopes, days):
        raise ProblemsFound(problems)
    prefix, text = new_secret()
    with transaction.atomic():
        lock_head()
        now = clock.now()
        token = Token.objects.create(
            user=user,
            name=name,
            prefix=prefix,
            digest=digest_of(text),
            scopes=" ".join(each for each in Scope.values if each in scopes),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(by=by, action="make token", object=f"token {prefix} of user {user.username}: {token.scopes}", at=now)
    return Made(token, text)


def _problems(user: User, name: str, scopes: Collection[str], days: int) -> list[Problem]:
    found = []
    if not name or len(name) > 80 or not name.isprintable():
        found.append(Problem("name", "A token needs a name of 1 to 80 characters.", "Say which program will use it."))
    strange = sorted(set(scopes) - set(Scope.values))
    if strange or not scopes:
        remedy = "Name one or more of %(scopes)s."
        message = "'%(given)s' are no scopes." if strange else "A token needs a scope."
        found.append(
            Problem("scopes", message, remedy, {"given": ", ".join(strange), "scopes": ", ".join(Scope.values)})
        )
    if not 1 <= days <= LONGEST_DAYS:
        message = "A token is good for 1 to %(most)s days."
        found.append(Problem("days", message, "Give a number of days within that.", {"most": LONGEST_DAYS}))
    if not user.is_active:
        found.append(Problem("user", "The account %(user)s is closed.", "", {"user": user.username}))
    return found


def revoke_token(*, by: User, token: Token) -> bool:
    """End a token at once; False where it was revoked before."""
    with transaction.atomic():
        lock_head()
        now = clock.now()
        ended = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
        if ended:
            record(by=by, action="revoke token", object=f"token {token.prefix} of user {token.user.username}", at=now)
    return bool(ended)


def revoke_tokens(*, by: User, user: User) -> int:
    """End all good tokens of the user, as part of a transaction that holds the head; how many.

    Whoever sets a new password may do it because somebody else knows the old one, and has made himself a token with it.
    """
    now = clock.now()
    found = list(Token.objects.filter(user=user, revoked_at=None, expires_at__gt=now).order_by("pk"))
    for token in found:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        told = f"token {token.prefix} of user {user.username}, with a new password"
        record(by=by, action="revoke token", object=told, at=now)
    return len(found)


def note_use(token: Token, day: date, place: str = "") -> None:
    """Remember on which day a token was last used, and from where (an address of the network; empty: not known).

    Writes at most once a day, and when it comes from a new place, which leaves a line in the trail: for MOST_PLACES new
    places a day, so that the trail cannot be flooded.
    """
    if token.last_used_on is None or token.last_used_on < day:
        Token.objects.filter(pk=token.pk).update(last_used_on=day)
    if place and not {(token.digest, place, None), (token.digest, place, day)} & _known:
        kept = _keep_place(token, day, place)
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known.add((token.digest, place, None if kept else day))


def _keep_place(token: Token, day: date, place: str) -> bool:
    """Whether the place is known from now on, or was."""
    if TokenPlace.objects.filter(token=token, place=place).exists():
        return True
    with transaction.atomic():
        lock_head()
        if TokenPlace.objects.filter(token=token, since=day).count() >= MOST_PLACES:
            return False
        _row, new = TokenPlace.objects.get_or_create(token=token, place=place, defaults={"since": day})
        if new:
            told = f"token {token.prefix} of user {token.user.username} from {place}"
            record(by=token.user, action="token from a new place", object=told, at=clock.now())
    return True
