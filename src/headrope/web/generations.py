"""Which generation of the cube answers a page: the newest, or the one as known on a day, which may have to be built."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from headrope.journal.queries import known_days, known_on
from headrope.ledger.cube import store
from headrope.ledger.cube.tail import MOST
from headrope.ledger.cube.view import Cube
from headrope.web.access import Visit

SMALL = 200_000  # facts that are added up within a request

_building: dict[str, subprocess.Popen[bytes]] = {}


class NothingYet(Exception):
    """There is no generation: nothing has been loaded, or nothing was known on that day."""


class BeingBuilt(Exception):
    """The figures as known on the day are being added up."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class CannotBeBuilt(RuntimeError):
    """The command that adds the figures up has failed."""


@lru_cache(maxsize=4)
def _known_days(key: str, seq: int, zone: ZoneInfo) -> tuple[date, ...]:
    return tuple(known_days(zone))


def days_known(visit: Visit) -> tuple[date, ...]:
    """The days on which something became known, newest first; kept in the process until the next posting."""
    return _known_days(str(visit.at.key), visit.at.seq, visit.ledger.zone)


@contextmanager
def generation(visit: Visit, known: date | None) -> Iterator[Cube]:
    """The cube for the page, which nothing changes while the block runs; NothingYet or BeingBuilt where there is none."""
    cube = _generation(visit, known)
    with cube.gate.reading():
        yield cube


def _generation(visit: Visit, known: date | None) -> Cube:
    newest = store.current(visit.at, visit.ledger)
    if newest is None:
        raise NothingYet
    if known is None:
        if newest.patched_units > MOST:
            _start(visit, None)
        return newest if newest.seq >= visit.at.seq else _renewed(visit, newest)
    # Between two postings all days are alike and share one generation.
    day = next((each for each in days_known(visit) if each <= known), None)
    if day is None:
        raise NothingYet
    found = store.as_known(day, visit.at, visit.ledger)
    if found is None and newest.manifest.facts < SMALL:
        store.build(known_on(day, visit.ledger.zone))
        found = store.as_known(day, visit.at, visit.ledger)
    if found is None:
        _start(visit, day)
        raise BeingBuilt(known)
    return found


def _renewed(visit: Visit, newest: Cube) -> Cube:
    """After a change that only a new generation can take in: at once where that is quick, else the old one until it is there."""
    if newest.manifest.facts < SMALL:
        store.build()
        return store.current(visit.at, visit.ledger) or newest
    _start(visit, None)
    return newest


def _start(visit: Visit, day: date | None) -> None:
    """Let one child process build it; a second process of ours that starts another finds it built."""
    name = f"{visit.at.key}-{visit.at.seq if day else ''}-{day}"
    running = _building.get(name)
    if running is None:
        if sum(each.poll() is None for each in _building.values()) < 2:
            as_known = ["--known", day.isoformat()] if day else []
            command = [sys.executable, "-m", "headrope", "cube", *as_known]
            _building[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    elif running.poll() is not None:
        del _building[name]
        if running.returncode:
            raise CannotBeBuilt(f"{name}: headrope cube ended with status {running.returncode}")
