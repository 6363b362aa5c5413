"""How many submissions of one round stand at once: state, due day and lateness by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Min

from headrope.core.due import Due, Standing, standing
from headrope.journal.models import Posting
from headrope.ledger.models import Basis, Fact
from headrope.ledger.submissions.place import Round

NONE, BOOKED = "none", "booked"
"""States of what nobody has begun, and of what is in the books without a submission because it was loaded."""
DONE = ("accepted", BOOKED)
"""States of what the unit above need not wait for."""
HERE = ("submitted", "accepted", "reopened")
"""States of what has been sent and was not returned."""
BATCH = 500


class Stood(NamedTuple):
    """How one submission stands; `due` and `standing` are None where it is never due."""

    state: str
    submission: int | None = None
    due: Due | None = None
    standing: Standing | None = None


def stands(round: Round, unit: int, reported: datetime | None) -> tuple[Due | None, Standing | None]:
    """When the unit's submission is due, and how it stands if it was sent then (None: not yet)."""
    days = round.due
    found = days.of(unit) if days else None
    if days is None or found is None:
        return None, None
    when = round.when
    return found, standing(found, reported, when.now, days.calendar(unit), when.ledger.zone)


def standings(round: Round, units: Collection[int]) -> dict[int, Stood]:
    """How the submissions of these units stand; two statements, and two more for each 500 units without one.

    A unit that only sends on what is below it stands as that does, where all of it was loaded.
    """
    rows = round.submissions
    if len(units) <= BATCH:
        rows = rows.filter(unit_id__in=list(units))
    held = {row[0]: row[1:] for row in rows.values_list("unit_id", "state", "id", "first_submitted_at")}
    below = {unit: _owing_below(round, unit) for unit in units if unit not in held}
    booked = booked_since(round, {unit for owing in below.values() for unit in owing})
    found: dict[int, Stood] = {}
    for unit in units:
        if unit in held:
            state, number, first = held[unit]
            found[unit] = Stood(state, number, *stands(round, unit, first if state in HERE else None))
        elif below[unit] and all(each in booked for each in below[unit]):
            since = max(booked[each] for each in below[unit])
            found[unit] = Stood(BOOKED, None, *stands(round, unit, since))
        else:
            found[unit] = Stood(NONE, None, *stands(round, unit, None))
    return found


def _owing_below(round: Round, unit: int) -> list[int]:
    """The unit itself if it fills the form in, else those below it that do."""
    if unit in round.units.owing:
        return [unit]
    return [node.id for node in round.units.tree.subtree(unit) if node.id in round.units.owing]


def booked_since(round: Round, units: Iterable[int]) -> dict[int, datetime]:
    """Since when the books hold own figures of the form for the period, by unit; others are left out."""
    measures = [round.infos[code].id for code in round.form.measures if code in round.infos]
    every, first = sorted(units), dict[int, int]()
    for at in range(0, len(every), BATCH):
        rows = Fact.objects.filter(
            unit_id__in=every[at : at + BATCH],
            measure_id__in=measures,
            version_id=round.version_id,
            period=round.period.code,
            basis=Basis.OWN,
        )
        first.update(rows.values_list("unit_id").annotate(first=Min("seq")).values_list("unit_id", "first"))
    known = dict(Posting.objects.filter(seq__in=set(first.values())).values_list("seq", "known_at"))
    return {unit: known[seq] for unit, seq in first.items()}
