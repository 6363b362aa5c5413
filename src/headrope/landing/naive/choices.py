"""What can be chosen where naive ways are held against a year: units, cut-off, a measure to go on from, a plan.

Rules: docs/spec/landing-naive.md, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Kind
from headrope.core.periods import Period
from headrope.core.units import SEGMENT
from headrope.landing.histories import figures, lines_of
from headrope.landing.runs.queries import Run
from headrope.ledger.cube.shaping import Infos, step_of
from headrope.ledger.cube.view import Cube, View
from headrope.ledger.queries import ACTUAL, TARGET, MeasureInfo
from headrope.org.queries import Node, Tree

LANDING = "landing"


class Plan(NamedTuple):
    """What is held against as if all of it were reached: a version of a measure; of the actual one a level that stands
    at the cut-off, such as what is authorised by then."""

    info: MeasureInfo
    version: str


@dataclass(frozen=True)
class Source:
    """What is read: a cube, all measures by code, the tree of a period, who may be seen, and the year's runs, newest first."""

    cube: Cube
    infos: Infos
    tree: Callable[[Period], Tree]
    sees: Callable[[int], bool]
    runs: Sequence[Run] = ()


@dataclass(frozen=True)
class Wish:
    """What is asked for beyond unit, year and measure; what there is not is passed over, and the answer says what was taken.

    `months` are those over at the cut-off, `sofar` the code of the measure that was known by then, `plan` the codes of
    measure and version, `tier` that of the units.
    """

    months: int | None = None
    sofar: str = ""
    plan: tuple[str, str] | None = None
    tier: int | None = None


class Choices(NamedTuple):
    """What else can be asked for: tiers, months over at the cut-off, measures to go on from, and plans."""

    tiers: tuple[int, ...]
    cuts: tuple[int, ...]
    sofars: tuple[MeasureInfo, ...]
    plans: tuple[Plan, ...]


def comparable(info: MeasureInfo, infos: Infos) -> bool:
    """Whether naive ways say anything of the measure: of a sum or a level."""
    return len(lines_of(info, infos)) == 1


def whole(view: View, info: MeasureInfo, infos: Infos, period: Period) -> Numbers:
    """Actual figures of the view's units, float64[units] in units of account; NaN where not all that is expected is in."""
    column = view.column(info, infos, ACTUAL, period)
    worth = float(step_of(info)) if info.rule.exact else 1.0
    found: Numbers = np.where(column.known & (column.reported >= column.expected), column.values * worth, np.nan)
    return found


def units_of(source: Source, tree: Tree, unit: Node, wanted: int | None) -> tuple[int, tuple[int, ...], list[Node]]:
    """The tier that is taken, all that could be, and its units: right below unless asked otherwise, a leaf by itself."""
    if unit.id not in tree.nodes:
        return 0, (), []
    seen = [node for node in tree.subtree(unit.id) if node.kind != SEGMENT and source.sees(node.id)]
    if not seen:
        return 0, (), []
    tiers = tuple(sorted({tree.tier[node.id] for node in seen}))
    tier = wanted if wanted in tiers else tiers[min(1, len(tiers) - 1)]
    return tier, tiers, [node for node in seen if tree.tier[node.id] == tier]


def sofars_of(source: Source, info: MeasureInfo, kind: Kind) -> tuple[MeasureInfo, ...]:
    """The measure, if it is reported within the year; else those of its kind and unit of account that are."""
    if _within(source, info):
        return (info,)
    same = [each for each in source.infos.values() if each.account == info.account and each.id != info.id]
    lines = [(each, lines_of(each, source.infos)) for each in same]
    return tuple(each for each, held in lines if len(held) == 1 and held[0].kind is kind and _within(source, each))


def _within(source: Source, info: MeasureInfo) -> bool:
    parts = lines_of(info, source.infos)[0].parts
    return all(min(source.cube.native_spans(each.id, ACTUAL), default=12) < 12 for each in parts)


def sofar_of(
    source: Source, nodes: Sequence[Node], year: Period, sofars: Sequence[MeasureInfo], wanted: str
) -> tuple[MeasureInfo | None, tuple[int, ...]]:
    """The measure that was known within the year, and after which months some unit has it in whole."""
    view = source.cube.view([node.id for node in nodes])
    for info in sorted(sofars, key=lambda each: each.code != wanted):
        cuts = tuple(
            months
            for months in range(1, year.span)
            if not np.isnan(whole(view, info, source.infos, Period(year.start, months))).all()
        )
        if cuts:
            return info, cuts
    return None, ()


def plans_of(source: Source, view: View, info: MeasureInfo, year: Period, cut: Period) -> tuple[Plan, ...]:
    """Versions of the measure; where it has none, those of others in its unit of account, and levels of the cut-off."""
    versions = {group.version for group in source.cube.manifest.groups} - {ACTUAL, LANDING}
    ordered = sorted(versions, key=lambda code: (code != TARGET, code))

    def there(plans: Sequence[Plan]) -> tuple[Plan, ...]:
        return tuple(plan for plan in plans if not np.isnan(planned(view, source.infos, plan, year, cut)).all())

    if own := there([Plan(info, version) for version in ordered]):
        return own
    found = []
    for each in source.infos.values():
        lines = lines_of(each, source.infos)
        if each.account == info.account and each.id != info.id and len(lines) == 1:
            found += [Plan(each, version) for version in ordered]
            found += [Plan(each, ACTUAL)] if lines[0].kind is Kind.STOCK else []
    return there(found)


def plan_of(plans: Sequence[Plan], info: MeasureInfo, wanted: tuple[str, str] | None) -> Plan | None:
    """The one asked for, else the first of the measure's own: that of another measure is taken when it is asked for."""
    asked = next((each for each in plans if (each.info.code, each.version) == wanted), None)
    return asked or next((each for each in plans if each.info.id == info.id), None)


def planned(view: View, infos: Infos, plan: Plan, year: Period, cut: Period) -> Numbers:
    return figures(view, plan.info, infos, plan.version, cut if plan.version == ACTUAL else year)
