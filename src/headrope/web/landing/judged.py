"""The page that judges past landings: how near they were, how often the range held, whether the odds came true."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from headrope.core.landing.scores import Bin
from headrope.core.periods import Period
from headrope.landing.judging.kept import Kept, pooled, scores
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import MeasureInfo, measures_now
from headrope.ledger.said import gettext as _
from headrope.web.access import Visit


@dataclass(slots=True)
class ScoreRow:
    """The score of a measure on a tier."""

    measure: str
    tier: int
    cases: str
    error: str
    straight: str
    share: str
    covered: str
    brier: str
    lights: str
    first: bool = True


@dataclass(slots=True)
class Part:
    """Landings of one kind: made after a month of a year, or a backtest; with the reliability of their odds."""

    title: str
    about: str
    rows: list[ScoreRow]
    bins: list[tuple[str, str, str, str]]
    said: str


@dataclass(slots=True)
class JudgedPage:
    """All that the template prints."""

    headline: str
    parts: list[Part]


def build(visit: Visit) -> JudgedPage:
    """The page, of the newest scores."""
    infos = {info.id: info for info in measures_now(str(visit.at.key), visit.at.seq)}
    wording = LandingWording(visit.ledger, 0.0, None, visit.style)
    found = [each for each in scores(visit.at) if each.measure in infos]
    groups: dict[tuple[int, int, int], list[Kept]] = {}
    for each in found:
        key = (-each.first_year, each.months, each.run or 0) if each.run is not None else (1, each.months, 0)
        groups.setdefault(key, []).append(each)
    parts = [_part(groups[key], infos, wording) for key in sorted(groups, key=lambda key: (key[0] == 1, key))]
    return JudgedPage(_headline(found, wording), parts)


def _headline(found: list[Kept], wording: LandingWording) -> str:
    """How often ranges held and what the odds were worth, over all that was judged."""
    ranged = [(each.score.coverage, each.score.rows) for each in found if not math.isnan(each.score.coverage)]
    if not ranged:
        return _("No landing can be judged yet.")
    held = sum(share * rows for share, rows in ranged) / sum(rows for _share, rows in ranged)
    said = _("Ranges that should hold 8 cases in 10 held %(share)s.") % {
        "share": wording.format.per_cent(held, digits=0)
    }
    odds = [each.score for each in found if not math.isnan(each.score.brier) and not math.isnan(each.score.brier_share)]
    if not odds:
        return said
    cases = sum(score.rows for score in odds)
    ours, light = (
        sum(getattr(score, name) * score.rows for score in odds) / cases for name in ("brier", "brier_share")
    )
    values = {"ours": f"{ours:.3f}", "light": f"{light:.3f}"}
    text = (
        _("The odds score %(ours)s (0 is perfect), last year's share as a light %(light)s.")
        if ours < light
        else _("The odds score %(ours)s (0 is perfect) and are no better than last year's share as a light, %(light)s.")
    )
    return wording.joined([said, text % values])


def _part(found: list[Kept], infos: dict[int, MeasureInfo], wording: LandingWording) -> Part:
    first = found[0]
    start = first.first_year
    if first.run is not None:
        values = {
            "year": wording.year(Period(start, 12)),
            "month": wording.period(Period(start + first.months - 1, 1)),
            "seq": first.run,
        }
        title = _("%(year)s as landed after %(month)s") % values
        about = _("posting %(seq)s, held against the figures of the whole year") % values
    else:
        most = max(each.years for each in found)
        title = _("Years past, landed after %(n)s months from what was known then") % {"n": first.months}
        about = _("up to %(n)s years; targets: last year, 3, 5 and 10 per cent more, own growth") % {"n": most}
    ordered = sorted(found, key=lambda each: (infos[each.measure].place, infos[each.measure].code, each.tier))
    rows = [_row(each, infos[each.measure], wording) for each in ordered]
    for before, row in pairwise(list(rows)):
        row.first = row.measure != before.measure
    bins = pooled([each for one in found for each in one.score.bins])
    return Part(title, about, rows, [_bin(each, wording) for each in bins], _reliable(bins, wording))


def _row(each: Kept, info: MeasureInfo, wording: LandingWording) -> ScoreRow:
    def share(value: float, digits: int = 1) -> str:
        return "\N{EN DASH}" if math.isnan(value) else wording.format.per_cent(value, digits=digits)

    score = each.score
    lights = [f"{value:.3f}" for value in (score.brier_straight, score.brier_share) if not math.isnan(value)]
    return ScoreRow(
        wording.name(info),
        each.tier,
        f"{score.rows:,}",
        share(score.wape),
        share(score.wape_straight),
        share(score.wape_share),
        share(score.coverage, 0),
        "\N{EN DASH}" if math.isnan(score.brier) else f"{score.brier:.3f}",
        " / ".join(lights) or "\N{EN DASH}",
    )


def _bin(each: Bin, wording: LandingWording) -> tuple[str, str, str, str]:
    low, high = (wording.format.per_cent(value, digits=0) for value in (each.low, each.low + 0.1))
    came = wording.format.per_cent(each.came, digits=0)
    return f"{low}\N{EN DASH}{high}", f"{each.cases:,}", wording.odds(each.said), came


def _reliable(bins: list[Bin], wording: LandingWording) -> str:
    """The tenth that is farthest off, of those with cases enough."""
    enough = [each for each in bins if each.cases >= 20]
    if not enough:
        return ""
    worst = max(enough, key=lambda each: abs(each.said - each.came))
    values = {
        "said": wording.odds(worst.said),
        "came": wording.format.per_cent(worst.came, digits=0),
        "n": f"{worst.cases:,}",
    }
    return _("Farthest off: of %(n)s cases that were given %(said)s, %(came)s came true.") % values
