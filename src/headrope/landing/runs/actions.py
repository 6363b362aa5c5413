"""Makes a run: every headline measure landed over the whole tree, posted at once or not at all; for commands and jobs."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from headrope.core.periods import Period, name, year_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.units import SEGMENT
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

REPLACED = "It ends within the year; its successor is landed."
ENDED = "It ends within the year, and nothing succeeds it."


def run(month: Period | None, by: User, progress: Progress | None = None) -> Run:
    """Land every headline measure after that month (None: the last that has figures) and post it; the run.

    A headline measure is one that has a target for the year somewhere in the tree. ProblemsFound where nothing can be
    landed; whatever stops it before the end leaves nothing behind. The cube is not rebuilt.
    """
    tell = progress or (lambda doing, done, of: None)
    lander = Lander(store.fresh(None), ledger_settings(), books())
    end = _end(lander, month)
    year = year_of(end - 1, lander.ledger.fiscal_start)
    trees = _trees(lander, end)
    asked = headline(lander, trees, end)
    if not asked:
        values = {"year": name(year, lander.ledger.fiscal_start)}
        raise ProblemsFound(
            [Problem("", "No measure has a target for %(year)s.", "Load the year's targets first.", values)]
        )
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
        raise ProblemsFound([Problem("", message, "Load figures, or accept what units have submitted.", {})])
    end = last + 1 if month is None else month.end
    if end > last + 1:
        values = {"month": name(Period(last, 1))}
        message = "Nothing is reported after %(month)s yet."
        raise ProblemsFound([Problem("", message, "Land that month, or wait for figures.", values)])
    return end


def _trees(lander: Lander, end: int) -> list[Perimeter]:
    """The whole trees of the month before `end`, one for each unit at the top."""
    tree = lander.tree(Period(end - 1, 1).last_day)
    tops = [node for node in tree.children.get(None, []) if node.kind != SEGMENT]
    if not tops:
        raise ProblemsFound([Problem("", "There were no units in that month.", "Name a later month.", {})])
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
