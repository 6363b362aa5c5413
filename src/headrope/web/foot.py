"""The foot line of a page on paper, where mast and bearing are left out: the coordinates of what it shows, in one line."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest

from headrope.ledger.said import pgettext
from headrope.web.access import Visit, visit_before
from headrope.web.bearing import Menu, day_text


def foot_line(request: object, page: object = None) -> str:
    """What stands below a printed page: its bearing, the ledger and the day; empty where it prints one of its own.

    `page` is what the template shows: a bearing, or menus of its own, are its coordinates; `foot` is its own line.
    """
    own: object = getattr(page, "foot", "")
    if not isinstance(request, HttpRequest) or own:
        return ""
    at: object = getattr(page, "bearing", page)
    menus: list[Menu] = getattr(at, "menus", [])
    try:
        return foot_of(visit_before(request), [menu.value for menu in menus])
    except DatabaseError:  # a page that says so needs no foot
        return ""


def foot_of(who: Visit, coordinates: list[str] | None = None) -> str:
    """The coordinates, the name of the ledger and the day, for a page or its download."""
    parts = [*(coordinates or ()), who.ledger.name, day_text(who.today)]
    return pgettext("foot", " · ").join(dict.fromkeys(part for part in parts if part))
