"""Totals of units to which only a share of another total goes up: bottom-up, in whole numbers and fractions.

No sum over a closure can tell them, since each edge rounds. Only these units are added up here; what stands below them
comes from the closure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from headrope.ledger.audit.sums import Frame, Values
from headrope.ledger.audit.tables import Tables
from headrope.ledger.audit.trees import IN_FORCE

WHOLE = 10**9
Owners = Mapping[int, list[tuple[int, Fraction]]]


@dataclass(frozen=True)
class Shared:
    """The units of one tree whose totals hold shares, lower ones first, with what each is made of: unit and billionths."""

    order: list[int]
    below: Mapping[int, list[tuple[int, int]]]


def read_shares(tables: Tables) -> dict[int, Shared]:
    """The affected units by tree; empty where everything goes up whole or not at all."""
    affected: dict[int, set[int]] = defaultdict(set)
    for epoch, unit in tables.run("SELECT epoch, unit FROM audit_affected"):
        affected[epoch].add(unit)
    sql = f"SELECT owner_id, held_id, num, den, valid_from, valid_to FROM holding WHERE {IN_FORCE}"
    holdings = tables.run(sql) if affected else []
    days = dict(tables.run("SELECT epoch, day FROM audit_epoch"))
    found = {}
    for epoch, units in affected.items():
        owners: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
        for owner, held, num, den, first, end in holdings:
            if first <= days[epoch] < end:  # days are texts on SQLite, and order alike
                owners[held].append((owner, Fraction(num, den)))
        found[epoch] = _shared(tables, epoch, units, owners)
    return found


def _shared(tables: Tables, epoch: int, units: set[int], owners: Owners) -> Shared:
    tree = tables.run(f"SELECT unit, parent, goes, shared FROM audit_tree WHERE epoch = {epoch}")
    parents = {unit: parent for unit, parent, _, _ in tree}
    below: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for unit, parent, goes, shared in tree:
        if goes and parent in units:
            part = round(effective(parent, unit, parents, owners) * WHOLE) if shared else WHOLE
            below[parent].append((unit, part))
    for segment, unit in tables.run(f"SELECT segment, unit FROM audit_member WHERE epoch = {epoch}"):
        if segment in units:
            below[segment].append((unit, WHOLE))
    order, waiting = [], set(units)
    while waiting:
        ready = {unit for unit in waiting if not any(child in waiting for child, _ in below[unit])}
        order += sorted(ready)
        waiting -= ready
    return Shared(order, below)


def effective(top: int, unit: int, parents: Mapping[int, int | None], owners: Owners) -> Fraction:
    """The share of `top` in the unit: up from the unit to its owners, or to its parent where none are recorded."""
    found, waiting = Fraction(0), {unit: Fraction(1)}
    while waiting:
        at, part = waiting.popitem()
        if at == top:
            found += part
            continue
        parent = parents.get(at)
        for owner, share in owners.get(at) or ([(parent, Fraction(1))] if parent is not None else []):
            waiting[owner] = waiting.get(owner, Fraction(0)) + part * share
    return found


def put_shares(tables: Tables, frame: Frame, shares: Mapping[int, Shared], values: Values) -> None:
    """Overwrite the totals of affected units in `values` [units, cells] of the part that stands in `audit_own`."""
    exact = values.dtype.kind == "i"
    column = "o.amount" if exact else "o.number"
    epochs = dict(tables.run(f"SELECT start, epoch FROM audit_cell WHERE span = {frame.span}"))
    own: dict[tuple[int, int], int | float] = defaultdict(int)
    sql = f"""SELECT o.start, a.unit, {column} FROM audit_affected a
        JOIN audit_cell c ON c.epoch = a.epoch AND c.span = {frame.span}
        JOIN audit_own o ON o.span = c.span AND o.start = c.start AND o.unit = a.unit WHERE {column} IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM audit_member m WHERE m.epoch = a.epoch AND m.segment = a.unit)
        UNION ALL SELECT o.start, m.at, {column} FROM audit_affected a
        JOIN audit_cell c ON c.epoch = a.epoch AND c.span = {frame.span}
        JOIN audit_meet m ON m.epoch = a.epoch AND m.at = a.unit
        JOIN audit_own o ON o.span = c.span AND o.start = c.start AND o.unit = -m.pair WHERE {column} IS NOT NULL"""
    for start, unit, value in tables.run(sql):
        own[start, unit] += value
    for cell, start in enumerate(frame.starts):
        shared = shares.get(epochs[start])
        for unit in shared.order if shared else ():
            assert shared is not None
            total = own[start, unit]
            for child, part in shared.below.get(unit, ()):
                going = values[frame.rows[child], cell].item()
                total += _passed(going, part)
            values[frame.rows[unit], cell] = total


def _passed(total: int | float, part: int) -> int | float:
    if part == WHOLE:
        return total
    return round(Fraction(total * part, WHOLE)) if isinstance(total, int) else total * (part / WHOLE)


def edges(tables: Tables, epoch: int, shared: Shared | None) -> dict[int, int]:
    """Billionths of each unit's total that go up in a tree, for units of which not all does."""
    found = {unit: 0 for (unit,) in tables.run(f"SELECT unit FROM audit_tree WHERE epoch = {epoch} AND goes = 0")}
    for parts in shared.below.values() if shared else ():
        found |= {unit: part for unit, part in parts if part != WHOLE}
    return found
