"""What `headrope load` says: of the files that it has read and of what it has done, in sentences or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from headrope.cli.screen import sentence
from headrope.core.problems import Problem
from headrope.ledger.load import LoadResult
from headrope.ledger.mapping.convert import Converted

SHOWN = 20
"""Warnings that a load shows; a dry run shows all."""


def told_of_files(read: Converted, everything: bool) -> list[str]:
    """What was read, in sentences; the warnings go to standard error."""
    warn(read.warnings, everything)
    lines = [
        f"Files read: {read.files:,}, sheets: {read.sheets:,}, figures: {read.facts:,}, units made: {read.units:,}."
    ]
    if read.compared:
        lines.append(
            f"Subtotals compared: {read.compared:,}, differing from the sum of their rows: {read.differing:,}."
        )
    return lines


def warn(warnings: Sequence[Problem], everything: bool) -> None:
    """What does not block, to standard error."""
    shown = warnings if everything else warnings[:SHOWN]
    for problem in shown:
        typer.echo(sentence(problem), err=True)
    if len(shown) < len(warnings):
        typer.echo(f"{len(warnings) - len(shown):,} more warnings: --dry-run shows all.", err=True)


def told(result: LoadResult) -> list[str]:
    """The result in sentences."""
    fresh = sum(count for _, count in result.vintages)
    verb = "Loaded" if result.posted else "Would load"
    lines = [
        f"{verb} {fresh:,} new facts out of {result.rows:,} rows; {result.unchanged:,} say what was known already."
    ]
    if result.withdrawn:
        lines.append(f"{result.withdrawn:,} cells that a complete edition no longer holds are withdrawn.")
    defined = [
        (result.new_units, "new units"),
        (result.changed_units, "changed units"),
        (result.new_measures, "new measures"),
        (result.changed_measures, "changed measures"),
        (result.eliminations, "eliminations"),
        *((count, f"new or changed in {name}") for name, count in result.defined.items()),
    ]
    if any(count for count, _ in defined):
        lines.append(", ".join(f"{count:,} {what}" for count, what in defined if count) + ".")
    lines += [f"  vintage {day}: {count:,}" for day, count in result.vintages if day is not None]
    if result.ignored_files:
        lines.append("Left alone: " + ", ".join(result.ignored_files))
    return lines


def as_words(result: LoadResult, read: Converted | None) -> dict[str, object]:
    """The result for JSON: `facts` by the day since which they are known (null: now); warnings are sentences."""
    counts = asdict(result)
    facts = [{"known": day.isoformat() if day else None, "count": count} for day, count in counts.pop("vintages")]
    warnings = [sentence(problem) for problem in result.warnings]
    return {**counts, "facts": facts, "warnings": warnings, "read": files_as_words(read) if read else None}


def files_as_words(read: Converted) -> dict[str, object]:
    """What was read, for JSON."""
    names = ("files", "sheets", "facts", "units", "compared", "differing")
    return {name: getattr(read, name) for name in names} | {"warnings": [sentence(each) for each in read.warnings]}
