"""Books with something in them, and a backup of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrope.backup.actions import backup
from tests.backup.full_books import fill_books
from tests.conftest import Databases, Place


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Books with something in them of every sort; not to be changed."""
    made = databases.copy()
    fill_books(tmp_path_factory.mktemp("books"))
    return made


@pytest.fixture(scope="module")
def saved(filled: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of them."""
    filled.enter()
    return backup(tmp_path_factory.mktemp("saved") / "books.zip").path
