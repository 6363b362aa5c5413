"""`headrope paper`: the sheet or the situation of a unit, or of all units below it, as .pdf or .docx."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from django.utils.translation import get_language, gettext

from headrope.cli.acting import acting
from headrope.cli.screen import Bar, need_database, speaking, stop
from headrope.core.periods import PeriodError, name, parse
from headrope.core.units import SEGMENT
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import LAST_YEAR, ledger_settings, version_ids
from headrope.org.queries import Node, NoSuchUnit
from headrope.reports.making import WRITERS, make
from headrope.reports.many import Job, papers
from headrope.reports.paper import KINDS, SHEET, SITUATION, Question
from headrope.reports.situation import ORDERS
from headrope.reports.writing import kept
from headrope.review.condition import ConditionError, read_condition, written
from headrope.review.queries import Reader
from headrope.review.ranking import NoSuchMeasure

SCALES = ("1", "k", "m", "bn")


def paper(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    period: Annotated[str, typer.Argument(help="2023-06, 2023-Q2, 2023-H1, 2023, FY2023-24, or 2025-04..2025-09.")],
    output: Annotated[Path, typer.Option(help="The file to write, .pdf or .docx; with --below a folder.")],
    against: Annotated[
        str | None, typer.Option(metavar="VERSION", help="target, budget, a named scenario, or last-year.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As known at the end of that day.")
    ] = None,
    as_was: Annotated[
        bool, typer.Option("--as-was", help="A year earlier over the trees of the time, not over today's.")
    ] = False,
    measure: Annotated[
        str | None, typer.Option(help="Of a situation: the measure of the gap and of the ranking of the units below.")
    ] = None,
    tier: Annotated[
        int | None, typer.Option(min=1, help="Of a situation: all units below on this tier, not the children.")
    ] = None,
    order: Annotated[str | None, typer.Option(help="Of a situation: rank by gap, value or change.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="Of a situation: only units that fulfil it, such as ATT1>0."),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help="Of a situation: count who reaches it, such as PROFIT>=0."),
    ] = None,
    all_measures: Annotated[
        bool, typer.Option("--all-measures", help="Of a situation: every measure, not only the headline ones.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Of a situation: what moved since the end of that day, not since the last session.",
        ),
    ] = None,
    scale: Annotated[str | None, typer.Option(help="Show money in 1, k, m or bn.")] = None,
    below: Annotated[
        str | None, typer.Option(metavar="KIND", help="pdf or docx: a file for each unit under the unit, by its code.")
    ] = None,
    of: Annotated[
        str, typer.Option(metavar="PAPER", help="sheet, or situation: of units that have others below.")
    ] = SHEET,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """The sheet or the situation of a unit for the table, every number with its reference."""
    need_database()
    ending = below or output.suffix.removeprefix(".").lower()
    if ending not in WRITERS:
        stop(f"'{below or output.name}' is neither a pdf nor a docx.", 2)
    if of not in KINDS:
        stop(f"There is no paper '{of}'; known: {', '.join(KINDS)}.", 2)
    if order not in (None, *ORDERS):
        stop(f"'{order}' is not an order; write gap, value or change.", 2)
    if scale not in (None, *SCALES):
        stop(f"'{scale}' is not a scale; write 1, k, m or bn.", 2)
    with speaking(language):
        try:
            reader = reader_for(as_of)
            if against not in (None, LAST_YEAR, *version_ids()):
                stop(f"There is no version '{against}'; known: {', '.join([*sorted(version_ids()), LAST_YEAR])}.", 2)
            known = reader.known.isoformat() if reader.known else ""
            period = name(parse(period, reader.ledger.fiscal_start), reader.ledger.fiscal_start)
            question = Question(
                of, unit, period, against or "", get_language() or "en", reader.at.seq, known, as_was, scale or ""
            )
            if of == SITUATION:
                question = replace(
                    question,
                    measure=measure or "",
                    tier=tier or 0,
                    order=order or "",
                    where=_checked(reader, where),
                    threshold=_checked(reader, threshold),
                    every=all_measures,
                    since=since.date().isoformat() if since else "",
                )
                _need_measure(reader, measure)
            if below:
                _many(reader, question, output, ending)
            else:
                kept(output, WRITERS[ending](make(reader, question)))
        except (PeriodError, ConditionError) as error:
            stop(f"{error}.", 2)
        except NoSuchMeasure as error:
            stop(f"There is no measure '{error}'.", 2)
        except NoSuchUnit:
            stop(f"There is no unit '{unit}'.", 2)
        except OSError as error:
            stop(f"{output} cannot be written: {error.strerror}. Nothing half-written is left.")
        except BrokenProcessPool:
            stop(
                "A process that makes papers has ended before its time. What is made stays; begin again for the others."
            )
    typer.echo(str(output))


def _checked(reader: Reader, conditions: list[str] | None) -> str:
    """The conditions as one text, each readable and of a measure that there is."""
    read = [read_condition(each) for each in conditions or ()]
    for each in read:
        _need_measure(reader, each.measure)
    return "; ".join(map(written, read))


def _need_measure(reader: Reader, code: str | None) -> None:
    if code is not None and code not in reader.infos:
        raise NoSuchMeasure(code)


def _many(reader: Reader, question: Question, folder: Path, ending: str) -> None:
    """A paper of each unit at or under the unit; those that are made stay when it is stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    named, day = acting().named, clock.now().astimezone(reader.ledger.zone).date()
    made = [
        Job(
            replace(question, unit=each.code),
            reader.at,
            day,
            named.pk if named else None,
            str(folder / f"{quote(each.code, safe='')}.{ending}"),
        )
        for each in _units(reader, question)
    ]
    with Bar() as bar:
        for done, _path in enumerate(papers(made), 1):
            bar(gettext("Making papers"), done, len(made))


def _units(reader: Reader, question: Question) -> Sequence[Node]:
    """The units at or under the unit that may be seen; of situations those that have others below them."""
    period = parse(question.period, reader.ledger.fiscal_start)
    node, tree = reader.node(question.unit, period), reader.tree(period)
    found = [each for each in tree.subtree(node.id) if each.kind != SEGMENT and reader.who.sees(each.id)]
    if question.kind == SITUATION:
        return [each for each in found if any(below.kind != SEGMENT for below in tree.children.get(each.id, ()))]
    return found


def reader_for(as_of: datetime | None) -> Reader:
    """Reads the books as they are, or as known at the end of that day, for whoever acts."""
    known = as_of.date() if as_of else None
    at, ledger = books(), ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(known), ledger, at, acting().sight(at, today), known)
