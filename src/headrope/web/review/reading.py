"""The review that an address asks for, read from the cube of its day."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from headrope.ledger.cube.view import Cube
from headrope.review.queries import Question, Reader, Review, versions_held
from headrope.web import asked as questions
from headrope.web.access import Visit


def reader_of(who: Visit, cube: Cube, known: date | None) -> Reader:
    """Who reads the cube, as known on the day (None: now)."""
    return Reader(cube, who.ledger, who.at, who.who, known)


def read(who: Visit, asked: questions.Asked, cube: Cube) -> tuple[Reader, Review]:
    """The reader and the review; a 404 where it is held against what there is not."""
    if asked.against is not None and asked.against not in versions_held(cube):
        raise Http404
    reader = reader_of(who, cube, asked.known)
    questions.keep_known_measures(asked, reader.infos)
    question = Question(asked.address.unit, asked.address.period, asked.against, asked.known, asked.as_was)
    return reader, reader.review(question)
