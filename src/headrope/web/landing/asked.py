"""What the address of a landing page asks for; what cannot be read is told, not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict

from headrope.core.periods import Period, name, year_of
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node, NoSuchUnit, unit_for
from headrope.web.access import Visit
from headrope.web.address import quote
from headrope.web.asked import SCALES, read_known, read_period

MOST_CHANGES = 12
LARGEST = 1e18


@dataclass(frozen=True)
class Address:
    """The coordinates of a landing page. `what` are codes of units with amounts in units of account."""

    unit: str
    year: Period
    fiscal_start: int
    known: date | None = None
    measure: str = ""
    scale: str = ""
    what: Sequence[tuple[str, float]] = ()

    def page(self, **changes: object) -> str:
        """The same page with some coordinates changed."""
        return replace(self, **changes).text if changes else self.text  # type: ignore[arg-type]

    @property
    def path(self) -> str:
        """Without its questions."""
        return f"/landing/{quote(self.unit)}/{name(self.year, self.fiscal_start)}/"

    @property
    def query(self) -> list[tuple[str, str]]:
        """The questions."""
        known = self.known.isoformat() if self.known else ""
        given = [("known", known), ("measure", self.measure), ("scale", self.scale)]
        return [pair for pair in given if pair[1]] + [("what", f"{code}:{amount!r}") for code, amount in self.what]

    @property
    def text(self) -> str:
        """The whole address."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass
class Asked:
    """A landing page's questions; `problems` are sentences about those that could not be read and were left out."""

    unit: Node
    address: Address
    problems: list[str] = field(default_factory=list)

    @property
    def scale(self) -> str | None:
        """The scale that was asked for."""
        return self.address.scale or None


def read(request: HttpRequest, visit: Visit, unit: str, year: str) -> Asked:
    """All questions; a 404 where the year is none, or the unit is not to be seen."""
    given = request.GET
    node = visit.unit(unit)
    period = read_period(year, visit)
    if period != year_of(period.start, visit.ledger.fiscal_start):
        raise Http404
    problems: list[str] = []
    known = read_known(given, visit, problems)
    scale = given["scale"] if given.get("scale") in SCALES else ""
    what = _changes(given, visit, problems)
    address = Address(node.code, period, visit.ledger.fiscal_start, known, given.get("measure", ""), scale, what)
    return Asked(node, address, problems)


def _changes(given: QueryDict, visit: Visit, problems: list[str]) -> list[tuple[str, float]]:
    found = []
    for text in given.getlist("what")[:MOST_CHANGES]:
        code, _colon, amount = text.rpartition(":")
        value = _number(amount)
        if value is None or not _seen(visit, code):
            problems.append(_("'%(text)s' is not understood; write a unit and an amount.") % {"text": text})
        else:
            found.append((code, value))
    return found


def added(request: HttpRequest, visit: Visit, asked: Asked, worth: float) -> list[tuple[str, float]] | None:
    """The changes with the one that the form adds; None where it adds none. `worth` is one of what was typed."""
    code, text = request.GET.get("of", "").strip(), request.GET.get("amount", "").strip()
    if not text and not code:
        return None
    value = _number(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    if value is None:
        asked.problems.append(_("'%(text)s' is not an amount; write a number such as 20 or -3.5.") % {"text": text})
        return None
    if not _seen(visit, code):
        asked.problems.append(_("There is no unit '%(code)s' that you may see.") % {"code": code})
        return None
    kept = [each for each in asked.address.what if each[0] != code]
    return [*kept, (code, value * worth)][:MOST_CHANGES]


def _number(text: str) -> float | None:
    try:
        value = float(text) if text.isascii() else float("nan")
    except ValueError:
        return None
    return value if abs(value) < LARGEST else None


def _seen(visit: Visit, code: str) -> bool:
    try:
        unit_for(visit.who, code)
    except NoSuchUnit:
        return False
    return True


def measure_of(asked: Asked, infos: Mapping[int, MeasureInfo], landed: Sequence[int]) -> MeasureInfo | None:
    """The measure asked for; else the first of those that weigh in a review, else the first that has a direction."""
    there = [infos[each] for each in landed if each in infos]
    wanted = asked.address.measure
    found = next((info for info in there if info.code == wanted), None)
    if wanted and found is None:
        asked.problems.append(_("The run has not landed the measure '%(code)s'.") % {"code": wanted})
    return found or next(
        iter(
            sorted(there, key=lambda info: (info.weight is None, info.rule.direction not in ("up", "down"), info.place))
        ),
        None,
    )
