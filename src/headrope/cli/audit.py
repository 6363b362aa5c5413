"""`headrope audit`: compares the cube with sums that the database makes, and checks that the books hold together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from headrope.cli.screen import Bar, need_database, sentence
from headrope.ledger.audit.books import audit_books
from headrope.ledger.audit.result import Audited, Check, Difference
from headrope.ledger.audit.trail import audit_trail

SHOWN = 50
"""Differences and problems that are shown; `--json` gives up to 1,000 differences and all problems."""


def audit(
    known: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As known at the end of that day.")
    ] = None,
    seals: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Only the trail, against this copy of seals.jsonl."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare every cell of the cube with a sum that the database makes; exit status 1 when anything is wrong."""
    need_database()
    if seals is not None:
        _audit_trail(seals, as_json)
        return
    with Bar() as bar:
        found = audit_books(known.date() if known else None, bar)
    if as_json:
        typer.echo(json.dumps(as_words(found), ensure_ascii=False, indent=1))
    else:
        for line in told(found):
            typer.echo(line)
    if not found.sound:
        raise typer.Exit(1)


def _audit_trail(copy: Path, as_json: bool) -> None:
    checks = audit_trail(copy)
    if as_json:
        typer.echo(json.dumps({"checks": _words(checks)}, ensure_ascii=False, indent=1))
    else:
        for line in _told(checks):
            typer.echo(line)
    if any(check.problems for check in checks):
        raise typer.Exit(1)


def as_words(found: Audited) -> dict[str, object]:
    """The result for JSON; problems are sentences."""
    return {**asdict(found), "checks": _words(found.checks), "sound": found.sound}


def _words(checks: Sequence[Check]) -> list[dict[str, object]]:
    return [
        {"name": check.name, "counted": check.counted, "problems": [sentence(each) for each in check.problems]}
        for check in checks
    ]


def told(found: Audited) -> list[str]:
    """The result in sentences."""
    known = f" as known on {found.known_on}" if found.known_on else ""
    lines = [f"The books up to posting {found.seq:,}{known}:", *_told(found.checks)]
    cells = f"{found.cells:,} cells of {found.units:,} units"
    if not found.cells:
        lines.append("No cells were compared.")
    elif found.differing:
        lines.append(f"{found.differing:,} of {cells} differ:")
        lines += [f"  {_line(each)}" for each in found.differences[:SHOWN]]
        if found.differing > SHOWN:
            lines.append("  and more: --json gives up to 1,000.")
    else:
        gap = f"; floats at most {found.widest:.0e} of their size apart, allowed {found.bound:.0e}"
        lines.append(f"{cells} equal{gap if found.widest else ''}.")
    return lines


def _told(checks: Sequence[Check]) -> list[str]:
    lines = []
    for check in checks:
        wrong = f"{len(check.problems):,} wrong" if check.problems else "nothing wrong"
        lines.append(f"  {check.name}: {check.counted}, {wrong}.")
        lines += [f"    {sentence(problem)}" for problem in check.problems[:SHOWN]]
        if len(check.problems) > SHOWN:
            lines.append(f"    {len(check.problems) - SHOWN:,} more: --json gives all.")
    return lines


def _line(one: Difference) -> str:
    what = " ".join(part for part in (one.unit, one.measure, one.version, one.period) if part)
    figure = one.figure if one.part == one.figure else f"{one.part} {one.figure}"
    return f"{what}: {figure}: cube {one.cube}, books {one.books}"
