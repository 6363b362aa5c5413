"""How the pages of figures speak: measures, people, moments, and what was done, what stands in a cell, how a form stands."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.sheet import Value
from headrope.ledger.wording import FigureWording
from headrope.org.models import User
from headrope.web.bearing import day_text
from headrope.web.figures.asked import Asked


class FormWords:
    """Texts of one request in the reader's language, number style and scale."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.language = asked, asked.visit.language
        self.wording = FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The ledger's time zone."""
        return self.asked.visit.ledger.zone

    def name(self, info: MeasureInfo) -> str:
        """A measure's name."""
        return info.shown_name(self.language)

    def account(self, info: MeasureInfo) -> str:
        """In what its figures count: the page's scale for money."""
        if info.rule.quantity.kind == "money" or self.wording.money(info):
            return self.wording.scale_name
        return self.wording.account(info)

    def figure(self, info: MeasureInfo, value: Value | None) -> str:
        """A figure in its column; nothing where there is none."""
        return "" if value is None else self.wording.figure(info, value)

    def moment(self, at: datetime) -> str:
        """A moment of the ledger's time zone: the day, and the time."""
        local = at.astimezone(self.zone)
        return f"{day_text(local.date())} {local:%H:%M}"

    def person(self, user: User | None) -> str:
        """Somebody's name."""
        return user.shown_name(self.language) if user else ""


def action_words() -> dict[str, str]:
    """What somebody did, in words."""
    return {
        "submit": pgettext("event", "submitted"),
        "recall": pgettext("event", "taken back"),
        "return": pgettext("event", "returned"),
        "accept": pgettext("event", "accepted"),
        "restate": pgettext("event", "restated"),
        "reopen": pgettext("event", "reopened"),
        "upload": pgettext("event", "file taken over"),
    }


def cell_words() -> dict[str, str]:
    """What stands in a cell in place of a value, in words."""
    return {"": "", "unknown": _("not known"), "not-applicable": _("not applicable")}


def state_words() -> dict[str, str]:
    """States of submissions in words."""
    return {
        "none": _("not begun"),
        "draft": _("draft"),
        "submitted": pgettext("state", "submitted"),
        "returned": pgettext("state", "returned"),
        "accepted": pgettext("state", "accepted"),
        "reopened": pgettext("state", "reopened"),
        "booked": _("loaded"),
    }
