"""What naive ways would have landed a year that is over at, unit by unit, beside the landing that was posted; for pages.

Rules: docs/spec/landing-naive.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Kind
from headrope.core.landing.lights import last_share, same_pace
from headrope.core.landing.naive import Tried, compare
from headrope.core.periods import Period
from headrope.landing.histories import lines_of
from headrope.landing.naive.choices import (
    Choices,
    Plan,
    Source,
    Wish,
    comparable,
    plan_of,
    planned,
    plans_of,
    sofar_of,
    sofars_of,
    units_of,
    whole,
)
from headrope.landing.runs.queries import Run, landed
from headrope.ledger.cube.view import Cube, View
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node

WayKey = Literal["pace", "share", "plan", "landing"]
Missing = Literal["", "none", "came", "known"] | WayKey
HALF = 6


@dataclass(frozen=True)
class UnitTried:
    """One unit in units of account, None where nothing is known in whole: what came, what was known at the cut-off and,
    of the year before, in all and by then; `ways` in their order. `missing` is the first thing without which it does not count."""

    node: Node
    came: float | None
    known: float | None
    before: float | None
    before_known: float | None
    ways: tuple[float | None, ...]
    missing: Missing


@dataclass(frozen=True)
class Way:
    """A way, and how it did over the units counted; None where it is not compared. `having` units could be."""

    key: WayKey
    tried: Tried | None
    having: int


class Taken(NamedTuple):
    """What is compared: the measure, the one to go on from, the plan, the run whose landing stands beside, year, time up
    to the cut-off, tier and the kind of the year's figure."""

    info: MeasureInfo
    sofar: MeasureInfo
    plan: Plan | None
    run: Run | None
    year: Period
    cut: Period
    tier: int
    kind: Kind


@dataclass(frozen=True)
class Naive:
    """The comparison: `came` of the `counted` units together, in units of account, of `outcomes` that it is known of.

    All is over the tree of the month `like`; None where the tree is the same at all times.
    """

    taken: Taken
    choices: Choices
    units: tuple[UnitTried, ...]
    ways: tuple[Way, ...]
    counted: int
    outcomes: int
    came: float
    like: int | None


def over(cube: Cube, year: Period) -> bool:
    """Whether figures of the year's last month are in."""
    return (cube.manifest.last_actual or 0) >= year.end


def naive(source: Source, unit: Node, year: Period, info: MeasureInfo, wish: Wish) -> Naive | None:
    """Naive ways against what came; None where the measure is no sum and no level, or nothing was known within the year."""
    if not comparable(info, source.infos):
        return None
    kind = lines_of(info, source.infos)[0].kind
    tree = source.tree(Period(year.start, HALF))
    tier, tiers, nodes = units_of(source, tree, unit, wish.tier)
    if not nodes:
        return None
    sofars = sofars_of(source, info, kind)
    sofar, cuts = sofar_of(source, nodes, year, sofars, wish.sofar)
    if sofar is None:
        return None
    months = wish.months if wish.months in cuts else HALF if HALF in cuts else cuts[-1]
    cut = Period(year.start, months)
    if (then := source.tree(cut)) is not tree:
        tier, tiers, nodes = units_of(source, then, unit, wish.tier)
    if not nodes:
        return None
    view = source.cube.view([node.id for node in nodes]).like(cut.end - 1)
    plans = plans_of(source, view, info, year, cut)
    taken = Taken(info, sofar, plan_of(plans, info, wish.plan), _run(source, info, cut), year, cut, tier, kind)
    return _compared(source, view, nodes, taken, Choices(tiers, cuts, sofars, plans))


def _compared(source: Source, view: View, nodes: Sequence[Node], taken: Taken, choices: Choices) -> Naive:
    year, cut = taken.year, taken.cut
    came, before = (whole(view, taken.info, source.infos, each) for each in (year, year.shifted(-12)))
    known, by_then = (whole(view, taken.sofar, source.infos, each) for each in (cut, cut.shifted(-12)))
    ways: dict[WayKey, Numbers] = {
        "pace": same_pace(known, cut.span / year.span, taken.kind),
        "share": last_share(known, by_then, before - by_then, taken.kind),
    }
    if taken.plan is not None:
        ways["plan"] = planned(view, source.infos, taken.plan, year, cut)
    if taken.run is not None:
        ways["landing"] = _landed(taken.run, taken.info, nodes)
    outcome = np.where(np.isnan(known), np.nan, came)
    found = compare(outcome, list(ways.values()))
    needed: list[tuple[Missing, Numbers]] = [("none", np.fmax(came, known)), ("came", came), ("known", known)]
    needed += [(key, way) for (key, way), tried in zip(ways.items(), found.ways, strict=True) if tried]
    units = [
        UnitTried(
            node,
            *(_told(came[row]), _told(known[row]), _told(before[row]), _told(by_then[row])),
            tuple(_told(way[row]) for way in ways.values()),
            next((key for key, values in needed if np.isnan(values[row])), ""),
        )
        for row, node in enumerate(nodes)
    ]
    return Naive(
        taken,
        choices,
        tuple(units),
        tuple(Way(key, tried, n) for key, tried, n in zip(ways, found.ways, found.having, strict=True)),
        int(found.counted.sum()),
        int((~np.isnan(outcome)).sum()),
        found.came,
        cut.end - 1 if source.cube.moves(year.start - 12, year.end) else None,
    )


def _run(source: Source, info: MeasureInfo, cut: Period) -> Run | None:
    """The last run after the cut-off that landed the measure."""
    made = (run for run in source.runs if run.month.end == cut.end)
    return next((run for run in made if info.id in run.measures and not run.measures[info.id].why), None)


def _landed(run: Run, info: MeasureInfo, nodes: Sequence[Node]) -> Numbers:
    said = landed(run, [node.id for node in nodes], [info.id])
    accounts = [said[node.id, info.id].account if (node.id, info.id) in said else None for node in nodes]
    return np.array([np.nan if each is None else each for each in accounts])


def _told(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
