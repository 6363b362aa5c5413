"""The rules of this house for allauth's accounts: nobody signs up, closed accounts stay out, changes leave a line."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from headrope.org.accounts.actions import set_own_password
from headrope.org.models import User

LOG = logging.getLogger(__name__)


def mails_leave() -> bool:
    """Whether a mail server is named: without one nobody can be sent a link."""
    return bool(settings.MAIL.host)


class Adapter(DefaultAccountAdapter):
    """The adapter of this house."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: object) -> object | None:
        """Who may sign in; a closed account is answered like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Pages say by themselves what has happened."""

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """What was changed stands in the audit trail."""

    def set_password(self, user: User, password: str) -> None:
        """The password that somebody chose for himself, with its line in the trail."""
        set_own_password(by=user, password=password)
        user.refresh_from_db(fields=["password"])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address of the page, as people outside know it: what a request calls itself is not believed."""
        uid, _dash, once = key.partition("-")
        address = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": once})
        return f"{settings.ADDRESS}{address}"

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, object]) -> None:
        """A mail with the link, in the person's language; one that cannot leave is logged, and the page says the same."""
        with translation.override(user.language or translation.get_language()):
            body = _(
                "%(name)s,\n\nsomebody asked for a new password for your account %(username)s. Open this address to "
                "choose one:\n\n%(link)s\n\nIt works once and for a day. If it was not you, do nothing.\n"
            ) % {
                "name": user.shown_name(translation.get_language() or "en"),
                "username": user.username,
                "link": context["password_reset_url"],
            }
            mail = EmailMessage(_("Headrope: a new password"), body, settings.DEFAULT_FROM_EMAIL, [user.email])
        try:
            mail.send()
        except (SMTPException, OSError):
            LOG.exception("the mail with a link for a new password of %s did not leave", user.username)
