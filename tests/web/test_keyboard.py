"""The manual names every key that a page lists."""

from __future__ import annotations

import re
from pathlib import Path

import headrope.web
from headrope.web.nouns import cycle, setting_up

TEMPLATES = Path(headrope.web.__file__).parent / "templates"
MANUAL = Path(__file__).parents[2] / "docs" / "how-to" / "keyboard.md"


def test_every_key_of_a_page_stands_in_the_manual() -> None:
    listed = set()
    for path in TEMPLATES.rglob("*.html"):
        for line in re.findall(r"<dt>(.*?)</dt>", path.read_text(encoding="utf-8")):
            listed |= set(re.findall(r"<kbd>([^<{]*)</kbd>", line))
    letters = {noun.letter.upper() for noun in (*cycle(), *setting_up())}
    manual = set(re.findall(r"`([^`]*)`", MANUAL.read_text(encoding="utf-8")))

    assert len(listed) >= 9
    assert (listed | letters) - manual == set()
