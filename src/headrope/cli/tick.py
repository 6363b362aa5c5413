"""`headrope tick`: sends reminders and the outbox, seals the audit trail, removes what has expired, lands the month."""

from __future__ import annotations

import json
import signal
import threading
from functools import partial
from types import FrameType
from typing import Annotated

import typer
from django.db import close_old_connections

from headrope.cli.screen import need_database, sentence, stop
from headrope.followup.tick.alone import alone
from headrope.followup.tick.jobs import JOBS as FOLLOWING_UP
from headrope.followup.tick.jobs import Job, seal
from headrope.followup.tick.run import Report, run_jobs
from headrope.journal import clock
from headrope.landing.runs import monthly

JOBS: list[Job] = [*FOLLOWING_UP, monthly.JOB]
"""The landing comes last: it may take minutes, and nothing else waits for it."""
OCCUPIED = "Another tick is running; this one has nothing to do."


def tick(
    every: Annotated[int | None, typer.Option(metavar="SECONDS", help="Go on, once in so many seconds.")] = None,
    renew_seals: Annotated[
        bool,
        typer.Option("--renew-seals", help="Key or file of the seals are lost: begin anew, and say so in the trail."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what each job did as JSON, a line for each tick.")
    ] = False,
) -> None:
    """Send reminders and the outbox, seal the trail, remove what has expired, land the month; by a timer, every five minutes."""
    need_database()
    if every is None:
        if _once(_jobs(renew_seals), as_json, threading.Event()):
            raise typer.Exit(1)
        return
    if renew_seals:
        stop("--renew-seals is done once: leave --every out.", 2)
    if every < 1:
        stop("--every is at least 1 second.", 2)
    ended = _ended_by_signals()
    while not ended.is_set():
        _once(JOBS, as_json, ended)
        close_old_connections()
        ended.wait(every)


def _jobs(renew_seals: bool) -> list[Job]:
    if not renew_seals:
        return JOBS
    return [Job(job.name, partial(seal, renew=True)) if job.name == "seal" else job for job in JOBS]


def _ended_by_signals() -> threading.Event:
    """Set when the process is asked to end; the job that is being done is brought to its end first."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return ended


def _once(jobs: list[Job], as_json: bool, ended: threading.Event) -> bool:
    """One tick; whether a job failed."""
    now = clock.now()
    with alone() as only:
        reports = run_jobs(now, jobs, ended.is_set) if only else []
    if as_json:
        typer.echo(json.dumps(as_words(now.isoformat(), only, reports), ensure_ascii=False))
    else:
        for line in told(reports) if only else [OCCUPIED]:
            typer.echo(line)
    return any(report.failed for report in reports)


def as_words(at: str, only: bool, reports: list[Report]) -> dict[str, object]:
    """A tick for JSON; problems are sentences."""
    jobs = [
        {
            "name": report.name,
            "failed": report.failed,
            "said": report.done.said,
            "counts": report.done.counts,
            "problems": [sentence(problem) for problem in report.done.problems],
            "seconds": round(report.seconds, 3),
        }
        for report in reports
    ]
    return {"at": at, "occupied": not only, "failed": any(report.failed for report in reports), "jobs": jobs}


def told(reports: list[Report]) -> list[str]:
    """A tick in sentences."""
    lines = []
    for report in reports:
        lines.append(f"{report.name}: {'FAILED. ' if report.failed else ''}{report.done.said}")
        lines += [f"  {sentence(problem)}" for problem in report.done.problems]
    return lines
