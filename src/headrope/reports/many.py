"""Many papers at once, in child processes, each whole or not at all; whoever waits sees how many are done and can stop."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from headrope.core.periods import parse
from headrope.journal.queries import Books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User
from headrope.org.queries import sight, whole_sight
from headrope.reports.child import begin
from headrope.reports.making import WRITERS, make
from headrope.reports.writing import kept
from headrope.review.queries import Question, Reader

PROCESSES = 2


@dataclass(frozen=True)
class Job:
    """One paper to make: the question by its codes, the state of the books, who asks (None: the machine), the file."""

    unit: str
    period: str
    against: str | None
    known: date | None
    language: str
    at: Books
    day: date
    user: int | None
    target: str


def papers(jobs: Sequence[Job], processes: int = PROCESSES) -> Iterator[Path]:
    """Make them all; each file as soon as it is in its place, in no order. OSError where one cannot be written.

    Closed before its end, the rest is not begun, and what has been begun ends first. Two processes at most hold a cube,
    which they map from the same files.
    """
    # Started afresh and not forked: a child of a process with threads and connections may wait for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(jobs)) or 1, context, initializer=begin) as pool:
        waiting = [pool.submit(_made, job) for job in jobs]
        try:
            for done in as_completed(waiting):
                yield Path(done.result())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@cache
def _reader(at: Books, day: date, user: int | None, known: date | None) -> Reader:
    key, seq = str(at.key), at.seq
    who = whole_sight(key, seq, day) if user is None else sight(User.objects.get(pk=user), key, seq, day)
    return Reader(store.fresh(known), ledger_settings(), Books(UUID(key), seq), who, known)


def _made(job: Job) -> str:
    reader = _reader(job.at, job.day, job.user, job.known)
    question = Question(job.unit, parse(job.period, reader.ledger.fiscal_start), job.against, job.known)
    target = Path(job.target)
    kept(target, WRITERS[target.suffix.removeprefix(".")](make(reader, question, job.language)))
    return job.target
