"""The tables of naive ways as strings ready to print: ways over all units that count, and unit by unit."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import ngettext

from headrope.core.landing.history import Kind
from headrope.core.periods import Period
from headrope.landing.naive.choices import LANDING, Plan
from headrope.landing.naive.queries import Naive, UnitTried, Way, WayKey
from headrope.landing.runs.queries import Run
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.web.address import Origins
from headrope.web.bearing import day_text
from headrope.web.landing.asked import Address

MOST_NAMED = 3
"""Units left out for one reason that are named."""
Figure = tuple[str, str]
"""A figure and the address of its origin, either may be empty."""


@dataclass(slots=True)
class WayRow:
    """One way: how it is reckoned, its total and errors; or `why` it is not compared. `nearest` of the simple ones."""

    name: str
    how: str
    total: str = ""
    off: str = ""
    wape: str = ""
    why: str = ""
    nearest: bool = False


@dataclass(slots=True)
class UnitRow:
    """One unit: its figures, then for each way its figure and error; `why` it does not count."""

    name: str
    href: str
    known: Figure
    before_known: Figure
    before: Figure
    came: Figure
    ways: list[tuple[Figure, str]]
    why: str


class Teller:
    """Tells one comparison in the page's words; `last` is the year's last run."""

    def __init__(self, found: Naive, wording: LandingWording, address: Address, last: Run | None = None) -> None:
        self.found, self.wording, self.address, self.last_run = found, wording, address, last
        self.month = wording.period(Period(found.taken.cut.end - 1, 1))
        simple = [way for way in found.ways if way.key != "landing" and _wape(way) < math.inf]
        self.nearest = min(simple, key=_wape, default=None)

    def finding(self, unit: str) -> str:
        """Which of the simple ways was nearest, and whether the landing was nearer; empty where nothing is compared."""
        if self.nearest is None:
            return ""
        best = _wape(self.nearest)
        values = {
            "year": self.wording.year(self.found.taken.year),
            "unit": unit,
            "month": self.month,
            "way": self._title(self.nearest.key),
            "wape": self._share(best),
        }
        text = _(
            "%(unit)s, %(year)s: of the simple ways after %(month)s “%(way)s” was nearest, %(wape)s off unit by unit."
        )
        said = [text % values]
        ours = next((_wape(way) for way in self.found.ways if way.key == "landing"), math.inf)
        if ours < math.inf:
            nearer = _("The landing was nearer, %(wape)s off.")
            text = nearer if ours < best else _("The landing was no nearer, %(wape)s off.")
            said.append(text % {"wape": self._share(ours)})
        return self.wording.joined(said)

    def came(self) -> tuple[str, str]:
        """The first row: what came of all units that count."""
        text = ngettext("What came, %(n)s unit", "What came, %(n)s units together", self.found.counted)
        return text % {"n": f"{self.found.counted:,}"}, self.wording.amount(self.found.taken.info, self.found.came)

    def notes(self) -> list[str]:
        """How many units count, and why others do not; a few are named."""
        found = self.found
        values = {"n": f"{found.counted:,}", "of": f"{len(found.units):,}", "tier": found.taken.tier}
        notes = [_("%(n)s of %(of)s units of tier %(tier)s count") % values]
        for key, count in Counter(unit.missing for unit in found.units if unit.missing).most_common():
            names = [self.wording.name(unit.node) for unit in found.units if unit.missing == key]
            told = {"n": f"{count:,}", "why": self._missing(key)}
            if count <= MOST_NAMED:
                text = _("left out: %(names)s (%(why)s)")
                notes.append(text % {**told, "names": pgettext("list", ", ").join(names)})
            else:
                notes.append(_("%(n)s left out: %(why)s") % told)
        return notes

    def ways(self) -> list[WayRow]:
        """All ways."""
        return [self._way(way) for way in self.found.ways]

    def heads(self) -> list[str]:
        """The ways that some unit has, as heads of columns."""
        texts = {"pace": _("same pace"), "share": _("last year's share"), "plan": _("in full"), LANDING: _("landing")}
        return [texts[way.key] for way in self.found.ways if way.having]

    def units(self, most: int) -> tuple[list[UnitRow], int]:
        """Units with a figure, at most so many, and how many there are; where the nearest way erred most comes first, who
        does not count last."""
        place = next((at for at, way in enumerate(self.found.ways) if way is self.nearest), 0)

        def order(unit: UnitTried) -> tuple[bool, float, str]:
            way = unit.ways[place]
            error = abs(way - unit.came) if way is not None and unit.came is not None else 0.0
            return bool(unit.missing), -error, unit.node.code

        there = [unit for unit in self.found.units if unit.came is not None or unit.known is not None]
        return [self._unit(unit) for unit in sorted(there, key=order)[:most]], len(there)

    def plan(self, plan: Plan) -> str:
        """What a plan is called."""
        words = self.wording
        if plan.info.id == self.found.taken.info.id:
            return words.against(plan.version)
        if plan.version == ACTUAL:
            return words.name(plan.info)
        return _("%(measure)s, %(version)s") % {
            "measure": words.name(plan.info),
            "version": words.against(plan.version),
        }

    def _title(self, key: WayKey) -> str:
        found = self.found
        if key == "plan" and found.taken.plan is not None:
            return _("%(plan)s reached in full") % {"plan": self.plan(found.taken.plan)}
        if key == "landing" and found.taken.run is not None:
            day = day_text(found.taken.run.made_at.astimezone(self.wording.ledger.zone).date())
            return _("landing of %(day)s, posting %(seq)s") % {"day": day, "seq": found.taken.run.seq}
        return _("same pace") if key == "pace" else _("last year's share")

    def _how(self, key: WayKey) -> str:
        year = self.wording.year(self.found.taken.year.shifted(-12))
        values = {"year": year, "of": self.found.taken.year.span, "n": self.found.taken.cut.span, "month": self.month}
        if self.found.taken.kind is Kind.STOCK:
            texts = {"pace": _("as in %(month)s"), "share": _("changes as in the rest of %(year)s")}
        else:
            texts = {"pace": _("to date × %(of)s ÷ %(n)s"), "share": _("to date × %(year)s ÷ %(year)s to date")}
        return texts.get(key, "") % values

    def _way(self, way: Way) -> WayRow:
        title, how = self._title(way.key), self._how(way.key)
        title = title[:1].upper() + title[1:]
        if way.tried is None:
            values = {"n": f"{way.having:,}", "of": f"{self.found.outcomes:,}"}
            return WayRow(title, how, why=_("not compared: %(n)s of %(of)s units have it") % values)
        total = self.wording.amount(self.found.taken.info, way.tried.total)
        off, wape = self._share(way.tried.off, sign=True), self._share(way.tried.wape)
        return WayRow(title, how, total, off, wape, nearest=way is self.nearest)

    def _share(self, share: float, sign: bool = False) -> str:
        return "\N{EN DASH}" if math.isnan(share) else self.wording.format.per_cent(share, sign=sign, digits=2)

    def _missing(self, key: str) -> str:
        texts = {
            "none": _("no figure of the year"),
            "came": _("the year is not reported in whole"),
            "known": _("not reported in whole up to %(month)s"),
            "share": _("no year before to go by"),
            "plan": _("no such plan"),
            "landing": _("not landed"),
        }
        return texts[key] % {"month": self.month}

    def _unit(self, unit: UnitTried) -> UnitRow:
        found = self.found
        kept = {"known": self.address.known.isoformat()} if self.address.known else {}
        origins = Origins(unit.node.code, self.address.fiscal_start, kept)

        def figure(info: MeasureInfo, value: float | None, period: Period, version: str = ACTUAL) -> Figure:
            if value is None:
                return "", ""
            href = origins.of(info.code, period, version, like=found.like if version == ACTUAL else None)
            return self.wording.amount(info, value), str(href)

        ways: list[tuple[Figure, str]] = []
        for way, value in zip(found.ways, unit.ways, strict=True):
            if not way.having:
                continue
            shown = (self.wording.amount(found.taken.info, value) if value is not None else "", "")
            if way.key == "plan" and found.taken.plan is not None:
                at = found.taken.cut if found.taken.plan.version == ACTUAL else found.taken.year
                shown = figure(found.taken.plan.info, value, at, found.taken.plan.version)
            elif way.key == "landing" and self._stands:
                shown = figure(found.taken.info, value, found.taken.year, LANDING)
            ways.append((shown, self._off(value, unit.came)))
        return UnitRow(
            self.wording.name(unit.node),
            self.address.of_unit(unit.node.code).text + "#naive",
            figure(found.taken.sofar, unit.known, found.taken.cut),
            figure(found.taken.sofar, unit.before_known, found.taken.cut.shifted(-12)),
            figure(found.taken.info, unit.before, found.taken.year.shifted(-12)),
            figure(found.taken.info, unit.came, found.taken.year),
            ways,
            self._missing(unit.missing) if unit.missing else "",
        )

    @property
    def _stands(self) -> bool:
        """Whether the landing is a figure of the ledger: of the year's last run, and of a measure in whole steps."""
        return self.last_run == self.found.taken.run and self.found.taken.info.rule.exact

    def _off(self, value: float | None, came: float | None) -> str:
        if value is None or not came:
            return ""
        return self.wording.format.per_cent((value - came) / abs(came), sign=True)


def _wape(way: Way) -> float:
    """The error of the way unit by unit; endless where there is none."""
    return math.inf if way.tried is None or math.isnan(way.tried.wape) else way.tried.wape
