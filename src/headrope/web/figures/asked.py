"""What the address of a page of figures asks for: unit, form, period, scale, against what and as known when; and what a form sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Literal
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from headrope.core.display import Scale, Style, scale_of, scales
from headrope.core.periods import Period, name
from headrope.journal import clock
from headrope.ledger.submissions.actions import Actor, Cell, Entry
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.place import Moment, NoSuchForm, NotBegun, Place, place_of, round_of
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.ledger.wording import FigureWording
from headrope.ledger.workbook.layout import word_of
from headrope.org.models import User
from headrope.org.queries import NoSuchUnit, unit_for
from headrope.web.access import Visit, visit
from headrope.web.asked import read_known, read_period
from headrope.web.bearing import day_text
from headrope.web.figures.cells import shown_cell

Against = Literal["target", "previous", "last-year"]
AGAINST: tuple[Against, ...] = ("target", "previous", "last-year")
"""What a figure may be held against: its target, the period before, the same period last year."""
LONGEST = 1000
"""Characters of a reason."""


@dataclass(frozen=True)
class Asked:
    """One request for a unit's form: who asks, the place, and the scale in which money is typed and shown.

    `known`: the form as known at the end of that day (None: now). `problems` are sentences about what cannot be read.
    """

    visit: Visit
    actor: Actor
    place: Place
    scale: Scale
    chosen: str = ""
    against: Against = "target"
    known: date | None = None
    problems: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The address of the page, with its scale where one was chosen."""
        return self.of(self.place.unit.code, self.place.round.period)

    def of(self, unit: str, period: Period, form: str = "", more: str = "", **other: str) -> str:
        """The address of another unit, period or form, or with another scale, against or known; what is done is done now."""
        start = self.visit.ledger.fiscal_start
        parts = (quote(unit), quote(form or self.place.round.form.code), name(period, start))
        query = {**self.query, **other}
        kept = {key: text for key, text in query.items() if text and (key != "known" or not more)}
        return f"/figures/{'/'.join(parts)}/{more}" + (f"?{urlencode(kept)}" if kept else "")

    @property
    def query(self) -> dict[str, str]:
        """What the address asks beside unit, form and period; empty what is as usual."""
        against = "" if self.against == "target" else self.against
        return {"scale": self.chosen, "against": against, "known": self.known.isoformat() if self.known else ""}

    def as_typed(self, given: QueryDict) -> Asked:
        """The same in the scale of the page on which something was typed, in which it is shown again."""
        exponent = _exponent(given, self.scale)
        if exponent == self.scale.exponent:
            return self
        styles: tuple[Style, ...] = (self.visit.style, "million", "wan")
        for style in styles:
            found = next((each for each in scales(self.visit.language, style) if each.exponent == exponent), None)
            if found:
                return replace(self, scale=found, visit=replace(self.visit, style=style))
        return self


def once_begun(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a period that has not begun the view tells when its form opens; 404, since nothing is there yet."""

    @wraps(view)
    def shown(request: HttpRequest, *given: str, **named: str) -> HttpResponse:
        try:
            return view(request, *given, **named)
        except NotBegun as early:
            who = visit(request)
            values = {
                "period": FigureWording(who.ledger, 0, "", who.style).period(early.period),
                "day": day_text(early.opens),
            }
            return render(request, "figures/not_begun.html", values, status=404)

    return shown


def read(request: HttpRequest, unit: str, form: str, period: str, past: bool = False) -> Asked:
    """The request; a 404 alike for what is not there and what is not to be seen. NotBegun: see `once_begun`.

    With `past` a day of the past may be asked for; everywhere else the form is as it is now.
    """
    who = visit(request)
    try:
        unit_for(who.who, unit)
        round = round_of(form, read_period(period, who), Moment(who.at, who.ledger, clock.now()))
        place = place_of(who.who, unit, round)
    except NotBegun:
        raise
    except (NoSuchForm, NoSuchUnit) as error:
        raise Http404 from error
    chosen = request.GET.get("scale", "")
    scale = scale_of(chosen, who.language, who.style) if chosen else None
    problems: list[str] = []
    known = read_known(request.GET, who, problems) if past else None
    against = next((each for each in AGAINST if each == request.GET.get("against")), AGAINST[0])
    default = scale_of(round.form.scale, who.language, who.style) or scales(who.language, who.style)[0]
    user = request.user
    assert isinstance(user, User)
    key = chosen if scale else ""
    return Asked(who, Actor(user, who.who), place, scale or default, key, against, known, tuple(problems))


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
    return number_of(given.get("row_version", ""))


def number_of(text: str) -> int:
    """A state that a page has shown; -1, which fits none, where the text is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def reason_of(given: QueryDict) -> str:
    """The first that says something: a page has a field for each thing that wants a reason."""
    return next((text.strip()[:LONGEST] for text in given.getlist("reason") if text.strip()), "")
