"""One thing to do on the page of what a person owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup


@dataclass(slots=True)
class Item:
    """What, why, who waits, when in words and as a day, and the button; `count`: of how many forms it is."""

    mark: Markup
    what: str
    why: str
    waits: str
    due: str
    late: bool
    href: str
    button: str
    day: date | None = None
    count: int = 1
