"""Brings a mapped generation up to the head of the books: own figures of units in new postings, and all above them.

1. Postings since then that changed the tree, measures, holdings, segments, forms or duties need a new generation.
2. The touched units' figures are read whole and worked out as a build does; a figure without a place in the layout,
   such as the first of a measure, needs a new generation as well.
3. Behind the gate, what differs goes up each epoch's tree: whole numbers as differences, the rest added up again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Model, Q

from headrope.core.forests import Part, again, change
from headrope.core.periods import from_code
from headrope.core.rollup import NOT_ALIVE, Values, largest_size
from headrope.journal.models import Posting, PostingKind
from headrope.ledger.cube import source
from headrope.ledger.cube.build import split
from headrope.ledger.cube.derived import Counted, complete, count
from headrope.ledger.cube.generation import Generation
from headrope.ledger.cube.layout import Group, operation
from headrope.ledger.cube.owing import Owing
from headrope.ledger.cube.own import Ints, Own, by_group
from headrope.ledger.duties import duty_rows
from headrope.ledger.models import Duty, Elimination, FormEdition, MeasureEdition, PostingUnit
from headrope.ledger.queries import ledger_settings, measures, version_ids
from headrope.org.models import Holding, SegmentMember, UnitEdition

MOST = 1_000
"""Units in a tail, or patched since the generation was made, from which a new one is better."""
_EDITIONS: tuple[type[Model], ...] = (UnitEdition, Holding, SegmentMember, MeasureEdition, FormEdition, Duty)


@dataclass(frozen=True)
class _Rows:
    """The rows that are worked out again and what was worked out of them."""

    rows: Ints
    owns: list[Own]
    counts: list[Counted]


def catch_up(cube: Generation, seq: int) -> bool:
    """Bring the cube to the posting `seq`; False where only a new generation can. Safe for many threads."""
    if cube.seq >= seq:
        return True
    with cube.gate.writing():
        if cube.seq >= seq:
            return True
        units = _touched(cube, seq)
        if units is None or len(units) > MOST or cube.manifest.known_on is not None:
            return False
        if units:
            found = _worked_out(cube, units, seq)
            if found is None:
                return False
            for own, counts in zip(found.owns, found.counts, strict=True):
                _put(cube, own, counts, found.rows)
            cube.patched_units += len(units)
        cube.seq = seq
        return True


def _touched(cube: Generation, upto: int) -> list[int] | None:
    """The units of the postings between, None where those changed what totals depend on, as checks and calendars do not."""
    after = cube.seq
    between = Q(seq_from__gt=after, seq_from__lte=upto) | Q(seq_to__gt=after, seq_to__lte=upto)
    defined = Posting.objects.filter(seq__gt=after, seq__lte=upto, kind__in=(PostingKind.DEFINE, PostingKind.IMPORT))
    if defined.exists() and cube.fiscal_start != ledger_settings().fiscal_start:
        return None
    if any(model._default_manager.filter(between).exists() for model in _EDITIONS):
        return None
    tail = PostingUnit.objects.filter(seq__gt=after, seq__lte=upto).values_list("unit_id", flat=True)
    return sorted(set(tail[: MOST * 100]))


def _worked_out(cube: Generation, units: list[int], seq: int) -> _Rows | None:
    """The units' own figures as a build would make them; None where they do not fit the layout."""
    structure = cube.structure
    if any(unit not in structure.row_of for unit in units):
        return None
    infos = {info.id: info for info in measures()}
    versions = {number: code for code, number in version_ids().items()}
    pairs = {tuple(pair): structure.units + at for at, pair in enumerate(structure.pairs.tolist())}
    own_rows = {structure.row_of[unit] for unit in units}
    pair_rows = {row for pair, row in pairs.items() if own_rows.intersection(pair)}
    rows = np.array(sorted(own_rows | pair_rows), np.int32)
    local = {row: at for at, row in enumerate(rows.tolist())}
    owns = [Own.make(group, infos, len(rows)) for group in cube.manifest.groups]
    groups = by_group(owns)
    for records in source.facts(None, seq, units):
        for key, mine in split(records, versions):
            at = np.array([local[structure.row_of[unit]] for unit in mine["unit"].tolist()], np.int32)
            if key not in groups or not groups[key].take(at, mine):
                return None
    touched = Q(unit_id__in=units) | Q(counterparty_id__in=units)
    fields = ("unit_id", "counterparty_id", "measure_id", "version_id", "period", "amount")
    for unit, other, measure, version, code, amount in (
        Elimination.objects.filter(touched, seq__lte=seq).order_by("seq").values_list(*fields)
    ):
        period, row = from_code(code), pairs.get((structure.row_of.get(unit, -1), structure.row_of.get(other, -1)))
        group = groups.get((versions[version], period.span))
        if row is None or group is None or not group.take_pair(local[row], measure, period.start, amount):
            return None
    complete(owns, infos, cube.fiscal_start)
    owing = Owing(duty_rows(), structure.row_of)
    counts = []
    for own in owns:
        ends = np.array(own.group.starts, np.int32) + own.group.span - 1
        alive = structure.epoch_parents[structure.of(ends)][:, rows].T != NOT_ALIVE
        counts.append(count(own, rows, alive, owing, structure.units))
    return _Rows(rows, owns, counts)


def _put(cube: Generation, own: Own, counts: Counted, rows: Ints) -> None:
    group, stem = own.group, own.group.stem
    for at, row in enumerate(rows.tolist()):
        mine: dict[str, Values] = {
            "amounts": own.amounts[at],
            "numbers": own.numbers[at],
            "reported": counts.present[at],
            "expected": counts.expected[at],
            "pairs": counts.pairs[at],
        }
        before = {kind: np.array(cube.own(group, kind, row)) for kind in mine}
        cube.largest_size += largest_size(own.amounts[at : at + 1])
        if cube.structure.inner[row]:
            cube.set_own(group, row, mine)
        for kind, values in mine.items():
            if not np.array_equal(values, before[kind]):
                _pass_up(cube, (group, kind), row, (before[kind], values))
        if row < cube.structure.units:
            cube.array(f"{stem}.levels")[row] = own.levels[at]
            cube.array(f"{stem}.owed")[:, row] = counts.expected[at].sum(axis=0)
            cube.array(f"{stem}.late")[:, row] = (counts.expected[at] & ~counts.present[at]).sum(axis=0)
    _put_stated(cube, own, rows)


def _pass_up(cube: Generation, where: tuple[Group, str], row: int, figures: tuple[Values, Values]) -> None:
    """One row's change of one array."""
    (group, kind), (before, now) = where, figures
    total = cube.array(f"{group.stem}.{kind}")
    counts = kind not in ("amounts", "numbers")
    ways = ["sum"] * total.shape[1] if counts else [operation(part) for _, part in getattr(group, kind)]
    adds = total.dtype.kind == "i"
    differs = (now != before).any(axis=0)
    for cells, epoch in cube.runs(group):
        if not differs[cells].any():
            continue
        if cube.structure.epoch_parents[epoch][row] == NOT_ALIVE:
            total[row, :, cells] = now[:, cells]
            continue
        forest = cube.structure.forest(epoch)
        whole = np.array([adds and way in ("sum", "count") for way in ways])
        if whole.any():
            step = now[:, cells].astype(total.dtype) - before[:, cells].astype(total.dtype)
            for way in {"sum", "count"}.intersection(ways):
                mine = np.array([each == way for each in ways])[:, None]
                change(total, forest, row, np.where(mine, step, 0), cells, counts=counts or way == "count")
        for way in dict.fromkeys(each for each, adding in zip(ways, whole, strict=True) if not adding):
            places = np.array([n for n, each in enumerate(ways) if each == way and not whole[n]], np.int32)
            part = Part(places, way, cells)  # type: ignore[arg-type]
            again(total, lambda at: now if at == row else cube.own(group, kind, at), forest, row, part)


def _put_stated(cube: Generation, own: Own, rows: Ints) -> None:
    name = f"{own.group.stem}.stated"
    held = cube.array(name)
    fresh = own.stated_records()
    fresh["row"] = rows[fresh["row"]]
    kept = held[~np.isin(held["row"], rows)]
    joined = np.concatenate([kept, fresh])
    cube.replace(name, joined[np.argsort(joined["row"], kind="stable")])
