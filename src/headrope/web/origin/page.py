"""Where a number comes from, as plain texts ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute

from django.http import Http404
from django.utils.translation import gettext as _

from headrope.core.periods import Period, year_of, year_to_date
from headrope.core.scoring import plan_by_time
from headrope.journal.queries import known_on
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.org.queries import Node, NoSuchUnit, holding_rows
from headrope.review.queries import Figure, Reader, figure, gap
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address, Origins
from headrope.web.origin.causes import Causes, causes
from headrope.web.origin.cells import Asked, Cells, cells_of
from headrope.web.origin.figures import account, exact
from headrope.web.origin.kinds import formed_text, kind_text
from headrope.web.origin.parts import Below, Part
from headrope.web.origin.rest import rest


@dataclass(slots=True)
class OriginPage:
    """All that the template prints."""

    title: str
    unit: str
    value: str
    account: str
    missing: bool
    shown: str
    formed: str
    uneven: bool
    compared: list[Part]
    causes: Causes | None
    rest: list[Part]
    components: list[Part]
    parts: list[Part]
    total: Part | None
    cells: Cells
    stated: list[Part]
    owned: list[Part]
    address: str
    review: str
    reference: str
    own_cells: bool = attribute(default=False)


@dataclass(frozen=True)
class Place:
    """What the number shows: codes of unit and measure, period, version, and the month of its tree (None: as-was).

    `as_was`: a year earlier is held against it over the trees of the time.
    """

    unit: str
    measure: str
    period: Period
    version: str
    like: int | None = None
    as_was: bool = False


def build(visit: Visit, reader: Reader, place: Place, against: str | None) -> OriginPage:
    """The origin of a unit's measure for a period in a version; a 404 where one of them is not there."""
    info = reader.infos.get(place.measure)
    if info is None or place.version not in {group.version for group in reader.cube.manifest.groups}:
        raise Http404
    try:
        node = reader.node(place.unit, place.period)
    except NoSuchUnit as error:
        raise Http404 from error
    return _Maker(visit, reader, node, info, place).page(against)


class _Maker:
    """Makes the page of one figure."""

    def __init__(self, visit: Visit, reader: Reader, node: Node, info: MeasureInfo, place: Place) -> None:
        self.visit, self.reader, self.node, self.info = visit, reader, node, info
        self.period, self.version, self.like = place.period, place.version, place.like
        self.as_was = place.as_was
        self.view = reader.cube.view([node.id], place.like)
        known = reader.known.isoformat() if reader.known else None
        self.known = known
        self.address = Address(node.code, self.period, visit.ledger.fiscal_start, (("known", known),) if known else ())
        self.origins: Origins = self.address.origins()
        manifest = reader.cube.manifest
        self.wording = Wording(visit.ledger, manifest.largest_money, style=visit.style)
        self._joint = "" if self.wording.language.startswith("zh") else " "
        self.figure = self._figure(info, self.version, self.period)

    def _figure(self, info: MeasureInfo, version: str, period: Period) -> Figure:
        return figure(self.view.column(info, self.reader.infos, version, period), info)

    def page(self, against: str | None) -> OriginPage:
        info, node, wording, value = self.info, self.node, self.wording, self.figure.value
        by_time = self._by_time() if value is None else None
        cells = cells_of(
            Asked(self.reader.cube, self.node.id, info, self.version, self.period),
            wording,
            self.visit.ledger.zone,
            known_on(self.reader.known, self.visit.ledger.zone),
        )
        # A ratio with a figure of its own is not formed from parts.
        own = info.rule.formed and cells.own is not None
        below = Below(self.reader, self.node, info, (self.version, self.period, self.like))
        parts, total = ([], None) if own else self._parts(below, cells)
        shown = wording.spoken(info, value) if value is not None and wording.money(info) else ""
        return OriginPage(
            f"{wording.name(info)} · {self._version(self.version)} · {wording.period(self.period)}",
            wording.name(self.node),
            by_time[0] if by_time else exact(info, value),
            account(info, wording),
            value is None and by_time is None,
            (MINUS_SIGN if value is not None and value < 0 and shown else "") + shown,
            by_time[1] if by_time else self._joint.join(self._formed(bool(below.children), own)),
            self.figure.uneven,
            self._compared(against),
            self._causes(against),
            rest(self.reader, node, info, self.period, wording, self.origins) if self.version == ACTUAL else [],
            [] if own else self._components(),
            parts,
            total,
            cells,
            self._stated(cells),
            self._owned(),
            self.origins.of(info.code, self.period, self.version, like=self.like),
            self.address.review(),
            f"{self.node.code} · {info.code} · {self.address.period_text(self.period)} · {self.version} @ {self.reader.cube.seq}",
        )

    def _version(self, version: str) -> str:
        return _("actual") if version == ACTUAL else self.wording.against(version)

    def _by_time(self) -> tuple[str, str] | None:
        """The part of a year's plan that has no phases."""
        year = year_of(self.period.end - 1, self.visit.ledger.fiscal_start)
        if self.version == ACTUAL or self.info.rule.kind not in ("flow", "cumulative"):
            return None
        if self.period == year or self.period != year_to_date(self.period, self.visit.ledger.fiscal_start):
            return None
        whole = self._figure(self.info, self.version, year)
        if whole.value is None:
            return None
        value = plan_by_time(whole.value, self.period.span, year.span)
        text = _(
            "%(months)s of %(all)s months of the year's %(version)s of %(value)s: it has no phases, so half the time is half the task."
        ) % {
            "months": self.period.span,
            "all": year.span,
            "version": self._version(self.version),
            "value": exact(self.info, whole.value),
        }
        return exact(self.info, value), text

    def _summed(self) -> list[str]:
        if self.like is None:
            return [_("The sum of the units below.")]
        month = self.wording.period(Period(self.like, 1))
        return [_("The sum of the units that stand below at the end of %(month)s.") % {"month": month}]

    def _formed(self, inner: bool, own: bool) -> list[str]:
        info = self.info
        if own:
            return [_("Set for the ratio itself at this unit; it is not added up.")]
        if info.rule.formed:
            return [formed_text(info, self.reader.infos, self.wording)]
        texts = self._summed() if inner else []
        if info.rule.kind == "stock":
            texts.append(_("The level at the end of the period; earlier ones do not count."))
        elif info.rule.kind == "flow":
            texts.append(_("Added up over the period."))
        elif info.rule.kind != "cumulative":
            texts = [kind_text(info, self.reader.infos, self.wording)]
        elif self.period == year_to_date(self.period, self.visit.ledger.fiscal_start):
            texts.append(_("As stated from the beginning of the year to the end of the period."))
        else:
            texts.append(_("The year to the end of the period less the year to its beginning."))
        if self.figure.expected > self.figure.reported:
            texts.append(
                _("%(reported)s of %(expected)s parts are reported; nothing is put in for the others.")
                % {"reported": f"{self.figure.reported:,}", "expected": f"{self.figure.expected:,}"}
            )
        return texts

    def _components(self) -> list[Part]:
        if not self.info.rule.formed:
            return []
        rows = []
        for code in self.info.rule.components:
            part = self.reader.infos[code]
            found = self._figure(part, self.version, self.period)
            count = f"{found.reported:,}/{found.expected:,}" if found.expected else ""
            rows.append(
                Part(
                    self.wording.name(part),
                    exact(part, found.value),
                    self.origins.of(code, self.period, self.version, like=self.like),
                    account(part, self.wording),
                    count=count,
                    missing=found.value is None,
                )
            )
        return rows

    def _parts(self, below: Below, cells: Cells) -> tuple[list[Part], Part | None]:
        """The children, the unit's own figure beside them, and their sum."""
        rows = below.parts(self.wording, self.known)
        if not rows or not self.info.rule.additive or self.figure.value is None:
            return rows, None
        own = cells.own or 0
        if own:
            rows.append(Part(_("The unit itself"), exact(self.info, own), "#cells"))
        (taken,) = self.view.eliminated(self.info, self.version, self.period) if self.like is None else (0,)
        if taken:
            rows.append(Part(_("Eliminated between them"), exact(self.info, taken)))
        rest = self.figure.value - below.sum - own - taken
        if abs(rest) > 1e-9 * max(1.0, abs(self.figure.value)):
            rows.append(Part(_("By the tree's rules: shares, moved units"), exact(self.info, rest)))
        count = f"{self.figure.reported:,}/{self.figure.expected:,}" if self.figure.expected else ""
        return rows, Part(_("Sum"), exact(self.info, self.figure.value), count=count)

    def _compared(self, against: str | None) -> list[Part]:
        """Actual, what it is held against, and the difference."""
        if not against or self.figure.value is None:
            return []
        actual, plan = self._held(against)
        if plan.value is None or actual.value is None:
            return []
        label = self._version(against) if against != LAST_YEAR else _("the same period a year before")
        return [
            Part(_("Actual"), exact(self.info, actual.value)),
            Part(
                label[:1].upper() + label[1:],
                exact(self.info, plan.value),
                self.origins.of(self.info.code, self.period, against, like=self._tree_of(against)),
            ),
            *self._margin(against),
            Part(_("Difference"), exact(self.info, gap(self.info, actual, plan, against), sign=True)),
        ]

    def _causes(self, against: str | None) -> Causes | None:
        """Of a sum that is held against a plan."""
        if against in (None, LAST_YEAR) or self.version != ACTUAL or self.like is not None or self.info.rule.formed:
            return None
        assert against is not None
        return causes(self.reader, self.node, self.info, self.period, against, self.wording, self.address)

    def _owned(self) -> list[Part]:
        """What of the total is attributable by the holdings, for measures that are marked so."""
        if not self.info.rule.attributable or self.figure.value is None or self.like is not None:
            return []
        holdings = holding_rows(known_on(self.reader.known, self.visit.ledger.zone))
        (part,) = self.view.attributable(self.info, self.version, self.period, holdings)
        if part is None or part == self.figure.value:
            return []
        return [
            Part(_("Attributable by holdings"), exact(self.info, part)),
            Part(_("Of others (minority)"), exact(self.info, self.figure.value - part)),
        ]

    def _margin(self, against: str) -> list[Part]:
        """What is asked for beyond an outside figure."""
        rule = self.info.rule
        if rule.direction != "index" or against == LAST_YEAR or not rule.margin:
            return []
        return [Part(_("Margin asked beyond it"), f"{rule.margin:,.10g}")]

    def _tree_of(self, against: str) -> int | None:
        """The month over whose tree the figure and that of a year earlier stand."""
        return self.reader.like_month(self.period, self.as_was) if against == LAST_YEAR else None

    def _held(self, against: str) -> tuple[Figure, Figure]:
        """The figure and what it is held against; of a year earlier both over one tree."""
        month, infos = self._tree_of(against), self.reader.infos
        view = self.view if month is None else self.view.like(month)
        now = view.column(self.info, infos, self.version, self.period)
        plan = self.reader.plan_of(self.view, self.info, self.period, against, self.as_was)
        return figure(now, self.info), figure(plan, self.info)

    def _stated(self, cells: Cells) -> list[Part]:
        """The total that the unit states of itself, beside the one added up."""
        if cells.stated is None:
            return []
        rows = [Part(_("As the unit states it"), exact(self.info, cells.stated))]
        if self.figure.value is not None:
            rows.append(Part(_("Stated less added up"), exact(self.info, cells.stated - self.figure.value, sign=True)))
        return rows


MINUS_SIGN = "\N{MINUS SIGN}"
