"""What the address of a page of figures asks for: unit, form, period and scale; and what a form sends."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, QueryDict

from headrope.core.display import Scale, scale_of, scales
from headrope.core.periods import Period, name
from headrope.journal import clock
from headrope.ledger.submissions.actions import Actor, Cell, Entry
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.place import Moment, NoSuchForm, Place, place_of, round_of
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.ledger.workbook.layout import word_of
from headrope.org.models import User
from headrope.org.queries import NoSuchUnit
from headrope.web.access import Visit, visit
from headrope.web.asked import read_period
from headrope.web.figures.cells import shown_cell

KEYS = ("scale",)


@dataclass(frozen=True)
class Asked:
    """One request for a unit's form: who asks, the place, and the scale in which money is typed and shown."""

    visit: Visit
    actor: Actor
    place: Place
    scale: Scale
    chosen: str = ""

    @property
    def address(self) -> str:
        """The address of the page, with its scale where one was chosen."""
        return self.of(self.place.unit.code, self.place.round.period)

    def of(self, unit: str, period: Period, form: str = "", scale: str | None = None, more: str = "") -> str:
        """The address of another unit, period, form or scale."""
        start = self.visit.ledger.fiscal_start
        parts = (quote(unit), quote(form or self.place.round.form.code), name(period, start))
        chosen = self.chosen if scale is None else scale
        return f"/figures/{'/'.join(parts)}/{more}" + (f"?{urlencode({'scale': chosen})}" if chosen else "")


def read(request: HttpRequest, unit: str, form: str, period: str) -> Asked:
    """The request; a 404 alike for what is not there and what is not to be seen."""
    who = visit(request)
    try:
        round = round_of(form, read_period(period, who), Moment(who.at, who.ledger, clock.now()))
        place = place_of(who.who, unit, round)
    except (NoSuchForm, NoSuchUnit) as error:
        raise Http404 from error
    chosen = request.GET.get("scale", "")
    scale = scale_of(chosen, who.language, who.style) if chosen else None
    default = scale_of(round.form.scale, who.language, who.style) or scales(who.language, who.style)[0]
    user = request.user
    assert isinstance(user, User)
    return Asked(who, Actor(user, who.who), place, scale or default, chosen if scale else "")


def read_entry(given: QueryDict, sheet: EntrySheet, scale: Scale) -> Entry:
    """What was typed: cells whose text is another than the page has shown, with the scale of that page, and answers."""
    cells: dict[str, Cell] = {}
    exponent = _exponent(given, scale)
    for line in sheet.lines:
        code, held = line.info.code, line.typed
        if held is None or not any(f"{kind}-{code}" in given for kind in "vwn"):
            continue
        typed_in = entry_exponent(line.info, exponent)
        raw = given.get(f"v-{code}", shown_cell(line, typed_in)).strip()
        word, note = given.get(f"w-{code}", held.word), given.get(f"n-{code}", held.note).strip()
        if raw and line.info.rule.quantity.kind != "text" and (said := word_of(raw)):
            raw, word = "", said
        elif raw:
            word = ""
        if raw == shown_cell(line, typed_in):
            raw, typed_in = held.raw, held.exponent
        if (raw, word, note) != (held.raw, held.word, held.note) or typed_in != held.exponent:
            cells[code] = Cell(raw, typed_in, word, note)
    answers: dict[tuple[str, str], str] = {}
    for key in given:
        kind, _, rest = key.partition("-")
        check, _, code = rest.partition(" ")
        if kind == "a" and code:
            answers[check, code] = str(given[key])
    return Entry(cells, answers)


def _exponent(given: QueryDict, scale: Scale) -> int:
    """The scale of the page on which it was typed, whatever has been chosen since."""
    text = given.get("exponent", "")
    return int(text) if text in ("0", "3", "4", "6", "8", "9") else scale.exponent


def row_version(given: QueryDict) -> int:
    """The state of the sheet on which it was typed; -1 fits none."""
    text = given.get("row_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
