"""What has moved since the last session, or between two days, as strings ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.org.queries import Node
from headrope.review.queries import Review
from headrope.review.situation.since import Moved, Since, Turned
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.bearing import day_text
from headrope.web.review import pictures

MOST = 12
"""So many turned measures and restated figures are named."""


@dataclass(slots=True)
class MovedRow:
    """One measure known on both days: figures, states and odds then and now."""

    name: str
    account: str
    then: str
    now: str
    href: str
    moved: str
    plan_then: str
    plan_now: str
    state_then: Markup
    word_then: str
    state_now: Markup
    word_now: str
    odds: str


@dataclass(slots=True)
class Named:
    """A measure of a unit, with the address of the unit's page, and what is said of it."""

    unit: str
    href: str
    measure: str
    said: str


@dataclass(slots=True)
class SincePage:
    """The part; without a `day` it asks for one. `title` begins the facts."""

    day: str
    until: str
    title: str
    facts: list[str]
    rows: list[MovedRow]
    red: list[Named]
    recovered: list[Named]
    restated: list[Named]
    restated_more: int
    action: str
    keep: list[tuple[str, str]]
    href: str


def unasked(address: Address) -> SincePage:
    """No session was held, and no day is asked for."""
    return SincePage("", "", _("What moved since"), [], [], [], [], [], 0, *_form(address), _here(address))


def since_page(
    found: Since, review: Review, wording: Wording, address: Address, day: date, session: bool, names: dict[int, Node],
    infos: dict[int, MeasureInfo],
) -> SincePage:  # fmt: skip
    """The part as it is printed; `names` are the nodes of restated figures, `infos` their measures, by id."""
    text = _("Since the session of %(day)s") if session else _("Since %(day)s")
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
    return SincePage(
        day.isoformat(),
        day_text(review.known_on) if review.known_on else _("now"),
        text % {"day": day_text(day)},
        _facts(found, wording, len(restated)),
        [_row(each, review, wording, address) for each in found.moved],
        _turned(found.red, wording, address),
        _turned(found.recovered, wording, address),
        restated[:MOST],
        max(0, len(restated) - MOST),
        *_form(address),
        _here(address),
    )


def _here(address: Address) -> str:
    return f"{address.review().partition('?')[0]}since/{address.tail}"


def _form(address: Address) -> tuple[str, list[tuple[str, str]]]:
    """Where the form for another day leads, and what it carries on."""
    keep = [pair for pair in address.query if pair[0] in ("against", "known", "scale", "tree")]
    return f"{address.review().partition('?')[0]}since/", keep


def _facts(found: Since, wording: Wording, restated: int) -> list[str]:
    facts = []
    for each in found.odds[:2]:
        assert each.before is not None and each.before.landing is not None and each.after.landing is not None
        values = {
            "measure": wording.name(each.info),
            "then": wording.odds(each.before.landing.odds.value or 0.0),
            "now": wording.odds(each.after.landing.odds.value or 0.0),
        }
        facts.append(_("odds of %(measure)s %(then)s → %(now)s") % values)
    red, recovered = len(found.red), len(found.recovered)
    if found.then is None:
        facts.append(_("nothing of this year was known then"))
    elif red or recovered:
        turned = ngettext("%(n)s measure turned red", "%(n)s measures turned red", red) % {"n": red}
        facts.append(_("%(turned)s, %(recovered)s recovered") % {"turned": turned, "recovered": recovered})
    else:
        facts.append(_("no measure turned red, none recovered"))
    if restated:
        facts.append(ngettext("%(n)s figure restated", "%(n)s figures restated", restated) % {"n": restated})
    return facts


def _row(each: Moved, review: Review, wording: Wording, address: Address) -> MovedRow:
    info, before, after = each.info, each.before, each.after
    beside = (after.actual.value, before.actual.value if before else None)
    moved = ""
    if before is not None and before.actual.value is not None and after.actual.value is not None:
        difference = after.actual.value - before.actual.value
        if difference and info.account in SHARES:
            text = wording.figure(info, difference, difference, sign=True)
            moved = text + pgettext("points", " pp")
        elif difference:
            moved = wording.figure(info, difference, *beside, sign=True)
    odds = [wording.odds(line.landing.odds.value) for line in (before, after) if line and line.landing and line.landing.odds.value is not None]  # fmt: skip
    return MovedRow(
        wording.name(info),
        wording.account(info),
        _figure(wording, info, before.actual.value if before else None),
        _figure(wording, info, after.actual.value),
        address.origins(like=review.like).of(info.code, review.period, ACTUAL),
        moved,
        _figure(wording, info, before.plan.value if before else None),
        _figure(wording, info, after.plan.value),
        pictures.mark(before.state if before else None),
        wording.state_word(before.state if before else None),
        pictures.mark(after.state),
        wording.state_word(after.state),
        " → ".join(odds) if len(set(odds)) > 1 or len(odds) == 1 else "",
    )


def _figure(wording: Wording, info: MeasureInfo, value: int | float | None) -> str:
    return "" if value is None else wording.figure(info, value, value)


def _turned(turned: tuple[Turned, ...], wording: Wording, address: Address) -> list[Named]:
    others = address.for_others()
    return [
        Named(wording.name(each.unit), others.review(each.unit.code), wording.name(each.info), "") for each in turned
    ]
