"""Loads files of any layout into the ledger, as a mapping says; problems name the cells of the files."""

from __future__ import annotations

from pathlib import Path

from headrope.core.problems import ProblemsFound
from headrope.ledger.actions import load_folder
from headrope.ledger.load import LoadResult
from headrope.ledger.mapping.convert import Asked, Converted, Progress, convert, converted
from headrope.ledger.mapping.known import Known
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.models import User
from headrope.org.queries import edition_rows


def known_to_ledger() -> Known:
    """Units, measures and fiscal start of the ledger as it stands; three statements."""
    names: dict[str, list[str]] = {}
    for row in edition_rows():
        edition = row.edition
        names.setdefault(edition.code, []).extend(name for name in (edition.name, edition.name_zh) if name)
    quantities = {measure.code: measure.rule.quantity for measure in measures()}
    return Known(names, quantities, ledger_settings().fiscal_start)


def load_mapped(
    source: Path,
    mapping: Path,
    *,
    by: User,
    complete: bool = False,
    restate: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[LoadResult, Converted]:
    """Load a file, or the mapping's files of a folder: everything or, when there are problems, nothing (ProblemsFound).

    Also gives what was made of the files, with the warnings: subtotals that differ, hidden rows, sheets not read.
    """
    with converted(Asked(source, mapping, known_to_ledger()), progress) as (folder, done):
        if done.origins is None:
            raise ProblemsFound(done.blocking)
        try:
            result = load_folder(folder, by=by, complete=complete, restate=restate, dry_run=dry_run, progress=progress)
        except ProblemsFound as found:
            raise ProblemsFound([done.origins.translated(problem) for problem in found.problems]) from found
    return result, done


def write_mapped(source: Path, mapping: Path, folder: Path, progress: Progress | None = None) -> Converted:
    """Write what would be loaded as a folder instead; needs no ledger. ProblemsFound when something is wrong."""
    done = convert(Asked(source, mapping), folder, progress)
    if done.origins is None:
        raise ProblemsFound(done.blocking)
    return done
