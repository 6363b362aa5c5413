"""Everything that the interface says to people has its Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import headrope.api
from headrope.api.answers import TITLES
from headrope.api.description import operations
from headrope.api.operations import MESSAGES, OTHER, REMEDY
from headrope.org.tokens import actions as token_actions
from tests.web.test_translation import WEB, Id, chinese, ids_of, missing, problems_of

__all__ = ["chinese"]

API = Path(headrope.api.__file__).parent


def said() -> Iterator[Id]:
    """Titles and messages of refusals, problems, and the description."""
    for text in (*TITLES.values(), *MESSAGES.values(), OTHER, REMEDY):
        yield None, text
    for path in (*sorted(API.glob("*.py")), Path(token_actions.__file__)):
        yield from problems_of(path)
    for each in operations():
        for text in (each.summary, each.about, *(row.about for row in (*each.takes, *each.gives))):
            if text:
                yield None, text
    yield from ids_of(WEB / "templates/api/page.html", "jinja2.ext:babel_extract")


def test_everything_that_is_said_is_translated(chinese: object) -> None:
    found = list(dict.fromkeys(said()))

    assert len(found) > 100
    assert missing(chinese, iter(found)) == []  # type: ignore[arg-type]
