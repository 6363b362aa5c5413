"""What is kept of compiled loops: read where it can be, and made anew where it cannot."""

from __future__ import annotations

import importlib.util
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

LOOP = """
from headrope.core.kernels import compiled


@compiled
def total(values):
    found = 0
    for value in values:
        found += value
    return found
"""

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
Loaded = Callable[[], Any]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """Gives the loop as another process would have it: from the file, with nothing compiled yet."""
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path / "kept"))
    path = tmp_path / "loop.py"
    path.write_text(LOOP, encoding="utf-8")

    def load() -> Any:
        spec = importlib.util.spec_from_file_location("loop", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.total

    return load


def kept(folder: Path, ending: str) -> Path:
    """The only file of that ending below the folder."""
    (found,) = folder.rglob(f"*{ending}")
    return found


def of_gone_class() -> bytes:
    """A pickle that names a class which a module no longer has, as after an upgrade."""
    return b"cnumba.core.types\nGoneWithTheUpgrade\n."


def index(content: bytes) -> bytes:
    """An index of this version of numba, which therefore reads on."""
    return pickle.dumps(numba.__version__, protocol=-1) + content


def cached(loop: Any) -> tuple[int, int]:
    """How many compilations were read, and how many were not there."""
    return sum(loop.stats.cache_hits.values()), sum(loop.stats.cache_misses.values())


def test_compilation_is_kept_for_the_next_process(loaded: Loaded) -> None:
    first, second = loaded(), loaded()

    assert (first(np.arange(4)), second(np.arange(4))) == (6, 6)
    assert (cached(first), cached(second)) == ((0, 1), (1, 0))


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".nbi", index(of_gone_class())),
        (".nbi", index(b"cgone_module\nThing\n.")),
        (".nbi", index(b"")),
        (".nbi", index(pickle.dumps("neither stamp nor overloads"))),
        (".nbi", b""),
        (".nbi", b"\x80no pickle"),
        (".nbc", of_gone_class()),
        (".nbc", b""),
        (".nbc", pickle.dumps(("not", "a compilation"))),
    ],
    ids=["class gone", "module gone", "cut short", "other form", "empty", "no pickle", "data of class gone", "empty data", "other data"],
)  # fmt: skip
def test_broken_compilation_is_dropped_and_made_anew(
    loaded: Loaded, tmp_path: Path, ending: str, content: bytes
) -> None:
    assert loaded()(np.arange(4)) == 6
    kept(tmp_path, ending).write_bytes(content)

    after, later = loaded(), loaded()

    assert (after(np.arange(4)), later(np.arange(4))) == (6, 6)
    assert (cached(after), cached(later)) == ((0, 1), (1, 0))
