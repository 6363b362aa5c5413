"""What an edit of the tree would do to the books, shown before it is saved: totals, figures left outside, duties, shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from headrope.core.impact import Impact
from headrope.core.periods import from_code, month_of
from headrope.core.problems import Problem
from headrope.core.units import FOREVER, SEGMENT, Edition, covered
from headrope.journal.queries import Books
from headrope.ledger.models import Duty, Elimination, Fact, State
from headrope.org.editing import MandateChange, TreeEdit, mandates_changed
from headrope.org.models import Post
from headrope.org.queries import holding_rows, segment_rows

MOST = 50
"""Problems of one kind that are listed."""


@dataclass(frozen=True)
class Consequences:
    """What an edit would change: the tree and its totals, mandates, and how many duties, shares, segments and posts it touches.

    Touched are duties and shares of units that end earlier or move, if they hold today or later, segments with such a
    member or with one whose own total changes, and posts in units that end earlier, if they go on longer than the unit.
    """

    impact: Impact
    mandates: Sequence[MandateChange]
    duties: int
    holdings: int
    segments: int
    posts: int


def consequences(plan: TreeEdit, at: Books, today: date) -> Consequences:
    """Work them out for the day on which the edit holds in full, today or later; a fixed number of statements."""
    impact = plan.impact(months_with_figures(at))
    starts = [edition.valid_from for each in plan.units.values() for edition in each]
    ends = [edition.valid_to for each in plan.units.values() for edition in each if edition.valid_to < FOREVER]
    day = max([today, *starts, *ends])
    concerned = {plan.ids[code] for code in (*impact.closed, *impact.moved)}
    segments = {row.segment for row in segment_rows() if row.unit in concerned | _ids(impact.totals, plan.ids)}
    return Consequences(
        impact,
        mandates_changed(plan, day),
        duties=Duty.objects.filter(seq_to=None, unit_id__in=concerned, valid_to__gt=today).count(),
        holdings=sum(bool({row.owner, row.held} & concerned) and row.valid_to > today for row in holding_rows()),
        segments=len(segments),
        posts=sum(post.valid_to > _end(plan, post.unit_id) for post in _posts(plan, impact)),
    )


def _posts(plan: TreeEdit, impact: Impact) -> Iterable[Post]:
    return Post.objects.filter(seq_to=None, unit_id__in=_ids(impact.closed, plan.ids))


def _end(plan: TreeEdit, unit: int) -> date:
    """The day from which on the unit is there no more."""
    return max(e.valid_to for code, each in plan.units.items() if plan.ids[code] == unit for e in each)


def _ids(codes: Iterable[str], ids: Mapping[str, int]) -> set[int]:
    return {ids[code] for code in codes}


@lru_cache(maxsize=4)
def _months_at(key: str, seq: int) -> frozenset[int]:
    periods = Fact.objects.filter(seq__lte=seq).values_list("period", flat=True).distinct()
    return frozenset(from_code(code).end - 1 for code in periods)


def months_with_figures(at: Books) -> frozenset[int]:
    """The months (Period.start) at whose end a stored period ends; a look at all facts, kept until the books move."""
    return _months_at(str(at.key), at.seq)


def left_outside(plan: TreeEdit) -> list[Problem]:
    """Figures, eliminations and duties that would belong to units on days on which they do not exist; three statements.

    Each stands at the row of its unit. All of them block: what the ledger holds has a place in the tree of its time.
    """
    lives: dict[str, list[Edition]] = {}
    for edition in plan.before:
        lives.setdefault(edition.code, []).append(edition)
    shrunk = {
        plan.ids[code]: each
        for code, each in plan.units.items()
        if not all(covered(*days, _days(each)) for days in _days(lives.get(code, ())))
    }
    found = [*_figures(shrunk), *_eliminations(shrunk), *_duties(plan)]
    if len(found) > MOST:
        more = Problem("", "%(more)s more problems are not listed.", "Mend these first.", {"more": len(found) - MOST})
        return [*found[:MOST], more]
    return found


Spans = Sequence[tuple[int, int]]


def _days(editions: Iterable[Edition]) -> list[tuple[date, date]]:
    """The days on which the unit can have figures of its own."""
    return [(edition.valid_from, edition.valid_to) for edition in editions if edition.kind != SEGMENT]


def _spans(editions: Iterable[Edition]) -> Spans:
    """Intervals of months, the last excluded, at whose ends it can have them."""
    return [(month_of(first).start, month_of(end).start) for first, end in _days(editions)]


def _there(spans: Spans, period: int) -> bool:
    last = from_code(period).end - 1
    return any(first <= last < end for first, end in spans)


def _figures(shrunk: Mapping[int, Sequence[Edition]]) -> Iterator[Problem]:
    rows = Fact.objects.filter(unit_id__in=shrunk).order_by("unit_id", "period", "seq")
    fields = ("unit_id", "period", "measure_id", "version_id", "basis", "state")
    latest = {tuple(key): state for *key, state in rows.values_list(*fields)}
    held = dict.fromkeys(key[:2] for key, state in latest.items() if state in (State.VALUE, State.TEXT))
    message = "%(code)s has figures for %(period)s, at whose end it would not exist."
    yield from _outside(shrunk, held, message)


def _eliminations(shrunk: Mapping[int, Sequence[Edition]]) -> Iterator[Problem]:
    fields = ("unit_id", "counterparty_id", "measure_id", "version_id", "period", "amount")
    latest = {tuple(key): amount for *key, amount in Elimination.objects.order_by("seq").values_list(*fields)}
    held = dict.fromkeys(
        (unit, key[4]) for key, amount in latest.items() if amount is not None for unit in key[:2] if unit in shrunk
    )
    message = "%(code)s has eliminations for %(period)s, at whose end it would not exist."
    yield from _outside(shrunk, held, message)


def _outside(shrunk: Mapping[int, Sequence[Edition]], held: Iterable[tuple[int, ...]], message: str) -> Iterator[Problem]:  # fmt: skip
    for unit, period in held:
        editions = shrunk[unit]
        if not _there(_spans(editions), period):
            values = {"code": editions[0].code, "period": from_code(period)}
            yield Problem(editions[0].where, message, "Withdraw them first, or correct the dates.", values)


def _duties(plan: TreeEdit) -> Iterator[Problem]:
    codes = {plan.ids[code]: code for code in plan.units}
    for duty in Duty.objects.filter(seq_to=None, unit_id__in=codes).select_related("form"):
        editions = plan.units[codes[duty.unit_id]]
        if not any(max(duty.valid_from, e.valid_from) < min(duty.valid_to, e.valid_to) for e in editions):
            message = "%(unit)s exists on none of the days on which it owes %(form)s."
            values = {"unit": codes[duty.unit_id], "form": duty.form.code}
            yield Problem(editions[0].where, message, "Correct the dates.", values)
