"""`headrope cascade`: splits a total over the units of a folder, on the screen or as JSON; needs no database."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from django.utils.translation import gettext, pgettext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli.cascade_json import as_json, nothing
from headrope.cli.screen import sentence, show_problems, speaking, stop
from headrope.core.cascade.agreement import growth_gap
from headrope.core.cascade.group import Group
from headrope.core.display import decimal
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.quantities import Quantity, QuantityError
from headrope.core.rounding.limits import RoundingError
from headrope.targets.folder import By, Units, read_units
from headrope.targets.notes import notes
from headrope.targets.steps import Steps
from headrope.targets.wording import Wording

if TYPE_CHECKING:
    from headrope.core.cascade.solution import Cascade

FORMS = ("weight", "growth", "equal")
NARROWEST = 128


def cascade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with units.csv: code, parent, weight, base, floor, cap, hold.")],
    total: Annotated[str, typer.Argument(metavar="TOTAL", help="What the unit at the top gets, such as 38000000000.")],
    step: Annotated[str, typer.Option(help="Shares are whole numbers of it.")] = "0.01",
    by: Annotated[str | None, typer.Option(metavar="FORM", help="Split by weight, growth (of the bases) or equal.")] = None,
    growth: Annotated[str | None, typer.Option(metavar="PERCENT", help="Say so if the total is not this growth of all bases.")] = None,
    tiers: Annotated[bool, typer.Option("--tiers", help="Show what each tier would hand down by itself, and the gap.")] = False,
    most: Annotated[int, typer.Option(min=0, help="Units shown on the screen; 0 shows all.")] = 200,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Split a total over the units of a folder by weights, within floors, caps and holds."""
    with speaking(language):
        steps, count = _called(step, total, by)
        from headrope.core.cascade.solution import cascade as split  # noqa: PLC0415  slow import

        try:
            units = read_units(folder, steps, cast(By | None, by))
            if growth is not None:
                _check_growth(units, growth, total, steps)
            solved = _solved(split, units, count)
        except ProblemsFound as found:
            if json_:
                typer.echo(json.dumps(nothing(steps, count, found.problems), ensure_ascii=False, indent=1))
                raise typer.Exit(1) from None
            show_problems(found.problems)
        if json_:
            typer.echo(json.dumps(as_json(units, steps, solved), ensure_ascii=False, indent=1))
        else:
            _print(units, Wording(units, steps), solved, tiers, most)
    raise typer.Exit(1 if solved.conflicts else 0)


def _called(step: str, total: str, by: str | None) -> tuple[Steps, int]:
    """Step and total in steps; leaves where the call is wrong."""
    if by is not None and by not in FORMS:
        stop(f"'{by}' is no form; write weight, growth or equal.", 2)
    try:
        steps = Steps.of(step)
    except ValueError as error:
        stop(str(error), 2)
    count = steps.count(total)
    if isinstance(count, Problem):
        stop(sentence(count), 2)
    return steps, count


def _solved(split: Callable[[Group, int], Cascade], units: Units, total: int) -> Cascade:
    """The split; a problem where amounts become too large to be rounded."""
    try:
        return split(units.group, total)
    except RoundingError as error:
        raise ProblemsFound([Problem("", error.message, error.remedy, error.values)]) from None


def _check_growth(units: Units, growth: str, total: str, steps: Steps) -> None:
    """A problem where the total and the growth of all bases differ."""
    said = growth.removesuffix("%").strip()
    try:
        Quantity("number").read(said)
    except QuantityError as error:
        stop(f"--growth: {sentence(Problem('', error.message, error.remedy, error.values))}", 2)
    base = units.total_base
    gap = growth_gap(Decimal(base.numerator) / base.denominator, Decimal(said), Decimal(total), steps.step)
    if gap is not None:
        message = "Growth of %(growth)s %% on a base of %(base)s makes %(wanted)s; the total is %(total)s, %(by)s away."
        values = {
            "growth": said,
            "base": decimal(float(base), steps.digits),
            "wanted": decimal(float(gap.wanted), steps.digits),
            "total": total,
            "by": decimal(float(gap.by), steps.digits, sign=True),
        }
        raise ProblemsFound([Problem("", message, "Correct one of them.", values)])


def _print(units: Units, words: Wording, solved: Cascade, tiers: bool, most: int) -> None:
    console = Console(width=max(Console().width, NARROWEST))
    for note in notes(units, solved):
        typer.echo(sentence(note), err=True)
    if solved.shares is None:
        for conflict in solved.conflicts:
            console.print(words.conflict(conflict), highlight=False, markup=False)
        console.print(gettext("Nothing is split before these bounds agree."), highlight=False)
        return
    based = any("base" in unit.numbers for unit in units.units)
    names = [gettext("Unit"), pgettext("cascade", "Share")]
    names += [gettext("Base"), gettext("Growth")] if based else []
    names += [gettext("Tier by tier"), gettext("Gap to the joint split")] if tiers else []
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if place else "left", no_wrap=place > 0)
    table.add_column(gettext("Reason"))
    rows = _top_down(units)
    base = units.summed_bases
    for row in rows[: most or None]:
        unit = units.units[row]
        cells = ["  " * int(units.group.tree.depth[row]) + words.name(row), words.steps.show(int(solved.shares[row]))]
        if based:
            grown = int(solved.shares[row]) / base[row] - 1 if base[row] > 0 else None
            cells += [words.steps.show(base[row]), words.per_cent(grown) if grown is not None else ""]
        if tiers:
            gap = solved.gap(row)
            cells += (
                ["\N{EN DASH}"] * 2
                if gap is None
                else [words.steps.show(int(solved.shares[row]) + gap), words.steps.show(gap)]
            )
        table.add_row(*map(escape, [*cells, words.reason(solved.reason(row))]), style="bold" if not unit.parent else "")
    console.print(table)
    if most and len(rows) > most:
        left = {"count": f"{len(rows) - most:,}"}
        console.print(gettext("%(count)s more; --most 0 shows all.") % left, highlight=False)
    for row, by in solved.by_tiers.broken if tiers and solved.by_tiers else ():
        console.print(words.broken(row, int(solved.by_tiers.shares[row]), by), highlight=False, markup=False)  # type: ignore[union-attr]


def _top_down(units: Units) -> list[int]:
    """Rows of the group, every unit before those below it, sisters in the order of the file."""
    tree, rank = units.group.tree, {row: place for place, row in enumerate(units.places)}
    waiting, found = [units.group.root], []
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting.extend(sorted(tree.below(row).tolist(), key=rank.__getitem__, reverse=True))
    return found
