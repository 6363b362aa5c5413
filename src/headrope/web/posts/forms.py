"""The fields of the forms about persons, posts, bodies, members and parties, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER
from headrope.org.folder import BodyRow, MemberRow, PartyRow, PersonRow, PostRow
from headrope.org.models import PartyKind
from headrope.org.queries import NoSuchUnit, find_units, unit_for
from headrope.web.access import Visit
from headrope.web.people.forms import Field, read_day

Given = Mapping[str, str]
LONGEST_REASON = 300


def names(kind: str, given: Given, *, new: bool) -> list[Field]:
    """Code (of something new), names, and what belongs to the kind: person, body or party."""
    code = Field("code", _("Code"), given.get("code", ""), hint=_("up to 40 letters and digits; it stays for ever"))
    fields = [code] if new else []
    labels = (pgettext("thing", "Name"), _("Name in Chinese"))
    if kind == "person":
        labels = (_("Name of the person"), pgettext("person", "Name in Chinese"))
    fields += [
        Field("name", labels[0], given.get("name", "")),
        Field("name_zh", labels[1], given.get("name_zh", ""), hint=_("may be left out")),
    ]
    if kind == "body":
        fields.append(_unit(given, _("code or name; the body is this unit's")))
    if kind == "party":
        fields.append(Field("kind", _("Kind"), given.get("kind", "customer"), "choice", options=party_kinds()))
    return fields


def post(given: Given) -> list[Field]:
    """Unit, titles, rank and days."""
    return [
        _unit(given, _("code or name")),
        Field("title", _("Post"), given.get("title", "")),
        Field("title_zh", _("Post in Chinese"), given.get("title_zh", ""), hint=_("may be left out")),
        Field("rank", _("Rank"), given.get("rank", ""), hint=_("1 is the highest; may be left out")),
        *_days(given),
    ]


def member(given: Given, people: Mapping[str, str]) -> list[Field]:
    """Person, roles and days; `people` are those to pick from, by code."""
    return [
        Field("person", _("Person"), given.get("person", ""), hint=_("code or name"), options=people),
        Field("role", pgettext("body", "Role"), given.get("role", ""), hint=_("chair, secretary, member …")),
        Field("role_zh", _("Role in Chinese"), given.get("role_zh", ""), hint=_("may be left out")),
        *_days(given),
    ]


def why(given: Given) -> Field:
    """The reason of a change."""
    return Field("reason", _("Why"), given.get("reason", "")[:LONGEST_REASON], hint=_("stands with the change in the books"))  # fmt: skip


def _unit(given: Given, hint: str) -> Field:
    return Field("unit", _("Unit"), given.get("unit", ""), hint=hint)


def _days(given: Given) -> list[Field]:
    return [
        Field("first", _("First day"), given.get("first", ""), "day", hint=_("empty: always")),
        Field("last", _("Last day"), given.get("last", ""), "day", hint=_("empty: until further notice")),
    ]


def party_kinds() -> dict[str, str]:
    """Kinds of outside parties by code."""
    found = {
        "government": pgettext("party", "government"),
        "regulator": pgettext("party", "regulator"),
        "owner": pgettext("party", "owner"),
        "customer": pgettext("party", "customer"),
        "supplier": pgettext("party", "supplier"),
        "partner": pgettext("party", "partner"),
        "bank": pgettext("party", "bank"),
        "auditor": pgettext("party", "auditor"),
        "other": pgettext("party", "other"),
    }
    return {kind: found[kind] for kind in PartyKind.values}


def given_of(row: PostRow | MemberRow) -> dict[str, str]:
    """A row as the form is filled with it."""
    first = "" if row.valid_from == ALWAYS else row.valid_from.isoformat()
    last = "" if row.valid_to == FOREVER else (row.valid_to - timedelta(days=1)).isoformat()
    days = {"first": first, "last": last}
    if isinstance(row, PostRow):
        rank = "" if row.rank is None else str(row.rank)
        return {"unit": row.unit, "title": row.title, "title_zh": row.title_zh, "rank": rank, **days}
    return {"person": row.person, "role": row.role, "role_zh": row.role_zh, **days}


def read_person(given: Given, code: str = "") -> PersonRow:
    """A person; of one that is there only the names are asked for."""
    return PersonRow(code or _text(given, "code"), _text(given, "name"), _text(given, "name_zh"), "")


def read_body(who: Visit, given: Given, code: str = "") -> BodyRow:
    """A body."""
    names = (_text(given, "name"), _text(given, "name_zh"))
    return BodyRow(code or _text(given, "code"), *names, _read_unit(who, _text(given, "unit")))


def read_party(given: Given, code: str = "") -> PartyRow:
    """An outside party."""
    names = (_text(given, "name"), _text(given, "name_zh"))
    return PartyRow(code or _text(given, "code"), *names, _text(given, "kind"))


def read_post(who: Visit, given: Given, person: str) -> tuple[PostRow, list[Problem]]:
    """The post that the form says, and what of it cannot be read; for that, something stands in its place."""
    problems: list[Problem] = []
    text = _text(given, "rank")
    rank = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
    if text and rank is None:
        remedy = "Write 1 for the highest, up to 99, or nothing."
        problems.append(Problem("rank", "'%(rank)s' is not a rank.", remedy, {"rank": text[:20]}))
    first, end = _read_days(given, problems)
    titles = (_text(given, "title"), _text(given, "title_zh"))
    return PostRow(person, _read_unit(who, _text(given, "unit")), *titles, rank, first, end), problems


def read_member(given: Given, body: str, people: Mapping[str, str]) -> tuple[MemberRow, list[Problem]]:
    """The member that the form says, by code or by a name that only one person has."""
    problems: list[Problem] = []
    text = _text(given, "person")
    named = [code for code, name in people.items() if name == text]
    person = named[0] if text not in people and len(named) == 1 else text
    first, end = _read_days(given, problems)
    return MemberRow(body, person, _text(given, "role"), _text(given, "role_zh"), first, end), problems


def _read_days(given: Given, problems: list[Problem]) -> tuple[date, date]:
    """The first day, and the day after the last."""
    first, last = read_day(given, "first", problems), read_day(given, "last", problems)
    end = FOREVER if last is None or last >= FOREVER else last + timedelta(days=1)
    return first or ALWAYS, end


def _read_unit(who: Visit, text: str) -> str:
    """The code of the unit that is meant: a code, or a name that only one unit has."""
    try:
        return unit_for(who.who, text, "edit").code
    except NoSuchUnit:
        found = [node.code for node in find_units(who.who, text) if text in (node.name, node.name_zh)]
        return found[0] if len(found) == 1 else text


def _text(given: Given, name: str) -> str:
    return given.get(name, "").strip()
