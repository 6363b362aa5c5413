"""Reads how a unit stood on two days, one after the other, so that no generation is held while another is awaited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from headrope.org.queries import NoSuchUnit
from headrope.review.queries import Reader, Review
from headrope.review.situation.since import (
    Snapshot,
    compare,
    day_since,
    restated_since,
    session_orders,
    snapshot,
    snapshots_then,
)
from headrope.review.situation.told import orders_told
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.asked import Asked
from headrope.web.generations import NothingYet, generation
from headrope.web.review.page import Frame
from headrope.web.review.reading import read, reader_of
from headrope.web.review.since import SincePage, since_page, unasked

Framing = Callable[[Visit, Reader, Review, Asked], Frame]


def since(visit: Visit, asked: Asked, framing: Framing | None) -> tuple[SincePage, Frame | None]:
    """The part, and what is around it where that is asked for; BeingBuilt while either day is being added up."""
    with generation(visit, asked.known) as cube:
        reader, review = read(visit, asked, cube)
        frame = framing(visit, reader, review, asked) if framing else None
        until = asked.known or visit.today
        day, session = day_since(visit.who, [node.id for node in review.path], until, asked.since)
        if day is None:
            return unasked(asked.address), frame
        after = snapshot(reader, review)
        facts = restated_since(reader, review, day)
        nodes = reader.tree(review.period).nodes
        names = {each.unit: nodes[each.unit] for each in facts if each.unit in nodes}
        infos = {info.id: info for info in reader.infos.values()}
        orders = session_orders(reader, review, day, until) if session else []
    same, told = _then(visit, after.review, day)
    found = compare(same, told, after, facts)
    wording = Wording.of(review, asked.scale, visit.style)
    made = since_page(found, review, wording, asked.address, day, session, names, infos)
    if told_of := orders_told(orders, until):
        made.facts.append([(told_of, "")])
    return made, frame


def _then(visit: Visit, review: Review, day: date) -> tuple[Snapshot | None, Snapshot | None]:
    """The period as known on the day, and the part of it that was looked at then; None where nothing was known."""
    try:
        with generation(visit, day) as cube:
            return snapshots_then(reader_of(visit, cube, day), review)
    except (NothingYet, NoSuchUnit):
        return None, None
