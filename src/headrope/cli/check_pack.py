"""`headrope check-pack`: are the numbers of a paper still so."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext
from rich.console import Console

from headrope.cli.paper import reader_for
from headrope.cli.screen import need_database, speaking, stop
from headrope.core.periods import PeriodError
from headrope.org.queries import NoSuchUnit
from headrope.reports.checking import Checked, check
from headrope.reports.making import NoSuchPaper, again
from headrope.reports.manifest import NoManifest
from headrope.reports.opening import opened
from headrope.review.condition import ConditionError
from headrope.review.ranking import NoSuchMeasure

CHANGED = 1
"""The exit status where a number is no longer so."""


def check_pack(
    file: Annotated[Path, typer.Argument(help="A paper that Headrope has made, .pdf or .docx.")],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold every number of a paper against the books as they are now. Exit status 1 where one is no longer so."""
    need_database()
    try:
        found = opened(file)
        with speaking(found.manifest.question.language):
            checked = check(found, again(reader_for(None)))
            if json_:
                typer.echo(json.dumps(_as_json(checked), ensure_ascii=False, indent=1))
            else:
                _print(file, checked)
    except NoManifest as error:
        problem = error.problem
        stop(f"{problem.where}: {problem.message} {problem.remedy}", 2)
    except NoSuchPaper:
        stop(f"{file.name}: the paper is of a kind that this release does not make.", 2)
    except (PeriodError, NoSuchUnit, NoSuchMeasure, ConditionError):
        stop(f"{file.name}: the paper speaks of a unit, a measure or a period that this ledger does not have.", 2)
    raise typer.Exit(CHANGED if checked.findings else 0)


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
