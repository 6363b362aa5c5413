"""Papers that are made while nobody's worker waits: begun in a thread, left in a folder that all workers of the server see.

The states of a paper are files, so that any worker can say where it stands: `KEY.making` while one makes it, then
`KEY.made`, `KEY.failed` or `KEY.refused`. Who asks next takes it away; what nobody asks for again goes after a while.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Final

from django.conf import settings

from headrope.reports.press import MOST_SECONDS, MOST_WAITING, Order, Press, PressError, Refused
from headrope.reports.writing import kept

LOST: Final = MOST_SECONDS + MOST_WAITING + 15
"""After so many seconds whoever was making it has ended before its time."""
KEPT: Final = 600
"""Seconds that a paper waits to be taken."""


def made_meanwhile(press: Press, order: Order) -> bytes | None:
    """The paper if it is there; None while it is being made, which begins with the first question. PressError, or Refused.

    A key says who asks, what, and of which books, so nobody is given what another has asked for.
    """
    folder = Path(settings.HOME) / "press"
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / sha256(json.dumps(asdict(order), sort_keys=True).encode()).hexdigest()
    sign = place.with_suffix(".making")
    data = _left(place, order)
    if data is not None or not _begin(sign):
        return data
    begun = False
    try:
        # Whoever was making it may have ended after the first look and before we began.
        data = _left(place, order)
        if data is None:
            _forget_old(folder)
            Thread(target=_make, args=(press, order, place), daemon=True).start()
            begun = True
    finally:
        if not begun:
            sign.unlink(missing_ok=True)
    return data


def _left(place: Path, order: Order) -> bytes | None:
    """What its maker has left: the paper, or why there is none as an error; None where nothing is there."""
    data = _taken(place.with_suffix(".made"))
    if data is not None:
        return data
    if _taken(place.with_suffix(".refused")) is not None:
        raise Refused(order.asked.unit)
    if _taken(place.with_suffix(".failed")) is not None:
        raise PressError("it could not be made")
    return None


def _taken(file: Path) -> bytes | None:
    """What is in the file, which is gone then; None where there is none."""
    try:
        data = file.read_bytes()
        file.unlink()
    except FileNotFoundError:
        return None
    return data


def _begin(sign: Path) -> bool:
    """Whether it is for us to make it: one makes it, however many ask."""
    with suppress(FileNotFoundError):
        if time.time() - sign.stat().st_mtime > LOST:
            sign.unlink()
    try:
        os.close(os.open(sign, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def _make(press: Press, order: Order, place: Path) -> None:
    sign = place.with_suffix(".making")
    try:
        kept(place.with_suffix(".made"), press.made(order))
    except Refused:
        sign.rename(place.with_suffix(".refused"))
    except (PressError, OSError):
        # The sign of work becomes the sign of what went wrong: a full disk has no room for a new one.
        sign.rename(place.with_suffix(".failed"))
    finally:
        sign.unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > KEPT:
                file.unlink()
