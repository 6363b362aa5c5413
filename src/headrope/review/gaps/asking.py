"""The message to the heads of a unit that somebody asks them for an answer."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from django.utils import translation

from headrope.core.periods import name
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content, language_of
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import FigureWording
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import mandates_on
from headrope.review.gaps.place import Place


def heads_of(place: Place) -> list[User]:
    """The users who head the unit, or the nearest unit above it that somebody heads; one statement."""
    order = {node.id: depth for depth, node in enumerate(reversed(place.path))}
    held: list[Mandate] = list(
        mandates_on(place.today).filter(role=Role.HEAD, unit_id__in=list(order)).select_related("user").order_by("id")
    )
    if not held:
        return []
    nearest = min(order[mandate.unit_id] for mandate in held)
    found = {mandate.user_id: mandate.user for mandate in held if order[mandate.unit_id] == nearest}
    return [user for user in found.values() if user.is_active]


def write_to_heads(place: Place, by: User, due: date | None, words: str, seq: int) -> int:
    """Put a message to each of them into the outbox, part of the transaction; how many can be written to."""
    reached = [user for user in heads_of(place) if user.email]
    for user in reached:
        with translation.override(language_of(user)):
            enqueue(key=f"gap-ask/{seq}/{user.pk}", to=user, content=_content(place, by, due, words))
    return len(reached)


def _content(place: Place, by: User, due: date | None, words: str) -> Content:
    language = translation.get_language() or "en"
    wording = FigureWording(place.ledger, 0)
    values = {
        "unit": place.unit.shown_name(language),
        "measure": place.info.shown_name(language),
        "period": wording.period(place.period),
        "by": by.shown_name(language),
        "due": wording.day(due) if due else "",
    }
    subject = _("Answer: %(measure)s of %(unit)s, %(period)s") % values
    lines = [_("%(by)s asks for an answer to the gap in %(measure)s of %(unit)s, %(period)s.") % values]
    if due:
        lines.append(_("It is due on %(due)s.") % values)
    if words:
        lines.append(words)
    parts = (
        quote(place.unit.code, safe=""),
        name(place.period, place.ledger.fiscal_start),
        quote(place.info.code, safe=""),
    )
    return Content(subject, "\n\n".join(lines), f"/gaps/{'/'.join(parts)}/")
