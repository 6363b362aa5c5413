"""The section of a landing page on what simple ways would have said of a year that is over, with its menus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

from headrope.core.periods import Period
from headrope.landing.naive.choices import Source, comparable
from headrope.landing.naive.queries import Naive, naive, over
from headrope.landing.runs.queries import Run
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.review.queries import Reader
from headrope.web.bearing import Choice
from headrope.web.landing.asked import Asked
from headrope.web.landing.tried import Teller, UnitRow, WayRow

MOST_ROWS, ALL_ROWS, MOST_SOUGHT = 24, 4000, 12
"""Units that are listed, that are where all are asked for, and measures of which the first that says something is sought."""
Menu = tuple[str, str, list[Choice]]
"""What can be chosen, what is, and the choices."""


@dataclass(slots=True)
class NaiveSection:
    """All that the section prints; without `ways` only `why` there is nothing."""

    about: str
    menus: list[Menu]
    finding: str = ""
    why: str = ""
    came: tuple[str, str] = ("", "")
    ways: list[WayRow] = attribute(default_factory=list)
    notes: list[str] = attribute(default_factory=list)
    heads: list[str] = attribute(default_factory=list)
    before: str = ""
    rows: list[UnitRow] = attribute(default_factory=list)
    count: int = 0
    all_href: str = ""


def section(
    reader: Reader, asked: Asked, info: MeasureInfo | None, runs: Sequence[Run], wording: LandingWording
) -> NaiveSection | None:
    """The section of a year that is over; None of one that is not. Without a measure the first of which something is said."""
    if not over(reader.cube, asked.address.year):
        return None
    source = Source(reader.cube, reader.infos, reader.tree, reader.who.sees, runs)
    found = None
    for each in [info] if info else _measures(reader, asked):
        told = naive(source, asked.unit, asked.address.year, each, asked.wish)
        found = told if told and (found is None or told.counted) else found
        if found and found.counted:
            break
    if found is None:
        chosen = info or reader.infos.get(asked.address.measure)
        about = wording.name(chosen) if chosen else ""
        return NaiveSection(about, _of_measures(reader, asked, chosen, wording), why=_why(chosen, reader))
    teller = Teller(found, wording, asked.address, next(iter(runs), None))
    _passed_over(asked, found, teller)
    rows, count = teller.units(ALL_ROWS if ("units", "all") in asked.address.naive else MOST_ROWS)
    scale = wording.scale_name if wording.money(found.taken.info) else wording.account(found.taken.info)
    heading = [wording.name(found.taken.info), _("as known after %(month)s") % {"month": teller.month}]
    if found.taken.sofar.id != found.taken.info.id:
        heading.append(_("to date: %(measure)s") % {"measure": wording.name(found.taken.sofar)})
    return NaiveSection(
        " · ".join(filter(None, [*heading, scale])),
        [*_of_measures(reader, asked, found.taken.info, wording), *_menus(asked, found, wording, teller)],
        teller.finding(wording.name(asked.unit)),
        "" if found.counted else _("No unit has all that is needed. Choose another tier, month or measure."),
        teller.came(),
        teller.ways(),
        teller.notes(),
        teller.heads(),
        wording.year(found.taken.year.shifted(-12)),
        rows,
        count,
        _at(asked, found.taken.info, [*asked.address.naive, ("units", "all")]) if len(rows) < count else "",
    )


def _measures(reader: Reader, asked: Asked) -> list[MeasureInfo]:
    """The measure asked for, else those that can be compared, what weighs most first."""
    wanted = asked.address.measure
    if wanted in reader.infos:
        return [reader.infos[wanted]]
    if wanted:
        asked.problems.append(_("There is no measure '%(code)s'.") % {"code": wanted})
    there = [info for info in reader.infos.values() if comparable(info, reader.infos)]
    there.sort(key=lambda info: (-(info.weight or 0.0), info.rule.direction not in ("up", "down"), info.place))
    return there[:MOST_SOUGHT]


def _why(info: MeasureInfo | None, reader: Reader) -> str:
    if info is not None and not comparable(info, reader.infos):
        return _("It is no sum and no level of which units could be added up. Choose another measure.")
    return _("Nothing was reported within the year that one could have gone on from.")


def _passed_over(asked: Asked, found: Naive, teller: Teller) -> None:
    """Tell what was asked for and is not there."""
    wish, text = asked.wish, dict(asked.address.naive)
    if wish.months is not None and wish.months != found.taken.cut.span:
        values = {"text": text["months"], "month": teller.month}
        asked.problems.append(
            _("After '%(text)s' months nothing is known; shown is what was after %(month)s.") % values
        )
    if wish.tier is not None and wish.tier != found.taken.tier:
        asked.problems.append(_("There is no tier '%(text)s' at or below the unit.") % {"text": text["tier"]})
    if wish.sofar and wish.sofar != found.taken.sofar.code:
        asked.problems.append(_("One cannot go on from the measure '%(code)s'.") % {"code": wish.sofar})
    if wish.plan is not None and (
        found.taken.plan is None or wish.plan != (found.taken.plan.info.code, found.taken.plan.version)
    ):
        asked.problems.append(_("There is no plan '%(text)s' to hold the year against.") % {"text": text["plan"]})


def _of_measures(reader: Reader, asked: Asked, chosen: MeasureInfo | None, wording: LandingWording) -> list[Menu]:
    """The menu of measures; another measure has other plans."""
    kept = [pair for pair in asked.address.naive if pair[0] not in ("sofar", "plan")]
    choices = [
        Choice(wording.name(each), _at(asked, each, kept), each is chosen)
        for each in reader.infos.values()
        if comparable(each, reader.infos)
    ]
    return [(_("Measure"), wording.name(chosen) if chosen else _("none chosen"), choices)]


def _at(asked: Asked, info: MeasureInfo, naive: Sequence[tuple[str, str]]) -> str:
    return asked.address.page(measure=info.code, naive=tuple(naive), what=()) + "#naive"


def _menus(asked: Asked, found: Naive, wording: LandingWording, teller: Teller) -> list[Menu]:
    """Tier, month, what was known by then and the plan; without those where there is no choice."""
    months = [(str(each), wording.period(Period(found.taken.year.start + each - 1, 1))) for each in found.choices.cuts]
    tiers = [(str(tier), _("tier %(n)s") % {"n": tier}) for tier in found.choices.tiers]
    sofars = [(info.code, wording.name(info)) for info in found.choices.sofars]
    plans = [(f"{plan.info.code}:{plan.version}", teller.plan(plan)) for plan in found.choices.plans]
    plan = f"{found.taken.plan.info.code}:{found.taken.plan.version}" if found.taken.plan else ""

    def menu(key: str, title: str, options: list[tuple[str, str]], chosen: str) -> Menu:
        kept = [pair for pair in asked.address.naive if pair[0] != key]
        choices = [
            Choice(text, _at(asked, found.taken.info, [*kept, (key, code)]), code == chosen) for code, text in options
        ]
        return title, next((choice.text for choice in choices if choice.here), _("none chosen")), choices

    menus = [
        menu("tier", "", tiers, str(found.taken.tier)),
        menu("months", _("Known after"), months, str(found.taken.cut.span)),
        menu("sofar", _("Go on from"), sofars, found.taken.sofar.code),
        menu("plan", _("Plan"), plans, plan),
    ]
    return [each for each in menus if len(each[2]) > 1 or (each[2] and not each[2][0].here)]
