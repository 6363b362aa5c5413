"""Starting a group: who may do it while it has no administrator, what he becomes by it, and first passwords for others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.accounts.actions import new_words
from headrope.org.actions import give_mandate
from headrope.org.models import Mandate, Role, Unit, User
from headrope.org.queries import Sight


def may_start(user: User | AnonymousUser) -> bool:
    """Whether the person may bring the group in: appointed at the machine, and nobody is administrator yet.

    So a start that was broken off, with units there and people not, can be done again.
    """
    if not (user.is_authenticated and user.is_active and user.is_superuser):
        return False
    return not Mandate.objects.filter(role=Role.ADMINISTRATOR).exists()


def appoint_starter(*, by: User, user: User) -> None:
    """Let the person start the group; part of a transaction, while there are no units."""
    lock_head()
    if user.is_superuser or Unit.objects.exists():
        return
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    record(by=by, action="appoint starter", object=f"user {user.username}", at=clock.now())


def take_office(*, user: User, roots: Collection[int], day: date) -> None:
    """Make whoever has started the group administrator of its roots (ids), which ends his other power; no roots: nothing."""
    if not roots:
        return
    with transaction.atomic():
        lock_head()
        for unit in sorted(roots):
            give_mandate(by=user, user=user, role=Role.ADMINISTRATOR, unit=unit, valid_from=day)
        if user.is_superuser:
            user.is_superuser = False
            user.save(update_fields=["is_superuser"])
            record(by=user, action="end starter", object=f"user {user.username}", at=clock.now())


def without_password() -> list[User]:
    """Open accounts that never had a password and that nobody has signed in to, elsewhere either; one statement."""
    found = User.objects.filter(is_active=True, is_superuser=False, password__startswith="!", last_login=None)
    return list(found.order_by("username"))


def set_first_passwords(*, by: User, who: Sight) -> list[tuple[User, str]]:
    """Give each open account without a password its first one, to be handed over and changed; for administrators of all.

    Nothing where the person has not the right to people everywhere.
    """
    if not who.everywhere("people"):
        return []
    with transaction.atomic():
        lock_head()
        made = []
        for user in without_password():
            password = new_words()
            user.set_password(password)
            user.save(update_fields=["password"])
            record(by=by, action="set password", object=f"user {user.username}, the first", at=clock.now())
            made.append((user, password))
        return made
