"""What has moved since the last session, or since a day, as sections of a situation's paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from headrope.core.periods import PeriodError
from headrope.ledger.cube import serving, store
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import NoSuchUnit
from headrope.reports.figures import Figures, exact
from headrope.reports.paper import Block, Column, Number, Question, Row, Sentence, Table, Text
from headrope.review.queries import Reader, Review
from headrope.review.situation.since import (
    Moved,
    Since,
    Snapshot,
    Turned,
    compare,
    day_since,
    restated_since,
    session_orders,
    snapshot,
    snapshots_then,
)
from headrope.review.situation.told import orders_told, restated_told, title_told, turned_told

MOST_NAMES = 12


@dataclass(frozen=True)
class Told:
    """The day that is compared with ("" where no session was held and no day is asked for), a line about it, and sections."""

    day: str
    line: str
    blocks: Sequence[Block]


def since(reader: Reader, review: Review, figures: Figures, asked: Question) -> Told:
    """What has moved; PeriodError for a day that cannot be read."""
    today = reader.silence.now.astimezone(reader.ledger.zone).date()
    until, path = _day(asked.known) or today, [node.id for node in review.path]
    day, session = day_since(reader.who, path, until, _day(asked.since))
    if day is None:
        return Told("", "", ())
    after = snapshot(reader, review)
    found = compare(*_then(reader, review, day), after, restated_since(reader, review, day))
    orders = session_orders(reader, review, day, until) if session else []
    facts = (turned_told(found), restated_told(len(found.restated)), orders_told(orders, until))
    title, line = title_told(day, session, figures.wording), " · ".join(filter(None, facts))
    moved = _moved(figures, found, day, title, line)
    named = _named(reader, review, figures, found)
    blocks: list[Block] = [
        *([moved] if moved.rows else []),
        *([Text(_("Turned red, recovered, restated"), named)] if named else []),
    ]
    return Told(day.isoformat(), _("%(names)s: %(note)s") % {"names": title, "note": line}, blocks)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise PeriodError(f"'{text}' is not a day") from error


def _then(reader: Reader, review: Review, day: date) -> tuple[Snapshot | None, Snapshot | None]:
    """How the unit stood as known on the day; None where nothing was known."""
    # Between two postings all days are alike and share one generation.
    known = next((each for each in serving.days_known(reader.at, reader.ledger.zone) if each <= day), None)
    if known is None:
        return None, None
    cube = store.fresh(known)
    try:
        with cube.gate.reading():
            return snapshots_then(Reader(cube, reader.ledger, reader.at, reader.who, day), review)
    except NoSuchUnit:
        return None, None


def _moved(figures: Figures, found: Since, day: date, title: str, note: str) -> Table:
    """The headline measures of which figure, plan or state is another; a column in which nothing stands is left out."""
    moved = [each for each in found.moved if each.changed] if found.then else []
    heads = [
        Column(_("Measure"), 2.2, words=True),
        Column(_("Actual then")),
        Column(_("Actual now")),
        Column(pgettext("figure", "Moved")),
        Column(_("Plan then")),
        Column(_("Plan now")),
        Column(_("State then"), 1.2, words=True),
        Column(_("State now"), 1.2, words=True),
        Column(_("Odds then"), 0.8),
        Column(_("Odds now"), 0.8),
    ]
    rows = [_row(figures, each, day.isoformat()) for each in moved]
    shown = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    printed = [Row([row[place] for place in shown]) for row in rows]
    return Table(title, [heads[place] for place in shown], printed, note)


def _row(figures: Figures, each: Moved, day: str) -> list[Sentence]:
    info, before, after, wording = each.info, each.before, each.after, figures.wording
    period, against = figures.review.period, figures.review.against
    was, now = before.actual.value if before else None, after.actual.value
    moved: Sentence = ()
    if was is not None and now is not None and was != now:
        ref = replace(figures.ref(info, period, ACTUAL, "moved"), known=day)
        moved = (Number(wording.figure(info, now - was, now, was, sign=True), ref, exact(info, now - was)),)
    planned: list[Sentence] = [(), ()]
    if before is None or before.plan.value != after.plan.value:
        ref = figures.ref(info, period, against)
        then = figures.figure(info, before.plan.value, replace(ref, known=day)) if before else ()
        planned = [then, figures.figure(info, after.plan.value, ref)]
    actual = figures.ref(info, period, ACTUAL)
    return [
        (wording.name(info),),
        figures.figure(info, was, replace(actual, known=day)),
        figures.figure(info, now, actual),
        moved,
        *planned,
        (wording.state_word(before.state if before else None),),
        (wording.state_word(after.state),),
        figures.odds_on(before, day) if before else (),
        figures.odds(after),
    ]


def _named(reader: Reader, review: Review, figures: Figures, found: Since) -> list[Sentence]:
    wording = figures.wording
    nodes = {**reader.tree(review.period).nodes, review.unit.id: review.unit}
    infos = {info.id: info for info in reader.infos.values()}
    restated = [
        " · ".join(
            filter(
                None,
                (
                    wording.name(nodes[each.unit]),
                    wording.name(infos[each.measure]),
                    wording.period(each.period),
                    each.reason,
                ),
            )
        )
        for each in found.restated
        if each.unit in nodes and each.measure in infos
    ]

    def turned(units: Iterable[Turned]) -> list[str]:
        return [f"{wording.name(each.unit)} · {wording.name(each.info)}" for each in units]

    said = ((_("Turned red"), turned(found.red)), (_("Recovered"), turned(found.recovered)), (_("Restated"), restated))
    return [(_listed(title, names),) for title, names in said if names]


def _listed(title: str, names: Sequence[str]) -> str:
    left = len(names) - MOST_NAMES
    more = [_("and %(n)s more") % {"n": left}] if left > 0 else []
    said = pgettext("list of facts", "; ").join([*names[:MOST_NAMES], *more])
    return _("%(names)s: %(note)s") % {"names": title, "note": said}
