"""The bearing of a landing page: unit, year, known on, unit of account, each with a menu of others."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.periods import Period, name, year_of
from headrope.landing.runs.queries import Run, years
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import Node, Tree
from headrope.review.queries import Reader
from headrope.web.access import Visit
from headrope.web.bearing import MOST_DAYS, MOST_UNITS, Bearing, Choice, Group, Menu, day_text
from headrope.web.generations import days_known
from headrope.web.landing.asked import Asked

MOST_YEARS = 12
"""Years over that can be gone back to."""


def bearing(visit: Visit, asked: Asked, reader: Reader, wording: LandingWording, runs: Sequence[Run]) -> Bearing:
    """The bearing; at its end, after how many months of the year there is a run. Units are those of the last run's month,
    else those of the year's end."""
    address = asked.address
    held = _years(visit, reader)
    tree = reader.tree(runs[0].month if runs else address.year)
    texts = {year: name(year, visit.ledger.fiscal_start) for year in held}
    months = sorted({run.month.start for run in runs})
    keep = [pair for pair in address.query if pair[0] != "known"]
    menus = [
        _units(visit, asked, tree, wording),
        Menu(
            "period",
            _("Year"),
            name(address.year, visit.ledger.fiscal_start),
            [Group("", [Choice(text, address.page(year=year), year == address.year) for year, text in texts.items()])],
        ),
        _known(visit, asked),
        _scale(asked, wording),
    ]
    coverage = ", ".join(wording.period(Period(month, 1)) for month in months[-1:])
    text = _("last landed after %(month)s") % {"month": coverage} if coverage else ""
    return Bearing(
        menus,
        text,
        True,
        False,
        _year(asked, held, -1),
        _year(asked, held, 1),
        address.path,
        keep,
        address.known.isoformat() if address.known else "",
    )


def _years(visit: Visit, reader: Reader) -> list[Period]:
    """Years that have a run, and those that are over, newest first."""
    found = set(years(visit.at))
    first, last = reader.cube.first_start.get(ACTUAL), reader.cube.manifest.last_actual
    if first is not None and last is not None:
        latest = year_of(last - 1, visit.ledger.fiscal_start)
        past = (latest.shifted(-12 * back) for back in range(MOST_YEARS))
        found |= {year for year in past if year.end <= last and year.end > first}
    return sorted(found, key=lambda year: -year.start)


def _year(asked: Asked, held: Sequence[Period], step: int) -> str:
    other = asked.address.year.shifted(12 * step)
    return asked.address.page(year=other, what=()) if other in held else ""


def _units(visit: Visit, asked: Asked, tree: Tree, wording: LandingWording) -> Menu:
    """Visible units above, beside and below."""
    unit, address = asked.unit, asked.address

    def group(title: str, nodes: Sequence[Node], more: str) -> list[Group]:
        seen = [node for node in nodes if visit.who.sees(node.id) and node.kind != "segment"]
        choices = [
            Choice(wording.name(node), address.of_unit(node.code).text, node.id == unit.id)
            for node in seen[:MOST_UNITS]
        ]
        return [Group(title, choices, more if len(seen) > MOST_UNITS else "")] if choices else []

    path = tree.path(unit.id)[1:] if unit.id in tree.nodes else []
    groups = group(_("Above"), path[::-1], "")
    if path and visit.who.sees(path[0].id):
        groups += group(_("Beside"), tree.children.get(path[0].id, []), f"/units/?at={path[0].code}")
    groups += group(_("Below"), tree.children.get(unit.id, []), f"/units/?at={unit.code}")
    return Menu("unit", _("Unit"), wording.name(unit), groups)


def _known(visit: Visit, asked: Asked) -> Menu:
    on, address = asked.address.known, asked.address
    days = [day for day in days_known(visit) if day < visit.today][:MOST_DAYS]
    choices = [Choice(_("now"), address.page(known=None), on is None)]
    choices += [Choice(day_text(day), address.page(known=day), day == on) for day in days]
    return Menu("known", _("Known on"), day_text(on) if on else _("now"), [Group("", choices)])


def _scale(asked: Asked, wording: LandingWording) -> Menu:
    """What money is shown in."""
    chosen = wording.format.scale.key
    choices = [
        Choice(wording.scale_text(scale), asked.address.page(scale=scale.key), scale.key == chosen)
        for scale in wording.scales
    ]
    return Menu("scale", pgettext("money", "In"), wording.scale_name, [Group("", choices)])
