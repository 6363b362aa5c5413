"""The sheet of a unit for a period: one frozen object that page, conference and document show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from headrope.core.units import SEGMENT
from headrope.org.queries import Node
from headrope.review.headline import headline_lines, headline_measures
from headrope.review.queries import Line, Question, Reader, Review
from headrope.review.ranking import Ranking, Wanted, rank
from headrope.review.sheet.parts import Breakdown, Part, Shift, children_of, judged, landed, other_of, shift
from headrope.review.sheet.path import YearPath, year_paths
from headrope.review.sheet.said import Said, said
from headrope.review.sheet.segments import SegmentRow, by_segment
from headrope.review.sheet.standing import Standing, standing
from headrope.review.sheet.states import states_of

MOST_LINES = 12
"""Measures of a sheet: with more it would be no single sheet of paper."""


@dataclass(frozen=True)
class UnitSheet:
    """A unit's sheet. `lines` are those of the review that it shows, `spoken` the two that its headline speaks of.

    `explained` is the line that is broken down: the one of these whose gap weighs most; `children` is its breakdown by
    child, `others` the same children's figures of the other line, in the same order; `shift` its volume, mix and own
    performance; `segments` both lines by segment; `paths` their year; `said` notes and answers. `beside` are the units before and after it under
    the same parent, those that this person may see.
    """

    review: Review
    lines: tuple[Line, ...]
    spoken: tuple[Line, ...]
    explained: Line | None
    ranking: Ranking | None
    standing: Standing
    children: Breakdown | None
    others: tuple[Part, ...]
    shift: Shift | None
    segments: tuple[SegmentRow, ...]
    paths: tuple[YearPath, ...]
    said: Said
    beside: tuple[Node | None, Node | None]

    @property
    def other(self) -> Line | None:
        """The line that the headline speaks of and that is not broken down."""
        return next((line for line in self.spoken if line is not self.explained), None)

    def path(self, line: Line | None) -> YearPath | None:
        """The year's path of a line."""
        return next((path for path in self.paths if line and path.info.code == line.info.code), None)


def sheet(reader: Reader, question: Question) -> UnitSheet:
    """The whole sheet; NoSuchUnit where this person does not see the unit."""
    review = reader.review(question)
    spoken = tuple(headline_lines(review))
    explained = explained_line(spoken)
    ranking = rank(reader, review, Wanted(measure=explained.info.code)) if explained else None
    breakdown = children_of(ranking, explained)
    other = next((line for line in spoken if line is not explained), None)
    units = [part.unit for part in breakdown.parts if part.unit] if breakdown else []
    lines = [line for line in (explained, other) if line]
    states = states_of(reader, review, [line.info for line in lines], units)
    if breakdown:
        parts = landed(reader, review, judged(breakdown.parts, breakdown.info, states), breakdown.info)
        breakdown = replace(breakdown, parts=parts)
    others = judged(other_of(reader, review, units, other), other.info, states) if other and units else ()
    shown = shown_lines(review)
    return UnitSheet(
        review,
        shown,
        spoken,
        explained,
        ranking,
        standing(reader, review, spoken),
        breakdown,
        others,
        shift(reader, review, breakdown, explained),
        by_segment(reader, review, lines),
        tuple(year_paths(reader, review, lines)),
        said(reader, review, shown),
        beside(reader, review),
    )


def shown_lines(review: Review) -> tuple[Line, ...]:
    """What the sheet shows: the measures that a page begins with, the heaviest where these are too many for a sheet."""
    found = headline_measures(review)
    if len(found) <= MOST_LINES:
        return tuple(found)
    heaviest = sorted(found, key=lambda line: (-(line.info.weight or 0), not line.plan.known))[:MOST_LINES]
    codes = {line.info.code for line in heaviest}
    return tuple(line for line in found if line.info.code in codes)


_WORST = {"behind": 0, "watch": 1, "stale": 2}


def explained_line(lines: tuple[Line, ...]) -> Line | None:
    """Of the lines that the headline speaks of the one in the worst state, then with the largest gap for its plan."""

    def weight(line: Line) -> tuple[int, float]:
        judged = line.judgement
        share = judged.share if judged and judged.share is not None else 0.0
        return _WORST.get(judged.state, 3) if judged else 4, -abs(share)

    return min((line for line in lines if line.info.rule.additive), key=weight, default=None)


def beside(reader: Reader, review: Review) -> tuple[Node | None, Node | None]:
    """The units before and after the unit under its parent, in the order of their codes; in a circle."""
    tree, who = reader.tree(review.period), reader.who
    row = [node for node in tree.children.get(review.unit.parent, ()) if who.sees(node.id) and node.kind != SEGMENT]
    row.sort(key=lambda node: node.code)
    at = next((place for place, node in enumerate(row) if node.id == review.unit.id), None)
    if at is None or len(row) < 2:
        return None, None
    return row[at - 1], row[(at + 1) % len(row)]
