"""Which units a meeting reviews, and the orders that can be worked out: by tier, or by the place in a ranking."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.scoring import sense
from headrope.core.units import SEGMENT
from headrope.ledger.cube.view import Cube
from headrope.meetings.queries import MeetingInfo
from headrope.org.queries import Node, Sight, Tree
from headrope.review.queries import Question, Reader
from headrope.review.ranking import figures_of
from headrope.web.access import Visit

MOST_TIERS = 3


def units_below(tree: Tree, who: Sight, unit: int, tiers: int) -> list[int]:
    """The units (ids) so many tiers below the unit that this person sees, tier by tier in the order of codes."""
    found: list[Node] = []
    level = [unit]
    for _tier in range(tiers):
        below = [
            node
            for above in level
            for node in tree.children.get(above, ())
            if node.kind != SEGMENT and who.sees(node.id)
        ]
        found += sorted(below, key=lambda node: node.code)
        level = [node.id for node in below]
    return [node.id for node in found]


def by_tier(tree: Tree, meeting: MeetingInfo) -> list[int]:
    """The units that have a place, higher tiers first, each tier in the order of codes; closed units last."""
    units = [item.unit for item in meeting.order]
    return [node.id for node in sorted(units, key=lambda node: (tree.tier.get(node.id, 99), node.code))]


def by_rank(visit: Visit, cube: Cube, meeting: MeetingInfo, measure: str, best_first: bool) -> list[int]:
    """The units that have a place by their gap in the measure, the worst (or best) first; those without one last."""
    reader = Reader(cube, visit.ledger, visit.at, visit.who)
    info = reader.infos.get(measure)
    nodes = [item.unit for item in meeting.order if visit.who.sees(item.unit.id)]
    if info is None or not nodes:
        return [item.unit.id for item in meeting.order]
    review = reader.review(Question(meeting.unit.code, meeting.period))
    figures = figures_of(reader, review, nodes)
    good = (sense(info.rule.direction) or 1) * (-1 if best_first else 1)

    def key(node: Node) -> tuple[bool, float, str]:
        actual, plan, _before = figures[node.id].get(measure, (None, None, None))
        if actual is None or plan is None or actual.value is None or plan.value is None:
            return True, 0.0, node.code
        return False, float(actual.value - plan.value) * good, node.code

    rest = [item.unit.id for item in meeting.order if not visit.who.sees(item.unit.id)]
    return [node.id for node in sorted(nodes, key=key)] + rest


def measures_to_rank(visit: Visit, cube: Cube, meeting: MeetingInfo) -> Sequence[tuple[str, str]]:
    """Codes and names of the measures by which units can be ranked, the heaviest first."""
    reader = Reader(cube, visit.ledger, visit.at, visit.who)
    lines = [info for info in reader.infos.values() if info.rule.kind != "text" and info.account is not None]
    lines.sort(key=lambda info: -(info.weight or 0))
    return [(info.code, info.shown_name(visit.language)) for info in lines]
