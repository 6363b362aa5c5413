"""What a form changes in the totals above it when it is accepted, as far as the reader may see those totals.

A total less one's own figure may be a sister's: only totals of units that the reader sees are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from headrope.core.periods import Period, year_to_date
from headrope.journal.queries import defined_at
from headrope.ledger.cube.view import Cube, UnitView
from headrope.ledger.queries import TARGET, MeasureInfo
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.sheet import EntrySheet, Line, Value
from headrope.org.queries import Node, Sight, edition_rows


@dataclass(frozen=True)
class Total:
    """A unit's total of the year to date: now, once the form is accepted, and the target up to then; None: not known."""

    unit: Node
    now: Value | None
    then: Value | None
    plan: Value | None


@dataclass(frozen=True)
class Change:
    """What the form changes in one measure, from the unit itself upwards."""

    info: MeasureInfo
    totals: tuple[Total, ...]


@lru_cache(maxsize=2)
def _partly(key: str, defined: int) -> tuple[tuple[int, date, date], ...]:
    """Units and their days on which not the whole of their total goes up; kept in the process until the tree changes."""
    editions = ((row.unit, row.edition) for row in edition_rows())
    return tuple((unit, each.valid_from, each.valid_to) for unit, each in editions if each.method != "full")


def reached(place: Place, sight: Sight) -> tuple[Node, ...]:
    """The unit and those above it whose totals its figures reach in full, as far as seen; empty where none above it is.

    Beyond an edge over which only a share or nothing goes up no effect is told.
    """
    if not any(sight.sees(node.id) for node in place.path[1:]):
        return ()
    day, at = place.round.period.last_day, place.round.when.at
    partly = {unit for unit, first, end in _partly(str(at.key), defined_at(str(at.key), at.seq)) if first <= day < end}
    nodes = [place.path[0]]
    for node, above in zip(place.path, place.path[1:], strict=False):
        if node.id in partly:
            break
        nodes.append(above)
    seen = tuple(node for node in nodes if sight.sees(node.id))
    return seen if any(node.id != place.unit.id for node in seen) else ()


def changes_above(
    sheet: EntrySheet, nodes: Sequence[Node], cube: Cube, infos: Mapping[str, MeasureInfo], fiscal_start: int
) -> tuple[Change, ...]:
    """What the form changes in the totals of these units, by measure in the order of the form; unchanged ones are left out."""
    # Before the first save an empty cell says nothing of what the books hold.
    lines = [line for line in sheet.lines if sheet.id is not None or (line.typed and not line.typed.empty)]
    moved = [(line, by) for line in lines if (by := _change(line))]
    if not moved or not nodes:
        return ()
    period = year_to_date(sheet.period, fiscal_start)
    added = {line.info.code: infos[line.info.code] for line, _by in moved}  # the others may be dear to form
    views = {node.id: cube.unit(node.id, added) for node in nodes}
    held = {unit: _totals(view, sheet.version, period) for unit, view in views.items()}
    plans = {unit: _totals(view, TARGET, period) for unit, view in views.items()}
    found = []
    for line, by in moved:
        code = line.info.code
        totals = [
            Total(node, held[node.id].get(code), (held[node.id].get(code) or 0) + by, plans[node.id].get(code))
            for node in nodes
        ]
        found.append(Change(line.info, tuple(totals)))
    return tuple(found)


def _change(line: Line) -> Value | None:
    """By how much the unit's own contribution changes; None where it does not, or totals are no sums of contributions."""
    rule = line.info.rule
    if line.typed is None or not rule.additive or line.wrong is not None:
        return None
    if rule.missing == "carry" and (line.held is None or line.value is None):
        return None  # what is carried on in place of a missing figure is not told apart here
    return (line.value or 0) - (line.held or 0) or None


def _totals(view: UnitView, version: str, period: Period) -> dict[str, Value]:
    columns = view.columns(version, [period])
    return {code: column.values[0].item() for code, column in columns.items() if column.known[0]}
