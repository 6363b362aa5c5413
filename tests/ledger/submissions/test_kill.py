"""A process that dies in the middle of saving, uploading, sending or accepting leaves the books before or after it, never between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from headrope.journal.models import Audit, Posting
from headrope.ledger.models import Fact, PostingUnit
from headrope.ledger.submissions import actions, files
from headrope.ledger.submissions.actions import Entry
from headrope.ledger.submissions.files import Consent
from headrope.ledger.submissions.models import Submission, SubmissionEvent, SubmissionFile, SubmissionValue

from .conftest import Desk
from .test_round import RIGHT, sent, typed_in

MOST = 60
"""Statements of an action at most; the action has ended before."""


def state() -> tuple[Any, ...]:
    """Everything that an action may change."""
    return (
        list(Submission.objects.order_by("id").values_list("state", "row_version", "seq")),
        list(SubmissionValue.objects.order_by("id").values_list("measure_id", "raw")),
        list(SubmissionEvent.objects.order_by("id").values_list("action", "state", "seq")),
        Posting.objects.count(),
        Audit.objects.count(),
        Fact.objects.count(),
        PostingUnit.objects.count(),
        list(SubmissionFile.objects.order_by("id").values_list("name", "submission", "size")),
    )


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Run the action in a child that kills itself before that statement; whether it was killed."""
    connection.close()
    child = os.fork()
    if child == 0:
        count = 0

        def count_down(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *rest)

        try:
            with connection.execute_wrapper(count_down):
                act()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def save(desk: Desk) -> Callable[[], object]:
    typed_in(desk, {"REV": RIGHT["REV"]})
    return lambda: actions.save(desk.actor("clerk"), desk.place("clerk", "A1"), 1, Entry(RIGHT))


def submit(desk: Desk) -> Callable[[], object]:
    typed_in(desk, RIGHT)
    return lambda: actions.submit(desk.actor("clerk"), desk.place("clerk", "A1"), 1)


def accept(desk: Desk) -> Callable[[], object]:
    at = sent(desk).row_version
    return lambda: actions.accept(desk.actor("head"), desk.place("head", "A1"), at)


TABLE = b"measure,value\nREV,1100\nPROFIT,110\nSTAFF,51\n"


def upload(desk: Desk) -> Callable[[], object]:
    typed_in(desk, {"REV": RIGHT["REV"]})
    return lambda: files.upload(desk.actor("clerk"), desk.place("clerk", "A1"), "june.csv", TABLE, 3)


def take(desk: Desk) -> Callable[[], object]:
    typed_in(desk, {"REV": RIGHT["REV"]})
    kept = files.upload(desk.actor("clerk"), desk.place("clerk", "A1"), "june.csv", TABLE, 3)
    seen = Consent(kept.sheet.row_version, kept.base, {})
    return lambda: files.take(desk.actor("clerk"), desk.place("clerk", "A1"), kept.file, seen, 3)


WHOLE: dict[str, tuple[int, ...]] = {
    "save": (0, 5, 0, 0, 0, 0, 0, 0),
    "upload": (0, 0, 0, 0, 0, 0, 0, 1),
    "take": (0, 2, 1, 0, 0, 0, 0, 0),
    "submit": (0, 0, 1, 0, 1, 0, 0, 0),
    "accept": (0, 0, 1, 1, 1, 6, 1, 0),
}
"""By how much everything grows: submissions, values, events, postings, audit lines, facts, touched units, files."""
STATES = {"save": "draft", "upload": "draft", "take": "draft", "submit": "submitted", "accept": "accepted"}


@pytest.mark.parametrize("prepare", [save, upload, take, submit, accept])
def test_killed_anywhere(desk: Desk, prepare: Callable[[Desk], Callable[[], object]]) -> None:
    act = prepare(desk)
    before = after = state()
    number = 0

    while after == before and number < MOST:
        number += 1
        killed_at(number, act)
        after = state()

    assert 8 < number < MOST
    sizes = [tuple(len(each) if isinstance(each, list) else each for each in found) for found in (before, after)]
    assert tuple(b - a for a, b in zip(*sizes, strict=True)) == WHOLE[prepare.__name__]
    assert after[0][0][:2] == (STATES[prepare.__name__], before[0][0][1] + (prepare is not upload))
    assert prepare is not take or [name for name, submission, _size in after[7] if submission] == ["june.csv"]
    assert after[0][0][2] == (
        Posting.objects.order_by("-seq").values_list("seq", flat=True)[0] if prepare is accept else None
    )
