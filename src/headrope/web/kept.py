"""Choices of a reader that are kept in a cookie, so that no script is needed: the theme, the style of numbers."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def keep(request: HttpRequest, field: str, cookie: str, known: Collection[str]) -> HttpResponse:
    """Remember what the form's field says, if it is known, and go back to the page of this house that it came from."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = request.POST.get(field)
    if wanted is not None and wanted in known:
        age, secure = settings.LANGUAGE_COOKIE_AGE, settings.SESSION_COOKIE_SECURE
        response.set_cookie(cookie, wanted, max_age=age, samesite="Lax", secure=secure)
    return response
