"""The sheet's charts: the year's path of two measures with where it lands, their months, and the waterfall of the gap explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headrope.core.display import joined
from headrope.core.periods import Period, year_of
from headrope.core.scoring import sense
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.wording import MONTHS, SHARES
from headrope.review.charts import Band, Cells, Chart, End, Kind, Mark, Path, Step, fan, months, waterfall
from headrope.review.queries import Line, Review
from headrope.review.ref import Ref, ref_to
from headrope.review.sheet.by_cause import by_cause
from headrope.review.sheet.parts import Part
from headrope.review.sheet.path import YearPath, running
from headrope.review.sheet.queries import UnitSheet
from headrope.review.situation.landings import in_figures
from headrope.review.situation.waterfall import printed
from headrope.review.wording import Wording

MOST_STEPS = 5
"""Parts of a waterfall that are named; those with the smallest gaps are put together."""
LANDING = "landing"

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
    drawn = [scale.all(values) for values in (actual, plan, before)]
    spec = fan(
        Path(
            months,
            drawn[0],
            drawn[1],
            drawn[2],
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
        digits=_digits(drawn),
    )
    name = wording.name(path.info)
    heads = [gettext("Month"), gettext("Plan"), gettext("Actual"), gettext("Year before")]
    rows = [
        (month, *("" if value is None else scale.text(value) for value in values))
        for month, *values in zip(months, plan, actual, before, strict=True)
    ]
    refs = [_path_refs(sheet, path, cell, bool(bands)) for cell in path.cells]
    if bands:
        heads.append(gettext("Landing, 8 in 10"))
        reaches = ["" if place < done else text for place, text in enumerate(_reaches(line, path, wording))]
        rows = [(*row, reach) for row, reach in zip(rows, reaches, strict=True)]
    alt = gettext("%(measure)s, running total over the year") % {"measure": name}
    return Chart(f"path-{path.info.code}", alt, spec, heads, rows, refs)


def _path_refs(sheet: UnitSheet, path: YearPath, cell: Period, landed: bool) -> list[Ref | None]:
    """What the running totals up to the end of a cell show: plan, actual, the year before, and where the year lands."""
    review, code = sheet.review, path.info.code
    so_far, year = Period(path.cells[0].start, cell.end - path.cells[0].start), path.cells[0].start
    versions = (review.against, ACTUAL, LAST_YEAR)
    refs: list[Ref | None] = [ref_to(review.unit.code, code, so_far, each, review.like) for each in versions]
    if landed:
        refs.append(Ref(review.unit.code, code, Period(year, path.cells[-1].end - year), LANDING))
    return refs


def months_chart(review: Review, line: Line, wording: Wording, width: int = 350, height: int = 110) -> Chart | None:
    """The last cells of one measure, each by itself: what the line's trend shows small; None where fewer than two are known."""
    trend, info = line.trend, line.info
    if sum(value is not None for value in trend.actual) < 2:
        return None
    scale = _Scale(info, wording)
    actual, plan = scale.drawn(trend.actual), scale.drawn(trend.plan)
    year = year_of(review.period.end - 1, review.ledger.fiscal_start)
    first = next((place for place, cell in enumerate(trend.cells) if cell.start >= year.start), len(trend.cells))
    texts = [
        ["" if value is None else scale.account_text(value) for value in row] for row in (trend.actual, trend.plan)
    ]
    short = [gettext(MONTHS[(cell.end - 1) % 12]) for cell in trend.cells]
    cells = Cells(short, actual, plan, first, texts[0][-1])
    name = wording.name(info)
    against = wording.against(review.against)
    rows = [(wording.period(cell), *row) for cell, *row in zip(trend.cells, *texts, strict=True)]
    return Chart(
        f"months-{info.code}",
        gettext("%(measure)s by itself in each of the last periods, with %(against)s")
        % {"measure": name, "against": against},
        months(cells, width=width, height=height, digits=_digits([actual, plan])),
        (gettext("Period"), gettext("Actual"), against[:1].upper() + against[1:]),
        rows,
    )


def _reaches(line: Line, path: YearPath, wording: Wording) -> list[str]:
    """The landing's range at the end of each cell."""
    found = []
    for reach in line.landing.months if line.landing else ():
        low, high = (in_figures(path.info, value) for value in (reach.low80, reach.high80))
        found.append(joined(wording.figure(path.info, low), wording.figure(path.info, high)))
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
        return self.wording.scaled(self.info, value)

    def all(self, values: Sequence[Amount | None]) -> list[float | None]:
        return [None if value is None else self.of(value) for value in values]

    def account(self, value: float) -> float:
        held = in_figures(self.info, value)
        return self.of(held if held is not None else 0)

    def drawn(self, values: Sequence[float | None]) -> list[float | None]:
        """Figures in units of account as they are drawn; shares in per cent."""
        if self.info.account in SHARES:
            return [None if value is None else value * 100 for value in values]
        return [None if value is None else self.account(value) for value in values]

    def account_text(self, value: float) -> str:
        """A figure in units of account as it is worded."""
        held = in_figures(self.info, value)
        return self.text(held if held is not None else 0)

    def text(self, value: Amount) -> str:
        return self.wording.figure(self.info, value)


def _digits(drawn: Sequence[Sequence[float | None]]) -> int:
    """Digits of the axis: so many that its few ticks differ."""
    largest = max((abs(value) for line in drawn for value in line if value is not None), default=0.0)
    return 0 if largest >= 8 else 1 if largest >= 0.8 else 2


def waterfall_chart(sheet: UnitSheet, wording: Wording, width: int = 250, step: int = 19) -> Chart | None:
    """The gap of the explained measure by the causes that were answered, else by child, of a unit without children by month.

    None where there is no gap to explain. What is printed adds up, as in the situation's waterfall.
    """
    line = sheet.explained
    if line is None or line.gap is None or line.actual.value is None or line.plan.value is None:
        return None
    steps = _by_cause(sheet, line, wording) or _by_child(sheet, wording) or _by_month(sheet, line, wording)
    if not steps or sum(step.amount for step in steps) != line.gap:
        return None
    scale, good = _Scale(line.info, wording), sense(line.info.rule.direction)
    against = wording.against(sheet.review.against)
    start = Mark(against[:1].upper() + against[1:], scale.of(line.plan.value), scale.text(line.plan.value))
    end = Mark(gettext("Actual"), scale.of(line.actual.value), scale.text(line.actual.value))
    texts = printed(line.info, (line.plan.value, line.actual.value), [each.amount for each in steps], wording)
    made = [
        Step(each.name, scale.of(each.amount), text, _kind(each, good)) for each, text in zip(steps, texts, strict=True)
    ]
    refs = [[_own(sheet, line, sheet.review.against)], *([each.ref] for each in steps), [_own(sheet, line, ACTUAL)]]
    name = wording.name(line.info)
    rows = [(start.name, start.text), *((each.name, each.text) for each in made), (end.name, end.text)]
    return Chart(
        f"gap-{line.info.code}",
        gettext("%(measure)s from %(against)s to actual") % {"measure": name, "against": against},
        waterfall(start, made, end, width=width, step=step),
        (gettext("Part"), name),
        rows,
        refs,
    )


def steps_told(sheet: UnitSheet, wording: Wording) -> str:
    """What the steps of the waterfall are."""
    answer = sheet.said.answer_to(sheet.explained)
    if answer is not None and explained_by_causes(sheet, wording):
        return gettext("as answered on %(day)s") % {
            "day": wording.day(answer.at.astimezone(wording.ledger.zone).date())
        }
    return gettext("by unit below") if sheet.children and sheet.children.parts else gettext("by month")


def explained_by_causes(sheet: UnitSheet, wording: Wording) -> bool:
    """Whether the waterfall shows the causes of an answer."""
    return sheet.explained is not None and bool(_by_cause(sheet, sheet.explained, wording))


@dataclass(frozen=True)
class _Part:
    """A step: its name, what it adds to the gap, what that shows, and whether it is there for want of a figure."""

    name: str
    amount: Amount
    ref: Ref
    missing: bool = False


def _kind(part: _Part, good: int) -> Kind:
    if part.missing:
        return "missing"
    return "other" if not good or not part.amount else "good" if part.amount * good > 0 else "bad"


def _own(sheet: UnitSheet, line: Line, version: str) -> Ref:
    review = sheet.review
    return ref_to(review.unit.code, line.info.code, review.period, version, review.like)


def _by_cause(sheet: UnitSheet, line: Line, wording: Wording) -> list[_Part]:
    """What the answer says of the gap, which leads to the answer."""
    review = sheet.review
    answer = Ref(review.unit.code, line.info.code, review.period, ACTUAL, None, review.against, "answer")
    steps = by_cause(review, line, sheet.said.answer_to(line), sheet.said.causes, wording)
    return [_Part(name, amount, answer) for name, amount in steps]


def _by_child(sheet: UnitSheet, wording: Wording) -> list[_Part]:
    """Children by size of what they add, then in the order of the ranking; others, own figures and eliminations last."""
    breakdown, review = sheet.children, sheet.review
    if breakdown is None or not breakdown.parts:
        return []
    against = review.against

    def given(part: Part) -> Ref:
        assert part.unit is not None
        if part.missing:
            return ref_to(part.unit.code, breakdown.info.code, review.period, against, review.like)
        return Ref(part.unit.code, breakdown.info.code, review.period, ACTUAL, None, against)

    # What is put together, and what no child has, is told beside all children by the unit's own figure.
    whole = Ref(review.unit.code, breakdown.info.code, review.period, ACTUAL, None, against, "parts")
    largest = sorted(breakdown.parts, key=lambda part: -abs(part.given))[:MOST_STEPS]
    named = [part for part in breakdown.parts if part in largest]
    steps = [_Part(wording.name(part.unit), part.given, given(part), part.missing) for part in named if part.unit]
    left = [part for part in breakdown.parts if part not in largest]
    if left:
        others = sum(part.given for part in left)
        steps.append(_Part(gettext("%(n)s others") % {"n": len(left)}, others, whole))
    if breakdown.rest:
        steps.append(_Part(gettext("Own figures, eliminations"), breakdown.rest, whole))
    return steps


def _by_month(sheet: UnitSheet, line: Line, wording: Wording) -> list[_Part]:
    path, review = sheet.path(line), sheet.review
    if path is None:
        return []
    base, period = path.before if review.against == LAST_YEAR else path.plan, review.period
    inside = [each for each in path.gaps(base) if each[0].start >= period.start and each[0].end <= period.end]
    if len(inside) < 2 or not any(value is not None for value in base):
        return []
    found = []
    for cell, gap, missing in inside:
        code, measure = review.unit.code, line.info.code
        plan = ref_to(code, measure, cell, review.against, review.like)
        ref = plan if missing else Ref(code, measure, cell, ACTUAL, None, review.against)
        found.append(_Part(wording.period(cell), gap, ref, missing))
    return found
