"""What the address of a page about gaps asks for: the unit, the period, and the reader that answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from headrope.core.periods import Period
from headrope.ledger.cube.view import Cube
from headrope.org.models import User
from headrope.org.queries import NoSuchUnit
from headrope.review.gaps.actions import Actor
from headrope.review.queries import Reader, Review, versions_held
from headrope.review.wording import Wording
from headrope.web import asked as questions
from headrope.web.access import Visit, visit
from headrope.web.address import Address, quote
from headrope.web.asked import Asked
from headrope.web.bearing import Bearing, bearing
from headrope.web.generations import generation


@dataclass(frozen=True)
class PageAddress(Address):
    """The address of a page of the word `word`, of which the links of its bearing lead to the same page."""

    word: str = "gaps"

    def review(self, unit: str | None = None, period: Period | None = None) -> str:
        """The same page of another unit or period."""
        start = f"/{self.word}/{quote(unit)}/" if unit else self._start
        return f"{start}{self.period_text(period) if period else self._period}/{self.tail}"

    @cached_property
    def _start(self) -> str:
        return f"/{self.word}/{quote(self.unit)}/"

    def situation(self) -> str:
        """The situation of the same unit and period."""
        return f"/review/{quote(self.unit)}/{self._period}/{self.tail}"

    def more(self, *parts: str) -> str:
        """The address of a part of this page."""
        return f"{self._start}{self._period}/{''.join(f'{quote(part)}/' for part in parts)}{self.tail}"

    def other(self, unit: str, *parts: str) -> str:
        """A part of the same page of another unit."""
        return f"/{self.word}/{quote(unit)}/{self._period}/{''.join(f'{quote(part)}/' for part in parts)}{self.tail}"

    def download(self, name: str) -> str:
        """The address of a table of this page as .xlsx."""
        return f"{self._start}{self._period}/{name}.xlsx{self.tail}"

    def of(self, word: str, unit: str = "") -> str:
        """A page of another word, of the same unit or another one, for the same period."""
        kept = tuple((key, value) for key, value in self.query if key in ("against", "known", "scale"))
        tail = f"?{urlencode(kept)}" if kept else ""
        return f"/{word}/{quote(unit or self.unit)}/{self._period}/{tail}"


@dataclass
class Request:
    """A request: who asks, what is asked, and in whose name something is done."""

    visit: Visit
    asked: Asked
    actor: Actor
    address: PageAddress

    @property
    def period(self) -> Period:
        """The period."""
        return self.asked.address.period

    def wording(self, review: Review) -> Wording:
        """The wording of a review in the scale that was asked for."""
        return Wording.of(review, self.asked.scale, self.visit.style)

    def bearing(self, reader: Reader, review: Review, wording: Wording) -> Bearing:
        """The bearing, of which the links lead to the same page."""
        return bearing(self.visit, reader, review, wording, self.address)


def read(request: HttpRequest, unit: str, period: str, word: str = "gaps") -> Request:
    """The request; a 404 alike for what is not there and what is not to be seen."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    address = PageAddress(node.code, asked.address.period, asked.address.fiscal_start, asked.address.query, word)
    asked.address = address
    return Request(who, asked, Actor(cast(User, request.user), who.who), address)


@contextmanager
def reader_of(made: Request) -> Iterator[Reader]:
    """The reader of the request; a 404 where what is asked is not there, NothingYet or BeingBuilt as in `generation`."""
    with generation(made.visit, made.asked.known) as cube:
        _known_version(made.asked, cube)
        try:
            yield Reader(cube, made.visit.ledger, made.visit.at, made.visit.who, made.asked.known)
        except NoSuchUnit as error:
            raise Http404 from error


def _known_version(asked: Asked, cube: Cube) -> None:
    if asked.against is not None and asked.against not in versions_held(cube):
        raise Http404
