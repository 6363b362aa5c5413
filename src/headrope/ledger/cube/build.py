"""Builds a generation: facts into own values, own values into totals over each epoch's tree, totals into files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period, from_code, month_of
from headrope.core.rollup import NOT_ALIVE, ROOT, Values, add_up, check_sum_fits, expected_from, largest_size
from headrope.core.units import ALWAYS
from headrope.journal.queries import Books, Known
from headrope.ledger.cube import source
from headrope.ledger.cube.layout import DIFFERENCE, VALUE, Group, Manifest
from headrope.ledger.cube.own import Own, add_differences, add_longer_spans
from headrope.ledger.queries import ACTUAL, LedgerSettings, MeasureInfo, measures, version_ids
from headrope.org.queries import edition_rows, tree_days, tree_on, unit_ids

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Epochs:
    """Runs of months with equal tree: `starts` first months in order, `parents` int32[epochs, rows] of row numbers."""

    starts: Ints
    parents: Ints

    def of(self, months: Ints) -> Ints:
        """The number of the epoch of each month."""
        return np.maximum(np.searchsorted(self.starts, months, side="right") - 1, 0).astype(np.int32)


def epochs(row_unit: Ints, known: Known | None) -> Epochs:
    """The trees of all months; a month's tree is the one of its last day."""
    editions = edition_rows(known)
    row_of = {int(unit): row for row, unit in enumerate(row_unit)}
    months = sorted({0 if day <= ALWAYS else month_of(day).start for day in tree_days(editions)})
    parents = np.full((max(len(months), 1), len(row_unit)), NOT_ALIVE, np.int32)
    for epoch, month in enumerate(months):
        day = Period(month, 1).last_day if month else ALWAYS
        for node in tree_on(day, editions).nodes.values():
            parents[epoch, row_of[node.id]] = ROOT if node.parent is None else row_of.get(node.parent, ROOT)
    return Epochs(np.array(months or [0], np.int32), parents)


def plan(
    series: Sequence[tuple[int, int, int]], infos: dict[int, MeasureInfo], versions: dict[int, str], fiscal_start: int
) -> list[Group]:
    """The groups that hold all series; cumulative measures get their differences by month, quarter and half."""
    starts: dict[tuple[str, int], set[int]] = defaultdict(set)
    parts: dict[tuple[str, int], set[tuple[int, str]]] = defaultdict(set)
    for measure, version, code in series:
        if measure not in infos:
            continue
        period = from_code(code)
        key = (versions[version], period.span)
        starts[key].add(period.start)
        parts[key].add((measure, VALUE))
        if infos[measure].rule.kind == "cumulative":
            for span in (1, 3, 6):
                if span % period.span == 0 and (period.end - (fiscal_start - 1)) % span == 0:
                    wide = (versions[version], span)
                    starts[wide].add(period.end - span)
                    parts[wide].add((measure, DIFFERENCE))
    for (_, span), months in starts.items():
        _fill(months, span)
    return [
        _group(version, span, starts[version, span], parts[version, span], infos) for version, span in sorted(starts)
    ]


def _fill(starts: set[int], span: int) -> None:
    """Add the cells between others, so that a period in which nobody reported anything is missed as well."""
    for offset in range(span):
        same = [start for start in starts if start % span == offset]
        if same:
            starts.update(range(min(same), max(same), span))


def _group(
    version: str, span: int, starts: set[int], parts: set[tuple[int, str]], infos: dict[int, MeasureInfo]
) -> Group:
    stored = sorted(part for part in parts if infos[part[0]].rule.kind != "ratio")
    exact = tuple(part for part in stored if infos[part[0]].rule.quantity.exact)
    inexact = tuple(part for part in stored if not infos[part[0]].rule.quantity.exact)
    levels = tuple(sorted(measure for measure, _ in parts if infos[measure].rule.kind == "ratio"))
    here = {infos[measure].code for measure, part in stored if part == VALUE}
    pairs = tuple(sorted(i.id for i in infos.values() if i.rule.kind == "ratio" and here.issuperset(i.rule.components)))
    return Group(version, span, tuple(sorted(starts)), exact, inexact, levels, pairs)


@dataclass(frozen=True)
class Totals:
    """What is written of a group: totals and counts [rows, components, cells], levels, and counts per ratio.

    `owed` and `late` [cells, rows] count the figures that a unit itself is expected to give, and those not given.
    """

    amounts: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.float64]
    reported: Ints
    expected: Ints
    levels: npt.NDArray[np.float64]
    pairs: Ints
    owed: Ints
    late: Ints


class Builder:
    """One run of building; `rows` are all units there ever were, in id order."""

    def __init__(self, books: Books, settings: LedgerSettings, known: Known | None) -> None:
        self.books, self.settings, self.known = books, settings, known
        self.infos = {info.id: info for info in measures(known)}
        self.ids = {info.code: info.id for info in self.infos.values()}
        self.versions = {number: code for code, number in version_ids().items()}
        self.row_unit = np.array(sorted(unit_ids().values()), np.int32)
        self.epochs = epochs(self.row_unit, known)
        self.facts = 0

    def write(self, folder: Path) -> Manifest:
        """Build everything into the folder, the manifest last."""
        groups = plan(source.series(self.books.seq), self.infos, self.versions, self.settings.fiscal_start)
        owns = [Own.make(group, len(self.row_unit)) for group in groups]
        self._stream(owns)
        add_longer_spans(owns, self.infos)
        add_differences(owns, self.infos, self.settings.fiscal_start)
        files = {"row_unit": self.row_unit, "epoch_parents": self.epochs.parents}
        largest, size, last_actual = 0.0, 0.0, None
        for own in owns:
            totals = self._totals(own)
            size = max(size, largest_size(own.amounts))
            files |= {f"{own.group.stem}.{name}": array for name, array in vars(totals).items()}
            if own.group.version == ACTUAL:
                largest = max(largest, self._largest(own.group, totals))
                last_actual = max(filter(None, (last_actual, self._last(own.group, totals))), default=None)
            self._save(folder, files)
            files = {}
        self._save(folder, files)
        digests = {path.name: _digest(path) for path in sorted(folder.glob("*.npy"))}
        day = self.known.day.isoformat() if self.known else None
        starts = tuple(int(start) for start in self.epochs.starts)
        manifest = Manifest(
            str(self.books.key),
            self.books.seq,
            day,
            starts,
            tuple(groups),
            self.facts,
            largest,
            size,
            last_actual,
            digests,
        )
        manifest.write(folder)
        return manifest

    @staticmethod
    def _save(folder: Path, files: Mapping[str, Values]) -> None:
        for name, array in files.items():
            np.save(folder / f"{name}.npy", array)

    def _stream(self, owns: Sequence[Own]) -> None:
        row_of = np.full(int(self.row_unit.max(initial=0)) + 1, -1, np.int32)
        row_of[self.row_unit] = np.arange(len(self.row_unit))
        by_key = {(own.group.version, own.group.span): own for own in owns}
        known_measures = np.array(sorted(self.infos), np.int32)
        for records in source.facts(self.known, self.books.seq):
            records = records[np.isin(records["measure"], known_measures)]
            self.facts += len(records)
            spans = records["period"] % 100
            for version in np.unique(records["version"]):
                for span in np.unique(spans[records["version"] == version]):
                    mine = records[(records["version"] == version) & (spans == span)]
                    by_key[self.versions[int(version)], int(span)].take(row_of[mine["unit"]], mine)

    def _totals(self, own: Own) -> Totals:
        group = own.group
        check_sum_fits(own.amounts)
        ends = np.array(group.starts, np.int32) + group.span - 1
        epoch_of = self.epochs.of(ends)
        alive = self.epochs.parents[epoch_of].T != NOT_ALIVE
        expected = np.empty(own.present.shape, bool)
        for at in range(own.present.shape[1]):
            expected[:, at] = expected_from(own.present[:, at], alive) & ~own.not_applicable[:, at]
        pairs = (
            np.stack([self._pair(own, measure) for measure in group.pairs], axis=1)
            if group.pairs
            else np.zeros((len(alive), 0, len(ends)), np.int32)
        )
        arrays: list[Values] = [
            own.amounts,
            own.numbers,
            own.present.astype(np.int32),
            expected.astype(np.int32),
            pairs,
        ]
        summed: list[Values] = [np.empty_like(array) for array in arrays]
        for cells, parent in self._runs(epoch_of):
            for array, into in zip(arrays, summed, strict=True):
                into[:, :, cells] = add_up(array[:, :, cells], parent)
        owed = expected.sum(axis=1, dtype=np.int32).T
        late = (expected & ~own.present).sum(axis=1, dtype=np.int32).T
        counts = (np.ascontiguousarray(owed), np.ascontiguousarray(late))
        return Totals(summed[0], summed[1], summed[2], summed[3], own.levels, summed[4], *counts)

    def _pair(self, own: Own, ratio: int) -> Ints:
        """1 where a unit itself holds all parts of the ratio."""
        places = [own.slot_of[self.ids[code]] for code in self.infos[ratio].rule.components]
        offset = len(own.group.amounts)
        present = [own.present[:, at if kind == "amount" else offset + at] for kind, at in places]
        together: Ints = np.logical_and.reduce(present).astype(np.int32)
        return together

    def _runs(self, epoch_of: Ints) -> Iterator[tuple[slice, Ints]]:
        edges = [0, *(np.flatnonzero(np.diff(epoch_of)) + 1).tolist(), len(epoch_of)]
        for first, last in pairwise(edges):
            if last > first:
                yield slice(first, last), self.epochs.parents[epoch_of[first]]

    def _roots(self, cell_end: int) -> npt.NDArray[np.intp]:
        parents = self.epochs.parents[self.epochs.of(np.array([cell_end - 1], np.int32))[0]]
        return np.flatnonzero(parents == ROOT)

    def _largest(self, group: Group, totals: Totals) -> float:
        """The largest absolute money figure of the group's last twelve months at a root, in units of account."""
        roots, year = self._roots(group.starts[-1] + group.span), 12 // group.span
        money = [(at, self.infos[measure].rule) for at, (measure, part) in enumerate(group.amounts) if part == VALUE]
        sizes = [0.0]
        for at, rule in money:
            if rule.quantity.kind == "money":
                cells = slice(-year, None) if rule.kind == "flow" else slice(-1, None)
                sizes.append(
                    float(np.abs(totals.amounts[roots, at, cells].sum(axis=1, dtype=np.float64)).max(initial=0))
                    * float(rule.quantity.step)
                )
        return max(sizes)

    def _last(self, group: Group, totals: Totals) -> int | None:
        """The first month after the last cell in which anything is reported."""
        cells: list[int] = np.flatnonzero(totals.reported.any(axis=(0, 1))).tolist() if totals.reported.size else []
        return group.starts[cells[-1]] + group.span if cells else None


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
