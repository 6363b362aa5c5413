"""The example group as its writer leaves it, read back once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrope.demo.group import write_folder
from tests.demo.reading import Group


@pytest.fixture(scope="session")
def group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """The folder of the example group, read."""
    path = tmp_path_factory.mktemp("hengchuan")
    write_folder(path)
    return Group(path)


@pytest.fixture(scope="session")
def folder(group: Group) -> Path:
    """The folder itself."""
    return group.folder
