"""Lines of the trail about who comes in, who goes out and who was kept out; no line holds what was typed.

Nobody can flood the trail: of the failures of an hour, one account has at most two lines, the first failure and how many
there were when the hour is over. Names that nobody bears share the lines of the console.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.actions import console_user
from headrope.org.models import FailedSignIns, User


def note_sign_in(*, by: User, place: str) -> None:
    """Somebody has signed in, from an address of the network."""
    _note(by, "sign in", f"user {by.username} from {place}")


def note_sign_out(*, by: User) -> None:
    """Somebody has signed out."""
    _note(by, "sign out", f"user {by.username}")


def _note(by: User, action: str, object: str) -> None:
    with transaction.atomic():
        lock_head()
        record(by=by, action=action, object=object, at=clock.now())


def note_failed_sign_in(*, username: str, place: str) -> None:
    """A password or a code was wrong, or came during the pause. The steps are the same whoever was tried."""
    at = clock.now()
    hour = _hour(at)
    with transaction.atomic():
        nobody = console_user()
        user = _account(username) or nobody
        if FailedSignIns.objects.filter(user=user, hour=hour).update(count=F("count") + 1):
            return
        lock_head()
        # Another may have come first while this one waited for the head.
        if FailedSignIns.objects.filter(user=user, hour=hour).update(count=F("count") + 1):
            return
        FailedSignIns.objects.create(user=user, hour=hour, count=1)
        record(by=nobody, action="failed sign-in", object=f"{_told(user, nobody)} from {place}", at=at)


def count_failed_sign_ins(now: datetime) -> int:
    """Write how often sign-ins failed in the hours that are over, where it was more than once; the number of lines."""
    lines = 0
    with transaction.atomic():
        lock_head()
        nobody = console_user()
        over = FailedSignIns.objects.filter(hour__lt=_hour(now)).select_related("user").order_by("hour", "user_id")
        for each in over:
            if each.count > 1:
                told = f"{_told(each.user, nobody)}: {each.count} in the hour from {each.hour:%Y-%m-%d %H:%M} UTC"
                record(by=nobody, action="failed sign-ins", object=told, at=now)
                lines += 1
        over.delete()
    return lines


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _account(username: str) -> User | None:
    # No name has a NUL, and PostgreSQL takes none in a question.
    return None if "\0" in username else User.objects.filter(username=username).first()


def _told(user: User, nobody: User) -> str:
    """The account; a name that nobody bears is not repeated, since people type passwords there."""
    return "an unknown name" if user.pk == nobody.pk else f"user {user.username}"
