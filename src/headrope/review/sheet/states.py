"""How the parts of a sheet stand: the states of the situation page's units by measures, so that a unit has one state everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import Reader, Review
from headrope.review.situation.heat import Shown, heat
from headrope.review.situation.states import STATES

States = Mapping[tuple[int, str], str]
"""By unit (id) and measure (code): a word of `STATES`."""


def states_of(reader: Reader, review: Review, infos: Sequence[MeasureInfo], nodes: Sequence[Node]) -> States:
    """The states of these units in these measures, by the rules in force: pace, tolerances, what is overdue."""
    if not infos or not nodes:
        return {}
    matrix = heat(reader, review, Shown(infos, nodes, hem=False))
    return {
        (unit.id, field.info.code): STATES[code]
        for field in matrix.fields
        for unit, code in zip(matrix.units[1:], field.states[1:].tolist(), strict=True)
    }
