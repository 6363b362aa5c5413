"""Whether a token is good for an operation: its scopes, which the user's mandates narrow further."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from headrope.api.answers import Refused
from headrope.core.problems import Problem
from headrope.org.tokens.models import Scope, Token


class Bearer(HttpBearer):
    """A token with the scope; the door has already found whose it is."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Token:
        """The token of this call; 403 where it lacks the scope."""
        return self.authenticate(request, "")

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token of this call; 403 where it lacks the scope."""
        held: Token = request.token  # type: ignore[attr-defined]
        if self.scope not in held.scopes.split():
            remedy = "Make a token with this scope."
            message = "The token has not the scope %(scope)s."
            raise Refused(403, Problem("Authorization", message, remedy, {"scope": self.scope.value}))
        return held


READ = Bearer(Scope.READ)
