"""Changes to the tree and to mandates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from headrope.core.problems import Problem
from headrope.core.units import FOREVER, Edition, check_tree, tiers
from headrope.journal.actions import lock_head, record
from headrope.org.models import Mandate, Role, Unit, UnitEdition, User
from headrope.org.queries import EditionRow, edition_rows, unit_ids


@dataclass(frozen=True)
class UnitChange:
    """What posting a set of editions would do: units that are new, editions to close, editions to add."""

    ids: dict[str, int]
    new: list[str]
    close: list[int]
    add_new: list[Edition]
    add_changed: list[Edition]

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.new or self.close or self.add_new or self.add_changed)


def plan_units(given: Sequence[Edition], claimed_tiers: Mapping[str, int]) -> tuple[UnitChange, list[Problem]]:
    """Hold the editions of some units against the tree. Units that are not given stay as they are.

    `claimed_tiers` are tiers by row (`Edition.where`) that must come out. Problems are those of the whole tree.
    """
    held = edition_rows()
    ids = unit_ids()
    codes = {edition.code for edition in given}
    whole = [row.edition for row in held if row.edition.code not in codes] + list(given)
    problems = check_tree(whole) + _successors(given, {edition.code for edition in whole})
    if not problems:
        problems = _tiers(whole, given, claimed_tiers)
    new = [code for code in dict.fromkeys(edition.code for edition in given) if code not in ids]
    first = max(ids.values(), default=0) + 1
    numbered = {**ids, **{code: first + place for place, code in enumerate(new)}}
    return _difference(given, held, ids, numbered, new), problems


def _difference(
    given: Sequence[Edition],
    held: Sequence[EditionRow],
    ids: Mapping[str, int],
    numbered: dict[str, int],
    new: list[str],
) -> UnitChange:
    open_now = {(row.edition.code, row.edition.valid_from): row for row in held}
    wanted = {(edition.code, edition.valid_from): edition for edition in given}
    same = {key for key, row in open_now.items() if key in wanted and replace(wanted[key], where="") == row.edition}
    codes = {edition.code for edition in given}
    close = [row.id for key, row in open_now.items() if key[0] in codes and key not in same]
    add = [edition for key, edition in wanted.items() if key not in same]
    return UnitChange(numbered, new, close, [e for e in add if e.code not in ids], [e for e in add if e.code in ids])


def _successors(given: Sequence[Edition], codes: set[str]) -> list[Problem]:
    problems = []
    for edition in given:
        values = {"code": edition.code, "heir": edition.successor}
        if edition.successor is not None and edition.successor not in codes:
            problems.append(
                Problem(
                    edition.where,
                    "The successor %(heir)s of %(code)s is no unit.",
                    "Correct it, or add a row for it.",
                    values,
                )
            )
        elif edition.successor == edition.code:
            problems.append(
                Problem(edition.where, "%(code)s is its own successor.", "Name another unit, or none.", values)
            )
    return problems


def _tiers(whole: Sequence[Edition], given: Sequence[Edition], claimed: Mapping[str, int]) -> list[Problem]:
    """Claims are checked on each edition's first day."""
    problems = []
    found: dict[date, dict[str, int]] = {}
    for edition in given:
        claim = claimed.get(edition.where)
        if claim is None:
            continue
        day = edition.valid_from
        if day not in found:
            found[day] = tiers({e.code: e.parent for e in whole if e.holds_on(day)})
        if found[day][edition.code] != claim:
            values = {"code": edition.code, "claim": claim, "tier": found[day][edition.code]}
            problems.append(
                Problem(
                    edition.where,
                    "%(code)s is said to be of tier %(claim)s, and by its parents it is of tier %(tier)s.",
                    "Correct the tier or the parent.",
                    values,
                )
            )
    return problems


def create_units(change: UnitChange, seq: int) -> None:
    """Write the units that are new, with their editions, under the posting `seq`; part of a posting's transaction."""
    Unit.objects.bulk_create(Unit(id=change.ids[code], code=code) for code in change.new)
    _add(change.add_new, change.ids, seq)


def change_units(change: UnitChange, seq: int) -> None:
    """Close and add editions of units that were there before, under the posting `seq`; part of its transaction."""
    UnitEdition.objects.filter(id__in=change.close).update(seq_to=seq)
    _add(change.add_changed, change.ids, seq)


def _add(editions: Sequence[Edition], ids: Mapping[str, int], seq: int) -> None:
    UnitEdition.objects.bulk_create(
        (
            UnitEdition(
                unit_id=ids[e.code],
                valid_from=e.valid_from,
                valid_to=e.valid_to,
                seq_from=seq,
                kind=e.kind,
                name=e.name,
                name_zh=e.name_zh,
                method=e.method,
                parent_id=ids[e.parent] if e.parent else None,
                successor_id=ids[e.successor] if e.successor else None,
            )
            for e in editions
        ),
        batch_size=500,
    )


def give_mandate(*, by: User, user: User, role: Role, unit: int, valid_from: date, valid_to: date = FOREVER) -> Mandate:
    """Give the person a role on a unit and all below it; inside a transaction. Giving the same again changes nothing."""
    lock_head()
    mandate, made = Mandate.objects.get_or_create(
        user=user, role=role, unit_id=unit, valid_from=valid_from, defaults={"valid_to": valid_to}
    )
    if made:
        record(by=by, action=f"give mandate {role}", object=f"user {user.username} on unit {unit}", at=timezone.now())
    return mandate


def make_user(*, by: User, username: str, password: str, name: str = "", name_zh: str = "") -> User:
    """Make an account, or set a new password and names for one, inside a transaction; ValidationError for a bad name."""
    lock_head()
    user = User.objects.filter(username=username).first() or User(username=username)
    user.name, user.name_zh = name or user.name, name_zh or user.name_zh
    user.set_password(password)
    user.full_clean()
    user.save()
    record(by=by, action="make user", object=f"user {username}", at=timezone.now())
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
