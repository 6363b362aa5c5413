"""How long the clock of each item has run, out of the moves of the big screen.

>>> from datetime import UTC, datetime, timedelta
>>> nine = datetime(2023, 7, 14, 9, tzinfo=UTC)
>>> steps = [Step(1, True, nine), Step(2, True, nine + timedelta(minutes=6)), Step(2, False, nine + timedelta(minutes=7))]
>>> {item: turn.spent for item, turn in turns(steps).items()}
{1: 360000, 2: 60000}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Step:
    """From `at` on the item (None: none) stands on the screen and its clock runs, or not."""

    item: int | None
    running: bool
    at: datetime


@dataclass(frozen=True)
class Turn:
    """When an item's clock first ran, when it last stopped (None while it runs), and its milliseconds up to the last step."""

    started: datetime
    ended: datetime | None
    spent: int = 0


def turns(steps: Sequence[Step]) -> dict[int, Turn]:
    """The turns of all items whose clock ever ran; the steps are in order of time."""
    found: dict[int, Turn] = {}
    for place, step in enumerate(steps):
        if not step.running or step.item is None:
            continue
        held = found.get(step.item) or Turn(step.at, None)
        until = steps[place + 1] if place + 1 < len(steps) else None
        if until is None:
            found[step.item] = replace(held, ended=None)
        else:
            found[step.item] = replace(held, ended=until.at, spent=held.spent + (until.at - step.at) // MILLISECOND)
    return found
