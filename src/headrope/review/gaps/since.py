"""Since when measures have been behind, month by month back to the beginning of the period."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.periods import Period, year_of
from headrope.core.scoring import State
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.review.gaps.answers import Key
from headrope.review.gaps.figures import asked_by_now
from headrope.review.gaps.queries import GapRow
from headrope.review.queries import Reader, Review, figure, verdict


def behind_since(reader: Reader, review: Review, rows: Sequence[GapRow]) -> dict[Key, Period]:
    """The month at whose end each of these red rows of the review first was behind, and has been ever since.

    It is the time from the period's beginning to each month's end that is judged, by figures and plans as they are known
    to the reader. Months of which nothing can be said are passed over. No statement.
    """
    period = review.period
    nodes = list({row.unit.id: row.unit for row in rows}.values())
    places = {node.id: place for place, node in enumerate(nodes)}
    found = {(row.unit.id, row.info.id): _month(period.end) for row in rows}
    waiting: dict[str, list[int]] = {}
    for row in rows:
        waiting.setdefault(row.info.code, []).append(places[row.unit.id])
    earlier = _Earlier(reader, review, list(places))
    for end in range(period.end - 1, period.start, -1):
        part = Period(period.start, end - period.start)
        for code, left in list(waiting.items()):
            info = reader.infos[code]
            states = earlier.states(info, part, left)
            found |= {(nodes[place].id, info.id): _month(end) for place in left if states[place] == "behind"}
            waiting[code] = [place for place in left if states[place] in (None, "none", "behind")]
    return found


def _month(end: int) -> Period:
    return Period(end - 1, 1)


class _Earlier:
    """Judges units (ids) in earlier parts of the review's period."""

    def __init__(self, reader: Reader, review: Review, units: Sequence[int]) -> None:
        self.reader, self.review = reader, review
        self.view = reader.cube.view(units)
        self.year = year_of(review.period.end - 1, reader.ledger.fiscal_start)

    def states(self, info: MeasureInfo, part: Period, places: Sequence[int]) -> dict[int, State | None]:
        """The state of the measure in these places of the units; None where nothing can be said."""
        if not places:
            return {}
        reader, against, rule = self.reader, self.review.against, self.reader.pace(part)
        actual = self.view.column(info, reader.infos, ACTUAL, part)
        plan = reader.plan_of(self.view, info, part, against, self.review.as_was)
        if against != LAST_YEAR:
            year = self.view.column(info, reader.infos, against, self.year)
            plan = asked_by_now(info, plan, year, (part, self.year), rule)
        judged = [verdict(info, figure(actual, info, at), figure(plan, info, at), against, rule) for at in places]
        return {at: found.state if found else None for at, found in zip(places, judged, strict=True)}
