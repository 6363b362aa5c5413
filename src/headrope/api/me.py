"""/me: who calls, with which token, and what he may do where."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from headrope.api.auth import READ
from headrope.api.days import From, Until, from_, until
from headrope.api.visit import Visit, visit
from headrope.org.queries import mandates_on
from headrope.org.tokens.models import Token

router = Router(tags=["me"], auth=READ)


class MandateAnswer(Schema):
    """A role on a unit and all below it; `valid_to` is the first day on which it no longer holds."""

    role: str
    unit: str
    valid_from: From
    valid_to: Until


class TokenAnswer(Schema):
    """The token of this call."""

    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime


class Me(Schema):
    """The account behind the token, its mandates of today and the units that they begin at."""

    username: str
    name: str
    name_zh: str
    today: date
    token: TokenAnswer
    mandates: list[MandateAnswer]
    units: list[str]


@router.get("", response=Me, operation_id="me")
def me(request: HttpRequest) -> Me:
    """Who I am, and what I may do today."""
    who = visit(request)
    token: Token = request.token  # type: ignore[attr-defined]
    return Me(
        username=who.user.username,
        name=who.user.name,
        name_zh=who.user.name_zh,
        today=who.today,
        token=TokenAnswer(
            name=token.name, prefix=token.prefix, scopes=token.scopes.split(), expires_at=token.expires_at
        ),
        mandates=_mandates(who),
        units=[node.code for node in who.who.starts],
    )


def _mandates(who: Visit) -> list[MandateAnswer]:
    held = mandates_on(who.today).filter(user=who.user).order_by("unit__code", "role", "valid_from")
    rows = held.values_list("role", "unit__code", "valid_from", "valid_to")
    return [
        MandateAnswer(role=role, unit=unit, valid_from=from_(first), valid_to=until(end))
        for role, unit, first, end in rows
    ]
