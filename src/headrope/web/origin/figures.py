"""Figures in full, as an origin shows them: every digit that is stored, the moment to the minute."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from headrope.core.display import MINUS, decimal
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.wording import SHARES
from headrope.review.wording import Wording
from headrope.web.bearing import day_text


def exact(info: MeasureInfo, value: int | float | None, sign: bool = False) -> str:
    """The stored value: whole steps with all their digits; shares in per cent; other floats with ten digits."""
    if value is None:
        return ""
    plus = "+" if sign and value > 0 else ""
    if info.rule.exact:
        left, point, right = info.rule.quantity.write(value).lstrip("-").partition(".")
        return (MINUS if value < 0 else plus) + f"{int(left):,}{point}{right}"
    if info.account in SHARES:
        return decimal(value * 100, 6, sign)
    return (MINUS if value < 0 else plus) + f"{abs(value):,.10g}"


def account(info: MeasureInfo, wording: Wording) -> str:
    """What the value is counted in; money in the currency itself, whatever scale the pages have."""
    return wording.account(info) or (wording.currency if wording.money(info) else "")


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment in the ledger's time zone."""
    local = at.astimezone(zone)
    return f"{day_text(local.date())} {local:%H:%M}"
