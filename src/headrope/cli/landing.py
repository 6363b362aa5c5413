"""`headrope landing`: where the year will end, with odds, from the ledger; `run` posts it, `backtest` judges past landings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli import landing_run
from headrope.cli.landing_backtest import judge
from headrope.cli.screen import need_database, show_problems, speaking, stop
from headrope.core.periods import Period, PeriodError, parse
from headrope.core.problems import ProblemsFound
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import LAST_YEAR, ledger_settings, version_ids
from headrope.org.queries import NoSuchUnit

if TYPE_CHECKING:
    from headrope.landing.answers import Change, Hold, MeasureLanding, NotLanded, Question, Recovery
    from headrope.landing.queries import Lander
    from headrope.landing.wording import LandingWording

NARROWEST = 128
MOST = 1e18
app = typer.Typer(invoke_without_command=True)
app.command("run")(landing_run.run)
app.command("judge")(landing_run.judge)
app.command("backtest")(judge)


@app.callback()
def landing(
    context: typer.Context,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="The unit; without it the one at the top.")] = None,
    at: Annotated[str | None, typer.Option(metavar="MONTH", help="The last month known, such as 2023-06; without it the last reported one.")] = None,
    measure: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Only these measures; without it all that have a target.")] = None,
    against: Annotated[str, typer.Option(metavar="VERSION", help="What is to be met: target, budget or a named scenario.")] = "target",
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As known at the end of that day.")] = None,
    recover: Annotated[str | None, typer.Option(metavar="UNIT=AMOUNT", help="The odds if that unit brought so much more.")] = None,
    change: Annotated[list[str] | None, typer.Option(metavar="UNIT=CHANGE", help="The rest of the year of a unit or segment changes: +5%, or an amount such as -2000000.")] = None,
    further: Annotated[bool, typer.Option("--further", help="AutoETS and Theta beside the own forecasters, for the upper tiers: slow, and needs statsforecast.")] = False,
    hold: Annotated[list[str] | None, typer.Option(metavar="UNIT=AMOUNT", help="The year's figure of that unit is given.")] = None,
    tier: Annotated[int | None, typer.Option(min=1, help="Show the units of this tier, not those right below.")] = None,
    scale: Annotated[str | None, typer.Option(help="Show money in 1, k, m or bn.")] = None,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, of all units.")] = False,
) -> None:  # fmt: skip
    """Say where the year will end, how likely each target is met, and what the rest must bring."""
    if context.invoked_subcommand is not None:
        return
    need_database()
    from headrope.landing.answers import Question  # noqa: PLC0415  slow import
    from headrope.landing.queries import Lander  # noqa: PLC0415  slow import
    from headrope.landing.statistical import NeedsStatsforecast  # noqa: PLC0415
    from headrope.landing.wording import LandingWording  # noqa: PLC0415

    with speaking(language):
        known = as_of.date() if as_of else None
        ledger = ledger_settings()
        if scale is not None and scale not in ("1", "k", "m", "bn"):
            stop(f"'{scale}' is not a scale; write 1, k, m or bn.", 2)
        # Without any target yet there is still a landing.
        if against not in version_ids() and against != "target":
            stop(f"There is no version '{against}'; known: {', '.join(sorted(set(version_ids()) - {LAST_YEAR}))}.", 2)
        lander = Lander(store.fresh(known), ledger, books(), known)
        recovery, changes, holds = _recovery(recover), tuple(map(_change, change or ())), tuple(map(_hold, hold or ()))
        amounts = recovery or holds or any(each.amount for each in changes)
        if amounts and len(measure or ()) != 1:
            stop("Amounts are those of one measure; name it with --measure.", 2)
        try:
            last = lander.last_month
            if last is None:
                stop("Nothing of months or quarters has been reported yet.", 1)
            asked = Period(last, 1) if at is None else parse(at, ledger.fiscal_start)
            if asked.end > last + 1:
                stop(f"Nothing is reported after {last // 12}-{last % 12 + 1:02d} yet.", 2)
            end = asked.end
            question = Question(unit or lander.root(end), end, against, recovery, changes, holds, further=further)
            landed = _landed(lander, question, measure or [])
        except PeriodError as error:
            stop(f"{error}.", 2)
        except ProblemsFound as found:
            show_problems(found.problems)
        except NeedsStatsforecast as error:
            stop(f"{error}.", 2)
        except NoSuchUnit as error:
            if not str(error):
                stop("There were no units in that month.", 2)
            stop(f"There is no unit '{error}' in that month at or under the one asked about.", 2)
        words = LandingWording(ledger, lander.cube.manifest.largest_money, scale)
        if json_:
            from headrope.cli.landing_json import as_json  # noqa: PLC0415

            typer.echo(json.dumps(as_json(landed, words, question), ensure_ascii=False, indent=1))
        else:
            _print(landed, words, tier)


def _landed(lander: Lander, question: Question, codes: list[str]) -> list[MeasureLanding | NotLanded]:
    """The measures asked for; without any, all that can be landed and have a figure to meet at the unit."""
    from headrope.landing.answers import NotLanded  # noqa: PLC0415

    for code in codes:
        if code not in lander.infos:
            stop(f"There is no measure '{code}'.", 2)
    over = lander.over(question.unit, question.end)
    asked = [info for info in lander.infos.values() if not codes or info.code in codes]
    found = [lander.land(info, over, question) for info in asked]
    if codes:
        return found
    return [each for each in found if not isinstance(each, NotLanded) and each.units[0].target is not None]


def _recovery(text: str | None) -> Recovery | None:
    from headrope.landing.answers import Recovery  # noqa: PLC0415

    if text is None:
        return None
    code, _, amount = text.partition("=")
    return Recovery(code, _number(amount, text))


def _change(text: str) -> Change:
    from headrope.landing.answers import Change  # noqa: PLC0415

    code, _, amount = text.partition("=")
    if amount.endswith("%"):
        return Change(code, factor=1 + _number(amount[:-1], text) / 100)
    return Change(code, amount=_number(amount, text))


def _hold(text: str) -> Hold:
    from headrope.landing.answers import Hold  # noqa: PLC0415

    code, _, amount = text.partition("=")
    return Hold(code, _number(amount, text))


def _number(text: str, whole: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = float("nan")
    if not abs(value) < MOST or not text.replace(",", "").isascii():
        stop(f"'{whole}' is not understood; write a unit's code, = and a number.", 2)
    return value


def _print(landed: list[MeasureLanding | NotLanded], words: LandingWording, tier: int | None) -> None:
    from headrope.landing.answers import NotLanded  # noqa: PLC0415

    console = Console(width=max(Console().width, NARROWEST))
    if not landed:
        console.print(gettext("No measure that can be landed has a figure to meet; name measures with --measure."))
    for each in landed:
        if isinstance(each, NotLanded):
            console.print(f"{words.name(each.info)}: {gettext(each.why)}", highlight=False, markup=False)
            continue
        console.print(words.sentences(each, each.units[0]), highlight=False, markup=False)
        for text in words.many(each):
            console.print(text, highlight=False, markup=False)
        rows = _rows(each, tier)
        if rows:
            console.print(_table(each, rows, words))


def _rows(landing: MeasureLanding, tier: int | None) -> list[int]:
    """The rows of the table: the units of a tier, else those on the tier right below."""
    shown = tier or landing.units[0].tier + 1
    return [row for row, unit in enumerate(landing.units) if unit.tier == shown]


def _table(landing: MeasureLanding, rows: list[int], words: LandingWording) -> Table:
    names = (gettext("Unit"), gettext("To date"), gettext("Landing"), gettext("Range"), gettext("Plan"), gettext("Odds"), gettext("Needed each"), gettext("A year ago"))  # fmt: skip
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if not place else "right", no_wrap=bool(place))
    info = landing.info
    for row in rows:
        unit = landing.units[row]
        sure = unit.low is None or unit.high is None or unit.low == unit.high
        limits = "" if sure else f"{words.amount(info, unit.low)} … {words.amount(info, unit.high)}"
        cells = (
            words.name(unit.node),
            words.amount(info, unit.known),
            words.amount(info, unit.full),
            limits,
            words.amount(info, unit.target),
            "" if unit.odds is None else words.odds(unit.odds),
            words.amount(info, unit.pace),
            words.amount(info, unit.usual),
        )
        table.add_row(*map(escape, cells))
    return table
