"""The generations on disk: finding, building once for all processes, mapping and reading them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from headrope.core.periods import Period
from headrope.core.rollup import Column, Grid, Parts, empty, over_time, ratio, stock, unevenness
from headrope.journal.queries import Books, Known, books, known_on
from headrope.ledger.cube.build import Builder
from headrope.ledger.cube.layout import DIFFERENCE, VALUE, Manifest, read_manifest
from headrope.ledger.queries import LedgerSettings, MeasureInfo, ledger_settings

KEPT = 8

Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Cube:
    """One generation, mapped read-only."""

    folder: Path
    manifest: Manifest
    fiscal_start: int
    _arrays: dict[str, Array] = field(default_factory=dict, repr=False)

    def array(self, name: str) -> Array:
        """The mapped array of that file name without its ending."""
        found = self._arrays.get(name)
        if found is None:
            # Empty arrays cannot be mapped.
            path = self.folder / f"{name}.npy"
            try:
                found = np.load(path, mmap_mode="r")
            except ValueError:
                found = np.load(path)
            self._arrays[name] = found = np.asarray(found)
        return found

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Row numbers by unit id."""
        return {int(unit): row for row, unit in enumerate(self.array("row_unit"))}

    def view(self, units: Sequence[int]) -> View:
        """The figures of these units, in that order; units unknown to the generation read as nothing reported."""
        return View(self, np.array([self.row_of.get(unit, -1) for unit in units], np.int32))

    @cached_property
    def slots(self) -> dict[tuple[int, str, str], list[tuple[str, int, int, str]]]:
        """Where a measure's part in a version lies: group stem, its place, its place among counts, kind of array."""
        found: dict[tuple[int, str, str], list[tuple[str, int, int, str]]] = {}
        for group in self.manifest.groups:
            for at, (measure, part) in enumerate(group.amounts):
                found.setdefault((measure, part, group.version), []).append((group.stem, at, at, "amounts"))
            for at, (measure, part) in enumerate(group.numbers):
                place = len(group.amounts) + at
                found.setdefault((measure, part, group.version), []).append((group.stem, at, place, "numbers"))
            for at, measure in enumerate(group.levels):
                found.setdefault((measure, "level", group.version), []).append((group.stem, at, -1, "levels"))
            for at, measure in enumerate(group.pairs):
                found.setdefault((measure, "pair", group.version), []).append((group.stem, at, -1, "pairs"))
        return found

    @cached_property
    def axis(self) -> dict[str, tuple[int, npt.NDArray[np.int32]]]:
        """Span and start months of each group by stem."""
        return {group.stem: (group.span, np.array(group.starts, np.int32)) for group in self.manifest.groups}


class View:
    """Figures of chosen rows of a cube; grids are cut out once and kept."""

    def __init__(self, cube: Cube, rows: npt.NDArray[np.int32]) -> None:
        self.cube, self.rows = cube, rows
        self._grids: dict[tuple[int, str, str], list[Grid]] = {}

    def _cut(self, name: str, at: int) -> Array:
        cut = self.cube.array(name)[self.rows, at]
        return np.where(self.rows[:, None] < 0, np.zeros((), cut.dtype), cut) if (self.rows < 0).any() else cut

    def grids(self, measure: int, part: str, version: str) -> list[Grid]:
        """The stored series of the part, one grid a native span."""
        key = (measure, part, version)
        found = self._grids.get(key)
        if found is None:
            found = self._grids[key] = [self._grid(*slot) for slot in self.cube.slots.get(key, ())]
        return found

    def _grid(self, stem: str, at: int, place: int, kind: str) -> Grid:
        span, starts = self.cube.axis[stem]
        values = self._cut(f"{stem}.{kind}", at)
        if kind == "levels":
            has = ~np.isnan(values.astype(np.float64))
            counts = has.astype(np.int32)
            return Grid(span, starts, np.where(has, values, 0.0), counts, counts)
        if kind == "pairs":
            counts = values.astype(np.int32)
            return Grid(span, starts, counts.astype(np.int64), counts, counts)
        return Grid(span, starts, values, self._cut(f"{stem}.reported", place), self._cut(f"{stem}.expected", place))  # type: ignore[arg-type]

    def column(self, info: MeasureInfo, infos: dict[str, MeasureInfo], version: str, period: Period) -> Column:
        """The measure's figures for the period, one per row; `infos` holds the components of ratios by code."""
        count = len(self.rows)
        if info.rule.kind != "ratio":
            parts = Parts(self.grids(info.id, VALUE, version), self.grids(info.id, DIFFERENCE, version))
            if not parts.values:
                return empty(count, info.rule.quantity.exact)
            return over_time(info.rule.kind, parts, period, self.cube.fiscal_start, count)
        formed = self._ratio(info, infos, version, period)
        own = self.grids(info.id, "level", version)
        if not own:
            return formed
        level = stock(own, period, count)
        uneven = formed.uneven if formed.uneven is not None else np.zeros(count, bool)
        take = level.known
        return Column(
            np.where(take, level.values, formed.values),
            np.where(take, level.reported, formed.reported),
            np.where(take, level.expected, formed.expected),
            take | formed.known,
            uneven & ~take,
        )

    def _ratio(self, info: MeasureInfo, infos: dict[str, MeasureInfo], version: str, period: Period) -> Column:
        parts = [infos[code] for code in info.rule.components]
        columns = {part.code: self.column(part, infos, version, period) for part in parts}
        steps = {p.code: float(p.rule.quantity.step) if p.rule.quantity.exact else 1.0 for p in parts}
        formed = ratio(info.rule, columns, steps)
        pairs = self.grids(info.id, "pair", version)
        if not pairs:
            return formed
        same = {part.rule.kind for part in parts} == {"flow"}
        # Flows are compared over the whole period, other parts where the period ends.
        kind = "flow" if same else "stock"
        counted = [over_time(kind, Parts(self.grids(p.id, VALUE, version)), period, 1, len(self.rows)) for p in parts]
        pair = over_time(kind, Parts(pairs), period, 1, len(self.rows))
        return Column(
            formed.values, formed.reported, formed.expected, formed.known, unevenness(pair, counted) & formed.known
        )


def _folder() -> Path:
    folder = Path(settings.CUBE_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _name(at: Books, known: Known | None) -> str:
    return f"{str(at.key)[:8]}-{at.seq}" + (f"-on-{known.day.isoformat()}" if known else "")


def _fits(manifest: Manifest | None, at: Books, known: Known | None) -> bool:
    if manifest is None or manifest.key != str(at.key):
        return False
    day = known.day.isoformat() if known else None
    return manifest.seq == at.seq and manifest.known_on == day


def build(known: Known | None = None, force: bool = False) -> Path:
    """Build the generation of the books as they stand now (or as known then), unless it is there; returns its folder.

    One process builds at a time; a build that dies leaves only a folder that the next one removes.
    """
    folder = _folder()
    with _one_at_a_time(folder):
        at = books()
        target = folder / _name(at, known)
        if force and target.exists():
            shutil.rmtree(target)
        if not _fits(read_manifest(target), at, known):
            for left in folder.glob(".build-*"):
                shutil.rmtree(left)
            work = folder / f".build-{os.getpid()}"
            work.mkdir()
            Builder(at, ledger_settings(), known).write(work)
            if target.exists():
                shutil.rmtree(target)
            work.rename(target)
        os.utime(target)
        if known is None:
            pointer = folder / f"CURRENT.{os.getpid()}"
            pointer.write_text(target.name, encoding="ascii")
            pointer.replace(folder / "CURRENT")
        _forget(folder)
    return target


def _forget(folder: Path) -> None:
    """Keep the newest generations; a process that still maps an older one keeps its pages until it moves on."""
    current = (folder / "CURRENT").read_text(encoding="ascii") if (folder / "CURRENT").exists() else ""
    made = sorted(
        (each for each in folder.iterdir() if each.is_dir() and each.name != current),
        key=lambda each: -each.stat().st_mtime,
    )
    for old in made[KEPT:]:
        shutil.rmtree(old)


_mapped: dict[str, Cube] = {}


def _open(folder: Path, start: int) -> Cube | None:
    cube = _mapped.get(str(folder))
    if cube is not None and cube.folder.exists():
        return cube
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    if len(_mapped) > KEPT:
        _mapped.clear()
    _mapped[str(folder)] = cube = Cube(folder, manifest, start)
    return cube


def current(at: Books, ledger: LedgerSettings) -> Cube | None:
    """The newest finished generation of these books, which may be behind `at.seq`; None before the first."""
    folder = _folder()
    try:
        name = (folder / "CURRENT").read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    cube = _open(folder / name, ledger.fiscal_start)
    return cube if cube and cube.manifest.key == str(at.key) else None


def as_known(day: date, at: Books, ledger: LedgerSettings) -> Cube | None:
    """The generation as known at the end of the day, if it has been built on the books as they stand."""
    name = f"{str(at.key)[:8]}-{at.seq}-on-{day.isoformat()}"
    return _open(_folder() / name, ledger.fiscal_start)


def fresh(day: date | None = None) -> Cube:
    """The generation of the books as they stand, or as known on the day; built first when it is not there."""
    ledger = ledger_settings()
    folder = build(known_on(day, ledger.zone))
    cube = _open(folder, ledger.fiscal_start)
    if cube is None:
        raise RuntimeError(f"the generation {folder.name} was built and cannot be read")
    return cube
