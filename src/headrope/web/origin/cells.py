"""The facts of a unit itself behind a figure: cells with their vintages, and the postings they came with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.periods import Period, year_to_date
from headrope.journal.queries import Known
from headrope.ledger.cube.view import Cube
from headrope.ledger.models import Basis, State
from headrope.ledger.queries import MeasureInfo, Vintage, version_ids, vintages
from headrope.review.wording import Wording
from headrope.web.origin.figures import exact, moment


@dataclass(slots=True)
class CellRow:
    """One vintage of a cell; `old` when a later one has taken its place, `missing` when there is none at all."""

    cell: str
    value: str
    known: str
    posting: str
    old: bool = False
    missing: bool = False


@dataclass(slots=True)
class Source:
    """A posting: what it was, when known and recorded, by whom, why and from which file."""

    number: str
    kind: str
    known: str
    recorded: str
    by: str
    reason: str
    file: str
    sha256: str
    imported: bool


@dataclass(slots=True)
class Cells:
    """What the unit itself has posted: rows and sources to print; `own` and `stated` are the totals of each basis."""

    rows: list[CellRow]
    sources: list[Source]
    own: int | float | None
    stated: int | float | None


class Asked:
    """A measure of a unit in a version for a period, on a cube and as known then."""

    def __init__(self, cube: Cube, unit: int, info: MeasureInfo, version: str, period: Period) -> None:
        self.cube, self.unit, self.info, self.version, self.period = cube, unit, info, version, period

    def periods(self) -> list[Period]:
        """Native cells that can stand behind the figure, those of each span the measure is held in."""
        held = {(self.info.id, "value")}
        spans = {
            group.span
            for group in self.cube.manifest.groups
            if group.version == self.version
            and (held & {*group.amounts, *group.numbers} or self.info.id in group.levels)
        }
        return [cell for span in sorted(spans) for cell in self._of_span(span)]

    def _of_span(self, span: int) -> list[Period]:
        period = self.period
        if self.info.rule.kind == "flow":
            return period.cells(span) if period.span % span == 0 else []
        cells = [Period(period.end - span, span)]
        if self.info.rule.kind == "cumulative" and period != year_to_date(period, self.cube.fiscal_start):
            cells.insert(0, Period(period.start - span, span))
        return cells


def cells_of(asked: Asked, wording: Wording, zone: ZoneInfo, known: Known | None) -> Cells:
    """The unit's own and stated facts; three statements."""
    version = version_ids().get(asked.version)
    periods = asked.periods()
    if version is None or not periods:
        return Cells([], [], None, None)
    held = vintages([asked.unit], [asked.info.id], version, periods, known)
    held = [each for each in held if each.seq <= asked.cube.seq]
    own = [each for each in held if each.basis == Basis.OWN]
    rows = _rows(asked, own, periods, wording, zone)
    return Cells(
        rows, _sources(held, zone), _total(asked, own), _total(asked, [v for v in held if v.basis == Basis.STATED])
    )


def _rows(
    asked: Asked, own: Sequence[Vintage], periods: Sequence[Period], wording: Wording, zone: ZoneInfo
) -> list[CellRow]:
    spans = {each.period.span for each in own}
    rows = []
    for period in periods:
        if period.span not in spans:
            continue
        same = [each for each in own if each.period == period]
        rows += [_row(asked.info, vintage, wording, zone, place > 0) for place, vintage in enumerate(same)]
        if not same:
            rows.append(CellRow(wording.period(period), "", "", "", missing=True))
    return rows


def _row(info: MeasureInfo, vintage: Vintage, wording: Wording, zone: ZoneInfo, old: bool) -> CellRow:
    words = {State.WITHDRAWN: _("withdrawn"), State.NOT_APPLICABLE: _("not applicable")}
    value = words.get(vintage.state) or exact(info, vintage.value)
    return CellRow(
        "" if old else wording.period(vintage.period), value, moment(vintage.known_at, zone), str(vintage.seq), old
    )


def _sources(held: Sequence[Vintage], zone: ZoneInfo) -> list[Source]:
    kinds = {
        "load": pgettext("posting", "load"),
        "import": pgettext("posting", "import"),
        "accept": pgettext("posting", "acceptance"),
        "restate": pgettext("posting", "restatement"),
        "target": pgettext("posting", "issue of targets"),
        "landing": pgettext("posting", "landing"),
        "define": pgettext("posting", "definition"),
    }
    postings = {each.seq: each for each in held}
    return [
        Source(
            str(seq),
            kinds.get(each.kind, each.kind),
            moment(each.known_at, zone),
            moment(each.recorded_at, zone),
            each.by,
            each.reason,
            each.source,
            each.sha256,
            each.kind == "import",
        )
        for seq, each in sorted(postings.items(), reverse=True)
    ]


def _total(asked: Asked, held: Sequence[Vintage]) -> int | float | None:
    """The figure that these facts make for the period by the measure's time rule."""
    newest: dict[Period, Vintage] = {}
    for each in held:
        newest.setdefault(each.period, each)
    values = {period: each.value for period, each in newest.items() if each.value is not None}
    if asked.info.rule.kind == "flow":
        longest = max((period.span for period in values), default=0)
        return sum(value for period, value in values.items() if period.span == longest) if values else None
    ends = {period.end: value for period, value in values.items()}
    end = ends.get(asked.period.end)
    if end is None or asked.info.rule.kind != "cumulative":
        return end
    return (
        end
        if asked.period == year_to_date(asked.period, asked.cube.fiscal_start)
        else end - ends.get(asked.period.start, 0)
    )
