"""The section Units below as strings ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.display import Number, pattern
from headrope.ledger.queries import ACTUAL, LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import SHARES
from headrope.review.queries import Figure, Reader, Review
from headrope.review.ranking import Ranked, Ranking
from headrope.review.thresholds import said
from headrope.review.wording import Wording
from headrope.web.address import Address, Origins
from headrope.web.review import marks
from headrope.web.review.cells import Cell, change, per_cent

FIRST_ROWS = 60


@dataclass(slots=True)
class UnitRow:
    """One unit; `href` is empty where it cannot be opened."""

    place: str
    name: str
    href: str
    state: Markup
    word: str
    cells: list[Cell]
    coverage: str = ""
    code: str = ""


@dataclass(slots=True)
class Units:
    """The ranking: rows shown of `count`, total rows, and sentences about what they do not hold."""

    measure: str
    account: str
    heads: list[tuple[str, str]]
    rows: list[UnitRow]
    totals: list[UnitRow]
    count: int
    notes: list[str]
    thresholds: list[str]
    all_href: str = ""
    covered: bool = False
    left: list[str] = field(default_factory=list)


def units(
    reader: Reader, review: Review, ranking: Ranking, wording: Wording, address: Address, all_rows: bool
) -> Units:
    """The ranking as it is printed."""
    infos = reader.infos
    maker = _Maker(review, ranking, wording, address)
    shown = ranking.rows if all_rows else ranking.rows[:FIRST_ROWS]
    rows = [maker.row(each) for each in shown]
    totals, notes = maker.totals()
    more = address.with_(all="1") + "#units" if len(shown) < len(ranking.rows) else ""
    return Units(
        wording.name(ranking.info),
        maker.account(),
        maker.heads(),
        rows,
        totals,
        len(ranking.rows),
        notes,
        [
            said(t, infos[t.condition.measure], review, wording, t.condition.measure != ranking.info.code)
            for t in ranking.thresholds
        ],
        more,
        any(row.coverage for row in rows),
    )


class _Maker:
    """Makes the rows of one ranking."""

    def __init__(self, review: Review, ranking: Ranking, wording: Wording, address: Address) -> None:
        self.review, self.ranking, self.wording, self.address = review, ranking, wording, address
        self.info, self.others = ranking.info, address.for_others()
        self.by_year = review.against == LAST_YEAR
        self.held = any(row.plan.known for row in ranking.rows)
        # A part of a sum says something only where all parts have the same sign.
        self.shared = any(row.share is not None for row in ranking.rows) and not any(
            row.actual.value is not None and row.actual.value < 0 for row in ranking.rows
        )
        self.missing = _("not reported")
        self.all = self._all()

    def account(self) -> str:
        """What the ranked figures are counted in."""
        money = self.wording.money(self.info)
        return self.wording.account(self.info) or (self.wording.scale_name if money else "")

    def heads(self) -> list[tuple[str, str]]:
        against = self.wording.against(self.review.against)
        heads = [(against[:1].upper() + against[1:], "is-wide")] if self.held else []
        heads.append((_("Actual"), ""))
        if self.held:
            heads.append((_("Change") if self.by_year else _("Gap"), ""))
        if not self.by_year:
            heads.append((_("On last year"), "is-wide"))
        if self.shared:
            heads += [(_("Share"), "is-wide"), (_("Running"), "is-wide")]
        return heads

    def row(self, ranked: Ranked) -> UnitRow:
        unit = ranked.unit
        origins = self.address.origins(unit.code, self.review.like)
        cells = self.cells(ranked, origins)
        state = ranked.judgement.state if ranked.judgement else None
        word = self.wording.state(ranked.judgement) if state in ("behind", "watch", "ahead", "stale") else ""
        return UnitRow(
            str(ranked.place),
            self.wording.name(unit),
            self.others.review(unit.code),
            marks.mark(state),
            word,
            cells,
            self._noted(ranked),
            unit.code,
        )

    def _noted(self, row: Ranked) -> str:
        if row.overdue:
            return self.wording.overdue(row.overdue)
        return self.wording.coverage(row.actual) if row.actual.known else ""

    def cells(self, row: Ranked, origins: Origins) -> list[Cell]:
        info, period, wording = self.info, self.review.period, self.wording
        beside = (row.actual.value, row.plan.value)
        actual = origins.of(info.code, period, ACTUAL)
        cells = (
            [self._figure(row.plan, beside, origins.of(info.code, period, self.review.against), "hr-mid is-wide")]
            if self.held
            else []
        )
        cells.append(self._figure(row.actual, beside, actual, "hr-strong"))
        if self.held:
            kind = "hr-behind" if row.judgement and row.judgement.state == "behind" else ""
            if row.gap is None or not row.judgement:
                cells.append(Cell(kind=kind))
            else:
                href = origins.of(info.code, period, ACTUAL, self.review.against)
                number = partial(wording.number, info, row.gap, *beside, sign=True)
                cells.append(Cell(wording.figure(info, row.gap, *beside, sign=True), href, kind, number=number))
        if not self.by_year:
            cells.append(self._growth(row, origins.of(info.code, period, ACTUAL, LAST_YEAR)))
        if self.shared:
            for share in (row.share, row.running):
                cells.append(self._share(share))
        return cells

    def _all(self) -> str:
        """Where all units below stand beside each other: the origin of the unit's own figure."""
        return f"{self.address.origins().of(self.info.code, self.review.period, ACTUAL)}#parts"

    def _share(self, share: float | None) -> Cell:
        if share is None:
            return Cell(kind="hr-mid is-wide")
        number = partial(Number, share, pattern(1, after="%"))
        return Cell(self.wording.format.per_cent(share), self.all, "hr-mid is-wide", number=number)

    def _figure(self, figure: Figure, beside: tuple[int | float | None, ...], href: str, kind: str) -> Cell:
        if figure.value is None:
            return Cell(kind="hr-missing" if figure.expected else "")
        text = self.wording.figure(self.info, figure.value, *beside)
        number = partial(self.wording.number, self.info, figure.value, *beside)
        return Cell(text, href, kind, _("uneven") if figure.uneven else "", number)

    def _growth(self, row: Ranked, href: str) -> Cell:
        if row.growth is None or row.actual.uneven or row.last_year.uneven:
            return Cell(kind="is-wide")
        if self.info.account not in SHARES and row.growth_share is not None and abs(row.growth_share) < 1:
            return per_cent(self.wording, row.growth_share, href, "is-wide")
        return change(self.wording, self.info, row.growth, href, "is-wide")

    def totals(self) -> tuple[list[UnitRow], list[str]]:
        """The unit's own row under its parts, and why the parts may not add up to it as printed."""
        line = self.review.line(self.info.code)
        if line is None:
            return [], self._left_out()
        own = Ranked(
            0,
            self.review.unit,
            line.actual,
            line.plan,
            line.last_year,
            line.judgement,
            line.gap,
            line.growth,
            line.growth_share,
            None,
            None,
            line.overdue,
        )
        row = replace(self.row(own), place="", href="")
        if not self.info.rule.additive:
            return [row], [*self._left_out(), _("A ratio is formed from the totals, not added up.")]
        notes = self._left_out()
        values = [each.actual.value for each in self.ranking.rows if each.actual.value is not None]
        total = line.actual.value
        if total is None or not values:
            return [row], notes
        if not _same(sum(values), total):
            text = self.wording.figure(self.info, sum(values), total)
            place = next(n for n, (head, _kind) in enumerate(self.heads()) if head == _("Actual"))
            cells = [Cell(kind=kind) for _head, kind in self.heads()]
            cells[place] = Cell(text, self.all, number=partial(self.wording.number, self.info, sum(values), total))
            return [UnitRow("", _("Sum of these"), "", Markup(""), "", cells), row], notes
        if not self._adds_up(values, total):
            notes.append(_("Figures are rounded one by one; as printed they may not add up."))
        return [row], notes

    def _left_out(self) -> list[str]:
        notes = []
        empty = sum(row.actual.value is None for row in self.ranking.rows)
        if empty:
            notes.append(
                ngettext("%(n)s unit has no figure.", "%(n)s units have no figure.", empty) % {"n": f"{empty:,}"}
            )
        left = self.ranking.left_out
        if left:
            notes.append(ngettext("%(n)s unit is left out.", "%(n)s units are left out.", left) % {"n": f"{left:,}"})
        return notes + self._without_plan()

    def _without_plan(self) -> list[str]:
        """How many figures are held against nothing, or against 0, and what they come to: no gap tells of them."""
        if not self.held or self.by_year or not self.info.rule.additive:
            return []
        known = [(row.actual.value, row.plan.value) for row in self.ranking.rows if row.actual.value is not None]
        bare = [actual for actual, plan in known if plan is None]
        zero = [actual for actual, plan in known if plan == 0]
        none_ = ngettext(
            "%(n)s unit has no %(against)s: %(sum)s.", "%(n)s units have no %(against)s: %(sum)s together.", len(bare)
        )
        of_0 = ngettext(
            "%(n)s unit has 0 as %(against)s: %(sum)s.",
            "%(n)s units have 0 as %(against)s: %(sum)s together.",
            len(zero),
        )
        against = self.wording.against(self.review.against)
        return [
            text % {"n": f"{len(values):,}", "against": against, "sum": self.wording.figure(self.info, sum(values))}
            for text, values in ((none_, bare), (of_0, zero))
            if any(values)
        ]

    def _adds_up(self, values: Sequence[int | float], total: int | float) -> bool:
        """Whether the printed parts add up to the printed total."""
        printed = [self.wording.figure(self.info, each, total, *values[:1]) for each in (*values, total)]
        numbers = [round(float(text.replace(",", "").replace("\N{MINUS SIGN}", "-")) * 1e6) for text in printed]
        return sum(numbers[:-1]) == numbers[-1]


def _same(a: int | float, b: int | float) -> bool:
    return a == b if isinstance(a, int) and isinstance(b, int) else abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)
