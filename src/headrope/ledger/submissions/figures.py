"""A unit's own figures as the books have them: what stands beside the cells of a form, and what checks look back on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from django.db import connection

from headrope.core.checks.figures import step_of
from headrope.core.periods import Period, year_of, year_to_date
from headrope.journal.models import Posting
from headrope.ledger.models import Basis, Fact, State
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.submissions.sheet import Value

BACK = 37
"""How many periods are looked back on: the last twelve months and three years for what is unusual."""


Column = Mapping[str, Value | None]
"""Values by measure; None, or nothing, where there is none."""
Stored = tuple[int, Value | None]
"""What the last fact of a cell says: its state, and its value if it has one."""


class OwnFigures:
    """The latest own values of a unit, asked for by measure, version and period."""

    def __init__(
        self,
        unit: int,
        infos: Iterable[MeasureInfo],
        versions: Mapping[int, str],
        periods: Iterable[Period],
        back: Iterable[Period] = (),
        known: datetime | None = None,
    ):
        """One statement, and one more when one of the periods `back` is asked for; `versions` are codes by number.

        `known`: as known before that moment (None: now).
        """
        self._unit, self._known, self._versions = unit, known, versions
        self._codes = {info.id: info.code for info in infos}
        self._held: dict[tuple[str, int], dict[str, Stored]] = {}
        self._first: dict[tuple[str, int], int] = {}
        near = {period.code for period in periods}
        self._back = {period.code for period in back} - near
        self._read(near)

    def _read(self, periods: Iterable[int]) -> None:
        rows = Fact.objects.filter(
            unit_id=self._unit,
            measure_id__in=list(self._codes),
            version_id__in=list(self._versions),
            period__in=sorted(periods),
            basis=Basis.OWN,
        ).order_by("seq")
        if self._known is not None:
            rows = rows.filter(seq__in=Posting.objects.filter(known_at__lt=self._known).values("seq"))
        query = rows.values_list("seq", "measure_id", "version_id", "period", "amount", "number", "state").query
        # Hundreds of rows of plain numbers: fetched at once, and no object is made of a state that nobody asks for.
        with connection.cursor() as cursor:
            cursor.execute(*query.sql_with_params())
            for seq, measure, version, period, amount, number, state in cursor.fetchall():
                key = self._versions[version], period
                if key not in self._held:
                    self._held[key], self._first[key] = {}, seq
                self._held[key][self._codes[measure]] = state, amount if amount is not None else number

    def _cells(self, version: str, period: int) -> Mapping[str, Stored]:
        if period in self._back:
            back, self._back = self._back, set()
            self._read(back)
        return self._held.get((version, period), {})

    def column(self, version: str, period: Period) -> Column:
        """The values of all measures; without those that are withdrawn or not applicable."""
        return {code: value for code, (_state, value) in self._cells(version, period.code).items() if value is not None}

    def value(self, measure: str, version: str, period: Period) -> Value | None:
        """The value; None where there is none, or it is withdrawn or not applicable."""
        held = self._cells(version, period.code).get(measure)
        return held[1] if held else None

    def state(self, measure: str, version: str, period: Period) -> State | None:
        """What the last fact says; None where there is none."""
        held = self._cells(version, period.code).get(measure)
        return State(held[0]) if held else None

    def first(self, version: str, period: Period) -> int | None:
        """The posting with which the first figure of the period came in; None where nothing is known of it."""
        self._cells(version, period.code)
        return self._first.get((version, period.code))


def to_date(info: MeasureInfo, last: Value | None, before: Sequence[Column] | None) -> Value | None:
    """The figure of the year up to the end of the period whose own figure is `last`; None where a part is missing.

    `before` are the columns of the periods of the year before it; None where such periods do not fill a year.
    """
    if last is None or info.rule.kind in ("stock", "cumulative"):
        return last
    if info.rule.kind != "flow" or before is None:
        return None
    total = last
    for column in before:
        value = column.get(info.code)
        if value is None:
            return None
        total += value
    return total


def year_before(own: OwnFigures, version: str, period: Period, fiscal_start: int) -> list[Column] | None:
    """The columns of the periods of the fiscal year before this one; None where such periods do not fill a year."""
    year = year_to_date(period, fiscal_start)
    if year.span % period.span:
        return None
    return [own.column(version, cell) for cell in year.cells(period.span)[:-1]]


def periods_beside(period: Period, fiscal_start: int) -> list[Period]:
    """The periods of which figures stand beside those of a period: itself, the one before, last year's, the year's."""
    year = year_to_date(period, fiscal_start)
    cells = year.cells(period.span) if year.span % period.span == 0 else []
    beside = (period, period.shifted(-period.span), period.shifted(-12), *cells, year_of(period.end - 1, fiscal_start))
    return list(dict.fromkeys(beside))


def periods_back(period: Period) -> list[Period]:
    """The earlier periods that checks look back on."""
    return [period.shifted(-period.span * step) for step in range(1, BACK)]


def form_value(
    info: MeasureInfo, values: Mapping[str, Value | None], infos: Mapping[str, MeasureInfo], span: int
) -> float | None:
    """A formula or ratio out of the values of its parts; None where one is missing or it would divide by nothing."""
    rule = info.plain

    def total(terms: Iterable[tuple[Fraction, str]]) -> Fraction | None:
        found = Fraction(0)
        for factor, code in terms:
            value = values.get(code)
            if value is None:
                return None
            quantity = infos[code].rule.quantity
            found += factor * Fraction(value) * step_of(quantity)
        return found

    above = total(rule.numerator)
    if above is None or rule.kind == "formula":
        return None if above is None else float(above)
    below = total(rule.denominator)
    if not below:
        return None
    return float(above / below * (Fraction(12, span) if rule.annualise else 1))
