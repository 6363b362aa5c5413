"""Judges landings: runs whose year has ended, and backtests of the ledger's history; all or nothing, for jobs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from headrope.core.landing.backtest import Backtest, Trial
from headrope.core.landing.judged import Score
from headrope.core.periods import Period, year_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.journal.actions import lock_head
from headrope.journal.queries import books
from headrope.landing.answers import NotLanded
from headrope.landing.judging.kept import Kept, keep
from headrope.landing.judging.runs import ended, judged
from headrope.landing.queries import Lander
from headrope.landing.runs.actions import Progress, headline
from headrope.landing.runs.queries import runs
from headrope.ledger.cube import store
from headrope.ledger.queries import MeasureInfo, ledger_settings


def judge(months: int, progress: Progress | None = None) -> int:
    """Score every run of a year that has ended, and backtest every headline measure after so many months of each year.

    Gives how many scores are kept; 0 where no year can be judged yet. What is scored is the books as they stand.
    """
    tell = progress or (lambda doing, done, of: None)
    at = books()
    lander = Lander(store.fresh(None), ledger_settings(), at)
    last = lander.last_month
    if last is None:
        message = "Nothing of months or quarters has been reported yet."
        raise ProblemsFound([Problem("", message, "Load figures, or accept what units have submitted.", {})])
    found: list[Kept] = []
    over = [each for each in runs(at) if ended(each, last)]
    for done, run in enumerate(over):
        tell("judging landings", done, len(over))
        found += judged(lander, run)
    top = lander.over(lander.root(last + 1), last + 1)
    asked = headline(lander, [top], last + 1)
    for done, info in enumerate(asked):
        tell("landing past years", done, len(asked))
        tested = lander.judge(info, top, months, Trial(threads=2))
        if not isinstance(tested, NotLanded):
            found += _of_backtest(lander, info, months, tested, last)
    with transaction.atomic():
        lock_head()
        return keep(found, lander.cube.seq)


def _of_backtest(lander: Lander, info: MeasureInfo, months: int, tested: Backtest, last: int) -> Iterator[Kept]:
    """Its tiers; the reliability table, which is of all tiers, stands with the first."""
    year = year_of(last, lander.ledger.fiscal_start)
    end = year.end if last == year.end - 1 else year.start
    first = Period(end - 12 * (max(tested.years) + 1 - min(tested.years)), 12)
    for tier in tested.tiers:
        score = Score(
            tier.rows * len(tested.years),
            tier.wape,
            tier.wape_straight,
            tier.wape_share,
            tier.coverage,
            tier.brier,
            tier.brier_straight,
            tier.brier_share,
            tested.reliability if not tier.depth else (),
        )
        yield Kept(info.id, months, tier.depth + 1, first.start, len(tested.years), score, None)
