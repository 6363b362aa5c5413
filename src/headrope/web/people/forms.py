"""Fields of the forms about accounts and mandates, and how they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.problems import Problem
from headrope.org.accounts.actions import AccountRow
from headrope.org.accounts.mandates import Terms
from headrope.org.models import Role
from headrope.org.queries import NoSuchUnit, Right, find_units, unit_for
from headrope.web.access import Visit
from headrope.web.organisation import words
from headrope.web.problems import Told, told


@dataclass(slots=True)
class Field:
    """One question with its answer, a hint, and what is wrong with the answer; `kind` is text, day, choice or mail."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    problems: list[Told] = field(default_factory=list)


def take(fields: Sequence[Field], problems: Iterable[Problem]) -> list[Told]:
    """Put each problem to its field; those that belong to none are returned."""
    by_name = {each.name: each for each in fields}
    others: list[Told] = []
    for problem in problems:
        where = by_name.get(problem.where)
        (where.problems if where else others).append(told(problem))
    return others


def mandate_fields(who: Visit, posted: Mapping[str, str], *, roles: bool = True) -> list[Field]:
    """Role, unit, first and last day."""
    asked = (
        [Field("role", _("Role"), posted.get("role", Role.CLERK.value), "choice", options=role_words())]
        if roles
        else []
    )
    return [
        *asked,
        Field("unit", _("Unit"), posted.get("unit", ""), hint=_("code or name; all that stands below belongs to it")),
        Field("first", _("First day"), posted.get("first", who.today.isoformat()), "day"),
        Field("last", _("Last day"), posted.get("last", ""), "day"),
    ]


def account_fields(posted: Mapping[str, str]) -> list[Field]:
    """Names, mail address and language."""
    languages = {"": _("as the pages"), "en": "English", "zh-hans": "中文"}
    return [
        Field("name", _("Name of the person"), posted.get("name", "")),
        Field("name_zh", pgettext("person", "Name in Chinese"), posted.get("name_zh", "")),
        Field("email", _("Mail address"), posted.get("email", ""), hint=_("may be left out; reminders go there")),
        Field("language", _("Language of mails"), posted.get("language", ""), "choice", options=languages),
    ]


def username_field(posted: Mapping[str, str], hint: str = "") -> Field:
    """The sign-in name."""
    return Field("username", _("Signs in as"), posted.get("username", ""), hint=hint)


def role_words() -> dict[str, str]:
    """Roles by code, in words."""
    return {role: words.role(role) for role in Role.values}


def read_row(posted: Mapping[str, str]) -> AccountRow:
    """What stands in the account."""
    name, name_zh, email = (posted.get(each, "").strip() for each in ("name", "name_zh", "email"))
    return AccountRow(name, name_zh, email, posted.get("language", ""))


def read_terms(who: Visit, posted: Mapping[str, str], username: str, right: Right) -> tuple[Terms, list[Problem]]:
    """The mandate that is asked for; days that are none are problems, an empty last day means no end."""
    problems: list[Problem] = []
    first = read_day(posted, "first", problems) or who.today
    last = read_day(posted, "last", problems)
    unit = _unit(who, posted.get("unit", "").strip(), right)
    return Terms(username, posted.get("role", ""), unit, first, last), problems


def read_day(posted: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    """A day, or None for an empty field; a problem for what is no day."""
    text = posted.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, "'%(text)s' is not a day.", "Write it as 2026-07-31.", {"text": text}))
        return None


def _unit(who: Visit, text: str, right: Right) -> str:
    """The code of the unit that is meant: a code, or a name that only one unit has."""
    try:
        return unit_for(who.who, text, right).code
    except NoSuchUnit:
        found = [node.code for node in find_units(who.who, text) if text in (node.name, node.name_zh)]
        return found[0] if len(found) == 1 else text
