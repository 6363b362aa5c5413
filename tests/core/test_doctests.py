"""The examples at the top of the core modules run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from headrope import core

MODULES = sorted(found.name for found in pkgutil.iter_modules(core.__path__, "headrope.core."))
WITHOUT = {"problems", "unit_rules", "units", "whole", "whole_loops"}
"""Modules of records and words; every other one begins with an example."""


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_core_module_run(name: str) -> None:
    module = importlib.import_module(name)

    result = doctest.testmod(module)

    assert result.failed == 0
    assert (result.attempted > 0) or name.rpartition(".")[2] in WITHOUT
