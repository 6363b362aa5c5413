"""Running the jobs of one tick: none is kept from its work by another that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import close_old_connections, connection

from headrope.core.problems import Problem
from headrope.followup.tick.jobs import Done, Job

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What a job of a tick did and how long it took; `failed`: something is wrong that somebody has to mend."""

    name: str
    done: Done
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether a problem of it blocks."""
        return any(problem.blocking for problem in self.done.problems)


def run_jobs(now: datetime, jobs: Iterable[Job], stopped: Callable[[], bool] = lambda: False) -> list[Report]:
    """Run each job once; one that raises is reported as failed. When `stopped` says so, no further job is begun."""
    reports = []
    for job in jobs:
        if stopped():
            break
        start = monotonic()
        try:
            done = job.run(now)
        except Exception as error:  # whatever it is, the others still run
            log.exception("job %s", job.name)
            message = "It broke off: %(kind)s: %(error)s."
            remedy = "The log tells where; the next tick tries again."
            values = {"kind": type(error).__name__, "error": str(error).strip().rstrip(".")}
            done = Done("Broke off.", {}, (Problem(job.name, message, remedy, values),))
            if not connection.in_atomic_block:
                close_old_connections()
        reports.append(Report(job.name, done, monotonic() - start))
    return reports
