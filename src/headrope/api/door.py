"""The door of the interface for programs: nobody passes without a good token, and every refusal reads alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from headrope.api import limits
from headrope.api.answers import TYPE, refusal
from headrope.api.strange_parameters import unknown_parameters
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.org.accounts.place import place_of
from headrope.org.tokens.actions import note_use
from headrope.org.tokens.models import Token
from headrope.org.tokens.queries import token_of

START: Final = "/api/v1/"
SCHEMA: Final = "/api/v1/openapi.json"
_LONGEST_TOKEN: Final = 200


class Door:
    """In this order: size, token, rate, parameters; then the call itself, whose errors are put into the one form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the call in, or say why not."""
        if not request.path.startswith(START):
            return self.get_response(request)
        response = self._refused(request) or self._answered(request)
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("Authorization", "Accept-Language"))
        return response

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        if _length(request) > limits.MOST_BYTES:
            remedy = "Send at most %(most)s bytes at a time."
            return refusal(413, [Problem("body", "The body is too large.", remedy, {"most": f"{limits.MOST_BYTES:,}"})])
        if request.path == SCHEMA and request.user.is_authenticated and request.method in ("GET", "HEAD"):
            return None
        token = _token(request)
        if token is None:
            remedy = "Send the header Authorization: Bearer with a token that is good."
            problem = Problem("Authorization", "No valid token was sent.", remedy)
            return refusal(401, [problem], {"WWW-Authenticate": "Bearer"})
        wait = limits.seconds_to_wait(token.pk, time.time())
        if wait:
            message, remedy = "A token has %(most)s calls a minute.", "Go on after %(seconds)s seconds."
            problem = Problem("", message, remedy, {"most": f"{limits.PER_MINUTE:,}", "seconds": wait})
            return refusal(429, [problem], {"Retry-After": str(wait)})
        note_use(token, clock.now().date(), place_of(request.META, settings.ALLAUTH_TRUSTED_PROXY_COUNT))
        request.user = token.user
        request.token = token  # type: ignore[attr-defined]
        return None

    def _answered(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type") == TYPE:
            return response
        # What Django itself refuses: unknown addresses, methods, bodies that are too large or broken.
        kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
        return refusal(response.status_code, (), kept)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A parameter that does not exist would be passed over, and the answer be taken for another."""
        if not request.path.startswith(START) or request.resolver_match is None:
            return None
        strange = unknown_parameters(request.resolver_match.route, request.method or "", request.GET)
        message, remedy = "There is no parameter '%(name)s'.", "Parameters here: %(names)s."
        problems = [Problem("query", message, remedy, {"name": name, "names": names}) for name, names in strange]
        return refusal(400, problems) if problems else None


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _token(request: HttpRequest) -> Token | None:
    word, _, text = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or len(text) > _LONGEST_TOKEN:
        text = ""
    return token_of(text.strip(), clock.now())
