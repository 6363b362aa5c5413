"""A small group behind the pages of figures, with somebody for each role and ready requests.

G Harbour Group              office, finance, leader, administrator, supervision; office2
├ A East Works               head; viewer reads
│ ├ A1 East Pumps            clerk
│ └ A2 East Valves
└ B Airport Base             other, clerk of another unit
outsider                     no mandate
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions.actions import Actor
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Moment, Place, place_of, round_of
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import sight, unit_ids
from tests.ledger.submissions import conftest as small
from tests.web.conftest import signed_in

CAST = {**small.CAST, "supervision": (Role.SUPERVISION, "G"), "office2": (Role.OFFICE, "G")}
OUTSIDERS = ("outsider",)
NOW = small.NOON
RIGHT = {"REV": "1.1", "OVERSEAS": "0.2", "PROFIT": "0.11005", "STAFF": "51", "SHARE": "40.5", "REMARK": "Second shift"}
"""What is typed into A1's form for June, money in thousands."""


def shift() -> object:
    """How far the clock is put back so that it is NOW."""
    return NOW - datetime.now(UTC)


@dataclass
class Group:
    """The loaded group: people by role, and what their browsers ask."""

    people: dict[str, User]

    def browser(self, who: str, **more: object) -> Client:
        """The browser of somebody of the cast."""
        return signed_in(self.people[who].username if who in self.people else "", **more)

    def actor(self, who: str) -> Actor:
        """Who acts."""
        at = books()
        return Actor(self.people[who], sight(self.people[who], str(at.key), at.seq, NOW.date()))

    def place(self, who: str, unit: str = "A1") -> Place:
        """A unit's form of June as the person finds it."""
        when = Moment(books(), ledger_settings(), NOW)
        return place_of(self.actor(who).sight, unit, round_of("FIN", small.JUNE, when))

    def version(self, unit: str = "A1") -> int:
        """The row version of a unit's form of June."""
        held = Submission.objects.filter(unit_id=unit_ids()[unit], period=small.JUNE.code).first()
        return held.row_version if held else 0

    def state(self, unit: str = "A1") -> str:
        """The state of a unit's form of June."""
        held = Submission.objects.filter(unit_id=unit_ids()[unit], period=small.JUNE.code).first()
        return held.state if held else "none"

    def post(self, who: str, what: str, unit: str = "A1", **fields: object) -> HttpResponse:
        """One change of the unit's form of June, on the state as it is."""
        given = {"row_version": self.version(unit), "exponent": "3", **fields}
        return self.browser(who).post(form(unit) + what, given)  # type: ignore[return-value]

    def plain(self, who: str, what: str, fields: dict[str, str]) -> HttpResponse:
        """The same as a form without files is sent, bytes of no alphabet included."""
        given = urlencode({"row_version": self.version(), "exponent": "3", **fields}, errors="surrogatepass")
        kind = "application/x-www-form-urlencoded"
        return self.browser(who).post(form() + what, given, content_type=kind)  # type: ignore[return-value]

    def type(self, who: str, unit: str = "A1", **cells: str) -> HttpResponse:
        """Save cells by the codes of their measures, money in thousands."""
        return self.post(who, "save/", unit, **{f"v-{code}": text for code, text in cells.items()})

    def send(self, who: str = "clerk", unit: str = "A1", **cells: str) -> None:
        """Fill in and submit."""
        assert self.type(who, unit, **(cells or RIGHT)).status_code == 302
        assert self.post(who, "submit/", unit).status_code == 302


def form(unit: str = "A1", code: str = "FIN", period: str = "2023-06") -> str:
    """The address of a unit's form."""
    return f"/figures/{unit}/{code}/{period}/"


def settle() -> Group:
    """Give the cast its mandates in the group that is loaded."""
    ids, console, people = unit_ids(), console_user(), {}
    for name, (role, unit) in CAST.items():
        people[name] = User.objects.create(username=name)
        with transaction.atomic():
            give_mandate(by=console, user=people[name], role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    for name in OUTSIDERS:
        people[name] = User.objects.create(username=name)
    return Group(people)
