"""`headrope people`: takes people, posts, bodies, outside parties and mandates from a folder of CSV files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from headrope.cli.acting import acting
from headrope.cli.screen import need_database, show_problems
from headrope.core.problems import ProblemsFound
from headrope.ledger.folder.people import load_people
from headrope.org.people.actions import PeopleChange


def people(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with people.csv, posts.csv, bodies.csv, members.csv, parties.csv, mandates.csv.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and compare; change nothing.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Load people with their posts, bodies, outside parties and mandates: everything, or nothing and all problems."""
    need_database()
    try:
        change = load_people(folder, by=acting().user, dry_run=dry_run)
    except ProblemsFound as found:
        show_problems(found.problems)
    typer.echo(json.dumps({"posted": not dry_run, **asdict(change)}, indent=1) if json_ else told(change, dry_run))


def told(change: PeopleChange, dry_run: bool) -> str:
    """The change in a sentence."""
    named = [
        (change.people, "person", "people"),
        (change.posts, "post", "posts"),
        (change.bodies, "body", "bodies"),
        (change.members, "member", "members"),
        (change.parties, "outside party", "outside parties"),
        (change.mandates, "mandate", "mandates"),
    ]
    parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in named if count]
    if change.closed:
        parts.append(f"{change.closed:,} said before no longer {'holds' if change.closed == 1 else 'hold'}")
    if change.empty:
        return "Nothing changes: all of it was said before."
    sentence = f"{'Would set' if dry_run else 'Set'} {', '.join(parts)}." if parts else ""
    if change.accounts:
        sentence += f" {change.accounts:,} new accounts have no password yet; `headrope user NAME` sets one."
    return sentence.strip()
