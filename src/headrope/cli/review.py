"""`headrope review`: a unit for a period, from the figures, on the screen or as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, cast

import typer
from django.utils.translation import gettext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headrope.cli.acting import acting
from headrope.cli.screen import need_database, speaking, stop
from headrope.core.periods import PeriodError, parse
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import LAST_YEAR, MeasureInfo, ledger_settings, version_ids
from headrope.ledger.wording import SHARES
from headrope.org.queries import NoSuchUnit
from headrope.review.as_data import as_json
from headrope.review.condition import ConditionError, read_condition
from headrope.review.headline import Headline, plain
from headrope.review.queries import Line, Question, Reader, Review
from headrope.review.ranking import NoSuchMeasure, Order, Ranked, Ranking, Wanted, rank
from headrope.review.wording import Wording

MARKS = {"ahead": "▲", "on": "○", "watch": "◆", "behind": "▼", "stale": "▨", "none": ""}
ORDERS = ("gap", "value", "change")
NARROWEST = 128  # figures are never cut; names wrap


def review(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    period: Annotated[str, typer.Argument(help="2023-06, 2023-Q2, 2023-H1, 2023, FY2023-24, or 2025-04..2025-09.")],
    against: Annotated[
        str | None, typer.Option(metavar="VERSION", help="target, budget, a named scenario, or last-year.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As known at the end of that day.")
    ] = None,
    as_was: Annotated[
        bool, typer.Option("--as-was", help="A year earlier over the trees of the time, not over today's.")
    ] = False,
    tier: Annotated[
        int | None, typer.Option(min=1, help="Rank all units below that stand on this tier, not the children.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="CONDITION", help="Rank only units that fulfil it, such as ATT1>0.")
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE", help="Count who reaches it; SPEND~10% counts who is within 10 % of the plan."
        ),
    ] = None,
    measure: Annotated[str | None, typer.Option(help="Rank by this measure.")] = None,
    order: Annotated[str | None, typer.Option(help="Rank by gap, value or change.")] = None,
    most: Annotated[int, typer.Option(min=0, help="Ranked units shown on the screen; 0 shows all.")] = 20,
    scale: Annotated[str | None, typer.Option(help="Show money in 1, k, m or bn.")] = None,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Review a unit for a period."""
    need_database()
    if order is not None and order not in ORDERS:
        stop(f"'{order}' is not an order; write gap, value or change.", 2)
    with speaking(language):
        try:
            reader = _reader(as_of.date() if as_of else None)
            question = Question(unit, parse(period, reader.ledger.fiscal_start), against, reader.known, as_was)
            if against not in (None, LAST_YEAR, *version_ids()):
                stop(f"There is no version '{against}'; known: {', '.join([*sorted(version_ids()), LAST_YEAR])}.", 2)
            wanted = Wanted(
                measure,
                tier,
                cast(Order | None, order),
                tuple(map(read_condition, where or ())),
                tuple(map(read_condition, threshold or ())),
            )
            found = reader.review(question)
            ranking = rank(reader, found, wanted)
        except (PeriodError, ConditionError) as error:
            stop(f"{error}.", 2)
        except NoSuchUnit:
            stop(f"There is no unit '{unit}'.", 2)
        except NoSuchMeasure as error:
            stop(f"There is no measure '{error}'.", 2)
        if json_:
            typer.echo(json.dumps(as_json(reader, found, ranking, wanted), ensure_ascii=False, indent=1))
        else:
            _print(found, ranking, Wording.of(found, scale), most)


def _reader(known: date | None) -> Reader:
    at, ledger = books(), ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(known), ledger, at, acting().sight(at, today), known)


def _print(found: Review, ranking: Ranking | None, words: Wording, most: int) -> None:
    console = Console(width=max(Console().width, NARROWEST))
    heading = gettext("%(unit)s %(code)s · %(period)s against %(against)s · %(scale)s") % {
        "unit": words.name(found.unit),
        "code": found.unit.code,
        "period": words.period(found.period),
        "against": words.against(found.against),
        "scale": words.scale_name,
    }
    if found.known_on:
        heading += " · " + gettext("as known on %(day)s") % {"day": found.known_on}
    console.print(heading, style="bold", highlight=False, markup=False)
    console.print(plain(Headline(found, words).sentences(ranking)), highlight=False, markup=False)
    names = (gettext("Measure"), "", gettext("Plan"), gettext("Actual"), gettext("Gap"), gettext("Gap") + " %", gettext("Last year"), gettext("On last year"), gettext("Reported"))  # fmt: skip
    table = _table(names, left=(0, 1), wrapping=0)
    for line in found.lines:
        table.add_row(*map(escape, _cells(line, words)))
    console.print(table)
    for info, text in found.texts:
        console.print(f"{words.name(info)}: {text}", highlight=False, markup=False)
    if ranking is not None:
        _print_ranking(console, ranking, words, most)


def _table(names: tuple[str, ...], left: tuple[int, ...], wrapping: int) -> Table:
    """A table whose figures are never cut; only the column of names wraps."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place in left else "right", no_wrap=place != wrapping)
    return table


def _cells(line: Line, words: Wording) -> list[str]:
    info, beside = line.info, (line.actual.value, line.plan.value, line.last_year.value)
    state = line.judgement.state if line.judgement else "none"
    per_cent = info.account in SHARES
    share = line.judgement.share if line.judgement and (line.plan.value or 0) > 0 and not per_cent else None
    unit = words.account(info)
    return [
        words.name(info) + (f" ({unit})" if unit else ""),
        MARKS[state] + (f" {gettext('uneven')}" if line.actual.uneven else ""),
        words.figure(info, line.plan.value, *beside),
        words.figure(info, line.actual.value, *beside),
        words.figure(info, line.gap, *beside, sign=True) if line.gap is not None else "",
        words.format.per_cent(share, sign=True) if share is not None else "",
        words.figure(info, line.last_year.value, *beside),
        _growth(line, words),
        "; ".join(
            filter(
                None, (words.overdue(line.overdue) if line.overdue else words.coverage(line.actual), words.stated(line))
            )
        )
        or (gettext("record") if line.record else ""),
    ]


def _growth(line: Line, words: Wording) -> str:
    if line.growth is None:
        return ""
    if line.growth_share is None or line.info.account in SHARES:
        return words.figure(line.info, line.growth, line.actual.value, sign=True)
    return words.format.per_cent(line.growth_share, sign=True)


def _print_ranking(console: Console, ranking: Ranking, words: Wording, most: int) -> None:
    info = ranking.info
    where = gettext("tier %(tier)s") % {"tier": ranking.tier} if ranking.tier else gettext("units below")
    orders = {"gap": gettext("by gap"), "value": gettext("by value"), "change": gettext("by change")}
    title = f"{words.name(info)}, {where}: {len(ranking.rows):,} {orders[ranking.order]}"
    if ranking.left_out:
        title += gettext(", %(count)s left out") % {"count": f"{ranking.left_out:,}"}
    console.print(title, style="bold", highlight=False, markup=False)
    for each in ranking.thresholds:
        values = {"met": each.met, "of": each.of, "condition": each.condition}
        console.print(gettext("%(met)s of %(of)s at %(condition)s") % values, highlight=False, markup=False)
    names = ("", gettext("Unit"), gettext("Plan"), gettext("Actual"), gettext("Gap"), gettext("Last year"), gettext("Change"), gettext("Share"), gettext("Running"))  # fmt: skip
    table = _table(names, left=(1,), wrapping=1)
    for row in ranking.rows[: most or None]:
        table.add_row(*map(escape, _ranked(row, info, words)))
    console.print(table)
    if most and len(ranking.rows) > most:
        left = {"count": f"{len(ranking.rows) - most:,}"}
        console.print(gettext("%(count)s more; --most 0 shows all.") % left, highlight=False)


def _ranked(row: Ranked, info: MeasureInfo, words: Wording) -> list[str]:
    beside = (row.actual.value, row.plan.value, row.last_year.value)
    return [
        str(row.place),
        words.name(row.unit),
        words.figure(info, row.plan.value, *beside),
        words.figure(info, row.actual.value, *beside),
        words.figure(info, row.gap, *beside, sign=True) if row.gap is not None else "",
        words.figure(info, row.last_year.value, *beside),
        words.figure(info, row.growth, *beside, sign=True) if row.growth is not None else "",
        words.format.per_cent(row.share) if row.share is not None else "",
        words.format.per_cent(row.running) if row.running is not None else "",
    ]
