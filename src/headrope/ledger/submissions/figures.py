"""A unit's own figures as the books have them: what stands beside the cells of a form, and what checks look back on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from headrope.core.checks.figures import step_of
from headrope.core.periods import Period, year_to_date
from headrope.journal.models import Posting
from headrope.ledger.models import Basis, Fact, State
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.submissions.sheet import Value

BACK = 37
"""How many periods are looked back on: the last twelve months and three years for what is unusual."""


class OwnFigures:
    """The latest own values of a unit, asked for by measure, version and period."""

    def __init__(
        self,
        unit: int,
        infos: Iterable[MeasureInfo],
        versions: Mapping[int, str],
        periods: Iterable[Period],
        known: datetime | None = None,
    ):
        """One statement; `versions` are codes by number. `known`: as known before that moment (None: now)."""
        self._infos = {info.id: info for info in infos}
        rows = Fact.objects.filter(
            unit_id=unit,
            measure_id__in=list(self._infos),
            version_id__in=list(versions),
            period__in=[period.code for period in periods],
            basis=Basis.OWN,
        ).order_by("seq")
        if known is not None:
            rows = rows.filter(seq__in=Posting.objects.filter(known_at__lt=known).values("seq"))
        self._held: dict[tuple[str, str, int], tuple[State, Value | None]] = {}
        for measure, version, period, amount, number, state in rows.values_list(
            "measure_id", "version_id", "period", "amount", "number", "state"
        ):
            value = amount if amount is not None else number
            self._held[self._infos[measure].code, versions[version], period] = State(state), value

    def value(self, measure: str, version: str, period: Period) -> Value | None:
        """The value; None where there is none, or it is withdrawn or not applicable."""
        return self._held.get((measure, version, period.code), (State.WITHDRAWN, None))[1]

    def state(self, measure: str, version: str, period: Period) -> State | None:
        """What the last fact says; None where there is none."""
        held = self._held.get((measure, version, period.code))
        return held[0] if held else None

    def any(self, version: str, period: Period) -> bool:
        """Whether anything is known of the period."""
        return any(key[1:] == (version, period.code) for key in self._held)

    def to_date(
        self, info: MeasureInfo, version: str, period: Period, fiscal_start: int, last: Value | None
    ) -> Value | None:
        """The figure of the year up to the period's end, whose own figure is `last`; None where a part is missing."""
        if last is None or info.rule.kind in ("stock", "cumulative"):
            return last
        if info.rule.kind != "flow":
            return None
        year = year_to_date(period, fiscal_start)
        if year.span % period.span:
            return None
        before = [self.value(info.code, version, cell) for cell in year.cells(period.span)[:-1]]
        return None if None in before else sum((each for each in before if each is not None), last)


def periods_beside(period: Period, fiscal_start: int) -> list[Period]:
    """The periods of which figures are needed beside those of a period."""
    back = [period.shifted(-period.span * step) for step in range(BACK)]
    return list(dict.fromkeys([*back, period.shifted(-12)]))


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
