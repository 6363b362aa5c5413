"""Many papers at once, in child processes, each whole or not at all; whoever waits sees how many are done and can stop."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from headrope.journal.queries import Books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User
from headrope.org.queries import sight, whole_sight
from headrope.reports.making import WRITERS, make
from headrope.reports.paper import Question
from headrope.reports.setting_up import set_up
from headrope.reports.writing import kept
from headrope.review.queries import Reader

PROCESSES = 2


@dataclass(frozen=True)
class Job:
    """One paper to make: what is asked, the state of the books, who asks on which day (None: the machine), the file."""

    asked: Question
    at: Books
    day: date
    user: int | None
    target: str


def papers(jobs: Sequence[Job], processes: int = PROCESSES) -> Iterator[Path]:
    """Make them all; each file as soon as it is in its place, in no order. OSError where one cannot be written.

    Closed or interrupted before its end, the rest is not begun, and what has been begun ends first. Two processes at
    most hold a cube, which they map from the same files.
    """
    # Started afresh and not forked: a child of a process with threads and connections may wait for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(jobs)) or 1, context, initializer=set_up) as pool:
        with _sheltered():
            waiting = [pool.submit(_made, job) for job in jobs]
        try:
            for done in as_completed(waiting):
                yield Path(done.result())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _sheltered() -> Iterator[None]:
    """Children that are started here never hear Ctrl-C, which a terminal sends to all: they end with what they have begun.

    Held back and not ignored, so that a Ctrl-C of this moment comes right after it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@cache
def _reader(at: Books, day: date, user: int | None, known: str) -> Reader:
    key, seq = str(at.key), at.seq
    who = whole_sight(key, seq, day) if user is None else sight(User.objects.get(pk=user), key, seq, day)
    then = date.fromisoformat(known) if known else None
    return Reader(store.fresh(then), ledger_settings(), at, who, then)


def _made(job: Job) -> str:
    target = Path(job.target)
    paper = make(_reader(job.at, job.day, job.user, job.asked.known), job.asked)
    kept(target, WRITERS[target.suffix.removeprefix(".")](paper))
    return job.target
