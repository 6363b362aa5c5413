"""The template environment: translation, addresses of static files with their digest, the reader's theme."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import translation
from jinja2 import Environment

from headrope.ledger import said
from headrope.web import foot, nouns, style, theme


def environment(**options: object) -> Environment:
    """The environment of all pages."""
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # type: ignore[arg-type]
    made.install_gettext_callables(  # type: ignore[attr-defined]
        said.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=said.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals.update(asset=asset, language=language, chosen_theme=chosen_theme, themes=theme.THEMES)
    made.globals.update(nouns=nouns.nouns, account_links=nouns.account_links, chosen_style=chosen_style)
    made.globals.update(foot_line=foot.foot_line)
    return made


@cache
def asset(path: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for a year."""
    found = finders.find(path)
    digest = sha256(Path(found).read_bytes()).hexdigest()[:10] if isinstance(found, str) else "missing"
    return f"{static(path)}?v={digest}"


def language() -> str:
    """The active language as HTML and CSS want it."""
    return "zh-Hans" if (translation.get_language() or "en").startswith("zh") else "en"


def chosen_theme(request: HttpRequest) -> str:
    """light, dark or system; system where a page is shown without a request."""
    return theme.of(request) if isinstance(request, HttpRequest) else "system"


def chosen_style(request: HttpRequest) -> str:
    """auto, million or wan."""
    return style.of(request) if isinstance(request, HttpRequest) else "auto"
