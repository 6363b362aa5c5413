"""`headrope paper`: the sheet of a unit, or of all units below it, as .pdf or .docx."""

from __future__ import annotations

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
from headrope.org.queries import NoSuchUnit
from headrope.reports.making import WRITERS, make
from headrope.reports.many import Job, papers
from headrope.reports.writing import kept
from headrope.review.queries import Question, Reader


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
    below: Annotated[
        str | None, typer.Option(metavar="KIND", help="pdf or docx: a file for each unit under the unit, by its code.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """The sheet of a unit for the table, every number with its reference."""
    need_database()
    kind = below or output.suffix.removeprefix(".").lower()
    if kind not in WRITERS:
        stop(f"'{below or output.name}' is neither a pdf nor a docx.", 2)
    with speaking(language):
        try:
            reader = reader_for(as_of)
            if against not in (None, LAST_YEAR, *version_ids()):
                stop(f"There is no version '{against}'; known: {', '.join([*sorted(version_ids()), LAST_YEAR])}.", 2)
            question = Question(unit, parse(period, reader.ledger.fiscal_start), against, reader.known)
            if below:
                _many(reader, question, output, kind)
            else:
                kept(output, WRITERS[kind](make(reader, question, get_language() or "en")))
        except PeriodError as error:
            stop(f"{error}.", 2)
        except NoSuchUnit:
            stop(f"There is no unit '{unit}'.", 2)
        except OSError as error:
            stop(f"{output} cannot be written: {error.strerror}. Nothing half-written is left.")
    typer.echo(str(output))


def _many(reader: Reader, question: Question, folder: Path, kind: str) -> None:
    """A paper of each unit at or under the unit; those that are made stay when it is stopped."""
    node = reader.node(question.unit, question.period)
    tree = reader.tree(question.period)
    units = [each for each in tree.subtree(node.id) if each.kind != SEGMENT and reader.who.sees(each.id)]
    folder.mkdir(parents=True, exist_ok=True)
    named, day = acting().named, clock.now().astimezone(reader.ledger.zone).date()
    period = name(question.period, reader.ledger.fiscal_start)
    made = [
        Job(
            each.code,
            period,
            question.against,
            reader.known,
            get_language() or "en",
            reader.at,
            day,
            named.pk if named else None,
            str(folder / f"{quote(each.code, safe='')}.{kind}"),
        )
        for each in units
    ]
    with Bar() as bar:
        for done, _path in enumerate(papers(made), 1):
            bar(gettext("Making papers"), done, len(made))


def reader_for(as_of: datetime | None) -> Reader:
    """Reads the books as they are, or as known at the end of that day, for whoever acts."""
    known = as_of.date() if as_of else None
    at, ledger = books(), ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(known), ledger, at, acting().sight(at, today), known)
