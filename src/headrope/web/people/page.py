"""What the pages about accounts show: rows in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.org.accounts.queries import Account, MandateHeld
from headrope.org.models import User
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.foot import foot_of
from headrope.web.organisation import words
from headrope.web.tables import Sheet, Value


@dataclass(slots=True)
class MandateRow:
    """A mandate in words; `state` is running, coming or ended, `word` tells it."""

    id: int
    role: str
    unit: str
    code: str
    first: str
    last: str
    by: str
    state: str
    word: str


@dataclass(slots=True)
class AccountRow:
    """An account in a list."""

    href: str
    username: str
    name: str
    mandates: list[str]
    more: str
    state: str
    second_factor: bool


def mandate_row(who: Visit, held: MandateHeld) -> MandateRow:
    """The mandate in words."""
    node = who.who.now.last.get(held.unit)
    seen = node is not None and who.who.sees(node.id)
    state = "ended" if held.ends is not None and held.ends <= who.today else "running" if held.holds_on(who.today) else "coming"  # fmt: skip
    return MandateRow(
        held.id,
        words.role(held.role),
        node.shown_name(who.language) if node and seen else _("outside your mandate"),
        node.code if node and seen else "",
        words.first_day(held.valid_from),
        words.last_day(held.valid_to),
        held.shown_giver(who.language),
        state,
        _state_words()[state],
    )


def _state_words() -> dict[str, str]:
    return {
        "ended": pgettext("mandate", "ended"),
        "coming": pgettext("mandate", "to come"),
        "running": pgettext("mandate", "holds"),
    }


def account_row(who: Visit, account: Account) -> AccountRow:
    """The account in words; of its mandates those that hold or are to come."""
    rows = [mandate_row(who, each) for each in account.mandates]
    told = [_("%(role)s of %(unit)s") % {"role": row.role, "unit": row.unit} for row in rows if row.state != "ended"]
    more = _("%(n)s outside your mandate") % {"n": account.outside} if account.outside else ""
    user = account.user
    return AccountRow(
        f"/people/{quote(user.username)}/",
        user.username,
        user.shown_name(who.language),
        told,
        more,
        state_of(account),
        account.second_factor,
    )


def state_of(account: Account) -> str:
    """Whether and how the person can sign in."""
    if not account.user.is_active:
        return pgettext("account", "closed")
    return (
        pgettext("account", "open")
        if account.user.has_usable_password()
        else pgettext("account", "open, without a password")
    )


def since(who: Visit, account: Account) -> str:
    """When the person last signed in."""
    last = account.user.last_login
    return day_text(last.astimezone(who.ledger.zone).date()) if last else pgettext("account", "never")


def mandates_sheet(who: Visit, user: User, mandates: Sequence[MandateHeld]) -> Sheet:
    """The mandates of one account as its page tells them, ended ones too."""
    heads = [_("Role"), _("Code"), _("Unit"), _("First day"), _("Last day"), _("Delegated by"), _("State")]
    rows: list[list[Value]] = [
        [row.role, row.code, row.unit, row.first, row.last, row.by, row.word]
        for row in (mandate_row(who, each) for each in mandates)
    ]
    return Sheet(_("Mandates"), f"{user.shown_name(who.language)} ({user.username})", heads, rows, foot_of(who))


def sheet(who: Visit, found: Sequence[Account]) -> Sheet:
    """A row for each mandate that holds or is to come; one for an account without any."""
    heads = [
        _("Person"), _("Signs in as"), _("Mail address"), _("Role"), _("Code"), _("Unit"), _("First day"), _("Last day"),
        _("Second factor"), _("Account"), _("last signed in"),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for account in found:
        user = account.user
        names: list[Value] = [user.shown_name(who.language), user.username, user.email]
        state: list[Value] = [_("yes") if account.second_factor else _("no"), state_of(account), since(who, account)]
        held = [mandate_row(who, each) for each in account.mandates]
        mandates: list[list[Value]] = [
            [row.role, row.code, row.unit, row.first, row.last] for row in held if row.state != "ended"
        ]
        rows += [[*names, *mandate, *state] for mandate in mandates or [[None] * 5]]
    return Sheet(_("Accounts"), _("mandates that hold or are to come"), heads, rows, foot_of(who))
