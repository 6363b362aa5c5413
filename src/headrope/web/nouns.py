"""The nouns of the navigation: the management cycle first, then what the office sets up; only what exists and may be done.

A page names its noun in its template (`{% set here = "units" %}`), so that the mast can mark it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from headrope.ledger.owners import changeable, may_change
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import Right, Sight
from headrope.web.access import Visit, visit_before


@dataclass(frozen=True)
class Noun:
    """One entry: the word of its pages, address, text, the key after G, and the right without which it is not shown."""

    word: str
    href: str
    text: str
    letter: str
    right: Right | None = None


@dataclass(frozen=True)
class Nouns:
    """The navigation of one person: the cycle, what is set up, and the page of what he owes."""

    cycle: Sequence[Noun] = ()
    setting_up: Sequence[Noun] = ()
    owe: Noun | None = None


def cycle() -> list[Noun]:
    """The nouns of the management cycle."""
    return [
        Noun("review", "/", _("Situation"), "s"),
        Noun("landing", "/landing/", _("Landing"), "l"),
        Noun("figures", "/figures/", _("Figures"), "f"),
        Noun("meetings", "/meetings/", _("Meetings"), "c"),
        Noun("units", "/units/", _("Units"), "u"),
    ]


def setting_up() -> list[Noun]:
    """What the office and administrators set up."""
    return [
        Noun("organisation", "/organisation/", _("Organisation"), "o", "edit"),
        Noun("posts", "/posts/", _("Posts and bodies"), "h", "edit"),
        Noun("people", "/people/", _("People"), "p", "people"),
        Noun("definitions", "/definitions/", _("Measures and forms"), "m", "define"),
        Noun("rules", "/rules/", _("Rules of the review"), "r", "define"),
        Noun("audit", "/audit/", _("Audit trail"), "a", "audit"),
        Noun("start", "/start/", _("Start a group"), "b", "define"),
    ]


def nouns(request: HttpRequest) -> Nouns:
    """What the person who asks can go to; the little that needs no books where these cannot be read."""
    try:
        visit = visit_before(request)
        setting = _setting_up(visit)
    except DatabaseError:
        return Nouns([noun for noun in cycle() if _is_there(noun.href)])
    return Nouns(
        [noun for noun in cycle() if _is_there(noun.href)],
        [noun for noun in setting if _is_there(noun.href)],
        next((noun for noun in [Noun("owe", "/owe/", _("I owe"), "i")] if _is_there(noun.href)), None),
    )


def _setting_up(visit: Visit) -> list[Noun]:
    """What the person sets up; of definitions the owner of a measure only checks."""
    found = [noun for noun in setting_up() if _may(visit.who, noun)]
    if not visit.who.everywhere("define") and may_change(changeable(visit.who, visit.at), "checks"):
        found.append(Noun("definitions", "/definitions/checks/", pgettext("file", "Checks"), "m"))
    return found


def _may(who: Sight, noun: Noun) -> bool:
    if noun.right in ("audit", "define"):  # the trail, definitions and rules belong to no single unit
        return who.everywhere(noun.right)
    return noun.right is None or bool(who.tops_with(noun.right))


@cache
def _is_there(href: str) -> bool:
    """Whether the address is one of this installation."""
    try:
        resolve(href)
    except Resolver404:
        return False
    return True


def account_links() -> list[tuple[str, str]]:
    """The pages of the person's own account, with their texts."""
    wanted = (("/account/", _("Account")), ("/password/", _("Change password")))
    return [(href, text) for href, text in wanted if _is_there(href)]
