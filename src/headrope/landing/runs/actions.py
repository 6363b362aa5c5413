"""Makes a run: every headline measure landed over the whole tree, posted at once or not at all; for commands and jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from headrope.core.periods import Period, name, year_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.units import SEGMENT
from headrope.followup.tick.alone import alone
from headrope.journal.queries import books
from headrope.landing.answers import NotLanded
from headrope.landing.perimeter import Perimeter
from headrope.landing.queries import Lander
from headrope.landing.runs.making import Columns, columns
from headrope.landing.runs.queries import Run, run_of
from headrope.landing.runs.writing import Made, write
from headrope.ledger.cube import store
from headrope.ledger.queries import TARGET, MeasureInfo, ledger_settings
from headrope.org.models import User

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much is done and of how much."""

LOCK = "landing"
"""Of those who land only one at a time does: see followup.tick.alone."""
REPLACED = "It ends within the year; its successor is landed."
ENDED = "It ends within the year, and nothing succeeds it."


class NothingToLand(ProblemsFound):
    """There are no figures of that month, no units or no targets."""


class Prospect(NamedTuple):
    """What is to be landed: these measures over these trees, after the month before `end` of the year."""

    lander: Lander
    end: int
    year: Period
    trees: list[Perimeter]
    asked: list[MeasureInfo]


def run(month: Period | None, by: User, progress: Progress | None = None) -> Run:
    """Land every headline measure after that month (None: the last that has figures) and post it; the run.

    A headline measure is one that has a target for the year somewhere in the tree. ProblemsFound where nothing can be
    landed, or another run is on; whatever stops it before the end leaves nothing behind. The cube is not rebuilt.
    """
    with alone(LOCK) as only:
        if not only:
            raise ProblemsFound([Problem("", "Another landing is being made.", "Wait until it is done.", {})])
        return make(prospect(month), by, progress)


def prospect(month: Period | None) -> Prospect:
    """What a run after that month (None: the last that has figures) would land; NothingToLand where that is nothing."""
    lander = Lander(store.fresh(None), ledger_settings(), books())
    end = _end(lander, month)
    year = year_of(end - 1, lander.ledger.fiscal_start)
    trees = _trees(lander, end)
    asked = headline(lander, trees, end)
    if not asked:
        values = {"year": name(year, lander.ledger.fiscal_start)}
        raise NothingToLand(
            [Problem("", "No measure has a target for %(year)s.", "Load the year's targets first.", values)]
        )
    return Prospect(lander, end, year, trees, asked)


def make(what: Prospect, by: User, progress: Progress | None = None) -> Run:
    """Land it and post it; the caller holds the lock."""
    tell = progress or (lambda doing, done, of: None)
    lander, end, year, trees, asked = what
    told: list[tuple[Perimeter, Columns]] = []
    refused: list[NotLanded] = []
    for done, info in enumerate(asked):
        tell("landing measures", done, len(asked))
        for over in trees:
            found = _landed(lander, info, over, end, year)
            if isinstance(found, NotLanded):
                refused.append(found)
            else:
                told.append((over, found))
    tell("writing", 0, 0)
    reason = f"landing of {name(year, lander.ledger.fiscal_start)} after {name(Period(end - 1, 1))}"
    with transaction.atomic():
        seq = write(Made(told, refused, year, end, lander.cube.seq), by, reason)
    return run_of(seq)


def _end(lander: Lander, month: Period | None) -> int:
    last = lander.last_month
    if last is None:
        message = "Nothing of months or quarters has been reported yet."
        raise NothingToLand([Problem("", message, "Load figures, or accept what units have submitted.", {})])
    end = last + 1 if month is None else month.end
    if end > last + 1:
        values = {"month": name(Period(last, 1))}
        message = "Nothing is reported after %(month)s yet."
        raise NothingToLand([Problem("", message, "Land that month, or wait for figures.", values)])
    return end


def _trees(lander: Lander, end: int) -> list[Perimeter]:
    """The whole trees of the month before `end`, one for each unit at the top."""
    tree = lander.tree(Period(end - 1, 1).last_day)
    tops = [node for node in tree.children.get(None, []) if node.kind != SEGMENT]
    if not tops:
        raise NothingToLand([Problem("", "There were no units in that month.", "Name a later month.", {})])
    return [lander.over(top.code, end) for top in tops]


def headline(lander: Lander, trees: list[Perimeter], end: int) -> list[MeasureInfo]:
    """The measures that have a target for the year of that month in one of the trees, in their order."""
    year = year_of(end - 1, lander.ledger.fiscal_start)
    if TARGET not in lander.cube.first_start:
        return []
    views = [lander.view(over, end) for over in trees]
    return [
        info
        for info in lander.infos.values()
        if info.rule.kind != "text" and any(view.column(info, lander.infos, TARGET, year).known.any() for view in views)
    ]


def _landed(lander: Lander, info: MeasureInfo, over: Perimeter, end: int, year: Period) -> Columns | NotLanded:
    if info.rule.valid_to <= year.last_day:
        return NotLanded(info, REPLACED if info.rule.successor else ENDED)
    return columns(lander, info, over, end)
