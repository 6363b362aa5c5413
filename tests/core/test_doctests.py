"""The examples at the top of the core modules run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from headrope import core

MODULES = sorted(found.name for found in pkgutil.iter_modules(core.__path__, "headrope.core."))
NUMERIC = {"display", "measures", "periods", "quantities", "rollup", "scoring"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_core_module_run(name: str) -> None:
    module = importlib.import_module(name)

    result = doctest.testmod(module)

    assert result.failed == 0
    assert (result.attempted > 0) or name.rpartition(".")[2] not in NUMERIC


def test_numeric_modules_are_all_there() -> None:
    assert {name.rpartition(".")[2] for name in MODULES} == NUMERIC | {"problems", "units"}
