"""What the pages about persons, bodies and parties show: rows in the reader's words, and the same as sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.org.folder import MemberRow, PostRow
from headrope.org.people.lists import BodyKept, PersonKept, Said, bodies_kept, people_kept
from headrope.org.people.queries import PartyInfo, parties
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.foot import foot_of
from headrope.web.organisation import words
from headrope.web.posts.forms import party_kinds
from headrope.web.tables import Sheet, Value

TABLES = ("people", "bodies", "parties")
KINDS = {"people": "person", "bodies": "body", "parties": "party"}
"""The kind of thing that each list is of."""


@dataclass(slots=True)
class Line:
    """One thing of a list: its address, code, name, what it is today, and a small word."""

    href: str
    code: str
    name: str
    what: list[str]
    more: str


@dataclass(slots=True)
class Row:
    """A post or a membership in words; `said` is since when the books say so, or between which days they did."""

    href: str
    what: str
    where: str
    rank: str
    first: str
    last: str
    said: str
    by: str
    reason: str


def lines(who: Visit, table: str) -> list[Line]:
    """The list of that name."""
    if table == "people":
        return [_person(who, each) for each in people_kept(who.who)]
    if table == "bodies":
        names = names_of(people_kept(who.who), who.language)
        return [_body(who, each, names) for each in bodies_kept(who.who)]
    kinds = party_kinds()
    return [_party(who, each, kinds) for each in parties()]


def _person(who: Visit, person: PersonKept) -> Line:
    posts = [
        pgettext("post", "%(title)s, %(unit)s") % {"title": title(row, who.language), "unit": unit(who, row.unit)}
        for row in person.posts
        if holds(row, who)
    ]
    href = f"/posts/person/{quote(person.code)}/"
    return Line(href, person.code, person.shown_name(who.language), posts, person.account)


def _body(who: Visit, body: BodyKept, names: Mapping[str, str]) -> Line:
    seats = [row for row in body.members if holds(row, who)]
    told = [f"{names.get(row.person, row.person)}{f' ({role(row, who.language)})' if row.role or row.role_zh else ''}" for row in seats]  # fmt: skip
    href = f"/posts/body/{quote(body.code)}/"
    return Line(href, body.code, body.shown_name(who.language), told, unit(who, body.unit))


def _party(who: Visit, party: PartyInfo, kinds: Mapping[str, str]) -> Line:
    href = f"/posts/party/{quote(party.code)}/" if who.who.everywhere("edit") else ""
    return Line(href, party.code, party.shown_name(who.language), [kinds.get(party.kind, party.kind)], "")


def matching(found: Sequence[Line], text: str) -> list[Line]:
    """The lines in which the text stands."""
    wanted = text.strip().casefold()
    return [each for each in found if wanted in " ".join([each.code, each.name, each.more, *each.what]).casefold()]


def names_of(people: Sequence[PersonKept], language: str) -> dict[str, str]:
    """Names by code."""
    return {each.code: each.shown_name(language) for each in people}


def holds(row: PostRow | MemberRow, who: Visit) -> bool:
    """Whether it holds today."""
    return row.valid_from <= who.today < row.valid_to


def title(row: PostRow, language: str) -> str:
    """The title of a post in that language, else in the other."""
    return (row.title_zh or row.title) if language.startswith("zh") else (row.title or row.title_zh)


def role(row: MemberRow, language: str) -> str:
    """The role of a member in that language, else in the other."""
    return (row.role_zh or row.role) if language.startswith("zh") else (row.role or row.role_zh)


def unit(who: Visit, code: str) -> str:
    """The name of a unit."""
    return words.unit_name(who.who, who.language, code)


def rows(who: Visit, said: Sequence[Said[PostRow]] | Sequence[Said[MemberRow]], base: str, names: Mapping[str, str]) -> tuple[list[Row], list[Row]]:  # fmt: skip
    """What holds and what was said before; `base` is the address of the page of one row."""
    now: list[Row] = []
    before: list[Row] = []
    for each in said:
        (before if each.until else now).append(_row(who, each, base, names))
    return now, before


def _row(who: Visit, each: Said[PostRow] | Said[MemberRow], base: str, names: Mapping[str, str]) -> Row:
    row, zone = each.row, who.ledger.zone
    since = day_text(each.since.astimezone(zone).date())
    if each.until is not None:
        since = _("%(day)s to %(until)s") % {"day": since, "until": day_text(each.until.astimezone(zone).date())}
    if isinstance(row, PostRow):
        what, where, rank = title(row, who.language), unit(who, row.unit), "" if row.rank is None else str(row.rank)
    else:
        what, where, rank = names.get(row.person, row.person), role(row, who.language), ""
    href = "" if each.until else f"{base}{each.id}/"
    days = (words.first_day(row.valid_from), words.last_day(row.valid_to))
    why = each.reason.partition(": ")[2]  # before it stands what was changed
    return Row(href, what, where, rank, *days, since, each.by.shown_name(who.language), why)


def titles(table: str) -> tuple[str, str, Sequence[str]]:
    """Of a list: its title, what is shown, and the heads of its columns."""
    return {
        "people": (_("Persons and posts"), _("posts of today"), [_("Person"), _("Code"), _("Posts"), _("Signs in as")]),
        "bodies": (_("Bodies"), _("members of today"), [_("Body"), _("Code"), _("Members"), _("Unit")]),
        "parties": (_("Outside parties"), _("who is named and stands outside the tree"), [pgettext("party", "Party"), _("Code"), _("Kind")]),
    }[table]  # fmt: skip


def list_href(table: str) -> str:
    """The address of a list."""
    return "/posts/" if table == "people" else f"/posts/{table}/"


def back(kind: str) -> tuple[str, str]:
    """The list of the kind: address and title."""
    table = next(table for table, each in KINDS.items() if each == kind)
    return list_href(table), titles(table)[0]


def sheet(who: Visit, table: str, found: Sequence[Line]) -> Sheet:
    """The list as a sheet."""
    name, about, heads = titles(table)
    made: list[list[Value]] = [
        [line.name, line.code, pgettext("list", "; ").join(line.what), *([line.more] if len(heads) > 3 else [])]
        for line in found
    ]
    return Sheet(name, about, heads, made, foot_of(who))


def said_sheet(who: Visit, kind: str, name: str, now: Sequence[Row], before: Sequence[Row]) -> Sheet:
    """What is said of a person's posts or a body's members, and below it what was said before."""
    person = kind == "person"
    heads = [_("Post"), _("Unit"), _("Rank")] if person else [_("Person"), pgettext("body", "Role")]
    heads += [_("First day"), _("Last day"), _("Said since"), _("By"), _("Why")]
    made: list[list[Value]] = [
        [
            *([row.what, row.where, row.rank] if person else [row.what, row.where]),
            row.first or _("always"),
            row.last or _("until further notice"),
            row.said,
            row.by,
            row.reason,
        ]
        for row in (*now, *before)
    ]
    return Sheet(_("Posts") if person else _("Members"), name, heads, made, foot_of(who))
