"""How large money is counted on pages and in downloads: as the language does, by thousands, or by 万 and 亿.

Kept in a cookie like the theme, so that no script is needed.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from headrope.core.display import STYLES, Style

COOKIE = "numbers"


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Remember the style and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = request.POST.get("style")
    if wanted in STYLES:
        response.set_cookie(
            COOKIE, wanted, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


def of(request: HttpRequest) -> Style:
    """The style that the reader has chosen; auto where it is none."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return next((style for style in STYLES if style == chosen), "auto")
