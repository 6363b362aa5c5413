"""Reads how a unit stood on two days, one after the other, so that no generation is held while another is awaited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from headrope.org.queries import NoSuchUnit
from headrope.review.queries import Question, Reader, Review
from headrope.review.situation.since import Snapshot, compare, last_session, period_then, restated_since, snapshot
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
        path = [node.id for node in review.path]
        session = last_session(visit.who, path, until)
        day = asked.since if asked.since and asked.since < until else session
        if day is None:
            return unasked(asked.address), frame
        question = Question(review.unit.code, review.period, review.against, asked.known, asked.as_was)
        after = snapshot(reader, question)
        facts = restated_since(reader, review, day)
        names = {
            node.id: node
            for node in reader.tree(review.period).nodes.values()
            if any(node.id == each.unit for each in facts)
        }
        infos = {info.id: info for info in reader.infos.values()}
    same, told = _then(visit, after.review, day, asked)
    found = compare(same, told, after, facts)
    wording = Wording.of(review, asked.scale, visit.style)
    return since_page(found, review, wording, asked.address, day, day == session, names, infos), frame


def _then(visit: Visit, review: Review, day: date, asked: Asked) -> tuple[Snapshot | None, Snapshot | None]:
    """The period as known on the day, and the part of it that was looked at then; None where nothing was known."""
    try:
        with generation(visit, day) as cube:
            reader = reader_of(visit, cube, day)
            same = snapshot(reader, Question(review.unit.code, review.period, review.against, day, asked.as_was))
            then = period_then(reader, review.period)
            if then is None or then == review.period:
                return same, same if then else None
            told = snapshot(reader, Question(review.unit.code, then, review.against, day, asked.as_was))
            return same, told
    except (NothingYet, NoSuchUnit):
        return None, None
