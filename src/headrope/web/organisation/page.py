"""A unit with its dated history, what was said of it before, and its people: as the template shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.units import ALWAYS, FOREVER
from headrope.org.editing import Saying, sayings
from headrope.org.people.queries import bodies_of, members_on, posts_on
from headrope.org.queries import Node
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.foot import foot_of
from headrope.web.organisation import words
from headrope.web.tables import Sheet, Value


@dataclass(slots=True)
class Row:
    """One edition; `said` is since when the books say so, or between which days they did."""

    first: str
    last: str
    name: str
    kind: str
    parent: str
    method: str
    heir: str
    said: str
    by: str
    reason: str


@dataclass(slots=True)
class Holder:
    """Somebody with a post or a seat, since a day."""

    what: str
    who: str
    since: str
    last: str


@dataclass(slots=True)
class Page:
    """The whole page."""

    code: str
    name: str
    about: str
    here: str
    alive: bool
    history: list[Row]
    before: list[Row]
    posts: list[Holder]
    bodies: list[tuple[str, list[Holder]]]
    changes: list[tuple[str, str]]
    posting: str


def build(who: Visit, node: Node, posting: str) -> Page:
    """The page of the unit; six statements."""
    said = sayings(node.id)
    alive = node.id in who.who.now.tree.nodes
    here = f"/organisation/{quote(node.code)}/"
    return Page(
        node.code,
        node.shown_name(who.language),
        _about(who, node, alive),
        here,
        alive,
        [_row(who, each) for each in said if each.until is None],
        [_row(who, each) for each in said if each.until is not None],
        _posts(who, node) if alive else [],
        _bodies(who, node) if alive else [],
        [(f"{here}{change}/", text) for change, text in _changes(alive)],
        posting if posting.isdecimal() else "",
    )


def history_sheet(who: Visit, node: Node) -> Sheet:
    """The editions of the unit as the books say now, and below them what was said before."""
    heads = [_("First day"), _("Last day"), pgettext("unit", "Name"), _("Kind"), _("Under"), _("Goes up")]
    heads += [_("Carried on by"), _("Said since"), _("By"), _("Why")]
    found = [_row(who, each) for each in sayings(node.id)]
    rows: list[list[Value]] = [
        [
            row.first or _("always"),
            row.last or _("until further notice"),
            row.name,
            row.kind,
            row.parent,
            row.method,
            row.heir,
            row.said,
            row.by,
            row.reason,
        ]
        for row in found
    ]
    return Sheet(_("History"), node.shown_name(who.language), heads, rows, foot_of(who))


def people_sheet(who: Visit, node: Node) -> Sheet:
    """Who holds a post at the unit today, and who a seat in its bodies; none of a unit that is closed."""
    alive = node.id in who.who.now.tree.nodes
    heads = [_("Body"), pgettext("people", "Post or role"), _("Person"), _("First day"), _("Last day")]
    groups = [("", _posts(who, node)), *_bodies(who, node)] if alive else []
    rows: list[list[Value]] = [
        [body, holder.what, holder.who, holder.since, holder.last] for body, held in groups for holder in held
    ]
    return Sheet(_("People"), node.shown_name(who.language), heads, rows, foot_of(who))


def _changes(alive: bool) -> list[tuple[str, str]]:
    if not alive:
        return [("redate", _("Correct a day"))]
    return [
        ("found", _("Found a unit below")),
        ("rename", _("Rename")),
        ("move", _("Move")),
        ("close", pgettext("unit", "Close")),
        ("merge", _("Merge into another")),
        ("redate", _("Correct a day")),
    ]


def _about(who: Visit, node: Node, alive: bool) -> str:
    """Kind and place in a sentence."""
    last = who.who.now.last
    parent = last[node.parent] if node.parent is not None else None
    values = {
        "kind": words.kind(node.kind),
        "parent": words.unit_name(who.who, who.language, parent.code) if parent else "",
        "day": day_text(node.valid_from if alive or node.valid_from > who.today else node.valid_to),
    }
    if alive:
        if parent is None:
            return _("%(kind)s at the top of the tree") % values
        since = node.valid_from == ALWAYS
        return (_("%(kind)s under %(parent)s") if since else _("%(kind)s under %(parent)s, so since %(day)s")) % values
    if node.valid_from > who.today:
        return _("%(kind)s under %(parent)s from %(day)s on") % values
    if node.successor is None:
        return _("%(kind)s, closed from %(day)s on") % values
    values["heir"] = words.unit_name(who.who, who.language, last[node.successor].code)
    return _("%(kind)s, closed from %(day)s on and carried on by %(heir)s") % values


def _row(who: Visit, said: Saying) -> Row:
    edition, zone = said.edition, who.ledger.zone
    since = day_text(said.since.astimezone(zone).date())
    if said.until is not None:
        since = _("%(day)s to %(until)s") % {"day": since, "until": day_text(said.until.astimezone(zone).date())}
    zh = who.language.startswith("zh")
    name = (edition.name_zh or edition.name) if zh else (edition.name or edition.name_zh)
    return Row(
        words.first_day(edition.valid_from),
        words.last_day(edition.valid_to),
        name,
        words.kind(edition.kind),
        words.unit_name(who.who, who.language, edition.parent),
        words.methods()[edition.method],
        words.unit_name(who.who, who.language, edition.successor),
        since,
        said.by.shown_name(who.language),
        said.reason,
    )


def _posts(who: Visit, node: Node) -> list[Holder]:
    return [
        Holder(
            post.shown_title(who.language),
            post.person.shown_name(who.language),
            words.first_day(post.valid_from),
            words.last_day(post.valid_to),
        )
        for post in posts_on(who.today, [node.id])
    ]


def _bodies(who: Visit, node: Node) -> list[tuple[str, list[Holder]]]:
    bodies = bodies_of(node.id)
    members = members_on(who.today, [body.code for body in bodies])
    found = []
    for body in bodies:
        seats = [
            Holder(
                member.shown_role(who.language),
                member.person.shown_name(who.language),
                words.first_day(member.valid_from),
                "" if member.valid_to == FOREVER else words.last_day(member.valid_to),
            )
            for member in members
            if member.body == body.code
        ]
        found.append((body.shown_name(who.language), seats))
    return found
