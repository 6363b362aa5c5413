"""How many submissions of one round stand at once: state, due day and lateness by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from headrope.core.due import Due, Standing, standing
from headrope.journal.queries import end_of_day
from headrope.ledger.due import DueOf
from headrope.ledger.submissions.booked import BATCH, MOST, all_booked, booked_since
from headrope.ledger.submissions.collection import Collection as Taking
from headrope.ledger.submissions.place import Place, Round
from headrope.ledger.submissions.stamps import Stamp, stamp_of
from headrope.org.queries import Sight

NONE, BOOKED = "none", "booked"
"""States of what nobody has begun, and of what is in the books without a submission because it was loaded."""
DONE = ("accepted", BOOKED)
"""States of what the unit above need not wait for."""
HERE = ("submitted", "accepted", "reopened")
"""States of what has been sent and was not returned."""
_READ = ("state", "id", "first_submitted_at", "seq", "row_version")


class Stood(NamedTuple):
    """How one submission stands; `due` and `standing` are None where it is never due. `restating`: accepted before.

    `row_version` is the state that was read; 0 where nobody has begun.
    """

    state: str
    submission: int | None = None
    due: Due | None = None
    standing: Standing | None = None
    restating: bool = False
    row_version: int = 0


def is_late(stood: Stood) -> bool:
    """Whether it has not been sent and should have been."""
    return stood.standing is not None and stood.standing.state == "late"


def stands(round: Round, unit: int, reported: datetime | None) -> tuple[Due | None, Standing | None]:
    """When the unit's submission is due, and how it stands if it was sent then (None: not yet)."""
    days = round.due
    found = days.of(unit) if days else None
    if days is None or found is None:
        return None, None
    when = round.when
    return found, standing(found, reported, when.now, days.calendar(unit), when.ledger.zone)


def standings(round: Round, units: Collection[int]) -> dict[int, Stood]:
    """How the submissions of these units stand; a few statements. How all stand that nobody has begun is kept in the process.

    A unit that only sends on what is below it stands as that does, where all of it was loaded and nobody there has begun.
    """
    if len(units) > BATCH:
        stood = still_open(round).stood
        return {unit: stood[unit] for unit in units}
    rows = round.submissions.filter(unit_id__in=list(units)).values_list("unit_id", *_READ)
    begun = _begun(round, rows)
    found = _unbegun(round, [unit for unit in units if unit not in begun])
    _reopened_by_those_below(round, found)
    found.update(begun)
    return found


_Row = tuple[int, str, int, datetime | None, int | None, int]
_sent: dict[tuple[object, ...], tuple[DueOf | None, dict[int, tuple[_Row, Stood]]]] = {}


def _begun(round: Round, rows: Iterable[_Row]) -> dict[int, Stood]:
    """How that stands which somebody has begun; rows are the unit and `_READ`.

    What was sent stands so whatever the time is, and is kept in the process as long as its row is the same.
    """
    key = str(round.when.at.key), round.form, round.period, round.version_id
    due, kept = _sent.get(key, (None, {}))
    if due is not round.due or key not in _sent:
        if len(_sent) >= MOST:
            _sent.clear()
        kept = {}
        _sent[key] = round.due, kept
    found: dict[int, Stood] = {}
    for row in rows:
        unit, state, number, first, seq, version = row
        reported = first if state in HERE else None
        past = reported is not None and reported <= round.when.now
        held = kept.get(unit) if past else None
        if held is not None and held[0] == row:
            found[unit] = held[1]
            continue
        found[unit] = Stood(state, number, *stands(round, unit, reported), seq is not None, version)
        if past:
            kept[unit] = row, found[unit]
    return found


@dataclass(frozen=True)
class Open:
    """All units of a round: how each stands, which are not done, which of those are late, and which wait for acceptance."""

    units: Taking
    stood: Mapping[int, Stood]
    pending: Set[int]
    late: Set[int]
    sent: Set[int]

    def below(self, unit: int, seen: Set[int]) -> tuple[int, int]:
        """How many of the units right below it, of those seen, are not done, and how many are."""
        children = [child.id for child in self.units.tree.children.get(unit, ()) if child.id in self.units.part]
        waits = sum(child in self.pending for child in children if child in seen)
        return waits, sum(child in seen for child in children) - waits

    @cached_property
    def late_owing(self) -> frozenset[int]:
        """Those that are late and fill the form in themselves."""
        return self.units.owing.intersection(self.late)

    @cached_property
    def ready(self) -> frozenset[int]:
        """Those that are not done and wait for nobody below."""
        nodes = self.units.tree.nodes
        return frozenset(self.pending) - {nodes[unit].parent for unit in self.pending}


class _Kept(NamedTuple):
    due: DueOf | None
    sinces: Mapping[int, datetime]
    first: datetime
    until: datetime
    stood: dict[int, Stood]
    pending: frozenset[int]
    late: frozenset[int]


_open: dict[tuple[object, ...], tuple[_Kept, Stamp, Open]] = {}


def still_open(round: Round) -> Open:
    """What is open in the whole round, kept in the process until somebody changes a submission; one statement, or two.

    Only what somebody has begun is looked at one by one.
    """
    every = _all_unbegun(round)
    key = str(round.when.at.key), round.form, round.period, round.version_id
    stamp = stamp_of(round)
    held = _open.get(key)
    if held and held[0] is every and held[1] == stamp:
        return held[2]
    rows = [row for row in round.submissions.values_list("unit_id", *_READ) if row[0] in every.stood]
    found = _opened(round, every, _begun(round, rows))
    if stamp is not None and not any(first is not None and first > round.when.now for _, _, _, first, _, _ in rows):
        if len(_open) >= MOST:
            _open.clear()
        _open[key] = every, stamp, found
    return found


def _opened(round: Round, every: _Kept, begun: dict[int, Stood]) -> Open:
    changed = {}
    for unit in _above(round, begun):
        if every.stood[unit].state == BOOKED and unit not in round.units.owing:
            changed[unit] = Stood(NONE, None, *stands(round, unit, None))
    changed |= begun
    pending = {unit for unit, stood in changed.items() if stood.state not in DONE}
    late = {unit for unit in pending if is_late(changed[unit])}
    kept = changed.keys()
    sent = frozenset(unit for unit, stood in begun.items() if stood.state == "submitted")
    return Open(round.units, every.stood | changed, (every.pending - kept) | pending, (every.late - kept) | late, sent)


def acceptable(who: Sight, round: Round, sent: Iterable[int], stood: Mapping[int, Stood]) -> frozenset[int]:
    """Which of these units (ids), whose submissions were sent, the person may accept now.

    Under a lock that is only what had been accepted before it.
    """
    mine = who.accepting.intersection(sent)
    if not round.locked:
        return mine
    nodes = round.units.tree.nodes
    return frozenset(unit for unit in mine if stood[unit].restating or not Place(nodes[unit], round).locked())


def _above(round: Round, units: Collection[int]) -> set[int]:
    """All units of the round that stand above one of these."""
    nodes, found = round.units.tree.nodes, set[int]()
    for unit in units:
        at = nodes[unit].parent if unit in nodes else None
        while at is not None and at not in found:
            found.add(at)
            at = nodes[at].parent
    return found & round.units.part


def _reopened_by_those_below(round: Round, found: dict[int, Stood]) -> None:
    """A unit above is not done because all below is in the books: where one of them sent its form, it sends on."""
    above = {unit for unit, stood in found.items() if stood.state == BOOKED and unit not in round.units.owing}
    if not above:
        return
    for unit in _above(round, round.submissions.values_list("unit_id", flat=True)) & above:
        found[unit] = Stood(NONE, None, *stands(round, unit, None))


def _unbegun(round: Round, units: Collection[int]) -> dict[int, Stood]:
    """How units stand without a submission; alike ones share an answer."""
    if len(units) > BATCH or sum(round.units.owing_under.get(unit, 0) for unit in units) > BATCH:
        every = _all_unbegun(round).stood
        return dict(every) if len(units) == len(every) else {unit: every[unit] for unit in units}
    below = {unit: round.units.owing_below(unit) for unit in units}
    booked = booked_since(round, {unit for owing in below.values() for unit in owing})
    sinces = {
        unit: max(booked[each] for each in owing)
        for unit, owing in below.items()
        if owing and all(each in booked for each in owing)
    }
    return _stood(round, units, sinces)


_kept: dict[tuple[object, ...], _Kept] = {}


def _all_unbegun(round: Round) -> _Kept:
    """How all units of the round stand without a submission: the same until a day begins or a due moment passes."""
    when, due, sinces = round.when, round.due, all_booked(round)
    key = str(when.at.key), round.form, round.period, round.version_id
    held = _kept.get(key)
    if held and held.due is due and held.sinces is sinces and held.first <= when.now < held.until:
        return held
    midnight = end_of_day(when.now.astimezone(when.ledger.zone).date(), when.ledger.zone)
    # What is in time on the stroke is late after it; what was loaded with a later date is not there yet.
    turns = (moment for moment in (*(due.moments if due else ()), *set(sinces.values())) if moment >= when.now)
    until = min(turns, default=midnight)
    stood = _stood(round, round.units.part, sinces)
    if len(_kept) >= MOST:
        _kept.clear()
    pending = frozenset(unit for unit, each in stood.items() if each.state not in DONE)
    late = frozenset(unit for unit in pending if is_late(stood[unit]))
    made = _kept[key] = _Kept(due, sinces, when.now, min(until, midnight), stood, pending, late)
    return made


def _stood(round: Round, units: Collection[int], sinces: Mapping[int, datetime]) -> dict[int, Stood]:
    made: dict[tuple[object, ...], Stood] = {}
    found: dict[int, Stood] = {}
    for unit in units:
        since = sinces.get(unit)
        key = since, round.due and (round.due.of(unit), id(round.due.calendar(unit)))
        stood = made.get(key)
        if stood is None:
            stood = made[key] = Stood(BOOKED if since else NONE, None, *stands(round, unit, since))
        found[unit] = stood
    return found
