"""`headrope landing run`: land every headline measure over the whole tree and post it; `judge` scores landings made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext, ngettext

from headrope.cli.acting import actor
from headrope.cli.screen import Bar, need_database, show_problems, speaking, stop
from headrope.core.periods import Period, PeriodError, name, parse
from headrope.core.problems import ProblemsFound
from headrope.ledger.actions import refresh_cube
from headrope.ledger.queries import ledger_settings, measures

if TYPE_CHECKING:
    from headrope.landing.runs.queries import Run


def run(
    month: Annotated[str | None, typer.Argument(metavar="MONTH", help="The last month known, such as 2023-06; without it the last reported one.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the pages have added it up, too.")] = False,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Land every measure that has a target for the year, over the whole tree, and post it: everything or nothing."""
    need_database()
    from headrope.landing.runs import actions  # noqa: PLC0415  slow import

    user = actor("define", "headrope landing run")
    with speaking(language):
        try:
            asked = None if month is None else parse(month, ledger_settings().fiscal_start)
            with Bar() as bar:
                made = actions.run(asked, user, lambda doing, done, of: bar(gettext(doing), done, of))
                if wait:
                    bar(gettext("adding up"), 0, 0)
                    refresh_cube()
        except PeriodError as error:
            stop(f"{error}.", 2)
        except ProblemsFound as found:
            show_problems(found.problems)
        for line in [json.dumps(as_words(made), ensure_ascii=False, indent=1)] if json_ else told(made):
            typer.echo(line)


def as_words(made: Run) -> dict[str, object]:
    """The run as JSON: its posting, and by measure how many steps were to come, or why it is not landed."""
    codes = {info.id: info.code for info in measures()}
    return {
        "posting": made.seq,
        "read": made.read_seq,
        "year": name(made.year, ledger_settings().fiscal_start),
        "after": name(Period(made.month.start, 1)),
        "measures": [
            {
                "code": codes[each.measure],
                **({"why_not": each.why} if each.why else {"left": each.left, "months_each": each.span}),
            }
            for each in made.measures.values()
        ],
    }


def told(made: Run) -> list[str]:
    """What the run has landed, in sentences, and why not the rest."""
    infos = {info.id: info for info in measures()}
    landed = [each for each in made.measures.values() if not each.why]
    values = {
        "n": len(landed),
        "year": name(made.year, ledger_settings().fiscal_start),
        "month": name(Period(made.month.start, 1)),
        "seq": made.seq,
    }
    lines = [
        ngettext(
            "%(n)s measure of %(year)s is landed after %(month)s, as posting %(seq)s.",
            "%(n)s measures of %(year)s are landed after %(month)s, as posting %(seq)s.",
            len(landed),
        )
        % values
    ]
    refused = sorted((infos[each.measure].code, each.why) for each in made.measures.values() if each.why)
    return lines + [f"{code}: {gettext(why)}" for code, why in refused]


def judge(
    months: Annotated[int, typer.Option(min=1, max=11, help="How many months of each (fiscal) year a backtest knows.")] = 6,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Score the runs of years that have ended, and backtest every headline measure; the pages show it."""
    need_database()
    actor("define", "headrope landing judge")
    from headrope.landing.judging import actions  # noqa: PLC0415  slow import

    with speaking(language):
        try:
            with Bar() as bar:
                count = actions.judge(months, lambda doing, done, of: bar(gettext(doing), done, of))
        except ProblemsFound as found:
            show_problems(found.problems)
        if json_:
            typer.echo(json.dumps({"kept": count}))
            return
        if not count:
            typer.echo(
                gettext("No year can be judged yet: a run's year has not ended, and a backtest needs six whole years.")
            )
            return
        typer.echo(ngettext("%(n)s score is kept.", "%(n)s scores are kept.", count) % {"n": count})
