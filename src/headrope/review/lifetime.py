"""A unit's beginning and end as far as they lie in the period: what is half a period is not taken for a whole one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from headrope.core.periods import Period
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import FigureWording
from headrope.org.queries import Node
from headrope.review.queries import Reader, Review


@dataclass(frozen=True)
class Lifetime:
    """First and last day of the unit, None where they do not lie in the period.

    `heir` carries on the closed unit; `taken` are closed ones that this unit has carried on since a day of the period.
    Only units that the reader sees are named.
    """

    founded: date | None = None
    closed: date | None = None
    heir: Node | None = None
    taken: tuple[Node, ...] = ()


def lifetime(reader: Reader, review: Review) -> Lifetime:
    """What of the unit's life the reader of its figures has to know."""
    unit, period, last = review.unit, review.period, reader.who.now.last
    tree = reader.tree(period)
    if unit.id not in tree.nodes:
        heir = last.get(unit.successor) if unit.successor is not None else None
        return Lifetime(closed=last_day(unit), heir=heir if heir and reader.who.sees(heir.id) else None)
    taken = tuple(
        node
        for node in reader.who.now.followed.get(unit.id, ())
        if node.id not in tree.nodes
        and period.first_day < node.valid_to <= period.last_day
        and reader.who.sees(node.id)
    )
    return Lifetime(_founded(reader, unit, period), taken=taken)


def told(life: Lifetime, wording: FigureWording) -> list[str]:
    """The same in words, nothing of a unit that was there all the time."""
    found = []
    if life.founded is not None:
        found.append(_("Founded on %(day)s") % {"day": wording.day(life.founded)})
    if life.closed is not None:
        values = {"day": wording.day(life.closed), "unit": wording.name(life.heir) if life.heir else ""}
        text = _("Closed on %(day)s, goes on in %(unit)s") if life.heir else _("Closed on %(day)s")
        found.append(text % values)
    for node in life.taken:
        values = {"unit": wording.name(node), "day": wording.day(node.valid_to)}
        found.append(_("%(unit)s is in it since %(day)s") % values)
    return found


def last_day(unit: Node) -> date:
    """The last day on which the unit is as it is."""
    return unit.valid_to - timedelta(days=1)


def _founded(reader: Reader, unit: Node, period: Period) -> date | None:
    """The first day of the unit, if it is one of the period; a new name or place is no beginning."""
    day = unit.valid_from
    if not period.first_day < day <= period.last_day:
        return None
    before = Period(day.year * 12 + day.month - 2, 1)
    return None if unit.id in reader.tree(before).nodes else day
