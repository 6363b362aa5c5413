"""Scores as they are kept and asked for; pages may import it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from headrope.core.landing.judged import Score
from headrope.core.landing.scores import Bin
from headrope.journal.queries import Books
from headrope.landing.models import LandingScore


class Kept(NamedTuple):
    """The score of a measure (id) on a tier, after so many months of the year, over `years` years from `first_year` (a
    start month) on; of the run of posting `run`, or of a backtest (None)."""

    measure: int
    months: int
    tier: int
    first_year: int
    years: int
    score: Score
    run: int | None


def keep(found: Iterable[Kept], seq: int) -> int:
    """Store the scores as of the books at `seq`; gives how many. Part of a transaction."""
    rows = [
        LandingScore(
            seq=seq,
            run_seq=each.run,
            measure_id=each.measure,
            months=each.months,
            tier=each.tier,
            first_year=each.first_year,
            years=each.years,
            rows=each.score.rows,
            wape=_plain(each.score.wape),
            wape_straight=_plain(each.score.wape_straight),
            wape_share=_plain(each.score.wape_share),
            coverage=_plain(each.score.coverage),
            brier=_plain(each.score.brier),
            brier_straight=_plain(each.score.brier_straight),
            brier_share=_plain(each.score.brier_share),
            bins=json.dumps(each.score.bins),
        )
        for each in found
    ]
    LandingScore.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def scores(at: Books) -> list[Kept]:
    """The last scores of every run and of every measure's backtest up to the books asked for; one statement."""
    last: dict[tuple[int | None, int, int], int] = {}
    rows = list(LandingScore.objects.filter(seq__lte=at.seq).order_by("id"))
    for row in rows:
        last[row.run_seq, row.measure_id, row.months] = row.seq
    latest = [row for row in rows if last[row.run_seq, row.measure_id, row.months] == row.seq]
    found = {(row.run_seq, row.measure_id, row.months, row.tier): row for row in latest}
    return [_kept(row) for row in found.values()]


def _kept(row: LandingScore) -> Kept:
    numbers = (
        row.wape,
        row.wape_straight,
        row.wape_share,
        row.coverage,
        row.brier,
        row.brier_straight,
        row.brier_share,
    )
    bins = tuple(Bin(*each) for each in json.loads(row.bins))
    wape, straight, share, covered, brier, brier_straight, brier_share = (
        math.nan if each is None else each for each in numbers
    )
    score = Score(row.rows, wape, straight, share, covered, brier, brier_straight, brier_share, bins)
    return Kept(row.measure_id, row.months, row.tier, row.first_year, row.years, score, row.run_seq)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else value


def pooled(bins: Sequence[Bin]) -> list[Bin]:
    """Reliability tables of several scores as one, by tenths."""
    found = []
    for low in sorted({each.low for each in bins}):
        same = [each for each in bins if each.low == low]
        cases = sum(each.cases for each in same)
        said, came = (sum(getattr(each, field) * each.cases for each in same) / cases for field in ("said", "came"))
        found.append(Bin(low, cases, said, came))
    return found
