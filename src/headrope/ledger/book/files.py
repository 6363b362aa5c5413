"""All files of the folder form that a workbook may hold, in the order of its sheets and in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from django.utils import translation

from headrope.ledger.book import measuring, numbers, persons, tree
from headrope.ledger.book.columns import File

LANGUAGES = ("en", "zh-hans")


def files() -> tuple[File, ...]:
    """The files in the active language."""
    return _files(translation.get_language() or "en")


def file_of(key: str) -> File | None:
    """The file of that key, such as measures."""
    return next((file for file in files() if file.key == key), None)


def in_both(key: str) -> tuple[File, File]:
    """A file in English and in Chinese."""
    found = [next(file for file in _files(language) if file.key == key) for language in LANGUAGES]
    return found[0], found[1]


@lru_cache(maxsize=8)
def _files(language: str) -> tuple[File, ...]:
    with translation.override(language):
        return (
            tree.ledger(),
            tree.units(),
            measuring.measures(),
            numbers.figures(),
            persons.people(),
            persons.mandates(),
            persons.posts(),
            measuring.forms(),
            measuring.duties(),
            measuring.checks(),
            measuring.calendars(),
            measuring.unit_calendars(),
            tree.holdings(),
            tree.segments(),
            persons.bodies(),
            persons.members(),
            persons.parties(),
            numbers.facts(),
            numbers.eliminations(),
        )
