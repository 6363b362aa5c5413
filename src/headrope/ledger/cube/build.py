"""Builds a generation: facts into own figures, own figures into totals over each epoch's tree, totals into files.

Own figures are written straight into the files of the totals and added up there, a few components at a time, so that
memory does not grow with the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from headrope.core.forests import add_up
from headrope.core.periods import Period, from_code
from headrope.core.rollup import NOT_ALIVE, ROOT, Bools, Values, check_sum_fits, largest_size
from headrope.journal.queries import Books, Known
from headrope.ledger.cube import source
from headrope.ledger.cube.derived import Counted, complete, count
from headrope.ledger.cube.layout import VALUE, Manifest, operation
from headrope.ledger.cube.owing import Owing
from headrope.ledger.cube.own import Own, by_group
from headrope.ledger.cube.plan import plan, read_series
from headrope.ledger.cube.structure import FILES, Ints, make_structure, runs
from headrope.ledger.duties import duty_rows
from headrope.ledger.queries import ACTUAL, LedgerSettings, measures, version_ids

CHUNK = 24_000_000
"""Bytes of one array that are added up at a time."""


def digest_of(known: Known | None) -> str:
    """A digest of the postings known; nothing for those that are known now."""
    return "" if known is None else hashlib.sha256(repr(source.ranges(known.postings)).encode()).hexdigest()[:16]


class Builder:
    """One run of building; rows are all units there ever were, in id order, and pairs of them."""

    def __init__(self, books: Books, settings: LedgerSettings, known: Known | None) -> None:
        self.books, self.settings, self.known = books, settings, known
        self.infos = {info.id: info for info in measures(known)}
        self.versions = {number: code for code, number in version_ids().items()}
        self.structure = make_structure(known, books.seq)
        self.owing = Owing(duty_rows(known), self.structure.row_of)
        self.rows = np.arange(len(self.structure.row_unit), dtype=np.int32)
        self.facts = 0

    def write(self, folder: Path) -> Manifest:
        """Build everything into the folder, the manifest last."""
        self.folder = folder
        for name in FILES:
            np.save(folder / f"{name}.npy", getattr(self.structure, name))
        series = read_series(source.series(self.books.seq), self.versions)
        groups = plan(series, self.infos, self.owing, self.settings.fiscal_start)
        owns = [Own.make(group, self.infos, len(self.rows), self._allocate) for group in groups]
        self._stream(owns)
        complete(owns, self.infos, self.settings.fiscal_start)
        largest, size, last_actual = 0.0, 0.0, None
        for own in owns:
            size = max(size, self._size(own))
            reported = self._write_group(own)
            if own.group.version == ACTUAL:
                largest = max(largest, self._largest(own))
                cells = np.flatnonzero(reported.any(axis=(0, 1))).tolist() if reported.size else []
                if cells:
                    last_actual = max(last_actual or 0, own.group.starts[cells[-1]] + own.group.span)
        del owns
        for left in folder.glob("*.left"):
            left.unlink()
        digests = {path.name: _digest(path) for path in sorted(folder.glob("*.npy"))}
        manifest = Manifest(
            str(self.books.key),
            self.books.seq,
            self.known.day.isoformat() if self.known else None,
            digest_of(self.known),
            tuple(groups),
            self.facts,
            largest,
            size,
            last_actual,
            digests,
        )
        manifest.write(folder)
        return manifest

    def _allocate(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Values:
        """An array of zeros in a file of the generation, or in one that is thrown away."""
        temporary = name.endswith((".present", ".absent"))
        path = self.folder / (f"{name}.left" if temporary else f"{name}.npy")
        if 0 in shape:  # nothing can be mapped
            made: Values = np.zeros(shape, dtype)
            if not temporary:
                np.save(path, made)
            return made
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)

    def _stream(self, owns: Sequence[Own]) -> None:
        units = self.structure.row_unit[: self.structure.units]
        row_of = np.full(int(units.max(initial=0)) + 1, -1, np.int32)
        row_of[units] = np.arange(len(units))
        groups = by_group(owns)
        known_measures = np.array(sorted(self.infos), np.int32)
        for records in source.facts(self.known, self.books.seq):
            records = records[np.isin(records["measure"], known_measures)]
            self.facts += len(records)
            for key, mine in split(records, self.versions):
                groups[key].take(row_of[mine["unit"]], mine)
        pairs = {tuple(pair): self.structure.units + at for at, pair in enumerate(self.structure.pairs.tolist())}
        for unit, counterparty, measure, version, code, amount in source.eliminations(self.known, self.books.seq):
            if measure in self.infos:
                period, row = from_code(code), pairs[int(row_of[unit]), int(row_of[counterparty])]
                groups[self.versions[version], period.span].take_pair(row, measure, period.start, amount)

    @staticmethod
    def _size(own: Own) -> float:
        """The largest sum of absolute figures of a component; SumTooLarge where it leaves int64."""
        size = 0.0
        for at in range(own.amounts.shape[1]):
            check_sum_fits(own.amounts[:, at : at + 1])
            size = max(size, largest_size(own.amounts[:, at : at + 1]))
        return size

    def _write_group(self, own: Own) -> Ints:
        """Totals of one group into their files; gives the counts of who has reported."""
        group, stem = own.group, own.group.stem
        ends = np.array(group.starts, np.int32) + group.span - 1
        epoch_of = self.structure.of(ends)
        alive = self.structure.epoch_parents[epoch_of].T != NOT_ALIVE
        counts = count(own, self.rows, alive, self.owing, self.structure.units)
        np.save(self.folder / f"{stem}.stated.npy", own.stated_records())
        self._save_inner(own, counts)
        operations = [operation(part) for _, part in group.components]
        exact = len(group.amounts)
        for array, ways in ((own.amounts, operations[:exact]), (own.numbers, operations[exact:])):
            for way in dict.fromkeys(ways):
                places = [place for place, each in enumerate(ways) if each == way]
                for some in _chunks(places, array):
                    self._add(array, some, epoch_of, way)
        reported = self._add_counts(f"{stem}.reported", counts.present, epoch_of)
        self._add_counts(f"{stem}.expected", counts.expected, epoch_of)
        self._add_counts(f"{stem}.pairs", counts.pairs, epoch_of)
        late = (counts.expected & ~counts.present).sum(axis=1, dtype=np.int32).T
        np.save(self.folder / f"{stem}.owed.npy", np.ascontiguousarray(counts.expected.sum(axis=1, dtype=np.int32).T))
        np.save(self.folder / f"{stem}.late.npy", np.ascontiguousarray(late))
        return reported

    def _save_inner(self, own: Own, counts: Counted) -> None:
        """Own figures of rows that have others under them: a change below needs them to add up again."""
        has = (counts.present | counts.expected).any(axis=(1, 2))
        for part in (own.amounts, own.numbers):
            has |= (part != 0).any(axis=(1, 2)) if part.size else False
        rows = np.flatnonzero(self.structure.inner & has).astype(np.int32)
        stem = own.group.stem
        np.save(self.folder / f"{stem}.own_rows.npy", rows)
        arrays: Mapping[str, Values] = {
            "amounts": own.amounts,
            "numbers": own.numbers,
            "reported": counts.present,
            "expected": counts.expected,
            "pairs": counts.pairs,
        }
        for name, array in arrays.items():
            np.save(self.folder / f"{stem}.own_{name}.npy", array[rows])

    def _add(self, array: Values, places: Sequence[int], epoch_of: Ints, way: str) -> None:
        some = np.ascontiguousarray(array[:, places])
        for cells, epoch in runs(epoch_of):
            part = np.ascontiguousarray(some[:, :, cells])
            add_up(part, self.structure.forest(epoch), way)  # type: ignore[arg-type]
            some[:, :, cells] = part
        array[:, places] = some

    def _add_counts(self, name: str, own: Bools, epoch_of: Ints) -> Ints:
        dtype = np.int16 if len(self.rows) < 2**15 else np.int32
        total = self._allocate(name, own.shape, dtype)
        for places in _chunks(range(own.shape[1]), total):
            for cells, epoch in runs(epoch_of):
                part = np.ascontiguousarray(own[:, places, cells]).astype(dtype)
                add_up(part, self.structure.forest(epoch), counts=True)
                total[:, places, cells] = part
        return total

    def _largest(self, own: Own) -> float:
        """The largest absolute money figure of the group's last twelve months at a root, in units of account."""
        group = own.group
        last = Period(group.starts[-1], group.span).end - 1
        roots = np.flatnonzero(self.structure.epoch_parents[self.structure.epoch(last)] == ROOT)
        sizes, year = [0.0], 12 // group.span
        for at, (measure, part) in enumerate(group.amounts):
            rule = self.infos[measure].rule
            if rule.quantity.kind == "money" and part == VALUE:
                totals = own.amounts[roots, at].astype(np.float64)
                given = np.abs(totals).max(axis=0, initial=0) > 0
                until = int(np.flatnonzero(given)[-1]) + 1 if given.any() else 0
                cells = slice(max(until - year, 0), until) if rule.kind == "flow" else slice(until - 1, until)
                size = float(np.abs(totals[:, cells].sum(axis=1)).max(initial=0))
                sizes.append(size * float(rule.quantity.step))
        return max(sizes)


def split(records: source.Records, versions: Mapping[int, str]) -> Iterator[tuple[tuple[str, int], source.Records]]:
    """Records by version and span."""
    spans = records["period"] % 100
    for version in np.unique(records["version"]).tolist():
        for span in np.unique(spans[records["version"] == version]).tolist():
            yield (versions[version], span), records[(records["version"] == version) & (spans == span)]


def _chunks(places: Sequence[int], array: Values) -> Iterator[list[int]]:
    """Places a few at a time, so that a copy of what is added up stays small."""
    one = max(array.shape[0] * array.shape[2] * array.itemsize, 1)
    most = max(CHUNK // one, 1)
    for first in range(0, len(places), most):
        yield list(places[first : first + most])


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
