"""How much a token may ask for: calls a minute over all processes, and bytes in one call."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Final

from django.core.cache import cache

MOST_BYTES: Final = 2_000_000
PER_MINUTE: Final = 1200
STRIDE: Final = 10
"""So many calls a process lets through before it tells the others: else every call would write to the cache's table."""

_MINUTE: Final = 60


@dataclass
class _Count:
    minute: int
    shared: int = 0
    untold: int = 0


_counts: dict[int, _Count] = {}
_lock = Lock()


def seconds_to_wait(token: int, now: float) -> int:
    """Count one call of the token (id) at `now` (seconds); 0 while it is within its calls of the minute, else seconds."""
    minute = int(now // _MINUTE)
    with _lock:
        if len(_counts) > 10_000:
            _counts.clear()
        count = _counts.get(token)
        if count is None or count.minute != minute:
            count = _counts[token] = _Count(minute)
        count.untold += 1
        if count.untold >= STRIDE:
            count.shared, count.untold = _tell(token, minute, count.untold), 0
        asked = count.shared + count.untold
    return 0 if asked <= PER_MINUTE else max(1, int((minute + 1) * _MINUTE - now))


def _tell(token: int, minute: int, calls: int) -> int:
    """Add the calls to those of all processes, and give their number. Two that add at once may lose a stride."""
    key = f"api-calls-{token}-{minute}"
    asked = int(cache.get(key, 0)) + calls
    cache.set(key, asked, 2 * _MINUTE)
    return asked
