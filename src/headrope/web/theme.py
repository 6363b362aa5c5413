"""Light, dark, or as the reader's system has it: kept in a cookie, so that no script is needed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from headrope.web.kept import keep

THEMES = ("system", "light", "dark")
COOKIE = "theme"


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Remember the theme and go back."""
    return keep(request, "theme", COOKIE, THEMES)


def of(request: HttpRequest) -> str:
    """The theme that the reader has chosen."""
    chosen = request.COOKIES.get(COOKIE, "system")
    return chosen if chosen in THEMES else "system"
