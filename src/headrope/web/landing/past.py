"""The landing page of a year that is over and was never landed: what simple ways would have said of it."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.core.periods import Period, name
from headrope.landing.naive.queries import HALF
from headrope.landing.wording import LandingWording
from headrope.ledger.said import gettext as _
from headrope.review.queries import Reader
from headrope.web.access import Visit
from headrope.web.bearing import Bearing
from headrope.web.landing.asked import Address, Asked
from headrope.web.landing.coordinates import bearing
from headrope.web.landing.naive import NaiveSection, section


@dataclass(slots=True)
class PastPage:
    """All that the template prints; `month` is one after which the year can still be landed."""

    title: str
    code: str
    headline: str
    facts: list[str]
    bearing: Bearing
    naive: NaiveSection
    problems: list[str]
    month: str
    address: Address


def build_past(visit: Visit, asked: Asked, reader: Reader, wording: LandingWording) -> PastPage | None:
    """The page; None of a year that is not over."""
    found = section(reader, asked, None, (), wording)
    if found is None:
        return None
    year = name(asked.address.year, visit.ledger.fiscal_start)
    nothing = _("Nothing of %(year)s has been landed yet.") % {"year": year}
    headline, found.finding = found.finding or nothing, ""
    return PastPage(
        wording.name(asked.unit),
        asked.unit.code,
        headline,
        [nothing] if headline != nothing else [],
        bearing(visit, asked, reader, wording, ()),
        found,
        asked.problems,
        name(Period(asked.address.year.start + HALF - 1, 1)),
        asked.address,
    )
