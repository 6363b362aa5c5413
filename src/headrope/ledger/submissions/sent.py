"""Whose reports of a round were sent, and how many at or under each unit; kept until somebody changes a submission."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import NamedTuple

from headrope.ledger.submissions.booked import MOST
from headrope.ledger.submissions.collection import Collection
from headrope.ledger.submissions.place import Round
from headrope.ledger.submissions.stamps import Stamp, stamp_of
from headrope.ledger.submissions.standings import HERE

_READ = ("unit_id", "seq", "first_submitted_at")


class Sent(NamedTuple):
    """By unit (id) how many reports at or under it were sent and are in no total yet; and which units that accept the form
    from below have sent it on.
    """

    under: Mapping[int, int]
    on: Set[int]


class _Kept(NamedTuple):
    stamp: Stamp
    units: Collection
    last: datetime | None
    sent: Sent


_kept: dict[tuple[object, ...], _Kept] = {}


def sent(round: Round, seq: int) -> Sent:
    """What was sent by the round's moment; `seq` is the last posting of the totals. One statement, or two."""
    key = str(round.when.at.key), round.form, round.period, round.version_id, seq
    stamp, units, now = stamp_of(round), round.units, round.when.now
    held = _kept.get(key)
    if held and held.stamp == stamp and held.units is units and (held.last is None or held.last < now):
        return held.sent
    rows = [row for row in round.submissions.filter(state__in=HERE).values_list(*_READ) if row[2] is not None]
    past = [(unit, posted) for unit, posted, first in rows if first < now]
    under = _under(units, (unit for unit, posted in past if posted is None or posted > seq))
    found = Sent(under, frozenset(unit for unit, _ in past) - units.owing)
    if stamp is not None and len(past) == len(rows):
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = _Kept(stamp, units, max((first for _, _, first in rows), default=None), found)
    return found


def _under(units: Collection, reports: Iterable[int]) -> Counter[int]:
    nodes, tier = units.tree.nodes, units.tree.tier
    counts = Counter(unit for unit in reports if unit in units.owing)
    # From the lowest tier up each unit is looked at once, where the paths of thousands of them are much longer.
    by_tier: dict[int, Counter[int]] = defaultdict(Counter)
    for unit, count in counts.items():
        by_tier[tier[unit]][unit] = count
    for at in range(max(by_tier, default=0), 1, -1):
        for unit, count in by_tier[at].items():
            if (parent := nodes[unit].parent) is not None:
                counts[parent] += count
                by_tier[at - 1][parent] += count
    return counts
