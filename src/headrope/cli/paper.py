"""`headrope paper`: the sheet of a unit, or of all units below it, as .pdf or .docx; `headrope check-pack`: is it still so."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from django.utils.translation import get_language, gettext
from rich.console import Console

from headrope.cli.acting import acting
from headrope.cli.screen import Bar, need_database, speaking, stop
from headrope.core.periods import PeriodError, name, parse
from headrope.core.units import SEGMENT
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import LAST_YEAR, ledger_settings, version_ids
from headrope.org.queries import NoSuchUnit
from headrope.reports.checking import Checked, check
from headrope.reports.making import WRITERS, again, make
from headrope.reports.manifest import NoManifest
from headrope.reports.many import Job, papers
from headrope.reports.opening import opened
from headrope.reports.writing import kept
from headrope.review.queries import Question, Reader

CHANGED = 1
"""The exit status where a number is no longer so."""


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
            reader = _reader(as_of)
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


def check_pack(
    file: Annotated[Path, typer.Argument(help="A paper that Headrope has made, .pdf or .docx.")],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold every number of a paper against the books as they are now. Exit status 1 where one is no longer so."""
    need_database()
    try:
        found = opened(file)
        with speaking(found.manifest.question.language):
            checked = check(found, again(_reader(None)))
            if json_:
                typer.echo(json.dumps(_as_json(checked), ensure_ascii=False, indent=1))
            else:
                _print(file, checked)
    except NoManifest as error:
        problem = error.problem
        stop(f"{problem.where}: {problem.message} {problem.remedy}", 2)
    except (PeriodError, NoSuchUnit):
        stop(f"{file.name}: the paper speaks of a unit or period that this ledger does not have.", 2)
    raise typer.Exit(CHANGED if checked.findings else 0)


def _reader(as_of: datetime | None) -> Reader:
    known = as_of.date() if as_of else None
    at, ledger = books(), ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(known), ledger, at, acting().sight(at, today), known)


def _as_json(checked: Checked) -> dict[str, object]:
    return {
        "question": asdict(checked.question),
        "numbers": checked.numbers,
        "seq": checked.seq,
        "findings": [{**asdict(each), "ref": str(each.ref)} for each in checked.findings],
    }


def _print(file: Path, checked: Checked) -> None:
    console = Console(highlight=False, soft_wrap=True)
    words = {
        "changed": gettext("printed %(printed)s, now %(now)s"),
        "gone": gettext("printed %(printed)s, now not told any more"),
        "edited": gettext("printed %(printed)s, the file shows %(now)s"),
        "missing": gettext("printed %(printed)s, no longer in the file"),
    }
    for each in checked.findings:
        console.print(f"{each.ref}: {words[each.kind] % {'printed': each.printed, 'now': each.now}}", markup=False)
    values = {
        "file": file.name,
        "n": checked.numbers,
        "wrong": len(checked.findings),
        "then": checked.question.seq,
        "now": checked.seq,
    }
    text = (
        gettext("%(file)s: %(wrong)s of %(n)s numbers are no longer so (made at posting %(then)s, now %(now)s).")
        if checked.findings
        else gettext("%(file)s: all %(n)s numbers are still so (made at posting %(then)s, now %(now)s).")
    )
    console.print(text % values, markup=False)
