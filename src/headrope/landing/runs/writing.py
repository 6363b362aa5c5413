"""Writes a run in a transaction: facts of version landing under one posting, and the rows of ranges and odds beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.periods import Period
from headrope.journal.filling import fill
from headrope.journal.models import PostingKind
from headrope.landing.answers import NotLanded
from headrope.landing.models import LandingMeasure, LandingRun
from headrope.landing.perimeter import Perimeter
from headrope.landing.runs.making import Columns
from headrope.ledger.made import MadeFigures, post_made
from headrope.org.models import User

VERSION = "landing"
FIELDS = (
    "seq, unit_id, measure_id, parent_id, share, steps, point, known, low80, low50, high50, high80, scale, freedom, "
    "least, target, odds, odds_low, odds_high, same_share, past, filled, late, "
    "estimated, estimated_steps, reasons, path"
)


class Made(NamedTuple):
    """All that a run says: for each tree its columns; measures that are not landed; the year, after the month before
    `month_end`, from the books at `read_seq`."""

    columns: Sequence[tuple[Perimeter, Columns]]
    refused: Sequence[NotLanded]
    year: Period
    month_end: int
    read_seq: int


def write(made: Made, by: User, reason: str) -> int:
    """Write everything; part of a transaction. Gives the number of the posting."""
    figures = [
        MadeFigures(columns.info.id, [node.id for node in over.nodes], columns.own, _own(over, columns))
        for over, columns in made.columns
        if columns.own is not None
    ]
    posting = post_made(
        by=by, kind=PostingKind.LANDING, version=VERSION, period=made.year, figures=figures, reason=reason
    )
    year = made.year
    LandingRun.objects.create(
        seq=posting.seq, read_seq=made.read_seq, start=year.start, end=year.end, month_end=made.month_end
    )
    LandingMeasure.objects.bulk_create(_measures(made, posting.seq))
    for over, columns in made.columns:
        fill("landing_row", FIELDS, _rows(over, columns, posting.seq))
    return posting.seq


def _own(over: Perimeter, columns: Columns) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which units have a figure of their own: those without others below that have a landing, and of the others those
    that have something beside them."""
    leaf = np.ones(len(over.nodes), np.bool_)
    leaf[over.inner] = False
    return np.where(leaf, ~np.isnan(columns.point), columns.own != 0)


def _measures(made: Made, seq: int) -> list[LandingMeasure]:
    told = {columns.info.id: columns for _, columns in made.columns}
    found = [
        LandingMeasure(
            seq=seq,
            measure_id=measure,
            span=each.span,
            left=each.left,
            levels=each.levels,
            recovers=each.recovers,
            more={"up": True, "down": False}.get(each.info.rule.direction),
            grain=each.grain,
        )
        for measure, each in told.items()
    ]
    refused = {each.info.id: each.why for each in made.refused if each.info.id not in told}
    return found + [
        LandingMeasure(seq=seq, measure_id=measure, span=0, left=0, levels=False, recovers=False, grain=0, why=why)
        for measure, why in refused.items()
    ]


def _rows(over: Perimeter, columns: Columns, seq: int) -> Iterator[tuple[object, ...]]:
    ids = [node.id for node in over.nodes]
    parents = [ids[row] if row >= 0 else None for row in over.parent.tolist()]
    nothing = np.isnan(columns.point).tolist()
    steps = [None] * len(ids) if columns.steps is None else columns.steps.tolist()
    numbers = zip(
        *(
            _told(each)
            for each in (
                *(columns.point, columns.known, *columns.ranges, columns.scale, columns.freedom),
                *(columns.least, columns.target, columns.odds, columns.odds_low, columns.odds_high, columns.same_share),
            )
        ),
        strict=True,
    )
    counts = zip(
        *(
            each.tolist()
            for each in (
                *(columns.past, columns.filled, columns.late),
                *(columns.estimated, columns.estimated_steps, columns.reasons),
            )
        ),
        strict=True,
    )
    paths = np.ascontiguousarray(columns.path, "<f8")
    shares = over.shares.tolist()
    for row, (unit, figures, marks) in enumerate(zip(ids, numbers, counts, strict=True)):
        path = "" if nothing[row] else paths[row].tobytes().hex()
        whole = None if nothing[row] else steps[row]
        yield (seq, unit, columns.info.id, parents[row], shares[row], whole, *figures, *marks, path)


def _told(column: Numbers) -> list[float | None]:
    """The figures, None where there is none (or no bound)."""
    known = np.isfinite(column)
    return [value if there else None for value, there in zip(column.tolist(), known.tolist(), strict=True)]
