"""The rules of this house for allauth's accounts: nobody signs up, closed accounts stay out, changes leave a line."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from headrope.org.accounts.actions import set_own_password
from headrope.org.accounts.place import place_of
from headrope.org.accounts.sign_ins import note_failed_sign_in, note_sign_in, note_sign_out
from headrope.org.models import User
from headrope.org.queries import Right
from headrope.web.access import visit

BEYOND_FORMS: tuple[Right, ...] = ("accept", "restate", "present", "define")


def mails_leave() -> bool:
    """Whether a mail server is named: without one nobody can be sent a link."""
    return bool(settings.MAIL.host)


def place(request: HttpRequest) -> str:
    """Where a request comes from."""
    return place_of(request.META, settings.ALLAUTH_TRUSTED_PROXY_COUNT)


class Adapter(DefaultAccountAdapter):
    """The adapter of this house."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where begins who has asked for no page: who only fills in forms with what he owes, everybody else with "/"."""
        who = visit(request).who
        more = any(who.tops_with(right) for right in BEYOND_FORMS)
        return "/owe/" if who.tops_with("enter") and not more else settings.LOGIN_REDIRECT_URL

    def authenticate(self, request: HttpRequest, **credentials: object) -> object | None:
        """Who may sign in; a closed account is answered like a wrong password. What fails is counted."""
        tried = {"username": str(credentials.get("username", "")), "place": place(request)}
        try:
            user = super().authenticate(request, **credentials)
        except ValidationError:  # the pause after too many
            note_failed_sign_in(**tried)
            raise
        if user is None or not user.is_active:
            note_failed_sign_in(**tried)
            return None
        return user  # type: ignore[no-any-return]

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, with a line in the trail."""
        super().login(request, user)
        note_sign_in(by=user, place=place(request))

    def logout(self, request: HttpRequest) -> None:
        """Sign out, with a line in the trail."""
        if isinstance(request.user, User):
            note_sign_out(by=request.user)
        super().logout(request)

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Pages say by themselves what has happened."""

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """What was changed stands in the audit trail."""

    def set_password(self, user: User, password: str) -> None:
        """The password that somebody chose for himself, with its line in the trail."""
        set_own_password(by=user, password=password)
        user.refresh_from_db(fields=["password"])
