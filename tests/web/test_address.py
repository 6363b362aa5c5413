"""Addresses of a page's links."""

from __future__ import annotations

from headrope.core.periods import parse
from headrope.ledger.queries import LAST_YEAR
from headrope.web.address import Address, Origins

HALF = parse("2023-H1")


def address(*query: tuple[str, str]) -> Address:
    return Address("T03", HALF, 1, query)


def test_review_keeps_what_was_asked_for():
    page = address(("against", "budget"), ("known", "2023-07-11"))

    assert page.review() == "/review/T03/2023-H1/?against=budget&known=2023-07-11"
    assert page.review(unit="T01") == "/review/T01/2023-H1/?against=budget&known=2023-07-11"
    assert page.review(period=parse("2022")) == "/review/T03/2022/?against=budget&known=2023-07-11"


def test_a_change_replaces_takes_away_and_repeats():
    page = address(("scale", "m"), ("tier", "3"))

    assert page.with_(scale="k") == "/review/T03/2023-H1/?tier=3&scale=k"
    assert page.with_(tier=None) == "/review/T03/2023-H1/?scale=m"
    assert page.with_(tier=None, scale=None) == "/review/T03/2023-H1/"
    assert page.with_(tier=None, where=["A>0", "B=1"]) == "/review/T03/2023-H1/?scale=m&where=A%3E0&where=B%3D1"


def test_another_unit_takes_the_measure_along_but_no_tier_and_no_condition():
    page = address(("known", "2023-07-11"), ("measure", "PROFIT"), ("tier", "3"), ("where", "A>0"), ("all", "1"))

    assert page.for_others().review("T01") == "/review/T01/2023-H1/?known=2023-07-11&measure=PROFIT"


def test_a_code_in_chinese_is_quoted():
    assert Address("东泵", HALF, 1).review() == "/review/%E4%B8%9C%E6%B3%B5/2023-H1/"


def test_a_fiscal_period_is_named_as_it_is_read():
    assert Address("ENG", parse("2025-04..2025-09"), 4).review() == "/review/ENG/FY2025-26-H1/"


def test_origin_of_last_year_is_the_actual_of_a_year_before():
    origins = Origins("T03", 1)

    assert origins.of("PROFIT", HALF, LAST_YEAR) == "/origin/T03/PROFIT/2022-H1/actual/"
    assert origins.of("PROFIT", HALF, "target") == "/origin/T03/PROFIT/2023-H1/target/"


def test_origin_keeps_the_day_and_what_the_figure_is_held_against():
    origins = address(("scale", "k"), ("known", "2023-07-11")).origins()

    expected = "/origin/T03/PROFIT/2023-H1/actual/?against=target&known=2023-07-11"
    assert origins.of("PROFIT", HALF, "actual", "target") == expected
