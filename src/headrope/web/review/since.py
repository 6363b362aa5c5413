"""What has moved since the last session, or between two days, as strings ready to print."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup

from headrope.core.periods import year_of
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.org.queries import Node
from headrope.review.queries import Review
from headrope.review.situation.since import Moved, Since, Turned
from headrope.review.situation.told import restated_told, title_told, turned_told
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.bearing import day_text
from headrope.web.review import marks

LANDING = "landing"
MOST = 12
"""So many turned measures and restated figures are named."""


@dataclass(slots=True)
class MovedRow:
    """One measure known on both days: figures, states and odds then and now."""

    name: str
    account: str
    then: str
    then_href: str
    now: str
    href: str
    moved: str
    plan_then: str
    plan_then_href: str
    plan_now: str
    plan_now_href: str
    state_then: Markup
    word_then: str
    state_now: Markup
    word_now: str
    odds: list[tuple[str, str]]


@dataclass(slots=True)
class Named:
    """A measure of a unit, with the address of the unit's page, and what is said of it."""

    unit: str
    href: str
    measure: str
    said: str


Fact = list[tuple[str, str]]
"""A short statement: pieces of text with their addresses, "" where a piece is words."""


@dataclass(slots=True)
class SincePage:
    """The part; without a `day` it asks for one. `title` begins the facts; `since` and `until` are the two days in words.

    All that was `restated` is there; the page leaves out the last `restated_more`.
    """

    day: str
    since: str
    until: str
    title: str
    facts: list[Fact]
    rows: list[MovedRow]
    red: list[Named]
    recovered: list[Named]
    restated: list[Named]
    restated_more: int
    action: str
    keep: list[tuple[str, str]]
    href: str
    moved_xlsx: str = ""
    restated_xlsx: str = ""


def unasked(address: Address) -> SincePage:
    """No session was held, and no day is asked for."""
    return SincePage("", "", "", _("What moved since"), [], [], [], [], [], 0, *_form(address), _here(address))


def since_page(
    found: Since, review: Review, wording: Wording, address: Address, day: date, session: bool, names: dict[int, Node],
    infos: dict[int, MeasureInfo],
) -> SincePage:  # fmt: skip
    """The part as it is printed; `names` are the nodes of restated figures, `infos` their measures, by id."""
    restated = [
        Named(
            wording.name(names[each.unit]),
            address.origins(names[each.unit].code).of(infos[each.measure].code, each.period, ACTUAL),
            wording.name(infos[each.measure]),
            ": ".join(filter(None, (wording.period(each.period), each.reason))),
        )
        for each in found.restated
        if each.unit in names and each.measure in infos
    ]
    then = replace(address, query=(*(pair for pair in address.query if pair[0] != "known"), ("known", day.isoformat())))
    return SincePage(
        day.isoformat(),
        day_text(day),
        day_text(review.known_on) if review.known_on else _("now"),
        title_told(day, session, wording),
        _facts(found, wording, len(restated), (then, address)),
        [_row(each, review, wording, (then, address)) for each in found.moved],
        _turned(found.red, wording, address),
        _turned(found.recovered, wording, address),
        restated,
        max(0, len(restated) - MOST),
        *_form(address),
        _here(address),
        *(_xlsx(address, day.isoformat(), table) for table in ("moved", "restated")),
    )


def _here(address: Address) -> str:
    return f"{address.review().partition('?')[0]}since/{address.tail}"


def _xlsx(address: Address, day: str, table: str) -> str:
    """The address of a table of the part as a file."""
    query = (*(pair for pair in address.query if pair[0] != "since"), ("since", day))
    return f"{address.review().partition('?')[0]}{table}.xlsx?{urlencode(query)}"


def _form(address: Address) -> tuple[str, list[tuple[str, str]]]:
    """Where the form for another day leads, and what it carries on."""
    keep = [pair for pair in address.query if pair[0] in ("against", "known", "scale", "tree")]
    return f"{address.review().partition('?')[0]}since/", keep


def _facts(found: Since, wording: Wording, restated: int, days: tuple[Address, Address]) -> list[Fact]:
    """`days` as for a row. Counts lead to what is counted."""
    facts = []
    for each in found.odds[:2]:
        then, now = _odds(each, wording, days)
        values = {"measure": (wording.name(each.info), ""), "then": then, "now": now}
        facts.append(_pieces(_("odds of %(measure)s %(then)s → %(now)s"), values))
    turned, here = len(found.red) + len(found.recovered), _here(days[1])
    facts.append([(turned_told(found), f"{here}#{'red' if found.red else 'recovered'}" if turned else "")])
    if restated:
        facts.append([(restated_told(restated), f"{here}#restated")])
    return facts


def _pieces(text: str, values: dict[str, tuple[str, str]]) -> Fact:
    """The text with values in place of its names."""
    parts = enumerate(re.split(r"%\((\w+)\)s", text))
    return [values[part] if place % 2 else (part, "") for place, part in parts if part]


def _odds(each: Moved, wording: Wording, days: tuple[Address, Address]) -> Fact:
    """The odds on both days, where there are any."""
    told: Fact = []
    for line, address in ((each.before, days[0]), (each.after, days[1])):
        if line and line.landing and line.landing.odds.value is not None:
            year = year_of(address.period.end - 1, address.fiscal_start)
            told.append((wording.odds(line.landing.odds.value), address.origins().of(each.info.code, year, LANDING)))
    return told


def _row(each: Moved, review: Review, wording: Wording, days: tuple[Address, Address]) -> MovedRow:
    """`days` are the page's address as known on the first day, and on the second."""
    info, before, after = each.info, each.before, each.after
    origins = [address.origins(like=review.like) for address in days]
    then, now = (each.of(info.code, review.period, ACTUAL) for each in origins)
    plan_then, plan_now = (each.of(info.code, review.period, review.against) for each in origins)
    odds, beside = _odds(each, wording, days), (after.actual.value, before.actual.value if before else None)
    moved = ""
    if before is not None and before.actual.value is not None and after.actual.value is not None:
        difference = after.actual.value - before.actual.value
        if difference and info.account in SHARES:
            text = wording.figure(info, difference, difference, sign=True)
            moved = text + pgettext("points", " pp")
        elif difference:
            moved = wording.figure(info, difference, *beside, sign=True)
    return MovedRow(
        wording.name(info),
        wording.account(info),
        _figure(wording, info, before.actual.value if before else None),
        then,
        _figure(wording, info, after.actual.value),
        now,
        moved,
        _figure(wording, info, before.plan.value if before else None),
        plan_then,
        _figure(wording, info, after.plan.value),
        plan_now,
        marks.mark(before.state if before else None),
        wording.state_word(before.state if before else None),
        marks.mark(after.state),
        wording.state_word(after.state),
        odds[-1:] if len({text for text, _href in odds}) == 1 else odds,
    )


def _figure(wording: Wording, info: MeasureInfo, value: int | float | None) -> str:
    return "" if value is None else wording.figure(info, value, value)


def _turned(turned: tuple[Turned, ...], wording: Wording, address: Address) -> list[Named]:
    others = address.for_others()
    return [
        Named(wording.name(each.unit), others.review(each.unit.code), wording.name(each.info), "") for each in turned
    ]
