"""`headrope landing backtest`: how good the landings of past years would have been, of the ledger or of a folder."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from django.utils.translation import gettext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from headrope.cli.screen import Bar, need_database, speaking, stop
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import NoSuchUnit

if TYPE_CHECKING:
    from headrope.core.landing.backtest import Backtest
    from headrope.ledger.queries import MeasureInfo

DRAWS = 500
NARROWEST = 128


def judge(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="A folder as `headrope load` takes it; nothing of it is kept. Without it the ledger.")] = None,
    origin_month: Annotated[int, typer.Option(min=1, max=11, help="How many months of each (fiscal) year are known.")] = 6,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="The unit and all below it; without it the one at the top.")] = None,
    measure: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Only these measures; without it all that can be landed.")] = None,
    draws: Annotated[int, typer.Option(min=0, help="Draws for the number of units that land; 0 leaves that out.")] = DRAWS,
    further: Annotated[bool, typer.Option("--further", help="With AutoETS and Theta, for the upper tiers: slow, and needs statsforecast.")] = False,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Land every past year at the same month from the years before it, and score that against what came."""
    if folder is not None:
        chosen = [word for code in measure or () for word in ("--measure", code)]
        chosen += ["--unit", unit] if unit else []
        chosen += ["--language", language] if language else []
        chosen += [word for word, wanted in (("--json", json_), ("--further", further)) if wanted]
        months = ["--origin-month", str(origin_month), "--draws", str(draws)]
        raise typer.Exit(_in_a_ledger_of_its_own(folder, ["landing", "backtest", *months, *chosen]))
    need_database()
    from headrope.core.landing.backtest import Trial  # noqa: PLC0415  slow import
    from headrope.landing.answers import NotLanded  # noqa: PLC0415
    from headrope.landing.queries import Lander  # noqa: PLC0415

    with speaking(language):
        ledger = ledger_settings()
        lander = Lander(store.fresh(None), ledger, books())
        last = lander.last_month
        if last is None:
            stop("Nothing of months or quarters has been reported yet.", 1)
        for code in measure or ():
            if code not in lander.infos:
                stop(f"There is no measure '{code}'.", 2)
        asked = [info for info in lander.infos.values() if not measure or info.code in measure]
        try:
            over = lander.over(unit or lander.root(last + 1), last + 1)
        except NoSuchUnit:
            stop(f"There is no unit '{unit}'.", 2)
        found: list[tuple[MeasureInfo, Backtest | str]] = []
        with Bar() as bar, _installed():
            for done, info in enumerate(asked):
                bar(gettext("landing past years"), done, len(asked))
                judged = lander.judge(info, over, origin_month, Trial(draws), further)
                if not isinstance(judged, NotLanded):
                    found.append((info, judged))
                elif measure:
                    found.append((info, judged.why))
        if json_:
            years = {"origin_month": origin_month, "unit": over.nodes[0].code}
            measures = [_measure(info, each) for info, each in found]
            typer.echo(json.dumps({**years, "measures": measures}, ensure_ascii=False, indent=1))
        else:
            _print(found)


@contextmanager
def _installed() -> Iterator[None]:
    """Leave with the remedy where a package is asked for that is not there."""
    from headrope.landing.statistical import NeedsStatsforecast  # noqa: PLC0415  slow import

    try:
        yield
    except NeedsStatsforecast as error:
        stop(f"{error}.", 2)


def _in_a_ledger_of_its_own(folder: Path, judging: list[str]) -> int:
    """Load the folder into a new ledger in a folder that goes away, and judge there; gives the exit status."""
    if not folder.is_dir():
        stop(f"There is no folder {folder}.", 2)
    with tempfile.TemporaryDirectory() as home:
        env = {name: value for name, value in os.environ.items() if not name.startswith("HEADROPE_")}
        env["HEADROPE_HOME"] = home
        for words in (["migrate"], ["load", "--wait", str(folder.resolve())], judging):
            done = _run(words, env)
            if done.returncode or words is judging:
                sys.stderr.write(done.stderr)
                typer.echo(done.stdout, nl=False)
                return done.returncode
        return 0


def _run(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    typer.echo(f"headrope {words[0]} ...", err=True)
    return subprocess.run([sys.executable, "-m", "headrope", *words], env=env, capture_output=True, text=True)


def _measure(info: MeasureInfo, found: Backtest | str) -> dict[str, Any]:
    if isinstance(found, str):
        return {"code": info.code, "why_not": found}
    tiers = [{name: _plain(value) for name, value in tier._asdict().items()} for tier in found.tiers]
    return {
        "code": info.code,
        "years": len(found.years),
        "wape": _plain(found.wape),
        "brier": _plain(found.brier),
        "coverage": _plain(found.coverage),
        "brier_by_target": [_plain(value) for value in found.brier_by_target],
        "tiers": tiers,
        "reliability": [{name: _plain(value) for name, value in each._asdict().items()} for each in found.reliability],
    }


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value


def _print(found: list[tuple[MeasureInfo, Backtest | str]]) -> None:
    console = Console(width=max(Console().width, NARROWEST))
    if not found:
        console.print(gettext("No measure has figures enough: a backtest needs six whole years."))
    names = (gettext("Tier"), gettext("Units"), gettext("Error"), gettext("straight line"), gettext("last year's share"), gettext("In the range"), gettext("Brier"), gettext("lights"), gettext("Landed in range"))  # fmt: skip
    for info, each in found:
        if isinstance(each, str):
            console.print(f"{info.code}: {gettext(each)}", highlight=False, markup=False)
            continue
        table = Table(
            box=SIMPLE_HEAD,
            pad_edge=False,
            title=f"{info.code}: " + gettext("%(n)s years") % {"n": len(each.years)},
            title_justify="left",
        )
        for name in names:
            table.add_column(name, justify="right")
        for tier in each.tiers:
            lights = f"{tier.brier_straight:.3f} {tier.brier_share:.3f} {tier.brier_climate:.3f}"
            shares = [_share(value) for value in (tier.wape, tier.wape_straight, tier.wape_share, tier.coverage)]
            brier = f"{tier.brier:.3f}"
            table.add_row(str(tier.depth + 1), f"{tier.rows:,}", *shares, brier, lights, _share(tier.number_held))
        console.print(table)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value * 100:.1f} %"
