"""How large money is counted on pages and in downloads: as the language does, by thousands, or by 万 and 亿.

Kept in a cookie like the theme, so that no script is needed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from headrope.core.display import STYLES, Style
from headrope.web.kept import keep

COOKIE = "numbers"


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Remember the style and go back."""
    return keep(request, "style", COOKIE, STYLES)


def of(request: HttpRequest) -> Style:
    """The style that the reader has chosen; auto where it is none."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return next((style for style in STYLES if style == chosen), "auto")
