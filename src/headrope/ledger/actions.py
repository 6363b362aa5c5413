"""Changes to the books."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from headrope.journal.queries import books
from headrope.ledger.beside import Beside
from headrope.ledger.cube import store
from headrope.ledger.load import FolderLoad, LoadResult, Posted, Progress
from headrope.ledger.owners import Owned
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User


def load_folder(
    folder: Path,
    *,
    by: User,
    complete: bool = False,
    restate: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    posted: Posted | None = None,
    beside: Sequence[Beside] = (),
    owned: Owned = None,
) -> LoadResult:
    """Load a folder of CSV files: everything in it or, when it has problems, nothing (ProblemsFound).

    `restate`: why figures of locked periods are changed; without it they are refused. `complete`: each vintage is a complete edition, so that cells it no longer holds are withdrawn. `dry_run`: read,
    check and compare only. `posted` is told which postings were made, inside their transaction. `beside` read files that storeys above have in the folder. `owned`: what of it `by` may change, as `owners.changeable` says; without it everything. The cube is not rebuilt; `refresh_cube` does that.
    """
    load = FolderLoad(
        folder,
        by=by,
        complete=complete,
        restate=restate,
        progress=progress,
        posted=posted,
        beside=beside,
        owned=owned,
    )
    return load.run(dry_run)


LARGE = 1_000_000
"""Facts from which adding them up takes so long that a load does not wait for it."""


def cube_takes_long(result: LoadResult) -> bool:
    """Whether the ledger is so large after this load that its pages are better prepared by a process of their own."""
    cube = store.current(books(), ledger_settings())
    return (cube.manifest.facts if cube else 0) + sum(count for _, count in result.vintages) > LARGE


def refresh_cube() -> Path:
    """Build the generation of the books as they stand; returns its folder."""
    return store.build()


def discard_cubes(key: UUID) -> None:
    """Remove what was built of these books; for a restore, after which numbers of postings may come a second time."""
    store.discard(key)
