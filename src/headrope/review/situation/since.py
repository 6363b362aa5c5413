"""What has moved between two days: figures of the same period known anew, measures turned red or recovered, odds, restatements.

A day is asked as the last session was, or as somebody chooses; see docs/spec/gap.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from headrope.core.periods import Period, year_of, year_to_date
from headrope.journal.queries import end_of_day
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.restated import Restated, restated
from headrope.meetings.queries import NoteInfo, last_held, last_reviews, reviewed_units
from headrope.org.queries import Node, Sight
from headrope.review.headline import headline_measures
from headrope.review.queries import Line, Question, Reader, Review, default_period
from headrope.review.situation.heat import Heat, Shown, heat
from headrope.review.situation.states import AHEAD, BEHIND, ON, WATCH

TOLD = (ON, AHEAD, WATCH)
"""States out of which a measure turns red, and into which it recovers."""


@dataclass(frozen=True)
class Snapshot:
    """How a unit stood: its review, and the states of it and its children in the headline measures."""

    review: Review
    matrix: Heat

    def states(self) -> dict[tuple[int, str], int]:
        """State codes by unit (id) and measure (code)."""
        return {
            (node.id, field.info.code): int(field.states[row])
            for field in self.matrix.fields
            for row, node in enumerate(self.matrix.units)
        }


@dataclass(frozen=True)
class Turned:
    """A measure of a unit that has turned red, or has recovered."""

    unit: Node
    info: MeasureInfo


@dataclass(frozen=True)
class Moved:
    """One measure as it was known on both days, for the same period; None where it had no line."""

    info: MeasureInfo
    before: Line | None
    after: Line

    @property
    def changed(self) -> bool:
        """Whether figure, plan or state is another one."""
        if self.before is None:
            return True
        one, other = self.before, self.after
        return (one.actual.value, one.plan.value, one.state) != (other.actual.value, other.plan.value, other.state)


@dataclass(frozen=True)
class Since:
    """All that has moved since the day; `then` is the period that was looked at then, None where nothing was."""

    then: Period | None
    moved: tuple[Moved, ...]
    red: tuple[Turned, ...]
    recovered: tuple[Turned, ...]
    odds: tuple[Moved, ...]
    restated: tuple[Restated, ...]


def last_session(who: Sight, path: list[int], before: date) -> date | None:
    """The day of the last meeting before the day, of one of these units (ids), that the person may see; one statement."""
    return last_held([unit for unit in path if who.sees(unit)], before)


def day_since(who: Sight, path: list[int], until: date, asked: date | None) -> tuple[date | None, bool]:
    """The day that is compared with: the one asked for before `until`, else that of the last session; whether it is its day."""
    session = last_session(who, path, until)
    day = asked if asked and asked < until else session
    return day, day is not None and day == session


def session_orders(reader: Reader, review: Review, session: date, until: date) -> list[NoteInfo]:
    """The orders that the unit and those right below it got in the session, as they stand; one statement."""
    told = reviewed_units(str(reader.at.key), reader.at.seq)
    units = [unit for unit in (review.unit.id, *(node.id for node in review.children)) if unit in told]
    if not units:
        return []
    known = reader.known_postings if review.known_on else None
    last = last_reviews(units, until, known=known).values()
    return [note for each in last if each.held_on == session for note in each.orders]


def snapshots_then(then: Reader, review: Review) -> tuple[Snapshot | None, Snapshot | None]:
    """The review's period by the reader of that day, and the part of it that was looked at then; None where there was none.

    NoSuchUnit where the unit did not exist.
    """

    def of(period: Period) -> Snapshot:
        question = Question(review.unit.code, period, review.against, then.known, review.as_was)
        return snapshot(then, then.review(question))

    same, period = of(review.period), period_then(then, review.period)
    if period is None or period == review.period:
        return same, same if period else None
    return same, of(period)


def snapshot(reader: Reader, review: Review) -> Snapshot:
    """How the unit of the reader's review stands, and those right below it."""
    infos = [line.info for line in headline_measures(review)]
    return Snapshot(review, heat(reader, review, Shown(infos, review.children, hem=False)))


def period_then(reader: Reader, period: Period) -> Period | None:
    """What was looked at then: of a year to date the part that was known, of any other period itself; None: nothing."""
    start = reader.ledger.fiscal_start
    if period != year_to_date(Period(period.end - 1, 1), start):
        return period
    found = default_period(reader.cube, reader.ledger)
    if found is None or found.end <= year_of(period.end - 1, start).start:
        return None
    return Period(period.start, min(found.end, period.end) - period.start)


def compare(same: Snapshot | None, told: Snapshot | None, after: Snapshot, facts: tuple[Restated, ...]) -> Since:
    """`same`: the period as known on the first day; `told`: the period that was looked at then; `after`: the second day."""
    lines = headline_measures(after.review)
    moved = tuple(Moved(line.info, same.review.line(line.info.code) if same else None, line) for line in lines)
    before = told.states() if told else {}
    red, recovered = [], []
    nodes = {node.id: node for node in after.matrix.units}
    infos = {field.info.code: field.info for field in after.matrix.fields}
    for (unit, code), now in after.states().items():
        was = before.get((unit, code))
        if was in TOLD and now == BEHIND:
            red.append(Turned(nodes[unit], infos[code]))
        elif was == BEHIND and now in TOLD:
            recovered.append(Turned(nodes[unit], infos[code]))
    odds = tuple(
        Moved(line.info, was_line, line)
        for line in lines
        if told and (was_line := told.review.line(line.info.code)) and _odds(was_line) is not None and _odds(line) is not None
        and abs((_odds(was_line) or 0) - (_odds(line) or 0)) >= 0.005
    )  # fmt: skip
    return Since(told.review.period if told else None, moved, tuple(red), tuple(recovered), odds, facts)


def _odds(line: Line) -> float | None:
    return line.landing.odds.value if line.landing else None


def restated_since(reader: Reader, review: Review, since: date) -> tuple[Restated, ...]:
    """Figures of the period at or under the unit that took another value after the day."""
    tree, unit = reader.tree(review.period), review.unit.id

    def under(touched: int) -> bool:
        if touched not in tree.nodes:
            return touched == unit
        return reader.who.sees(touched) and any(node.id == unit for node in tree.path(touched))

    zone = reader.ledger.zone
    before = end_of_day(review.known_on, zone) if review.known_on else None
    first: datetime = end_of_day(since, zone)
    return tuple(each for each in restated(under, review.period, reader.at, before) if each.known_at >= first)
