"""A file gets its name when it is whole, and never takes that of another."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from headrope.backup.target import completed


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_file_has_its_name_when_the_block_has_ended(tmp_path: Path) -> None:
    with completed(tmp_path / "it", replace=False) as handle:
        handle.write(b"whole")
        during = sorted(held(tmp_path))

    assert during == [f".it.{os.getpid()}.part"]
    assert held(tmp_path) == {"it": b"whole"}
    assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o600


def test_file_is_gone_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), completed(tmp_path / "it", replace=False) as handle:
        handle.write(b"half")
        raise ZeroDivisionError

    assert held(tmp_path) == {}


def test_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), completed(tmp_path / "it", replace=False) as handle:
        handle.write(b"mine")
        (tmp_path / "it").write_bytes(b"theirs")

    assert held(tmp_path) == {"it": b"theirs"}


def test_file_is_replaced_when_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "it").write_bytes(b"old")

    with completed(tmp_path / "it", replace=True) as handle:
        handle.write(b"new")
        assert (tmp_path / "it").read_bytes() == b"old"

    assert held(tmp_path) == {"it": b"new"}


def test_what_dead_writers_left_is_removed_and_what_living_ones_write_is_not(tmp_path: Path) -> None:
    """A writer of the same name lives, one has died, and another file is called alike."""
    (tmp_path / ".it.999999.part").write_bytes(b"dead")
    (tmp_path / ".item.999999.part").write_bytes(b"of another")
    with completed(tmp_path / "it", replace=False) as living:
        living.write(b"living")
        alive = tmp_path / f".it.{os.getpid()}.part"
        alive.rename(tmp_path / ".it.1.part")  # as if it were another process's

        with completed(tmp_path / "it", replace=False) as handle:
            handle.write(b"mine")

        assert sorted(held(tmp_path)) == [".it.1.part", ".item.999999.part", "it"]
        (tmp_path / ".it.1.part").rename(alive)
        (tmp_path / "it").unlink()

    assert held(tmp_path) == {".item.999999.part": b"of another", "it": b"living"}


def test_folder_that_cannot_be_written_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), completed(tmp_path / "no" / "it", replace=False):
        raise AssertionError
