"""The examples at the top of the core modules run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from headrope import core

FOUND = sorted(pkgutil.walk_packages(core.__path__, "headrope.core."), key=lambda found: found.name)
ALONE = [found.name for found in FOUND if found.name.count(".") == 2 and not found.ispkg]
PACKAGES = [found.name for found in FOUND if found.ispkg]
WITHOUT = {"problems", "unit_rules", "units", "whole", "whole_loops"}
"""Modules of records and words; every other one that stands alone begins with an example."""


def examples(name: str) -> int:
    """How many examples the module has; all of them right."""
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    return result.attempted


@pytest.mark.parametrize("name", ALONE)
def test_examples_of_a_core_module_run(name: str) -> None:
    assert examples(name) > 0 or name.rpartition(".")[2] in WITHOUT


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_has_an_example_of_what_it_is_for(name: str) -> None:
    inside = [found.name for found in FOUND if found.name.startswith(f"{name}.")]

    assert sum(map(examples, inside)) > 0
