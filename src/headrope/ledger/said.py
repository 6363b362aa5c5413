"""Translations, remembered: Django looks each text up anew, and a page has some two hundred of them."""

from __future__ import annotations

from functools import lru_cache

from django.utils import translation


@lru_cache(maxsize=8192)
def _held(language: str | None, context: str | None, text: str) -> str:
    return translation.gettext(text) if context is None else translation.pgettext(context, text)


def gettext(text: str) -> str:
    """The text in the active language."""
    return _held(translation.get_language(), None, text)


def pgettext(context: str, text: str) -> str:
    """The text in the active language where the same English words can mean several things."""
    return _held(translation.get_language(), context, text)
