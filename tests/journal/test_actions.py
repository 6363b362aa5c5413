"""Numbers are taken one after the other, their time never goes back, and every one leaves a sealed line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction

from headrope.journal import actions
from headrope.journal.actions import Source, audit_digest, lock_head, post, record
from headrope.journal.models import Audit, Head, Posting, PostingKind
from headrope.journal.queries import books
from headrope.org.actions import console_user
from headrope.org.models import User
from tests.conftest import Place

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clerk(place: Place) -> User:
    return console_user()


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(actions.clock, "now", lambda: at)


def posted(by: User, kind: PostingKind = PostingKind.LOAD, known_at: datetime | None = None) -> Posting:
    with transaction.atomic():
        return post(kind=kind, by=by, known_at=known_at)


@dataclass(frozen=True)
class Line:
    """A line of the audit trail as anybody can read it from the database."""

    at: datetime
    by: int
    action: str
    object: str
    digest: str


def trail() -> list[Line]:
    return [Line(*row) for row in Audit.objects.order_by("id").values_list("at", "by_id", "action", "object", "digest")]


def verifies(lines: list[Line]) -> bool:
    """Whether each line is sealed to the one before, the first to nothing."""
    before = ""
    for line in lines:
        if line.digest != audit_digest(before, line.at, line.by, line.action, line.object):
            return False
        before = line.digest
    return True


def test_posting_is_written_with_its_audit_line(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)

    with transaction.atomic():
        post(kind=PostingKind.RESTATE, by=clerk, reason="audit", source=Source("facts.csv", "ab" * 32))

    assert list(Posting.objects.values()) == [
        {
            "seq": 1,
            "kind": "restate",
            "by_id": clerk.pk,
            "recorded_at": NOON,
            "known_at": NOON,
            "reason": "audit",
            "source": "facts.csv",
            "source_sha256": "ab" * 32,
        }
    ]
    assert trail() == [
        Line(NOON, clerk.pk, "post restate", "posting 1", audit_digest("", NOON, clerk.pk, "post restate", "posting 1"))
    ]


def test_number_increases_by_one(clerk: User) -> None:
    start = books().seq

    numbers = [posted(clerk).seq for _ in range(5)]

    assert (start, numbers, books().seq) == (0, [1, 2, 3, 4, 5], 5)
    assert list(Posting.objects.order_by("seq").values_list("seq", flat=True)) == numbers


def test_number_of_a_posting_that_fails_is_taken_by_the_next(clerk: User) -> None:
    posted(clerk)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(kind=PostingKind.LOAD, by=clerk)
        1 / 0  # noqa: B018

    posting = posted(clerk)

    assert (posting.seq, [line.object for line in trail()]) == (2, ["posting 1", "posting 2"])


@pytest.mark.parametrize("act", ["post", "lock_head"])
def test_head_when_locked_outside_a_transaction_is_a_program_error(clerk: User, act: str) -> None:
    with pytest.raises(RuntimeError, match=r"^the head can only be locked inside a transaction$"):
        post(kind=PostingKind.LOAD, by=clerk) if act == "post" else lock_head()

    assert (books().seq, trail()) == (0, [])


def test_recorded_time_never_goes_back_when_the_clock_does(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    for now in (NOON, NOON - HOUR, NOON + HOUR, NOON):
        set_clock(monkeypatch, now)
        times.append(posted(clerk).recorded_at)

    assert times == [NOON, NOON, NOON + HOUR, NOON + HOUR]
    assert [line.at for line in trail()] == times
    assert list(Posting.objects.order_by("seq").values_list("known_at", flat=True)) == times


def test_import_may_have_been_known_before_it_is_recorded(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)

    posting = posted(clerk, PostingKind.IMPORT, NOON - HOUR)

    assert (posting.recorded_at, posting.known_at) == (NOON, NOON - HOUR)


@pytest.mark.parametrize("kind", PostingKind.values)
def test_posting_known_after_it_is_recorded_is_refused_by_the_database(
    clerk: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    set_clock(monkeypatch, NOON)

    with pytest.raises(IntegrityError, match=r"posting_(known_before_recorded|backdated_only_by_import)"):
        posted(clerk, PostingKind(kind), NOON + HOUR)

    assert (books().seq, list(Posting.objects.all()), trail()) == (0, [], [])


@pytest.mark.parametrize("kind", [kind for kind in PostingKind.values if kind != "import"])
def test_backdating_is_refused_for_all_kinds_but_import(
    clerk: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    set_clock(monkeypatch, NOON)

    with pytest.raises(IntegrityError, match="posting_backdated_only_by_import"):
        posted(clerk, PostingKind(kind), NOON - HOUR)

    assert (books().seq, list(Posting.objects.all()), trail()) == (0, [], [])


def test_head_is_one_row(place: Place) -> None:
    with pytest.raises(IntegrityError, match="head_is_one_row"), transaction.atomic():
        Head.objects.create(id=2, seq=0, key="0" * 32)


def test_audit_trail_verifies_when_read_back(clerk: User) -> None:
    for _ in range(3):
        posted(clerk)
    with transaction.atomic():
        lock_head()
        record(by=clerk, action="give mandate", object="user 王 on unit AB", at=NOON)

    lines = trail()

    assert [line.object for line in lines] == ["posting 1", "posting 2", "posting 3", "user 王 on unit AB"]
    assert verifies(lines)


def test_audit_trail_when_tampered_with_does_not_verify(clerk: User) -> None:
    for _ in range(3):
        posted(clerk)
    lines = trail()
    changed = [
        replace(lines[1], at=lines[1].at + timedelta(microseconds=1)),
        replace(lines[1], by=lines[1].by + 1),
        replace(lines[1], action="post load "),
        replace(lines[1], object="posting 4"),
        replace(lines[1], digest="0" * 64),
    ]

    found = [verifies([lines[0], line, lines[2]]) for line in changed]

    assert found == [False] * len(changed)
    assert [verifies(each) for each in (lines, lines[1:], lines[::-1], [lines[0], lines[2]])] == [
        True,
        False,
        False,
        False,
    ]


def test_audit_line_of_a_time_in_another_zone_verifies(clerk: User) -> None:
    with transaction.atomic():
        lock_head()
        record(by=clerk, action="close", object="unit A", at=NOON.astimezone(timezone(8 * HOUR)))

    assert verifies(trail())


def test_digest_tells_where_one_field_ends() -> None:
    first = audit_digest("", NOON, 1, "note\nA", "B")

    second = audit_digest("", NOON, 1, "note", "A\nB")

    assert first != second


POSTER = """
import django
django.setup()
from django.db import transaction
from headrope.journal.actions import post
from headrope.journal.models import PostingKind
from headrope.org.models import User
by = User.objects.get(username="console")
print("ready", flush=True)
input()
for _ in range(50):
    with transaction.atomic():
        print(post(kind=PostingKind.LOAD, by=by).seq)
"""


def test_two_processes_that_post_at_once_take_every_number_once(place: Place, clerk: User) -> None:
    env = {**place.environment, "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", POSTER], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        ready = [process.stdout.readline() for process in processes if process.stdout]
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        printed = [process.communicate(timeout=50)[0].split() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    taken = [list(map(int, each)) for each in printed]
    connection.close()

    assert ready == ["ready\n"] * 2
    assert sorted(taken[0] + taken[1]) == list(range(1, 101))
    assert [sorted(each) for each in taken] == taken
    assert list(Posting.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 101))
    times = list(Posting.objects.order_by("seq").values_list("recorded_at", flat=True))
    assert (times == sorted(times), verifies(trail()), len(trail())) == (True, True, 100)
