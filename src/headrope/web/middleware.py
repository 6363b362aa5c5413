"""What every answer carries: a content security policy, sign-in before anything else, and a way on from every address."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from headrope.journal import clock
from headrope.org.accounts.queries import lacks_second_factor

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """Nothing is loaded from elsewhere and no script stands in a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


OPEN = ("/sign-in/", "/language/", "/theme/", "/numbers/", "/health/", "/api/v1/")


ALWAYS_OPEN = (*OPEN, "/sign-out/", "/password/", "/account/second-factor/", "/account/again/")
"""What somebody who has yet to set up a second factor can reach."""


class SignedIn:
    """Deny by default: whoever is not signed in sees the sign-in page and nothing else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the sign-in."""
        if not request.path.startswith(OPEN) and not request.user.is_authenticated:
            return _to_sign_in(request)
        if settings.MFA_REQUIRED and not request.path.startswith(ALWAYS_OPEN) and _unsafe(request):
            return _to(request, resolve_url("mfa_activate_totp"))
        response = self.get_response(request)
        # A page is one person's; a panel and its full page share an address.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("HX-Request",))
        return response


class ToThePage:
    """An address that only takes changes leads whoever opens it to the page above it, where the change is made.

    A browser comes to such an address by GET when it was signed out meanwhile and has signed in again.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the page; programs are told that they ask in the wrong way."""
        response = self.get_response(request)
        opened = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not opened:
            return response
        above = request.path.rstrip("/").rpartition("/")[0]
        asked = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{quote(above)}/{f'?{asked}' if asked else ''}")


def _unsafe(request: HttpRequest) -> bool:
    """Whether the person has to set up a second factor first."""
    return request.user.is_authenticated and lacks_second_factor(request.user, clock.now().date())


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A fragment's request must not put the sign-in page into the fragment's place."""
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = urlencode({"next": here.path + (f"?{here.query}" if here.query else "")})
    return _to(request, f"{resolve_url(settings.LOGIN_URL)}?{back}")


def _to(request: HttpRequest, address: str) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
