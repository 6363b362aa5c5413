"""Seals fit what was said with a key, and nothing else; the file outside of the database gives them back."""

from __future__ import annotations

import doctest
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from headrope.journal import seals
from headrope.journal.seal_file import SealsOnFile, append_seal, read_seals, seal_file
from headrope.journal.seal_key import EmptyKey, key_file, make_key, read_key
from headrope.journal.seals import Seal, Sealed, fits, key_print, line_of, make_seal, parse_line

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
KEY = "k" * 40


def sealed(number: int = 1, books: str = "A", key: str = KEY) -> Seal:
    return make_seal(key, Sealed(books, number, NOON, 7 * number, "ab" * 32))


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> Path:
    settings.HOME, settings.SEAL_KEY = tmp_path, None
    return tmp_path


def test_seals_example_is_true() -> None:
    assert doctest.testmod(seals).failed == 0


def test_seal_fits_what_was_said_and_nothing_else() -> None:
    seal = sealed()
    others = [
        replace(seal, books="AB"),
        replace(seal, number=2),
        replace(seal, at=NOON + timedelta(microseconds=1)),
        replace(seal, audit=8),
        replace(seal, digest="ab" * 31 + "ac"),
        replace(seal, key_print="0" * 16),
        replace(seal, seal="0" * 64),
        replace(seal, seal="港"),
    ]

    assert fits(KEY, seal)
    assert [fits(KEY, each) for each in others] == [False] * len(others)
    assert not fits(KEY + "k", seal)


def test_seal_does_not_depend_on_the_zone_in_which_its_time_is_told() -> None:
    said = Sealed("A", 1, NOON.astimezone(timezone(timedelta(hours=8))), 7, "ab")

    assert make_seal(KEY, said).seal == make_seal(KEY, replace(said, at=NOON)).seal


def test_print_of_a_key_tells_it_from_others_and_is_no_part_of_it() -> None:
    assert key_print(KEY) != key_print(KEY + "k")
    assert key_print(KEY) not in KEY


@given(st.builds(Sealed, st.text(), st.integers(1), st.datetimes(timezones=st.just(UTC)), st.integers(), st.text()))
def test_line_gives_the_seal_back(said: Sealed) -> None:
    seal = make_seal(KEY, said)

    assert parse_line(line_of(seal)) == seal


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "7",
        "null",
        "no seal",
        '{"books": "A"',
        line_of(sealed()).replace("+00:00", ""),
        "[" * 100_000,
        line_of(sealed()).replace(": 7,", ": Infinity,"),
    ],
)
def test_line_that_is_no_seal_is_none(line: str) -> None:
    assert parse_line(line) is None


def test_file_gives_back_the_seals_of_these_books_alone(home: Path) -> None:
    for seal in (sealed(1), sealed(1, "AB"), sealed(2), sealed(3, "AB")):
        append_seal(seal)

    assert read_seals("A") == SealsOnFile({1: sealed(1), 2: sealed(2)})
    assert read_seals("A").last == sealed(2)
    assert read_seals("none").last is None
    assert stat.S_IMODE(seal_file().stat().st_mode) == 0o600


def test_file_names_lines_that_are_no_seals_and_numbers_that_stand_twice(home: Path) -> None:
    lines = [line_of(sealed(1)), "rubbish", line_of(sealed(2)), line_of(sealed(2, key="another key"))]
    seal_file().write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert read_seals("A") == SealsOnFile({1: sealed(1), 2: sealed(2)}, strange=[2], double=[2])


@pytest.mark.parametrize("length", [0, 1, 40, -1])
def test_line_that_was_cut_off_is_passed_over_once_it_follows_whole(home: Path, length: int) -> None:
    append_seal(sealed(1))
    with seal_file().open("a", encoding="utf-8") as handle:
        handle.write(line_of(sealed(2))[:length])

    before = read_seals("A")
    append_seal(sealed(2))

    assert before == SealsOnFile({1: sealed(1)})
    assert read_seals("A") == SealsOnFile({1: sealed(1), 2: sealed(2)})


def test_key_is_made_once_for_its_owner_alone(home: Path) -> None:
    before = os.umask(0)
    try:
        keys = [read_key(), make_key(), make_key(), read_key()]
    finally:
        os.umask(before)

    assert keys[0] is None
    assert keys[1:] == [key_file().read_text(encoding="ascii")] * 3
    assert (stat.S_IMODE(key_file().stat().st_mode), len(str(keys[1])) >= 32) == (0o600, True)
    assert [each.name for each in home.iterdir()] == ["seal.key"]


def test_key_of_the_settings_is_used_and_not_kept(home: Path, settings: LazySettings) -> None:
    settings.SEAL_KEY = KEY

    assert (read_key(), make_key(), list(home.iterdir())) == (KEY, KEY, [])


def test_key_file_that_is_empty_is_never_taken_for_a_key(home: Path) -> None:
    key_file().write_text("\n", encoding="ascii")

    with pytest.raises(EmptyKey, match="is empty; remove it"):
        make_key()

    assert read_key() is None
