"""Changes to the tree and to mandates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from headrope.core.holdings import Holding as Share
from headrope.core.unit_rules import Member
from headrope.core.units import FOREVER, Edition
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.journal.editions import BATCH, replace_rows
from headrope.org.editions import holding_editions, member_editions
from headrope.org.models import Holding, Mandate, Role, SegmentMember, Unit, UnitEdition, User
from headrope.org.queries import edition_rows
from headrope.org.tokens.actions import revoke_tokens


def set_units(units: Mapping[str, Sequence[Edition]], ids: Mapping[str, int], seq: int) -> None:
    """Let the editions be all there is of these units from the posting `seq` on; part of its transaction.

    `ids` has every code; a unit that is not there yet gets the id that it has in it. Editions that stay as they are stay
    open, the others are closed.
    """
    there = set(Unit.objects.values_list("code", flat=True))
    Unit.objects.bulk_create((Unit(id=ids[code], code=code) for code in units if code not in there), batch_size=BATCH)
    held = {row.edition: row.id for row in edition_rows() if row.edition.code in units}
    rows = {edition: _edition(edition, ids, seq) for editions in units.values() for edition in editions}
    replace_rows(UnitEdition, held, rows, seq)


def _edition(edition: Edition, ids: Mapping[str, int], seq: int) -> UnitEdition:
    return UnitEdition(
        unit_id=ids[edition.code],
        valid_from=edition.valid_from,
        valid_to=edition.valid_to,
        seq_from=seq,
        kind=edition.kind,
        name=edition.name,
        name_zh=edition.name_zh,
        method=edition.method,
        parent_id=ids[edition.parent] if edition.parent else None,
        successor_id=ids[edition.successor] if edition.successor else None,
    )


def set_holdings(held: Mapping[str, Sequence[Share]], ids: Mapping[str, int], seq: int) -> None:
    """Let the shares be all there is in these held units from the posting `seq` on; part of its transaction."""
    open_now = holding_editions(Holding.objects.filter(seq_to=None))
    before = {share: pk for pk, code, share, *_ in open_now if code in held}
    rows = {
        share: Holding(
            owner_id=ids[share.owner],
            held_id=ids[share.held],
            num=share.num,
            den=share.den,
            valid_from=share.valid_from,
            valid_to=share.valid_to,
            seq_from=seq,
        )
        for shares in held.values()
        for share in shares
    }
    replace_rows(Holding, before, rows, seq)


def set_segments(segments: Mapping[str, Sequence[Member]], ids: Mapping[str, int], seq: int) -> None:
    """Let the units be all members of these segments from the posting `seq` on; part of its transaction."""
    open_now = member_editions(SegmentMember.objects.filter(seq_to=None))
    before = {member: pk for pk, code, member, *_ in open_now if code in segments}
    rows = {
        member: SegmentMember(
            segment_id=ids[member.segment],
            unit_id=ids[member.unit],
            valid_from=member.valid_from,
            valid_to=member.valid_to,
            seq_from=seq,
        )
        for members in segments.values()
        for member in members
    }
    replace_rows(SegmentMember, before, rows, seq)


def give_mandate(*, by: User, user: User, role: Role, unit: int, valid_from: date, valid_to: date = FOREVER) -> Mandate:
    """Give the person a role on a unit (id) and all below it; inside a transaction.

    Giving the same again changes nothing; with another last day that day holds.
    """
    lock_head()
    mandate, made = Mandate.objects.get_or_create(
        user=user, role=role, unit_id=unit, valid_from=valid_from, delegated_from=None, defaults={"valid_to": valid_to}
    )
    if made or mandate.valid_to != valid_to:
        mandate.valid_to = valid_to
        mandate.save(update_fields=["valid_to"])
        record(by=by, action=f"give mandate {role}", object=told(mandate), at=clock.now())
    return mandate


def told(mandate: Mandate) -> str:
    """The mandate in the words of the audit trail."""
    days = f"from {mandate.valid_from}" + (f" until {mandate.valid_to}" if mandate.valid_to != FOREVER else "")
    return f"user {mandate.user.username} on unit {mandate.unit.code} {days}"


def make_user(
    *, by: User, username: str, password: str, name: str = "", name_zh: str = "", email: str = "", language: str = ""
) -> User:
    """Make an account, or set a new password, which ends its tokens, names and mail address for one; inside a transaction.

    ValidationError for a bad name or address.
    """
    lock_head()
    held = User.objects.filter(username=username).first()
    user = held or User(username=username)
    user.name, user.name_zh = name or user.name, name_zh or user.name_zh
    user.email, user.language = email or user.email, language or user.language
    user.set_password(password)
    user.full_clean()
    user.save()
    record(by=by, action="set password" if held else "make user", object=f"user {username}", at=clock.now())
    if held:
        revoke_tokens(by=by, user=user)
    return user


def console_user() -> User:
    """The user in whose name commands at the machine act; it cannot sign in."""
    user, made = User.objects.get_or_create(
        username="console", defaults={"name": "Console", "name_zh": "控制台", "is_active": False, "is_superuser": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
