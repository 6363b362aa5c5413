"""The fan of a landing: its numbers in the page's scale, drawn by review.charts, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.display import joined
from headrope.core.periods import Period
from headrope.landing.runs.queries import Landed, Run, RunMeasure
from headrope.landing.wording import LandingWording
from headrope.ledger.cube.view import UnitView
from headrope.ledger.queries import ACTUAL, LAST_YEAR, TARGET, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import SHARES
from headrope.review.charts import Band, Chart, End, Path, fan
from headrope.review.ref import Ref, ref_to

Figures = list[float | None]


def drawing(
    view: UnitView, info: MeasureInfo, run: Run, one: Landed, wording: LandingWording, unit: str
) -> Chart | None:
    """The fan of one unit (code) and measure; None where nothing is said."""
    held = run.measures[info.id]
    if not one.months or one.account is None:
        return None
    cells = run.year.cells(held.span)
    ends = [Period(run.year.start, cell.end - run.year.start) for cell in cells]
    plan = _figures(view, info, TARGET, ends)
    before = _figures(view, info, ACTUAL, [each.shifted(-12) for each in ends])
    over = len(cells) - held.left
    names = [wording.period(Period(cell.end - 1, 1)) for cell in cells]
    path = _path(info, one, wording, (names, plan, before), over)
    digits = 1 if _worth(info, wording) * 20 > max(abs(one.account), abs(one.target or 0.0)) else 0
    return Chart(
        "fan",
        _("The year to date, what is likely to come, and the target"),
        fan(path, width=520, height=220, text=12, digits=digits),
        [
            _("End of"),
            _("Plan"),
            _("Last year"),
            _("Known"),
            _("Landing"),
            _("8 cases in 10"),
            _("Half of the cases"),
        ],
        _rows(info, one, wording, (names, plan, before), held, over),
        [_refs(unit, info, end, run.year) for end in ends],
    )


def _refs(unit: str, info: MeasureInfo, end: Period, year: Period) -> list[Ref | None]:
    """What a row shows up to that end: plan, last year, what is known, and three times where the year lands."""
    known = [ref_to(unit, info.code, end, version, None) for version in (TARGET, LAST_YEAR, ACTUAL)]
    return [*known, *[Ref(unit, info.code, year, "landing")] * 3]


def _figures(view: UnitView, info: MeasureInfo, version: str, periods: Sequence[Period]) -> Figures:
    """Figures in units of account; None where there is none."""
    if version not in view.cube.first_start:
        return [None] * len(periods)
    column = view.columns(version, periods)[info.code]
    step = float(info.rule.quantity.step) if info.rule.exact else 1.0
    return [
        float(value) * step if known else None
        for value, known in zip(column.values.tolist(), column.known.tolist(), strict=True)
    ]


def _worth(info: MeasureInfo, wording: LandingWording) -> float:
    """What one on the axis is in units of account."""
    if info.account in SHARES:
        return 0.01
    return float(10**wording.format.scale.exponent) if wording.money(info) else 1.0


def _path(
    info: MeasureInfo,
    one: Landed,
    wording: LandingWording,
    given: tuple[list[str], Figures, Figures],
    over: int,
) -> Path:
    names, plan, before = given
    worth = _worth(info, wording)

    def scaled(values: Sequence[float | None]) -> Figures:
        return [None if value is None else value / worth for value in values]

    def end(value: float | None, text: str) -> End | None:
        return None if value is None else End(value / worth, f"{text} {wording.amount(info, value)}")

    bands = [
        Band(*(each / worth for each in (step.low80, step.low50, step.point, step.high50, step.high80)))
        if at >= over - 1
        else None
        for at, step in enumerate(one.months)
    ]
    known = [step.point if at < over else None for at, step in enumerate(one.months)]
    return Path(
        names,
        scaled(known),
        scaled(plan),
        scaled(before),
        bands,
        wording.amount(info, known[over - 1]) if over else "",
        end(one.target, _("target")),
        end(one.account, _("landing")),
        end(before[-1], _("last year")),
    )


def _rows(
    info: MeasureInfo,
    one: Landed,
    wording: LandingWording,
    given: tuple[list[str], Figures, Figures],
    held: RunMeasure,
    over: int,
) -> list[list[str]]:
    def text(value: float | None) -> str:
        return "" if value is None else wording.amount(info, value)

    found = []
    for at, (name, plan, before, step) in enumerate(zip(*given, one.months, strict=True)):
        row = [name, text(plan), text(before)]
        if at < over:
            known = text(step.point)
            if at >= over - one.estimated_steps:
                known = _("%(figure)s, partly estimated") % {"figure": known}
            found.append([*row, known, "", "", ""])
        else:
            wide, half = (
                joined(text(low), text(high)) for low, high in ((step.low80, step.high80), (step.low50, step.high50))
            )
            found.append([*row, "", text(step.point), wide, half])
    return found
