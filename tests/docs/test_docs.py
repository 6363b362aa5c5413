"""What the manual says is held against the code."""

from __future__ import annotations

import re
from pathlib import Path

import reference

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_reference_is_as_the_code() -> None:
    """`make reference` writes all of them anew."""
    assert (DOCS / "reference" / "commands.md").read_text(encoding="utf-8") == reference.commands()
    assert (DOCS / "reference" / "settings.md").read_text(encoding="utf-8") == reference.settings()
    assert (DOCS / "reference" / "openapi.json").read_text(encoding="utf-8") == reference.interface()


def test_links_lead_somewhere() -> None:
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []


def test_features_name_tests_that_exist() -> None:
    text = (DOCS / "features.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)", text)

    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
