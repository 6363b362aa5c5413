"""What stands below the headline measures: units by measures, the gap taken apart, who has not reported, what has no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from django.urls import Resolver404, resolve
from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.units import SEGMENT
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.charts.chart import Chart
from headrope.review.headline import headline_measures
from headrope.review.queries import Reader, Review
from headrope.review.ranking import below, chosen_measure, rank
from headrope.review.situation.distance import red_text
from headrope.review.situation.gap import gap_of, sums_of, taken_apart
from headrope.review.situation.heat import Shown, heat
from headrope.review.situation.owing import Owing, lateness, owing
from headrope.review.situation.reds import Red, answering, reds
from headrope.review.situation.waterfall import gap_chart
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address
from headrope.web.asked import Asked
from headrope.web.bearing import Choice, day_text
from headrope.web.figures.rounds import address_of
from headrope.web.figures.words import state_words
from headrope.web.review import marks
from headrope.web.review.choices import tier_choices, tiers
from headrope.web.review.heat import MOST_ROWS, HeatTable, heat_table

MOST_LATE, MOST_REDS = 8, 8


@dataclass(slots=True)
class LateRow:
    """A form that is not in: unit, what, when it was due, how late, and about how much is missing.

    `again`: the row before is of the same unit.
    """

    unit: str
    href: str
    what: str
    due: str
    standing: str
    late: bool
    missing: str
    missing_href: str
    again: bool


@dataclass(slots=True)
class Remind:
    """A button that reminds everybody who is late with one form."""

    text: str
    action: str


@dataclass(slots=True)
class RedRow:
    """A red measure without an answer."""

    unit: str
    href: str
    measure: str
    gap: str
    gap_href: str
    who: str
    asked: str
    act: str
    mark: Markup


@dataclass(slots=True)
class Below:
    """All that the part shows; `gap` is None where the measure does not add up."""

    heat: HeatTable
    tier: str
    tiers: list[Choice]
    segments: list[Choice]
    gap: Chart | None
    gap_title: str
    gap_about: str
    gap_choices: list[Choice]
    late: list[LateRow]
    late_count: int
    late_more: str
    remind: list[Remind]
    reds: list[RedRow]
    reds_about: str
    reds_more: int
    gaps_href: str
    missed: str
    xlsx: str
    full: Markup
    hollow: Markup
    address: Address


def build(visit: Visit, reader: Reader, review: Review, asked: Asked) -> Below:
    """The part for the page's bearing."""
    wording = Wording.of(review, asked.scale, visit.style)
    address = asked.address
    infos = [line.info for line in headline_measures(review)]
    nodes = _nodes(reader, review, asked)
    chosen = asked.wanted.measure or ""
    many = len(nodes) > MOST_ROWS
    first = chosen_measure(reader, review, asked.wanted)
    worst = first.code if first is not None else ""
    matrix = heat(reader, review, Shown(infos, nodes, chosen if many else worst, asked.wanted.tier, hem=not many))
    red = reds(reader, review, matrix, visit.today)
    shown = red.open[:MOST_REDS]
    who = answering(reader, shown, visit.today, wording.language)
    open_forms = owing(reader, review)
    by = taken_apart(infos, worst)
    gap = gap_of(reader, review, by) if by is not None else None
    against = wording.against(review.against)
    tree = reader.tree(review.period)
    segments = [
        node for node in tree.children.get(review.unit.id, ()) if node.kind == SEGMENT and reader.who.sees(node.id)
    ]
    tail = f"{address.period_text(review.period)}/"
    return Below(
        heat_table(matrix, review, wording, address, red.answered),
        _("tier %(n)s") % {"n": asked.wanted.tier} if asked.wanted.tier else _("children"),
        tier_choices(tiers(reader, review), asked, "#below"),
        [Choice(wording.name(node), address.for_others().review(node.code)) for node in segments],
        gap_chart(gap, review, wording) if gap is not None else None,
        _("%(measure)s gap") % {"measure": wording.name(by)} if by is not None else "",
        _("from %(against)s to actual, by unit") % {"against": against},
        [
            Choice(wording.name(info), address.with_(measure=info.code) + "#below", info is by)
            for info in sums_of(infos)
        ],
        _late_rows(visit, wording, address, open_forms[:MOST_LATE]),
        len(open_forms),
        _board(visit, review, open_forms[0]) + "?show=open" if len(open_forms) > MOST_LATE else "",
        _reminders(visit, review, open_forms),
        [_red(each, names, wording, address, review.against) for each, names in zip(shown, who, strict=True)],
        _about_reds(len(red.open), red.count),
        max(0, len(red.open) - MOST_REDS),
        f"/gaps/{quote(review.unit.code)}/{tail}" if _is_there(f"/gaps/{quote(review.unit.code)}/{tail}") else "",
        _missed(open_forms, wording),
        f"{address.review().partition('?')[0]}heat.xlsx{address.tail}",
        marks.mark("behind"),
        marks.mark("behind", answered=True),
        address,
    )


def _nodes(reader: Reader, review: Review, asked: Asked) -> Sequence[Node]:
    """The children or the tier that is asked for; only units that fulfil the conditions of the ranking."""
    if not asked.wanted.where:
        return below(reader, review, asked.wanted.tier)
    ranking = rank(reader, review, asked.wanted)
    return [row.unit for row in ranking.rows] if ranking is not None else []


def whole_heat(visit: Visit, reader: Reader, review: Review, asked: Asked) -> HeatTable:
    """The matrix with a row of figures for every unit, for a download."""
    wording = Wording.of(review, asked.scale, visit.style)
    infos = [line.info for line in headline_measures(review)]
    first = chosen_measure(reader, review, asked.wanted)
    shown = Shown(infos, _nodes(reader, review, asked), first.code if first else "", asked.wanted.tier, hem=False)
    matrix = heat(reader, review, shown)
    answered = reds(reader, review, matrix, visit.today).answered
    return heat_table(matrix, review, wording, asked.address, answered, every=True)


@cache
def _is_there(path: str) -> bool:
    """Whether the address is one of this installation."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _late_rows(visit: Visit, wording: Wording, address: Address, forms: Sequence[Owing]) -> list[LateRow]:
    before = [None, *(each.unit.id for each in forms)]
    return [
        _late(visit, wording, address, each, again=each.unit.id == above)
        for each, above in zip(forms, before, strict=False)
    ]


def _late(visit: Visit, wording: Wording, address: Address, each: Owing, *, again: bool) -> LateRow:
    form = each.round.form
    name = (form.name_zh or form.name) if visit.language.startswith("zh") else (form.name or form.name_zh)
    standing = lateness(each, visit.today) or state_words()[each.state]
    missing = href = ""
    if each.info is not None and each.missing is not None:
        missing = _("about %(n)s") % {"n": wording.figure(each.info, each.missing)}
        href = address.origins(each.unit.code).of(each.info.code, each.round.period.shifted(-12), ACTUAL)
    return LateRow(
        wording.name(each.unit),
        address_of(visit, each.round, each.unit.code),
        f"{wording.period(each.round.period)}: {name}",
        day_text(each.due.day) if each.due else "",
        standing,
        each.late,
        missing,
        href,
        again,
    )


def _missed(forms: list[Owing], wording: Wording) -> str:
    """Of which measure the column says about how much is missing."""
    info = next((each.info for each in forms if each.info is not None and each.missing is not None), None)
    return wording.name(info) if info is not None else ""


def _board(visit: Visit, review: Review, each: Owing) -> str:
    return address_of(visit, each.round, review.unit.code, "units/")


def _reminders(visit: Visit, review: Review, forms: list[Owing]) -> list[Remind]:
    """One button a form that somebody is late with; only for who may remind."""
    if not visit.who.may("remind", review.unit.id):
        return []
    late: dict[str, list[Owing]] = {}
    for each in forms:
        if each.late and review.unit.id in each.round.units.part:
            late.setdefault(each.round.form.code, []).append(each)
    chinese = visit.language.startswith("zh")
    found = []
    for group in late.values():
        form = group[0].round.form
        name = (form.name_zh or form.name) if chinese else (form.name or form.name_zh)
        text = ngettext("Remind %(n)s unit: %(form)s", "Remind %(n)s units: %(form)s", len(group))
        action = address_of(visit, group[0].round, review.unit.code, "units/remind/")
        found.append(Remind(text % {"n": len(group), "form": name}, action))
    return found


def _red(red: Red, who: str, wording: Wording, address: Address, against: str) -> RedRow:
    """The gap as it is told in the matrix, with its unit."""
    info = red.info
    asked = day_text(red.asked.at.astimezone(wording.ledger.zone).date()) if red.asked else ""
    act = f"/gaps/{quote(red.unit.code)}/{address.period_text(address.period)}/{quote(info.code)}/"
    return RedRow(
        wording.name(red.unit),
        address.for_others().review(red.unit.code),
        wording.name(info),
        red_text(red, wording),
        address.origins(red.unit.code).of(info.code, address.period, ACTUAL, against),
        who,
        asked,
        act if _is_there(act) else "",
        marks.mark("behind"),
    )


def _about_reds(open_: int, count: int) -> str:
    if not count:
        return _("Nothing is red.")
    if not open_:
        return ngettext("%(count)s red measure is answered", "All %(count)s red measures are answered", count) % {
            "count": count
        }
    values = {"open": open_, "count": count}
    return _("%(open)s of %(count)s red measures; an unanswered one is itself a finding") % values
