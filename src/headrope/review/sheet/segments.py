"""A unit's figures by segment: what its parts in one segment come to, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headrope.org.queries import Node
from headrope.review.queries import Figure, Line, Reader, Review, verdict
from headrope.review.sheet.parts import Part, adds_up, other_of
from headrope.review.sheet.standing import members
from headrope.review.sheet.states import States, states_of


@dataclass(frozen=True)
class SegmentRow:
    """What the unit's parts in one segment come to, actual and planned, of each of the lines asked for, with its state.

    `seen`: can be opened.
    """

    segment: Node
    figures: tuple[tuple[Figure, Figure], ...]
    states: tuple[str, ...]
    seen: bool


def by_segment(reader: Reader, review: Review, lines: Sequence[Line]) -> tuple[SegmentRow, ...]:
    """The lines by segment, of units at or under the unit; nothing where they are not in two segments at least.

    The unit's own segments are taken as they are added up; of others the members under the unit, of those that stand
    under each other only the upper one.
    """
    lines = [line for line in lines if adds_up(line)]
    rows = _in_segments(reader, review) if lines else []
    if not rows:
        return ()
    whole = [node for _, tops in rows for node in tops]
    held = [other_of(reader, review, whole, line) for line in lines]
    states = states_of(reader, review, [line.info for line in lines], whole)
    found, at = [], 0
    for named, tops in rows:
        figures = tuple(_sum(parts[at : at + len(tops)]) for parts in held)
        judged = tuple(
            _state(reader, review, line, tops, each, states) for line, each in zip(lines, figures, strict=True)
        )
        found.append(SegmentRow(named, figures, judged, reader.who.sees(named.id)))
        at += len(tops)
    return tuple(found)


def _in_segments(reader: Reader, review: Review) -> list[tuple[Node, list[Node]]]:
    """Segments with the units that are added up for each."""
    tree, unit = reader.tree(review.period), review.unit
    if unit.id not in tree.nodes:
        return []
    under: dict[int, list[Node]] = {}
    for row in members(reader, review.period.last_day, reader.known_postings):
        path = [node.id for node in tree.path(row.unit)] if row.unit in tree.nodes else []
        if unit.id in path and row.unit != unit.id and reader.who.sees(row.unit):
            under.setdefault(row.segment, []).append(tree.nodes[row.unit])
    if len(under) < 2:
        return []
    rows = []
    for segment, nodes in under.items():
        ids = {node.id for node in nodes}
        tops = [node for node in nodes if not any(above.id in ids for above in tree.path(node.id)[1:])]
        named = tree.nodes.get(segment)
        if named is not None:
            # The unit's own segment has a total of its own, without what its members sell to each other.
            own = named.parent == unit.id and reader.who.sees(segment)
            rows.append((named, [named] if own else tops))
    return rows


def _state(
    reader: Reader, review: Review, line: Line, tops: Sequence[Node], figures: tuple[Figure, Figure], states: States
) -> str:
    """Of one unit its own state; of several the sum is judged by the same rules, and stale where one of them is."""
    alone = [states[node.id, line.info.code] for node in tops]
    if len(alone) == 1:
        return alone[0]
    if "stale" in alone:
        return "stale"
    judged = verdict(line.info, *figures, review.against, reader.pace(review.period))
    return judged.state if judged else "none"


def _sum(parts: Sequence[Part]) -> tuple[Figure, Figure]:
    return _added([part.actual for part in parts]), _added([part.plan for part in parts])


def _added(figures: Sequence[Figure]) -> Figure:
    known = [each.value for each in figures if each.value is not None]
    counts = sum(each.reported for each in figures), sum(each.expected for each in figures)
    return Figure(sum(known) if known else None, *counts)
