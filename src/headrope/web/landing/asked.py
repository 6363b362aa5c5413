"""What the address of a landing page asks for; what cannot be read is told, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict

from headrope.core.periods import Period, name, year_of
from headrope.landing.naive.choices import Wish
from headrope.landing.runs.queries import Landed
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node, NoSuchUnit, unit_for
from headrope.review.ref import Ref
from headrope.web.access import Visit
from headrope.web.address import Origins, quote
from headrope.web.asked import SCALES, read_known, read_period

MOST_CHANGES = 12
NAIVE = ("months", "tier", "sofar", "plan", "units")
"""Questions about naive ways."""
LARGEST = 1e18


@dataclass(frozen=True)
class Address:
    """The coordinates of a landing page. `what` are codes of units with amounts in units of account, `naive` the questions
    about naive ways as they stand in the address."""

    unit: str
    year: Period
    fiscal_start: int
    known: date | None = None
    measure: str = ""
    scale: str = ""
    what: Sequence[tuple[str, float]] = ()
    naive: Sequence[tuple[str, str]] = ()

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
        asked = [pair for pair in given if pair[1]] + list(self.naive)
        return asked + [("what", f"{code}:{amount!r}") for code, amount in self.what]

    def of_unit(self, unit: str) -> Address:
        """The same page of another unit, which has other tiers below it."""
        return replace(self, unit=unit, what=(), naive=tuple(pair for pair in self.naive if pair[0] != "tier"))

    @property
    def text(self) -> str:
        """The whole address."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    def xlsx(self, table: str) -> str:
        """A table of the page as a file."""
        return f"{self.path}{table}.xlsx" + (f"?{urlencode(self.query)}" if self.query else "")

    def ref(self, ref: Ref) -> str:
        """The origin of a number of the fan."""
        kept = {"known": self.known.isoformat()} if self.known else {}
        return Origins(ref.unit, self.fiscal_start, kept).ref(ref)


@dataclass
class Asked:
    """A landing page's questions; `problems` are sentences about those that could not be read and were left out."""

    unit: Node
    address: Address
    problems: list[str] = field(default_factory=list)
    wish: Wish = field(default_factory=Wish)

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
    naive = tuple((key, given[key]) for key in NAIVE if given.get(key))
    address = Address(node.code, period, visit.ledger.fiscal_start, known, given.get("measure", ""), scale, what, naive)
    return Asked(node, address, problems, _wish(dict(naive)))


def _wish(given: Mapping[str, str]) -> Wish:
    """What is asked about naive ways; what is no number asks for nothing, and the page says what it shows instead."""
    months, tier = (
        int(text) if re.fullmatch("[0-9]{1,3}", text) else 0
        for text in (given.get("months", ""), given.get("tier", ""))
    )
    measure, _colon, version = given.get("plan", "").rpartition(":")
    return Wish(
        months if "months" in given else None,
        given.get("sofar", ""),
        (measure, version) if "plan" in given else None,
        tier if "tier" in given else None,
    )


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


def measure_of(
    asked: Asked, infos: Mapping[int, MeasureInfo], landed: Sequence[int], own: Mapping[int, Landed]
) -> MeasureInfo | None:
    """The measure asked for, of those `landed`; else the one that weighs most in a review, of such the one with the worst
    odds of the unit; else the first that has a direction. `own` are the unit's landings by measure."""
    there = [infos[each] for each in landed if each in infos]
    wanted = asked.address.measure
    found = next((info for info in there if info.code == wanted), None)
    if wanted and found is None:
        asked.problems.append(_("The run has not landed the measure '%(code)s'.") % {"code": wanted})

    def urgent(info: MeasureInfo) -> tuple[float, bool, float, int]:
        odds = own[info.id].odds.value if info.id in own else None
        return (
            -(info.weight or 0.0),
            info.rule.direction not in ("up", "down"),
            1.0 if odds is None else odds,
            info.place,
        )

    return found or min(there, key=urgent, default=None)
