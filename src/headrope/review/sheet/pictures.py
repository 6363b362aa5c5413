"""The sheet's charts: the year's path of two measures with where it lands, and the waterfall of the gap explained."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.scoring import sense
from headrope.ledger.queries import LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.wording import MONTHS
from headrope.review.charts import Band, Chart, End, Kind, Mark, Path, Step, fan, waterfall
from headrope.review.queries import Line
from headrope.review.sheet.path import YearPath, running
from headrope.review.sheet.queries import UnitSheet
from headrope.review.situation.landings import in_figures
from headrope.review.wording import Wording

MOST_STEPS = 5
"""Parts of a waterfall that are named; those with the smallest gaps are put together."""

Amount = int | float


def fan_chart(sheet: UnitSheet, path: YearPath, wording: Wording, width: int = 278, height: int = 122) -> Chart:
    """The year of one measure as a chart."""
    line = next(each for each in sheet.spoken if each.info.code == path.info.code)
    scale = _Scale(path.info, wording)
    actual, plan, before = (running(steps) for steps in (path.actual, path.plan, path.before))
    done = sum(cell.end <= sheet.review.period.end for cell in path.cells)
    months = [gettext(MONTHS[(cell.end - 1) % 12]) for cell in path.cells]
    year = line.year_plan or (line.plan if sheet.review.period.span == 12 else None)
    bands = _bands(line, path, done, scale)
    landing = line.landing
    spec = fan(
        Path(
            months,
            scale.all(actual),
            scale.all(plan),
            scale.all(before),
            bands,
            next((scale.text(value) for value in reversed(actual) if value is not None), ""),
            _end(gettext("target %(n)s"), year.value if year else None, scale),
            _end(gettext("landing %(n)s"), landing.point if landing and bands else None, scale),
            _end(
                pgettext("last year", "%(year)s: %(n)s"),
                before[-1] if None not in path.before else None,
                scale,
                wording.year(path.cells[0].shifted(-12)),
            ),
        ),
        width=width,
        height=height,
        digits=scale.digits([*actual, *plan, *before]),
    )
    name = wording.name(path.info)
    heads = [gettext("Month"), gettext("Plan"), gettext("Actual"), gettext("Year before")]
    rows = [
        (month, *("" if value is None else scale.text(value) for value in values))
        for month, *values in zip(months, plan, actual, before, strict=True)
    ]
    if bands:
        heads.append(gettext("Landing, 8 in 10"))
        reaches = ["" if place < done else text for place, text in enumerate(_reaches(line, path, wording))]
        rows = [(*row, reach) for row, reach in zip(rows, reaches, strict=True)]
    alt = gettext("%(measure)s, running total over the year") % {"measure": name}
    return Chart(f"path-{path.info.code}", alt, spec, heads, rows)


def _reaches(line: Line, path: YearPath, wording: Wording) -> list[str]:
    """The landing's range at the end of each cell."""
    found = []
    for reach in line.landing.months if line.landing else ():
        low, high = (in_figures(path.info, value) for value in (reach.low80, reach.high80))
        found.append(f"{wording.figure(path.info, low)}–{wording.figure(path.info, high)}")
    return found


def _bands(line: Line, path: YearPath, done: int, scale: _Scale) -> list[Band | None]:
    """The fan from the last cell that is over; nothing where the run has other cells than the path."""
    months = line.landing.months if line.landing else ()
    if len(months) != len(path.cells) or not done:
        return []
    found: list[Band | None] = [None] * (done - 1)
    for reach in months[done - 1 :]:
        point, *ends = (scale.account(value) for value in reach)
        found.append(Band(ends[0], ends[1], point, ends[2], ends[3]))
    return found


def _end(text: str, value: Amount | None, scale: _Scale, year: str = "") -> End | None:
    return None if value is None else End(scale.of(value), text % {"n": scale.text(value), "year": year})


class _Scale:
    """Figures of one measure as numbers of the page's scale."""

    def __init__(self, info: MeasureInfo, wording: Wording) -> None:
        self.info, self.wording = info, wording

    def of(self, value: Amount) -> float:
        return float(self.wording.number(self.info, value).value)

    def all(self, values: Sequence[Amount | None]) -> list[float | None]:
        return [None if value is None else self.of(value) for value in values]

    def account(self, value: float) -> float:
        held = in_figures(self.info, value)
        return self.of(held if held is not None else 0)

    def text(self, value: Amount, sign: bool = False) -> str:
        return self.wording.figure(self.info, value, sign=sign)

    def digits(self, values: Sequence[Amount | None]) -> int:
        """Digits of the axis: so many that its few ticks differ."""
        known = [abs(self.of(value)) for value in values if value is not None]
        largest = max(known, default=0.0)
        return 0 if largest >= 8 else 1 if largest >= 0.8 else 2


def waterfall_chart(sheet: UnitSheet, wording: Wording, width: int = 250, step: int = 19) -> Chart | None:
    """The gap of the explained measure by child, of a unit without children by month; None where there is no gap to explain."""
    line = sheet.explained
    if line is None or line.gap is None or line.actual.value is None or line.plan.value is None:
        return None
    steps = _by_child(sheet, wording) or _by_month(sheet, line, wording)
    if not steps or sum(amount for _, amount, _ in steps) != line.gap:
        return None
    scale, good = _Scale(line.info, wording), sense(line.info.rule.direction)
    against = wording.against(sheet.review.against)
    start = Mark(against[:1].upper() + against[1:], scale.of(line.plan.value), scale.text(line.plan.value))
    end = Mark(gettext("Actual"), scale.of(line.actual.value), scale.text(line.actual.value))
    made = [
        Step(name, scale.of(amount), scale.text(amount, sign=True), _kind(amount, missing, good))
        for name, amount, missing in steps
    ]
    name = wording.name(line.info)
    rows = [(start.name, start.text), *((each.name, each.text) for each in made), (end.name, end.text)]
    return Chart(
        f"gap-{line.info.code}",
        gettext("%(measure)s from %(against)s to actual") % {"measure": name, "against": against},
        waterfall(start, made, end, width=width, step=step),
        (gettext("Part"), name),
        rows,
    )


def _kind(amount: Amount, missing: bool, good: int) -> Kind:
    if missing:
        return "missing"
    return "other" if not good or not amount else "good" if amount * good > 0 else "bad"


Parts = list[tuple[str, Amount, bool]]


def _by_child(sheet: UnitSheet, wording: Wording) -> Parts:
    """Children by size of what they add, then in the order of the ranking; others, own figures and eliminations last."""
    breakdown = sheet.children
    if breakdown is None or not breakdown.parts:
        return []
    largest = sorted(breakdown.parts, key=lambda part: -abs(part.given))[:MOST_STEPS]
    named = [part for part in breakdown.parts if part in largest]
    steps: Parts = [(wording.name(part.unit), part.given, part.missing) for part in named if part.unit]
    left = [part for part in breakdown.parts if part not in largest]
    if left:
        others = sum(part.given for part in left)
        steps.append((gettext("%(n)s others") % {"n": len(left)}, others, False))
    if breakdown.rest:
        steps.append((gettext("Own figures, eliminations"), breakdown.rest, False))
    return steps


def _by_month(sheet: UnitSheet, line: Line, wording: Wording) -> Parts:
    path = sheet.path(line)
    if path is None:
        return []
    base, period = path.before if sheet.review.against == LAST_YEAR else path.plan, sheet.review.period
    inside = [each for each in path.gaps(base) if each[0].start >= period.start and each[0].end <= period.end]
    if len(inside) < 2 or not any(value is not None for value in base):
        return []
    return [(wording.period(cell), gap, missing) for cell, gap, missing in inside]
