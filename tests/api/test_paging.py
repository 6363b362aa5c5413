"""Pages put together are the whole list, whatever their size."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.api.paging import page
from tests.api.conftest import Call, Caller

LISTS = {
    "/units": 17,
    "/units?below=T03&on=2021-06-30": 2,
    "/measures": 5,
    "/forms": 1,
    "/duties": 50,
    "/versions": 1,
    "/figures?unit=T&below=children&period=2023-06": 97,
    "/figures/vintages?unit=T0301&measure=PROFIT&period=2022-01..2023-06": 4,
    "/postings": 30,
    "/landing/T/2023?below=children": 31,
    "/gaps/T/2023-H1": 3,
    "/causes": 5,
    "/rules": 2,
    "/benchmarks": 4,
    "/benchmarks/T03/2023-H1?set=INDUSTRY": 1,
    "/lists/T/2023-H1": 2,
    "/meetings": 1,
    "/meetings/1/notes": 3,
}


@given(st.lists(st.text("ABab~é中"), unique=True), st.integers(1, 7))
def test_pages_of_any_size_are_the_whole_list(codes: list[str], limit: int) -> None:
    found: list[str] = []
    cursor: str | None = None
    while True:
        shown, cursor = page(codes, str, cursor, limit)
        assert len(shown) <= limit
        found += shown
        if cursor is None:
            break

    assert found == sorted(codes)


def walked(caller: Caller, path: str, limit: int) -> list[Any]:
    """All items, page by page."""
    joint = "&" if "?" in path else "?"
    items: list[Any] = []
    after = ""
    while True:
        answer = caller.data(f"{path}{joint}limit={limit}{after}")
        assert len(answer["items"]) <= limit
        items += answer["items"]
        if answer["next"] is None:
            return items
        after = f"&after={quote(answer['next'])}"


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_a_call_are_its_whole_list(call: Call, path: str) -> None:
    caller = call("office")

    small, whole = walked(caller, path, LISTS[path]), walked(caller, path, 1000)

    assert small == whole
    assert len(whole) > LISTS[path]


def test_unit_that_comes_in_between_shifts_no_page(call: Call) -> None:
    """The cursor is a place in the order, not a count: it leads on even where its own unit is gone."""
    caller = call("office")

    assert [each["code"] for each in caller.data("/units?after=T030&limit=2")["items"]] == ["T0301", "T0302"]
