"""Which generation of the cube answers a request: the newest, or the one as known on a day, which may have to be built."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from headrope.journal.queries import Books, known_days, known_on
from headrope.ledger.cube import store
from headrope.ledger.cube.tail import MOST
from headrope.ledger.cube.view import Cube
from headrope.ledger.queries import LedgerSettings

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


def days_known(at: Books, zone: ZoneInfo) -> tuple[date, ...]:
    """The days on which something became known, newest first; kept in the process until the next posting."""
    return _known_days(str(at.key), at.seq, zone)


@contextmanager
def generation(at: Books, ledger: LedgerSettings, known: date | None) -> Iterator[Cube]:
    """The cube that nothing changes while the block runs; NothingYet or BeingBuilt where there is none."""
    cube = _generation(at, ledger, known)
    with cube.gate.reading():
        yield cube


def _generation(at: Books, ledger: LedgerSettings, known: date | None) -> Cube:
    newest = store.current(at, ledger)
    if newest is None:
        raise NothingYet
    if known is None:
        if newest.patched_units > MOST:
            _start(at, None)
        return newest if newest.seq >= at.seq else _renewed(at, ledger, newest)
    # Between two postings all days are alike and share one generation.
    day = next((each for each in days_known(at, ledger.zone) if each <= known), None)
    if day is None:
        raise NothingYet
    found = store.as_known(day, at, ledger)
    if found is None and newest.manifest.facts < SMALL:
        store.build(known_on(day, ledger.zone))
        found = store.as_known(day, at, ledger)
    if found is None:
        _start(at, day)
        raise BeingBuilt(known)
    return found


def _renewed(at: Books, ledger: LedgerSettings, newest: Cube) -> Cube:
    """After a change that only a new generation can take in: at once where that is quick, else the old one until it is there."""
    if newest.manifest.facts < SMALL:
        store.build()
        return store.current(at, ledger) or newest
    _start(at, None)
    return newest


def _start(at: Books, day: date | None) -> None:
    """Let one child process build it; a second process of ours that starts another finds it built."""
    name = f"{at.key}-{at.seq if day else ''}-{day}"
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
