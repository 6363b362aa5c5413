"""The page of what a person owes: by urgency, each with who waits for it and one button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.due import sentence
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.owed import Missing, Owed, Owes, Pile, by_urgency
from headrope.ledger.submissions.place import Round
from headrope.ledger.wording import FigureWording
from headrope.review.gaps.owed import OwedAnswer
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.figures.rounds import address_of
from headrope.web.owe import answers
from headrope.web.owe.item import Item
from headrope.web.review.marks import mark

DAYS = 12
MOST_NAMES = 6
MOST_OF_A_ROUND = 20
"""So many forms of a round that all want the same stand one by one; more are one item, done on the round's board."""


@dataclass(slots=True)
class Part:
    """Items of the same urgency."""

    title: str
    todo: list[Item] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Of how many forms and answers the items are."""
        return sum(item.count for item in self.todo)


@dataclass(slots=True)
class Day:
    """A day of the next two weeks: which day of the week, its number, how much is due."""

    name: str
    number: int
    count: int
    off: bool
    now: bool


@dataclass(slots=True)
class MissingRow:
    """A round that is not all in: who is late, how many of how many, the list of them, and what reminds them all."""

    mark: Markup
    title: str
    names: str
    count: str
    href: str
    remind: str


@dataclass(slots=True)
class OwePage:
    """All that the page shows; with `looks_after` it asks for the answers that others owe, too."""

    finding: str
    facts: list[str]
    parts: list[Part]
    days: list[Day]
    missing: list[MissingRow]
    looks_after: bool


WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def owe_page(who: Visit, found: Owes, owed_answers: Sequence[OwedAnswer], whole: bool = False) -> OwePage:
    """The page: forms, and answers to gaps; very many forms of a round are one item, with `whole` never."""
    wording = FigureWording(who.ledger, 0, None, who.style)
    today = who.today
    week = today + timedelta(days=7 - today.weekday())
    parts = [
        Part(_("Overdue")),
        Part(_("Today, %(day)s") % {"day": day_text(today)}),
        Part(_("This week")),
        Part(_("Later")),
        Part(_("Without a day")),
    ]
    items = list(_items(who, wording, found.piles, whole))
    items += [answers.item(who, owed) for owed in owed_answers]
    for item in sorted(items, key=lambda each: each.day or date.max):
        parts[_place(item, today, week)].todo.append(item)
    facts = [_tasks(who)] if who.who.starts else []
    return OwePage(
        _finding(found, parts),
        facts,
        [part for part in parts if part.todo],
        _days(items, today),
        [_missing(who, wording, each) for each in found.missing],
        bool(who.who.tops_with("remind")),
    )


def _place(item: Item, today: date, week: date) -> int:
    """In which part the item stands: what is late first, then by its day."""
    if item.late:
        return 0
    if item.day is None:
        return 4
    return 1 if item.day <= today else 2 if item.day < week else 3


def _tasks(who: Visit) -> str:
    names = [node.shown_name(who.language) for node in who.who.starts[:3]]
    return _("Under your mandate: %(units)s") % {"units": pgettext("list", ", ").join(names)}


def _finding(found: Owes, parts: list[Part]) -> str:
    count, late = sum(part.count for part in parts), parts[0].count
    if not count:
        missing = len(set().union(*(each.units for each in found.missing)))
        if missing:
            return ngettext(
                "You owe nothing; %(n)s unit under you is late.",
                "You owe nothing; %(n)s units under you are late.",
                missing,
            ) % {"n": missing}
        return _("You owe nothing.")
    owed = ngettext("You owe %(n)s thing", "You owe %(n)s things", count) % {"n": count}
    if late:
        return ngettext("%(owed)s; %(n)s is overdue.", "%(owed)s; %(n)s are overdue.", late) % {"owed": owed, "n": late}
    if today := parts[1].count:
        return ngettext("%(owed)s; %(n)s is due today.", "%(owed)s; %(n)s are due today.", today) % {
            "owed": owed,
            "n": today,
        }
    return _("%(owed)s; nothing is overdue.") % {"owed": owed}


def _items(who: Visit, wording: FigureWording, piles: Sequence[Pile], whole: bool) -> Iterator[Item]:
    """One for each pile of very many, before one for each form of the others."""
    few = [pile for pile in piles if whole or len(pile.units) <= MOST_OF_A_ROUND]
    if len(few) < len(piles):
        yield from (_many(who, wording, pile) for pile in piles if len(pile.units) > MOST_OF_A_ROUND)
    yield from (_item(who, wording, each) for each in by_urgency(few))


def _late(owed: Owed) -> bool:
    return owed.standing is not None and owed.standing.state == "late"


def _many(who: Visit, wording: FigureWording, pile: Pile) -> Item:
    """Very many forms of a round: they are done on its board, of the first unit of the person's mandates in it."""
    round, count, day = pile.round, len(pile.units), pile.day
    values = {"period": wording.period(round.period), "form": _named(round, who.language), "n": f"{count:,}"}
    what, why, button, show = {
        "fill": (_("Report %(period)s: %(form)s of %(n)s units"), "", _("Fill in"), "open"),
        "mend": (_("Mend %(period)s: %(form)s of %(n)s units"), "", _("Mend"), "open"),
        "accept": (
            _("Accept %(period)s: %(form)s of %(n)s units"),
            _("They were sent and count in no total until they are accepted."),
            _("Look and accept"),
            "waiting",
        ),
        "send": (_("Send on %(period)s: %(form)s of %(n)s units"), "", _("Open"), "open"),
    }[pile.kind]
    nodes = round.units.tree.nodes
    top = next((node for node in who.who.starts if node.id in round.units.part), nodes[pile.units[0]])
    return Item(
        mark("behind" if pile.late else "on"),
        what % values,
        why,
        "",
        _("due %(day)s") % {"day": day_text(day)} if day else "",
        pile.late,
        f"{address_of(who, round, top.code, 'units/')}?show={show}",
        button,
        day,
        count,
    )


def _item(who: Visit, wording: FigureWording, owed: Owed) -> Item:
    late = _late(owed)
    values = {
        "period": wording.period(owed.round.period),
        "unit": owed.unit.shown_name(who.language),
        "form": _named(owed.round, who.language),
        "done": owed.done,
        "all": owed.done + owed.waiting,
    }
    what, button = {
        "fill": (_("Report %(period)s: %(form)s of %(unit)s"), _("Fill in")),
        "mend": (_("Mend %(period)s: %(form)s of %(unit)s"), _("Mend")),
        "accept": (_("Accept %(period)s: %(form)s of %(unit)s"), _("Look and accept")),
        "send": (_("Send on %(period)s: %(form)s of %(unit)s"), _("Open")),
    }[owed.kind]
    return Item(
        mark("behind" if late else "on"),
        what % values,
        _why(owed) % values,
        _waits(who, owed),
        _due(owed),
        late,
        address_of(who, owed.round, owed.unit.code),
        button,
        owed.due.day if owed.due else None,
    )


def _named(round: Round, language: str) -> str:
    form = round.form
    return (form.name_zh or form.name) if language.startswith("zh") else (form.name or form.name_zh)


def _why(owed: Owed) -> str:
    if owed.kind == "accept":
        return _("It was sent and counts in no total until it is accepted.")
    if owed.kind == "send":
        return _("%(done)s of %(all)s units below are accepted.")
    if owed.state == "returned":
        return _("It came back with remarks.")
    if owed.state == "reopened":
        return _("It was reopened so that other figures can be sent.")
    return _("A draft is begun.") if owed.state == "draft" else _("Nothing is begun.")


def _waits(who: Visit, owed: Owed) -> str:
    """Who waits for it: the unit above, where its name may be said."""
    path = owed.round.units.path(owed.unit.id)
    if len(path) < 2:
        return _("all totals wait for it")
    return _("%(unit)s waits for it") % {"unit": path[1].shown_name(who.language)}


def _due(owed: Owed) -> str:
    if owed.due is None or owed.standing is None:
        return ""
    words = sentence(owed.standing, owed.due)
    return ngettext(words.one, words.many, words.number) % {**words.values, "day": day_text(owed.due.day)}


def _days(items: Sequence[Item], today: date) -> list[Day]:
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=each) for each in range(DAYS)]
    due = Counter[date]()
    for item in items:
        if item.day:
            due[item.day] += item.count
    return [Day(_(WEEK[day.weekday()]), day.day, due[day], day.weekday() >= 5, day == today) for day in days]


def _missing(who: Visit, wording: FigureWording, each: Missing) -> MissingRow:
    """Its list and its reminders are those of the first unit of the person's mandates that has a part in it."""
    form = each.round.form
    title = (form.name_zh or form.name) if who.language.startswith("zh") else (form.name or form.name_zh)
    names = [node.shown_name(who.language) for node in each.nodes(MOST_NAMES)]
    more = len(each.units) - len(names)
    text = pgettext("list", ", ").join(names) + (_(" and %(n)s more") % {"n": more} if more else "")
    top = next((node.code for node in who.who.starts if node.id in each.round.units.part), each.nodes(1)[0].code)
    return MissingRow(
        mark("stale"),
        f"{wording.period(each.round.period)}: {title}",
        text,
        _("%(late)s of %(all)s late") % {"late": len(each.units), "all": each.owing},
        address_of(who, each.round, top, "units/") + "?show=late",
        address_of(who, each.round, top, "units/remind/"),
    )
