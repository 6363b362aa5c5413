"""What was known at the end of a day, in the time zone of the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.journal.actions import post
from headrope.journal.models import Head, PostingKind
from headrope.journal.queries import Books, Known, books, defined_at, end_of_day, known_days, known_on
from headrope.org.actions import console_user
from tests.conftest import Place

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
KNOWN = [
    datetime(2023, 5, 1, 15, 59, 59, 999999, tzinfo=UTC),  # the last moment of 1 May in Shanghai
    datetime(2023, 5, 1, 16, 0, tzinfo=UTC),  # the first of 2 May there, still 1 May in London
    datetime(2023, 6, 1, 0, 0, tzinfo=UTC),
]


@pytest.fixture
def imported(place: Place) -> None:
    by = console_user()
    for moment in KNOWN:
        with transaction.atomic():
            post(kind=PostingKind.IMPORT, by=by, known_at=moment)


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2023, 4, 30), SHANGHAI, set()),
        (date(2023, 5, 1), SHANGHAI, {1}),
        (date(2023, 5, 2), SHANGHAI, {1, 2}),
        (date(2023, 5, 1), LONDON, {1, 2}),
        (date(2023, 6, 1), LONDON, {1, 2, 3}),
    ],
)
def test_known_on_a_day_is_what_was_known_before_its_end(day: date, zone: ZoneInfo, expected: set[int]) -> None:
    found = known_on(day, zone)

    assert found == Known(day, end_of_day(day, zone), frozenset(expected))


@pytest.mark.usefixtures("imported")
def test_known_on_no_day_is_now() -> None:
    assert known_on(None, SHANGHAI) is None


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (SHANGHAI, [date(2023, 6, 1), date(2023, 5, 2), date(2023, 5, 1)]),
        (LONDON, [date(2023, 6, 1), date(2023, 5, 1)]),
    ],
)
def test_days_on_which_something_became_known_newest_first(zone: ZoneInfo, expected: list[date]) -> None:
    assert known_days(zone) == expected


def test_end_of_day_knows_summer_time() -> None:
    ends = [end_of_day(date(2023, 3, day), LONDON).astimezone(UTC) for day in (25, 26)]

    assert ends == [datetime(2023, 3, 26, 0, 0, tzinfo=UTC), datetime(2023, 3, 26, 23, 0, tzinfo=UTC)]


@pytest.mark.usefixtures("imported")
def test_questions_take_one_statement_each() -> None:
    counts = []
    for ask in (books, lambda: known_on(date(2023, 6, 1), LONDON), lambda: known_days(LONDON)):
        with CaptureQueriesContext(connection) as asked:
            ask()
        counts.append(len(asked))

    assert counts == [1, 1, 1]


@pytest.mark.usefixtures("imported")
def test_books_stand_at_their_last_posting() -> None:
    assert books() == Books(Head.objects.get().key, 3)


def test_last_definition_is_that_up_to_a_posting_and_figures_are_none(place: Place) -> None:
    by, key = console_user(), str(books().key)
    kinds = (PostingKind.DEFINE, PostingKind.LOAD, PostingKind.ACCEPT, PostingKind.IMPORT, PostingKind.LOAD)
    for kind in kinds:
        with transaction.atomic():
            post(kind=kind, by=by)

    assert [defined_at(key, seq) for seq in (0, 1, 2, 3, 4, 5)] == [0, 1, 1, 1, 4, 4]
    assert [defined_at(key, seq) for seq in (5, 3, 4)] == [4, 1, 4]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [defined_at(key, 4), defined_at(key, 4)] == [4, 4]
    assert len(asked) == 0


def test_definition_that_is_undone_is_not_remembered(place: Place) -> None:
    by, key = console_user(), str(books().key)
    with transaction.atomic():
        post(kind=PostingKind.DEFINE, by=by)
        assert defined_at(key, 1) == 1
        transaction.set_rollback(True)

    with transaction.atomic():
        post(kind=PostingKind.LOAD, by=by)

    assert defined_at(key, 1) == 0
