"""The mail with a link for a new password; it goes through the outbox, so that no page waits for a mail server."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content, language_of
from headrope.journal import clock
from headrope.org.models import User

MINUTES_BETWEEN = 10
"""Who asks again within so many minutes is sent nothing more: the first mail is on its way."""


def write_link(user: User) -> None:
    """Put a mail with a link into the outbox, in the person's language; part of a transaction.

    A link no longer holds when the password has changed or somebody has signed in with it: then asking again makes one.
    """
    # The ledger's language is asked for whoever it is, so that the steps are the same.
    house = language_of(User())
    user.language = language = user.language or house
    now = clock.now()
    with translation.override(language):
        body = _(
            "%(name)s,\n\nsomebody asked for a new password for your account %(username)s. Open the address below to "
            "choose one. It works once and for a day. If it was not you, do nothing."
        ) % {"name": user.shown_name(language), "username": user.username}
        content = Content(_("Headrope: a new password"), body, _link(user), secret=True)
    state = sha256(f"{user.password} {user.last_login}".encode()).hexdigest()[:12]
    slot = int(now.timestamp()) // (60 * MINUTES_BETWEEN)
    until = now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    enqueue(key=f"new password/{user.pk}/{state}/{slot}", to=user, content=content, until=until)


def _link(user: User) -> str:
    once = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": once})
