"""Questions about tokens: which a person has, and whose a sent one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from headrope.org.models import User
from headrope.org.tokens.models import Token
from headrope.org.tokens.secret import digest_of

_NONE = digest_of("")


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner may see it: everything but the secret. `state`: good, expired or revoked."""

    username: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    state: str


def tokens_of(user: User | None, now: datetime) -> list[TokenRow]:
    """The tokens of a user (None: of everybody), newest first; one statement."""
    query = Token.objects.select_related("user").order_by("-created_at", "-id")
    if user is not None:
        query = query.filter(user=user)
    return [
        TokenRow(
            token.user.username,
            token.name,
            token.prefix,
            tuple(token.scopes.split()),
            token.created_at,
            token.expires_at,
            token.last_used_on,
            "revoked" if token.revoked_at else "good" if token.expires_at > now else "expired",
        )
        for token in query
    ]


def token_by_prefix(prefix: str) -> Token | None:
    """The token whose text begins with hr_ and the prefix; one statement."""
    return Token.objects.select_related("user").filter(prefix=prefix).first() if prefix.isalnum() else None


def token_of(text: str, now: datetime) -> Token | None:
    """The good token of that text with its user; None alike for one that is wrong, expired, revoked or of a closed account.

    One statement whatever is sent. It is found by its digest, so that the time taken says nothing of the secret.
    """
    digest = digest_of(text)
    token = Token.objects.select_related("user").filter(digest=digest).first()
    right = compare_digest(token.digest if token else _NONE, digest)
    if token is None or not right or token.revoked_at or token.expires_at <= now or not token.user.is_active:
        return None
    return token
