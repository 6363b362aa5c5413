"""Backing the books up, checking a backup, and restoring one into an empty ledger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from headrope.backup.archive import Archive, Damaged, Tally, Writer, reading, writing
from headrope.backup.examination import examine, opened
from headrope.backup.filling import clear, count_on, fill, last_counted, lock, occupied
from headrope.backup.manifest import Held, Manifest, NoManifest, columns_of, differences
from headrope.backup.snapshot import applied_migrations, snapshot, unready
from headrope.backup.steps import Progress, Steps
from headrope.backup.stream import Unreadable
from headrope.backup.tables import Table, strangers, tables
from headrope.backup.target import completed
from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.journal.queries import books
from headrope.ledger.actions import discard_cubes, refresh_cube
from headrope.org.actions import console_user

EMPTY = (
    "Name another database in HEADROPE_DATABASE_URL, run `headrope migrate` there, and restore again; "
    "what stands here is never overwritten."
)


@dataclass(frozen=True)
class BackedUp:
    """A backup that was made: where, its bytes, what it says of itself, and tables that are not Headrope's."""

    path: Path
    size: int
    manifest: Manifest
    left_alone: list[str]


def backup(path: Path, *, replace: bool = False, progress: Progress | None = None) -> BackedUp:
    """Write all of the books as of one moment into a file; ProblemsFound when it cannot be done, and no file then.

    `replace`: an earlier backup may have that name; any other file is never overwritten. Others go on writing.
    """
    steps = Steps(progress)
    target = path.expanduser().resolve()
    if problems := _in_the_way(target, replace) + unready(str(path)):
        raise ProblemsFound(problems)
    try:
        with completed(target, replace) as handle:
            with snapshot(), writing(handle) as writer:
                manifest = _write(writer, steps)
                left_alone = strangers(tables())
            with reading(handle) as archive:
                _read_back(archive, steps)
            size = handle.seek(0, 2)
    except FileExistsError:
        raise ProblemsFound(_in_the_way(target, replace=False)) from None
    except (OSError, Damaged) as error:
        message = "The file cannot be written (%(why)s)."
        why = {"why": getattr(error, "strerror", None) or str(error)}
        remedy = "Name a folder with room that you may write to."
        raise ProblemsFound([Problem(str(path), message, remedy, why)]) from error
    except Unreadable as error:
        message = "The database holds what it should not: %(why)s."
        raise ProblemsFound([Problem(str(path), message, "Correct it there.", {"why": str(error)})]) from error
    return BackedUp(target, size, manifest, left_alone)


def _in_the_way(target: Path, replace: bool) -> list[Problem]:
    if not target.parent.is_dir():
        return [Problem(str(target.parent), "There is no such folder.", "Make it first.")]
    if not target.exists():
        return []
    if not replace:
        remedy = "Choose another name; --replace replaces an earlier backup."
        return [Problem(str(target), "There is a file of that name already.", remedy)]
    try:
        with reading(target):
            return []
    except (Damaged, NoManifest, OSError) as error:
        message = "The file of that name is no backup (%(why)s) and is not replaced."
        return [Problem(str(target), message, "Choose another name.", {"why": str(error)})]


def _write(writer: Writer, steps: Steps) -> Manifest:
    known, at = tables(), books()
    steps.begin("writing the backup", sum(table.count() for table in known))
    held = []
    for table in known:
        entry = Held(table.name, columns_of(table), 0, "", last_counted(table))
        tally = writer.table(entry.member, table.lines(), steps)
        held.append(Held(entry.name, entry.columns, tally.rows, tally.sha256, entry.counted))
    manifest = Manifest(
        headrope=version("headrope"),
        database=connection.vendor,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        key=str(at.key),
        seq=at.seq,
        migrations=tuple(applied_migrations()),
        tables=tuple(held),
    )
    writer.finish(manifest)
    return manifest


def _read_back(archive: Archive, steps: Steps) -> None:
    """What does not come back as it was written is no backup."""
    steps.begin("reading it back", archive.manifest.rows)
    for table in archive.manifest.tables:
        with closing(archive.blocks(table)) as blocks:
            for block in blocks:
                steps(block.count(b"\n"))


def check_backup(path: Path, *, progress: Progress | None = None) -> Manifest:
    """Read a backup through and give what it says of itself; ProblemsFound when it is not whole. Asks no database."""
    with opened(path) as archive:
        if problems := examine(archive, path, Steps(progress)):
            raise ProblemsFound(problems)
        return archive.manifest


def restore(path: Path, *, progress: Progress | None = None) -> Manifest:
    """Fill an empty ledger from a backup, hold every row against it, and add the figures up; gives what it says of itself.

    1. ProblemsFound lists all that speaks against it: of the ledger, of the manifest, of the tables in the file.
    2. In one transaction: all rows are written, read back, compared by count and digest, and the audit line is added.
    3. The cube is built. Everything before that is undone when anything goes wrong.
    """
    steps, known = Steps(progress), tables()
    with opened(path) as archive:
        problems = unready("") or _occupied(known) + differences(
            archive.manifest, known, applied_migrations(), str(path)
        )
        if problems := problems + examine(archive, path, steps, connection.vendor):
            raise ProblemsFound(problems)
        try:
            with transaction.atomic():
                _fill(archive, known, steps, path)
        except (DatabaseError, Unreadable) as error:
            message = "The database refuses what the backup holds (%(why)s)."
            why = {"why": str(error).strip().splitlines()[0]}
            remedy = "Nothing was changed; restore into another database, or from another backup."
            raise ProblemsFound([Problem(str(path), message, remedy, why)]) from error
    ContentType.objects.clear_cache()
    steps.begin("adding up", 0)
    refresh_cube()
    return archive.manifest


def _occupied(known: Sequence[Table]) -> list[Problem]:
    found = occupied(known)
    if not found:
        return []
    message = "This ledger is not empty: %(held)s."
    held = ", ".join(f"{count:,} rows in {name}" for name, count in found)
    return [Problem("", message, EMPTY, {"held": held})]


def _fill(archive: Archive, known: Sequence[Table], steps: Steps, path: Path) -> None:
    """Write all tables. References are checked at the end, so that the order of the tables does not matter."""
    manifest = archive.manifest
    held = {table.name: table for table in manifest.tables}
    lock_head()  # before the tables: whoever holds it writes to them next
    lock(known)
    if problems := _occupied(known):
        raise ProblemsFound(problems)
    clear(known)
    steps.begin("writing", manifest.rows)
    for table in known:
        with closing(archive.blocks(held[table.name])) as blocks:
            for rows in fill(table, blocks):
                steps(rows)
        count_on(table, held[table.name].counted)
    connection.check_constraints()
    _compare(known, held, steps, path)
    discard_cubes(UUID(manifest.key))
    origin = f"backup of {manifest.created_at} at posting {manifest.seq} of {manifest.key}"
    record(by=console_user(), action="restore", object=origin, at=clock.now())


def _compare(known: Sequence[Table], held: dict[str, Held], steps: Steps, path: Path) -> None:
    steps.begin("comparing", sum(table.rows for table in held.values()))
    wrong = []
    for table in known:
        tally = Tally()
        for lines in table.lines():
            steps(tally.add(lines))
        if (tally.rows, tally.sha256) != (held[table.name].rows, held[table.name].sha256):
            wrong.append(table.name)
    if wrong:
        message = "The database gives other rows back than the backup holds: %(names)s."
        remedy = "Nothing was changed; restore into another database."
        raise ProblemsFound([Problem(str(path), message, remedy, {"names": ", ".join(wrong)})])
