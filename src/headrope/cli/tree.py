"""`headrope tree`: makes dated editions of a tree out of lists that each hold from a day of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli.screen import speaking, stop
from headrope.cli.tree_files import DatesError, Source, read_listing, read_sources, write_units
from headrope.core.listings import Links, Tier, Wide, clean, states_of, under
from headrope.core.problems import Problem
from headrope.core.states import Change, Entry, changes_of, editions_of
from headrope.core.units import Edition

NARROWEST = 128  # sentences wrap; in less they would be columns of single words
EVENTS = ("opened", "closed", "moved", "renamed")


@dataclass(frozen=True)
class Form:
    """What all lists look like, and the unit above all that they hold, with its code."""

    columns: Wide | Links
    top: tuple[str, Entry] | None


@dataclass(frozen=True)
class Made:
    """What came of the lists; no editions where a problem blocks."""

    editions: list[Edition]
    changes: list[Change]
    problems: list[Problem]

    @property
    def blocked(self) -> int:
        """How many problems block."""
        return sum(problem.blocking for problem in self.problems)


def tree(
    lists: Annotated[
        list[str],
        typer.Argument(
            metavar="LIST", help="CSV files, or FILE=2023-04-01 with the first day on which the list holds."
        ),
    ],
    dates: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN", help="The day from the file's name: 'tree_{year}-*={year}-04-01'; * is any text."
        ),
    ] = None,
    tiers: Annotated[
        str | None, typer.Option(metavar="TIERS", help="Columns of the tiers from the top: CODE[:NAME[:KIND]],...")
    ] = None,
    columns: Annotated[
        str, typer.Option(metavar="COLUMNS", help="Without tiers: the columns CODE,NAME,PARENT[,KIND].")
    ] = "code,name,parent",
    top: Annotated[
        str | None, typer.Option(metavar="CODE:NAME[:KIND]", help="A unit above all that the lists hold.")
    ] = None,
    apart: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="No single unit: it stands once under each of its parents.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write units.csv into this folder.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the units.csv that is there.")] = False,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a dated tree for `headrope load` out of lists of its units, and tell all that is odd in them."""
    form = _form(tiers, columns, top, frozenset(apart or ()))
    if out is not None and (out / "units.csv").exists() and not replace:
        stop(f"{out / 'units.csv'} is there already. Name another folder, or write --replace.", 2)
    try:
        sources = read_sources(lists, dates)
    except DatesError as error:
        stop(str(error), 2)
    made = _made(sources, form, out)
    with speaking(language):
        if json_:
            typer.echo(json.dumps(_json(made, out), ensure_ascii=False, indent=2))
        else:
            _print(made, out)
    raise typer.Exit(1 if made.blocked else 0)


def _form(tiers: str | None, columns: str, top: str | None, apart: frozenset[str]) -> Form:
    if apart and tiers is None:
        stop("Only lists with columns of tiers say which part of a unit stands where: --apart needs --tiers.", 2)
    if tiers is None:
        names = [name.strip() for name in columns.split(",")]
        if len(names) not in (3, 4) or not all(names):
            stop(f"--columns is '{columns}'; write the columns as CODE,NAME,PARENT or CODE,NAME,PARENT,KIND.", 2)
        return Form(Links(*names), _top(top))
    return Form(Wide([_tier(text) for text in tiers.split(",")], apart), _top(top))


def _tier(text: str) -> Tier:
    code, name, kind = ([part.strip() for part in text.split(":")] + ["", ""])[:3]
    if not code or text.count(":") > 2:
        stop(f"'{text}' is no tier; write CODE, CODE:NAME or CODE:NAME:KIND.", 2)
    return Tier(code, name or code, kind or "unit")


def _top(text: str | None) -> tuple[str, Entry] | None:
    if text is None:
        return None
    code, name, kind = ([clean(part) for part in text.split(":")] + ["", ""])[:3]
    if not code or not name or text.count(":") > 2:
        stop(f"'{text}' is no top unit; write CODE:NAME or CODE:NAME:KIND.", 2)
    return code, Entry(name, None, kind or "unit", "--top")


def _made(sources: Sequence[Source], form: Form, out: Path | None) -> Made:
    problems: list[Problem] = []
    read = [read_listing(source, form.columns, problems.append) for source in sources]
    listings = [listing for listing in read if listing is not None]
    if not listings:
        return Made([], [], problems)
    if form.top:
        code, entry = form.top
        listings = [under(listing, entry, code) for listing in listings]
    states, contradictions = states_of(listings)
    editions, oddities = editions_of(states)
    problems += contradictions + oddities
    if any(problem.blocking for problem in problems):
        return Made([], changes_of(states), problems)
    problems += write_units(editions, out)
    return Made(editions, changes_of(states), problems)


def _json(made: Made, out: Path | None) -> dict[str, Any]:
    written = out is not None and not made.blocked
    return {
        "written": str(out / "units.csv") if out and written else None,
        "units": len({edition.code for edition in made.editions}),
        "editions": len(made.editions),
        "lists": [
            {
                "name": change.state.name,
                "from": change.state.first_day.isoformat(),
                "units": _by_tier(change.state.entries.values()),
                **{event: _by_tier(_entries(change, event).values()) for event in EVENTS},
            }
            for change in made.changes
        ],
        "problems": [
            {
                "where": problem.where,
                "message": gettext(problem.message) % problem.values,
                "remedy": _remedy(problem),
                "blocking": problem.blocking,
            }
            for problem in made.problems
        ],
    }


def _by_tier(entries: Iterable[Entry]) -> dict[str, int]:
    """Counts by the column of the tier, in all under `all`."""
    counts = Counter(entry.tier for entry in entries)
    return {"all": counts.total(), **{tier: count for tier, count in sorted(counts.items()) if tier}}


def _entries(change: Change, event: str) -> Mapping[str, Entry]:
    found: Mapping[str, Entry] = getattr(change, event)
    return found


def _remedy(problem: Problem) -> str:
    return gettext(problem.remedy) % problem.values if problem.remedy else ""


def _print(made: Made, out: Path | None) -> None:
    console = Console(width=max(Console().width, NARROWEST))
    names = (gettext("List"), gettext("From"), gettext("Units"), gettext("Opened"), gettext("Closed"), gettext("Moved"), gettext("Renamed"))  # fmt: skip
    table = Table(box=SIMPLE_HEAD)
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if place > 1 else "left")
    for change in made.changes:
        counts = (change.state.entries, *(_entries(change, event) for event in EVENTS))
        days = change.state.first_day.isoformat()
        table.add_row(escape(change.state.name), days, *(f"{len(count):,}" for count in counts))
    console.print(table)
    if made.problems:
        console.print(_problem_table(made.problems))
    for line in _told(made, out):
        console.print(line, highlight=False, markup=False)


def _problem_table(problems: Sequence[Problem]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for name in ("", gettext("Where"), gettext("What is odd"), gettext("What to do")):
        table.add_column(name, overflow="fold")
    for problem in sorted(problems, key=lambda problem: not problem.blocking):
        mark = gettext("blocks") if problem.blocking else ""
        table.add_row(mark, *map(escape, (problem.where, gettext(problem.message) % problem.values, _remedy(problem))))
    return table


def _told(made: Made, out: Path | None) -> list[str]:
    odd = {"count": f"{len(made.problems) - made.blocked:,}", "blocking": f"{made.blocked:,}"}
    if made.blocked:
        return [gettext("Problems that block: %(blocking)s; to look at: %(count)s. Nothing was written.") % odd]
    units = {"units": f"{len({edition.code for edition in made.editions}):,}", "editions": f"{len(made.editions):,}"}
    lines = [
        gettext("Units: %(units)s, in editions: %(editions)s.") % units,
        gettext("To look at: %(count)s; nothing blocks.") % odd,
    ]
    if out is not None:
        lines.append(gettext("Written: %(file)s. `headrope load` takes it.") % {"file": out / "units.csv"})
    return lines
