"""The section Units by measures as strings ready to print: a table up to 60 units, beyond that one row of pixels a unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import Node
from headrope.review.queries import Review
from headrope.review.situation.distance import cell_text
from headrope.review.situation.heat import Field, Heat
from headrope.review.situation.states import AHEAD, BEHIND, MISSING, NOT_ASKED, STALE, STATES, WATCH
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.review import marks

MOST_ROWS = 60
"""Up to so many units have a row of figures; more have a row of pixels each."""
A_COLUMN, MOST_PIXELS = 80, 2000
WIDTH, HEIGHT, ASIDE = 22, 6, 30  # of a pixel cell, and the gap between columns
HEM = {BEHIND: "b", WATCH: "w", AHEAD: "a"}
Pair = tuple[int, int]


@dataclass(slots=True)
class Head:
    """One measure: its name (in `shown` long words may break), what its cells are counted in, and the address that sorts by it."""

    shown: str
    name: str
    unit: str
    href: str
    here: bool


@dataclass(slots=True)
class HeatCell:
    """One figure: tint, mark, text, address; `hem` holds a letter for each unit below."""

    tint: str
    mark: Markup
    text: str
    href: str
    hem: str
    word: str


@dataclass(slots=True)
class HeatRow:
    """One unit."""

    name: str
    href: str
    below: int
    late: bool
    cells: list[HeatCell]


@dataclass(slots=True)
class Pixels:
    """Many units: the picture, how many are in it, and of how many."""

    picture: Markup
    shown: int
    count: int


@dataclass(slots=True)
class HeatTable:
    """The matrix; `pixels` instead of all rows but the first where there are many."""

    about: str
    heads: list[Head]
    rows: list[HeatRow]
    pixels: Pixels | None


def heat_table(
    heat: Heat, review: Review, wording: Wording, address: Address, answered: Collection[Pair], every: bool = False
) -> HeatTable:
    """The matrix as it is printed; `answered` are pairs of unit and measure (ids); `every`: all rows, for a download."""
    maker = _Maker(heat, review, wording, address, answered)
    many = len(heat.units) - 1 > MOST_ROWS and not every
    rows = [maker.row(row) for row in range(1 if many else len(heat.units))]
    return HeatTable(maker.about(many), maker.heads(), rows, maker.pixels() if many else None)


class _Maker:
    """Makes the rows of one matrix."""

    def __init__(
        self, heat: Heat, review: Review, wording: Wording, address: Address, answered: Collection[Pair]
    ) -> None:
        self.heat, self.review, self.wording, self.address = heat, review, wording, address
        self.others, self.answered = address.for_others(), answered
        self.words = {
            BEHIND: _("behind"),
            WATCH: _("watch"),
            AHEAD: _("ahead"),
            STALE: _("stale"),
            MISSING: _("not reported"),
        }

    def about(self, many: bool) -> str:
        """How the figures are told, and in which order."""
        field = self.heat.field(self.heat.by)
        against = self.wording.against(self.review.against)
        told = _("Distance to %(against)s; plus is always good.") % {"against": against}
        if many:
            told = _("One row a unit; on pace stays white.")
        if field is None:
            return f"{told} {_('The worst come first.')}"
        return f"{told} {_('Sorted by %(measure)s.') % {'measure': self.wording.name(field.info)}}"

    def heads(self) -> list[Head]:
        return [
            Head(
                breakable(self.wording.name(field.info)),
                self.wording.name(field.info),
                self._unit(field),
                self.address.with_(measure=field.info.code) + "#below",
                field.info.code == self.heat.by,
            )
            for field in self.heat.fields
        ]

    def _unit(self, field: Field) -> str:
        if field.by == "points":
            return pgettext("points", " pp").strip()
        return "%" if field.by == "share" else self.wording.account(field.info)

    def row(self, row: int) -> HeatRow:
        node, below = self.heat.units[row], self.heat.below[row]
        origins = self.address.origins(node.code, self.review.like)
        cells = []
        for place, field in enumerate(self.heat.fields):
            href = origins.of(field.info.code, self.review.period, ACTUAL, self.review.against)
            cells.append(self._cell(field, row, href, self._hem(place, row)))
        late = any(each.id == node.id for each in self.review.reporting.late)
        return HeatRow(self.wording.name(node), self.others.review(node.code), len(below), late, cells)

    def _hem(self, field: int, row: int) -> str:
        codes = self.heat.hems[field][row]
        return "".join(HEM.get(code, "o") for code in codes.tolist()) if len(codes) > 1 else ""

    def _cell(self, field: Field, row: int, href: str, hem: str) -> HeatCell:
        state = int(field.states[row])
        word = self.words.get(state, "")
        if state == MISSING:
            return HeatCell("hr-missing", Markup(""), "", href, "", word)
        if state == NOT_ASKED:
            return HeatCell("h-na", Markup(""), "", "", "", "")
        hollow = (self.heat.units[row].id, field.info.id) in self.answered
        mark = Markup("")
        if state in (BEHIND, STALE) or (row == 0 and state == WATCH):
            mark = marks.mark(STATES[state], hollow and state == BEHIND)
        if hollow and state == BEHIND:
            word = _("behind, answered")
        return HeatCell(_tint(field, row), mark, cell_text(field, row, self.wording), href, hem, word)

    def pixels(self) -> Pixels:
        """One row of pixels a unit, the worst first, in columns of 80; only deviations are inked."""
        count, fields = len(self.heat.units) - 1, self.heat.fields
        shown = min(count, MOST_PIXELS)
        wide = len(fields) * WIDTH + ASIDE
        columns = -(-shown // A_COLUMN)
        lines = [_column(wide * column, min(shown - column * A_COLUMN, A_COLUMN), fields, self.wording, column) for column in range(columns)]  # fmt: skip
        for row in range(1, shown + 1):
            x, y = (row - 1) // A_COLUMN * wide, (row - 1) % A_COLUMN * HEIGHT + 16
            lines.append(self._pixel_row(row, x, y))
        height = min(shown, A_COLUMN) * HEIGHT + 20
        picture = f'<svg class="hr-pixels" width="{columns * wide}" height="{height}" viewBox="0 0 {columns * wide} {height}">{"".join(lines)}</svg>'
        return Pixels(Markup(picture), shown, count)

    def _pixel_row(self, row: int, x: int, y: int) -> str:
        node = self.heat.units[row]
        states = [int(field.states[row]) for field in self.heat.fields]
        cells = "".join(
            f'<rect x="{x + place * WIDTH}" y="{y}" width="{WIDTH - 1}" height="{HEIGHT - 1}" class="{_pixel(field, row)}"/>'
            for place, field in enumerate(self.heat.fields)
            if states[place] in _INKED
        )
        width = len(states) * WIDTH - 1
        said = escape(self._said(node, Counter(states)))
        return (
            f'<a href="{escape(self.others.review(node.code))}" tabindex="-1" aria-label="{said}"><title>{said}</title>'
            f'<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" class="x-row"/>{cells}</a>'
        )

    def _said(self, node: Node, states: Counter[int]) -> str:
        told = [
            f"{states[state]} {self.words[state]}" for state in (BEHIND, WATCH, AHEAD, STALE, MISSING) if states[state]
        ]
        return f"{self.wording.name(node)}: {pgettext('list', ', ').join(told) or _('on pace')}"


_INKED = (BEHIND, WATCH, AHEAD, STALE, MISSING)


def _column(x: int, rows: int, fields: Sequence[Field], wording: Wording, column: int) -> str:
    """The heads of a column of pixels: the first letters of the measures, and the number of its first unit."""
    letters = 2 if wording.language.startswith("zh") else 3
    texts = "".join(
        f'<text x="{x + place * WIDTH + WIDTH / 2 - 1}" y="10" text-anchor="middle">{escape(wording.name(field.info)[:letters])}</text>'
        for place, field in enumerate(fields)
    )
    width = len(fields) * WIDTH - 1
    return (
        f'{texts}<text x="{x + width + 4}" y="22">{column * A_COLUMN + 1}</text><rect x="{x}" y="14" width="{width}" height="1" class="x-head"/>'
        f'<rect x="{x}" y="{rows * HEIGHT + 16}" width="{width}" height="1" class="x-foot"/>'
    )


def _pixel(field: Field, row: int) -> str:
    """The tint of a pixel: on so little room behind is inked in full."""
    state, far = int(field.states[row]), bool(field.far[row])
    if state == BEHIND:
        return "x-b2" if far else "x-b1"
    if state == AHEAD:
        return "x-a2" if far else "x-a1"
    return "x-w" if state == WATCH else "x-hole"


def _tint(field: Field, row: int) -> str:
    state, far = int(field.states[row]), bool(field.far[row])
    if state == BEHIND:
        return "h-b2" if far else "h-b1"
    if state == AHEAD:
        return "h-a2" if far else "h-a1"
    return {WATCH: "h-w", STALE: "h-s"}.get(state, "")


LONG, HALF = 9, 6
MOST_LETTERS = 36
"""Of a longer name the head of a column shows the beginning; Chinese characters count twice."""


def breakable(name: str) -> str:
    """The name with soft hyphens in long words, so that it fits a narrow column: Receiv-ables, Liabil-ities."""
    words = re.split(r"([^A-Za-z]+)", _cut(name))
    return "".join(_hyphened(word) if len(word) > LONG else word for word in words)


def _cut(name: str) -> str:
    room = MOST_LETTERS
    for place, letter in enumerate(name):
        room -= 1 if ord(letter) < 0x2E80 else 2
        if room < 0:
            return f"{name[:place]}\N{HORIZONTAL ELLIPSIS}"
    return name


def _hyphened(word: str) -> str:
    """A break after six letters, of the longest words after every six."""
    parts = [word[:HALF], word[HALF:]] if len(word) <= 2 * LONG else re.findall(f".{{1,{HALF}}}", word)
    return "\u00ad".join(parts)
