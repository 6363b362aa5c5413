"""The sheet's small tables as strings ready to print: units below with their shift-share, and segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headrope.core.attribution import Effects, total
from headrope.core.periods import year_of
from headrope.core.scoring import sense
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import Node
from headrope.review.queries import Figure, Line, gap
from headrope.review.sheet.parts import Part
from headrope.review.sheet.queries import UnitSheet
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.review.cells import Cell
from headrope.web.review.landings import Columns, cells
from headrope.web.review.measures import LANDING

MOST_CHILDREN, MOST_SEGMENTS = 5, 7
"""Rows that a sheet has room for; the rest is added up. Beside segments there is room for fewer children."""
LANDED = Columns(landed=True, needed=False)


@dataclass(slots=True)
class Row:
    """One part; `href` is empty where it cannot be opened."""

    name: str
    href: str
    cells: list[Cell]
    tag: str = ""


@dataclass(slots=True)
class SmallTable:
    """A table under a title: `groups` are measures with how many columns each has, `heads` the columns.

    `landed`: two of them tell where the year lands, so that all of them are narrow.
    """

    title: str
    about: str
    groups: list[tuple[str, int]]
    heads: list[str]
    rows: list[Row]
    totals: list[Row]
    landed: bool = False


class _Maker:
    def __init__(self, sheet: UnitSheet, wording: Wording, address: Address) -> None:
        self.sheet, self.review, self.wording, self.address = sheet, sheet.review, wording, address
        self.lines = [line for line in sheet.spoken if line in (sheet.explained, sheet.other) and _adds(line)]
        self.restated = {each.unit for each in sheet.standing.restated}
        self.year = year_of(self.review.period.end - 1, self.review.ledger.fiscal_start)
        parts = sheet.children.parts if sheet.children else ()
        self.landed = any(part.landing and part.landing.point is not None for part in parts)

    def groups(self) -> list[tuple[str, int]]:
        return [(self.wording.name(line.info), 5 if self._lands(line) else 3) for line in self.lines]

    def heads(self) -> list[str]:
        against = self.wording.against(self.review.against)
        figures = [against[:1].upper() + against[1:], _("Actual"), _("Gap")]
        return [
            head for line in self.lines for head in (*figures, *(self._landing_heads() if self._lands(line) else ()))
        ]

    def _landing_heads(self) -> tuple[str, str]:
        return _("Landing"), _("Odds")

    def _lands(self, line: Line) -> bool:
        """Of the measure that is broken down it is told where it lands."""
        return self.landed and line is self.sheet.explained

    def told(self, line: Line, part: Part) -> list[Cell]:
        """The figures, and where the year lands."""
        found = self.cells(line, part)
        if not self._lands(line):
            return found
        unit = part.unit or self.review.unit
        href = self.address.origins(unit.code, self.review.like).of(line.info.code, self.year, LANDING)
        landing, _range, odds = cells(LANDED, replace(line, landing=part.landing), self.wording, href)
        # Both stay when the page is narrow: their heads do.
        landing.kind, odds.kind = "hr-mid", odds.kind or "hr-soft"
        low, dash, high = odds.text.partition("\N{EN DASH}")
        if dash:  # where history is too short for one number: 12–45 %, since the column is narrow
            odds.text = low.rstrip("%\N{NARROW NO-BREAK SPACE}") + dash + high
        return [*found, landing, odds]

    def cells(self, line: Line, part: Part) -> list[Cell]:
        """Plan, actual and gap; without a unit the figures of several, which the sheet's unit tells beside each other."""
        unit, actual, plan = part.unit, part.actual, part.plan
        info, period, against = line.info, self.review.period, self.review.against
        origins = self.address.origins((unit or self.review.unit).code, self.review.like)
        place = "" if unit else "#parts"
        beside = (line.actual.value, line.plan.value)

        def cell(value: int | float | None, version: str, kind: str, held: str | None = None) -> Cell:
            if value is None:
                return Cell(kind="hr-missing" if version == ACTUAL and held is None and actual.expected else "")
            href = f"{origins.of(info.code, period, version, held)}{place}"
            return Cell(self.wording.figure(info, value, *beside, sign=held is not None), href, kind)

        apart = gap(info, actual, plan, against)
        uneven = actual.uneven or plan.uneven
        return [
            cell(plan.value, against, "hr-mid"),
            cell(actual.value, ACTUAL, "hr-strong"),
            Cell() if uneven else cell(apart, ACTUAL, "hr-behind" if part.state == "behind" else "", against),
        ]

    def row(self, unit: Node, cells: list[Cell], state: str) -> Row:
        tag = _("stale") if state == "stale" else _("restated") if unit.id in self.restated else ""
        return Row(self.wording.name(unit), self.address.review(unit.code), cells, tag)


def _adds(line: Line) -> bool:
    return line.info.rule.exact and line.info.rule.additive


def _whole(line: Line, unit: Node) -> Part:
    return Part(unit, line.actual, line.plan, line.judgement.state if line.judgement else "none", line.landing)


def _summed(parts: Sequence[Part]) -> Part:
    """Several units together, which have no state of their own."""

    def added(figures: list[Figure]) -> Figure:
        known = [each.value for each in figures if each.value is not None]
        return Figure(sum(known) if known else None, len(known), len(figures))

    return Part(None, added([part.actual for part in parts]), added([part.plan for part in parts]))


def children(sheet: UnitSheet, wording: Wording, address: Address) -> SmallTable | None:
    """The units below, largest gap first; of a unit without any its own shift-share; None where neither adds up."""
    breakdown = sheet.children
    if breakdown is None or not breakdown.parts or sheet.explained is None:
        return _alone(sheet, wording, address)
    maker = _Maker(sheet, wording, address)
    by_line = {sheet.explained.info.code: breakdown.parts}
    if sheet.other and sheet.others:
        by_line[sheet.other.info.code] = sheet.others
    lines = [line for line in maker.lines if line.info.code in by_line]
    maker.lines = lines
    count, most = len(breakdown.parts), MOST_CHILDREN - (2 if sheet.segments else 0)
    shown = count if count <= most else most - 1
    effects, told = _effects(sheet), _told(sheet, address)
    rows = []
    for place in range(shown):
        unit, state = breakdown.parts[place].unit, breakdown.parts[place].state
        assert unit is not None
        cells = [cell for line in lines for cell in maker.told(line, by_line[line.info.code][place])]
        rows.append(maker.row(unit, [*cells, *_shift(sheet, wording, effects[place : place + 1], told)], state))
    if shown < count:
        cells = [cell for line in lines for cell in maker.told(line, _summed(by_line[line.info.code][shown:]))]
        name = _("%(n)s others") % {"n": count - shown}
        rows.append(Row(name, "", [*cells, *_shift(sheet, wording, effects[shown:count], told)]))
    rows += _rest(maker, lines, by_line, effects[count:], told)
    unit = sheet.review.unit
    cells = [cell for line in lines for cell in maker.told(line, _whole(line, unit))]
    whole = Row(wording.name(unit), "", [*cells, *_shift(sheet, wording, effects, told)])
    groups, heads = maker.groups(), maker.heads()
    if sheet.shift:
        groups.append((_("Gap by cause"), 3))
        heads += [_("Volume"), _("Mix"), pgettext("performance", "Own")]
    about = _("largest gap in %(measure)s first") % {"measure": wording.name(breakdown.info)}
    if sheet.shift is None and not sheet.explained.actual.complete:
        about += _("; volume and mix when all have reported")
    return SmallTable(_("Units below"), about, groups, heads, rows, [whole], maker.landed)


def _alone(sheet: UnitSheet, wording: Wording, address: Address) -> SmallTable | None:
    if sheet.shift is None or sheet.review.children:
        return None
    values = {"measure": wording.name(sheet.shift.info), "base": wording.name(sheet.shift.base)}
    row = Row(wording.name(sheet.review.unit), "", _shift(sheet, wording, _effects(sheet), _told(sheet, address)))
    heads = [_("Volume"), _("Mix"), pgettext("performance", "Own")]
    title = _("Gap in %(measure)s by cause") % values
    return SmallTable(title, _("earned on %(base)s") % values, [], heads, [row], [])


def _told(sheet: UnitSheet, address: Address) -> str:
    """Where the effects are told with their rule: the origin of the unit's own figure."""
    if sheet.shift is None:
        return ""
    figure = address.origins().of(sheet.shift.info.code, sheet.review.period, ACTUAL, sheet.review.against)
    return f"{figure}#causes"


def _effects(sheet: UnitSheet) -> list[Effects]:
    return [effects for _, effects in sheet.shift.by] if sheet.shift else []


def _shift(sheet: UnitSheet, wording: Wording, effects: Sequence[Effects], href: str) -> list[Cell]:
    """Volume, mix and own performance of parts together, which lead to `href`; red where own performance hurts."""
    if sheet.shift is None:
        return []
    info = sheet.shift.info
    found = []
    for place, value in enumerate(total(effects)):
        line = sheet.explained
        beside = (line.actual.value, line.plan.value) if line else ()
        bad = place == 2 and value * sense(info.rule.direction) < 0
        found.append(Cell(wording.figure(info, value, *beside, sign=True), href, "hr-strong" if bad else "hr-mid"))
    return found


def _rest(
    maker: _Maker, lines: list[Line], by_line: dict[str, tuple[Part, ...]], effects: list[Effects], told: str
) -> list[Row]:
    """What the unit has beyond the units below: its own figures and eliminations."""
    cells, some = [], False
    for line in lines:
        below = _summed(by_line[line.info.code])
        left = [
            Figure((whole.value or 0) - (part.value or 0), 0, 0)
            for whole, part in ((line.actual, below.actual), (line.plan, below.plan))
        ]
        some = some or any(each.value for each in left)
        cells += maker.told(line, Part(None, left[0], left[1]))
    if not some:
        return []
    return [Row(_("Own figures, eliminations"), "", [*cells, *_shift(maker.sheet, maker.wording, effects, told)])]


def segments(sheet: UnitSheet, wording: Wording, address: Address) -> SmallTable | None:
    """The segments that the units below are in; None where there are fewer than two."""
    if not sheet.segments:
        return None
    maker = _Maker(sheet, wording, address)
    asked = [line for line in (sheet.explained, sheet.other) if line and _adds(line) and line.gap is not None]
    places = {line.info.code: place for place, line in enumerate(asked)}
    maker.lines = [line for line in maker.lines if line.info.code in places]
    rows = []
    for each in sheet.segments[:MOST_SEGMENTS]:
        # Of the unit's own segments the figures are those of the segment: they have an origin.
        unit = each.segment if each.seen and each.segment.parent == sheet.review.unit.id else None
        cells = []
        for line in maker.lines:
            place = places[line.info.code]
            cells += maker.cells(line, Part(unit, *each.figures[place], each.states[place]))[1:]
        href = address.review(each.segment.code) if each.seen else ""
        rows.append(Row(wording.name(each.segment), href, cells))
    left = len(sheet.segments) - len(rows)
    about = _("what is in no segment is not here") if not left else _("%(n)s more segments") % {"n": left}
    groups = [(wording.name(line.info), 2) for line in maker.lines]
    heads = [_("Actual"), _("Gap")] * len(groups)
    return SmallTable(_("By segment"), about, groups, heads, rows, [])
