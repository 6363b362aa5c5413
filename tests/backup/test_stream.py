"""The text form of values: exact both ways, the same for equal rows, and refused when it is not one."""

from __future__ import annotations

import math
import struct
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.backup.stream import (
    BOOLEAN,
    DAY,
    FLOAT,
    INTEGER,
    JSON,
    KINDS,
    MOMENT,
    TEXT,
    UUID_,
    Kind,
    Unreadable,
    decode,
    encode,
    values,
)

ORDER = (INTEGER, BOOLEAN, FLOAT, TEXT, DAY, MOMENT, UUID_, JSON)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9, minutes=30))])
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 30), timezones=ZONES)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
OBJECTS = st.dictionaries(TEXTS, st.none() | st.integers() | st.booleans() | st.lists(TEXTS), max_size=3)
ROWS = st.tuples(
    *(
        st.none() | each
        for each in (
            st.integers(-(2**63), 2**63 - 1),
            st.booleans(),
            st.floats(),
            TEXTS,
            st.dates(),
            MOMENTS,
            st.uuids(),
            OBJECTS,
        )
    )
)


def bits(value: Any) -> Any:
    """A float as its bits (all that are no number alike), anything else as it is."""
    if isinstance(value, float):
        return "no number" if math.isnan(value) else struct.pack(">d", value)
    return value


def back(lines: bytes, kinds: tuple[Kind, ...]) -> list[list[Any]]:
    return [list(row) for row in values(decode(lines, kinds), kinds, [lambda value: value] * len(kinds))]


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_rows_come_back_as_they_were_bit_for_bit(rows: list[tuple[Any, ...]]) -> None:
    lines = encode(rows, ORDER)

    found = back(lines, ORDER)
    assert lines.count(b"\n") == len(rows)
    assert [list(map(bits, row)) for row in found] == [list(map(bits, row)) for row in rows]
    assert encode(found, ORDER) == lines


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_floats_have_the_same_text_when_they_have_the_same_bits_and_only_then(one: float, other: float) -> None:
    assert (encode([(one,)], [FLOAT]) == encode([(other,)], [FLOAT])) == (bits(one) == bits(other))


@given(MOMENTS, ZONES)
def test_moment_has_the_same_text_in_every_zone(moment: datetime, zone: timezone) -> None:
    assert encode([(moment,)], [MOMENT]) == encode([(moment.astimezone(zone),)], [MOMENT])


def test_text_form_is_as_the_manual_says() -> None:
    moment = datetime(2026, 7, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    key = UUID("00000000-0000-4000-8000-000000000001")
    rows = [
        (-(2**62), True, -0.0, 'a "b"\n], [\\ 港\x00\u2028', date(1, 1, 1), moment, key, {"b": [1, None], "a": "港"}),
        (None, None, None, None, None, None, None, None),
        (0, False, math.inf, "", date(9999, 12, 31), moment.replace(microsecond=5), key, {}),
    ]

    assert encode(rows, ORDER).decode() == (
        '[-4611686018427387904,true,-0.0,"a \\"b\\"\\n], [\\\\ 港\\u0000\u2028","0001-01-01",'
        '"2026-07-01T00:00:00.000000Z","00000000-0000-4000-8000-000000000001",'
        '"{\\"a\\":\\"港\\",\\"b\\":[1,null]}"]\n'
        "[null,null,null,null,null,null,null,null]\n"
        '[0,false,"inf","","9999-12-31","2026-07-01T00:00:00.000005Z","00000000-0000-4000-8000-000000000001","{}"]\n'
    )


@pytest.mark.parametrize(
    ("value", "kind"), [("7", INTEGER), (True, INTEGER), (1.0, INTEGER), (1, BOOLEAN), (b"x", TEXT), (1, TEXT)]
)
def test_encode_when_a_value_is_of_another_kind_says_which(value: Any, kind: Kind) -> None:
    with pytest.raises(Unreadable) as found:
        encode([(0, None), (0, value)], [INTEGER, kind])

    assert str(found.value) == f"the value {value!r} of column 2 is no {kind.name}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"[1,2\n", "a line is not JSON"),
        (b"[1,\xff]\n", "a line is not JSON"),
        (b"[1]\n", "a line is not a row of 2 values"),
        (b"[1,2]\n[1,2,3]\n", "a line is not a row of 2 values"),
        (b'{"1":2}\n', "a line is not a row of 2 values"),
        (b'[1,"2"]\n', "the value '2' of column 2 is no integer"),
        (b"[1,2.5]\n", "the value 2.5 of column 2 is no integer"),
    ],
)
def test_decode_when_lines_are_not_such_rows_says_why(lines: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as found:
        decode(lines, [INTEGER, INTEGER])

    assert str(found.value) == said


def test_values_when_a_text_is_none_of_its_kind_says_which_column() -> None:
    with pytest.raises(Unreadable, match="column 2 holds no day"):
        values([[1, "2026-02-30"]], [INTEGER, DAY], [lambda value: value] * 2)


def test_kinds_are_found_by_their_names() -> None:
    assert list(KINDS.values()) == list(ORDER)
    assert list(KINDS) == [kind.name for kind in ORDER]
