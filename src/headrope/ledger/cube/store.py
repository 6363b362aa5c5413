"""The generations on disk: finding, building once for all processes, and opening them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from headrope.journal.queries import Books, Known, books, known_on
from headrope.ledger.cube.build import Builder, digest_of
from headrope.ledger.cube.layout import Manifest, read_manifest
from headrope.ledger.cube.tail import catch_up
from headrope.ledger.cube.view import Cube
from headrope.ledger.queries import LedgerSettings, ledger_settings

KEPT = 8


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
    """What is known on a day stays the same until somebody adds to it, whatever is posted since."""
    return f"{str(at.key)[:8]}-" + (f"on-{known.day.isoformat()}-{digest_of(known)}" if known else str(at.seq))


def _fits(manifest: Manifest | None, at: Books, known: Known | None) -> bool:
    if manifest is None or manifest.key != str(at.key):
        return False
    if known is None:
        return manifest.seq == at.seq and manifest.known_on is None
    return manifest.known_on == known.day.isoformat() and manifest.postings == digest_of(known)


def build(known: Known | None = None, force: bool = False) -> Path:
    """Build the generation of the books as they stand now (or as known then), unless it is there; returns its folder.

    One process builds at a time. A folder gets its name when it is complete and is never written again; a build that
    dies leaves only a nameless one that the next build removes.
    """
    folder = _folder()
    with _one_at_a_time(folder):
        at = books()
        target = None if force else _finished(folder, _name(at, known), at, known)
        if target is None:
            for left in folder.glob(".build-*"):
                shutil.rmtree(left)
            work = folder / f".build-{os.getpid()}"
            work.mkdir()
            Builder(at, ledger_settings(), known).write(work)
            target = _free(folder, _name(at, known))
            work.rename(target)
        os.utime(target)
        if known is None:
            pointer = folder / f"CURRENT.{os.getpid()}"
            pointer.write_text(target.name, encoding="ascii")
            pointer.replace(folder / "CURRENT")
        _forget(folder)
    return target


def _finished(folder: Path, name: str, at: Books, known: Known | None) -> Path | None:
    """The newest complete generation of that name."""
    made = [each for each in folder.glob(f"{name}*") if each.name == name or each.name.startswith(f"{name}.")]
    for each in sorted(made, key=lambda path: -path.stat().st_mtime):
        if _fits(read_manifest(each), at, known):
            return each
    return None


def _free(folder: Path, name: str) -> Path:
    """A folder name that is not taken: the name, or the name with a number behind it."""
    number = 1
    while (target := folder / (name if number == 1 else f"{name}.{number}")).exists():
        number += 1
    return target


def _forget(folder: Path) -> None:
    """Keep the newest generations; a process that still maps an older one keeps its pages until it moves on."""
    current = (folder / "CURRENT").read_text(encoding="ascii") if (folder / "CURRENT").exists() else ""
    made = [each for each in folder.iterdir() if each.is_dir() and each.name != current]
    for old in sorted(made, key=lambda each: -each.stat().st_mtime)[KEPT:]:
        # Without its manifest it is no generation any more, however far the removal comes.
        (old / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(old)


def discard(key: UUID) -> None:
    """Remove all generations of these books; for books that go back to an earlier posting, whose numbers come again."""
    folder = _folder()
    with _one_at_a_time(folder):
        for each in folder.iterdir():
            manifest = read_manifest(each) if each.is_dir() else None
            if manifest is not None and manifest.key == str(key):
                (each / "manifest.json").unlink()
                shutil.rmtree(each)
    _mapped.clear()


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
    """The newest generation of these books, brought up to the last posting where that takes no new one.

    It may be behind `at.seq` (see Cube.seq); None before the first.
    """
    folder = _folder()
    try:
        name = (folder / "CURRENT").read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    cube = _open(folder / name, ledger.fiscal_start)
    if cube is None or cube.manifest.key != str(at.key):
        return None
    catch_up(cube, at.seq)
    return cube


def as_known(day: date, at: Books, ledger: LedgerSettings) -> Cube | None:
    """The generation as known at the end of the day, if it has been built."""
    known = known_on(day, ledger.zone)
    folder = _finished(_folder(), _name(at, known), at, known)
    return _open(folder, ledger.fiscal_start) if folder else None


def fresh(day: date | None = None) -> Cube:
    """The generation of the books as they stand, or as known on the day; built first where that is needed."""
    ledger, at = ledger_settings(), books()
    if day is None:
        cube = current(at, ledger)
        if cube is not None and cube.seq >= at.seq:
            return cube
    folder = build(known_on(day, ledger.zone))
    cube = _open(folder, ledger.fiscal_start)
    if cube is None:
        raise RuntimeError(f"the generation {folder.name} was built and cannot be read")
    return cube
