"""What a figure is added up or formed from: the units below it, or the components of a ratio."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.periods import Period
from headrope.core.rollup import Column
from headrope.core.units import SEGMENT
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import Figure, Reader, figure
from headrope.review.wording import Wording
from headrope.web.address import Origins
from headrope.web.origin.figures import exact

BAR, MOST = 64, 300


@dataclass(slots=True)
class Part:
    """One row; `href` leads down to its own origin, `tag` says for which part of the period it stood here."""

    name: str
    value: str
    href: str = ""
    tag: str = ""
    bar: Markup = field(default_factory=Markup)
    count: str = ""
    missing: bool = False


@dataclass(slots=True)
class _Child:
    node: Node
    value: int | float | None
    reported: int
    expected: int
    first: Period
    last: Period


class Below:
    """The units directly below a unit and what each adds to its figure."""

    def __init__(
        self, reader: Reader, node: Node, info: MeasureInfo, figure_of: tuple[str, Period, int | None]
    ) -> None:
        self.reader, self.node, self.info = reader, node, info
        self.version, self.period, self.like = figure_of
        self.children: dict[int, _Child] = {}
        # Counts of months and of units cannot be held against each other.
        self.comparable = len({reader.infos[code].rule.kind for code in info.parts}) == 1
        for stretch in self._stretches():
            self._add(stretch)

    def _stretches(self) -> list[Period]:
        """The period cut where the tree changes, for flows: each month is added up over the tree of its last day."""
        if self.info.rule.kind != "flow" or self.like is not None:
            return [self.period]
        cuts = [
            at for at in self.reader.cube.structure.epoch_starts.tolist() if self.period.start < at < self.period.end
        ]
        edges = [self.period.start, *cuts, self.period.end]
        return [Period(a, b - a) for a, b in pairwise(edges)]

    def _add(self, stretch: Period) -> None:
        tree = self.reader.tree(stretch if self.like is None else Period(self.like, 1))
        nodes = [node for node in tree.children.get(self.node.id, []) if node.kind != SEGMENT]
        if not nodes:
            return
        column = self._column(nodes, stretch)
        for row, node in enumerate(nodes):
            found: Figure = figure(column, self.info, row)
            held = self.children.get(node.id)
            if held is None:
                self.children[node.id] = _Child(node, found.value, found.reported, found.expected, stretch, stretch)
            else:
                held.value = found.value if held.value is None else held.value + (found.value or 0)
                held.reported, held.expected = held.reported + found.reported, held.expected + found.expected
                held.last = stretch

    def _column(self, nodes: list[Node], stretch: Period) -> Column:
        view = self.reader.cube.view([node.id for node in nodes], self.like)
        return view.column(self.info, self.reader.infos, self.version, stretch)

    @property
    def sum(self) -> int | float:
        """What all children add."""
        return sum(child.value for child in self.children.values() if child.value is not None)

    def parts(self, wording: Wording, known: str | None) -> list[Part]:
        """Rows, the largest first; children that the reader may not see are counted only."""
        seen = [child for child in self.children.values() if self.reader.who.sees(child.node.id)]
        seen = [child for child in seen if child.value is not None or child.expected]
        seen.sort(key=lambda child: (child.value is None, -abs(child.value or 0), child.node.code))
        top = max((abs(child.value or 0) for child in seen), default=0)
        rows = [self._part(child, wording, top, known) for child in seen[:MOST]]
        if len(seen) > MOST:
            rest = sum(child.value or 0 for child in seen[MOST:])
            rows.append(Part(_("%(n)s others") % {"n": f"{len(seen) - MOST:,}"}, exact(self.info, rest)))
        hidden = sum(not self.reader.who.sees(unit) for unit in self.children)
        if hidden:
            text = ngettext("%(n)s part outside your mandate", "%(n)s parts outside your mandate", hidden)
            rows.append(Part(text % {"n": hidden}, ""))
        return rows

    def _part(self, child: _Child, wording: Wording, top: float, known: str | None) -> Part:
        period = Period(child.first.start, child.last.end - child.first.start)
        origins = Origins(child.node.code, self.reader.ledger.fiscal_start, {"known": known} if known else {})
        return Part(
            wording.name(child.node),
            exact(self.info, child.value),
            origins.of(self.info.code, period, self.version, like=self.like),
            "" if period == self.period else wording.period(period),
            _bar(child.value or 0, top),
            f"{child.reported:,}/{child.expected:,}" if child.expected and self.comparable else "",
            child.value is None,
        )


def _bar(value: float, top: float) -> Markup:
    """How large the part is beside the largest."""
    width = max(2.0, BAR * abs(value) / top) if top and value else 0.0
    kind = "p-gap" if value < 0 else "p-ink"
    return Markup(
        f'<svg class="hr-pic" width="{BAR}" height="5" aria-hidden="true"><rect width="{width:.0f}" height="5" class="{kind}"/></svg>'
    )
