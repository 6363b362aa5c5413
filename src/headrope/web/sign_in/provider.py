"""Sign-in at an OpenID Connect provider: only for accounts that exist, found by a verified address or by the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from headrope.org.accounts.actions import note_own
from headrope.org.models import User

Asked = Callable[[HttpRequest, str], HttpResponse]
PROVIDER = "provider"
"""The one provider that there can be, as its address names it."""


class Adapter(DefaultSocialAccountAdapter):
    """The adapter of this house."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Closed."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whoever has signed in there before, or link the account that is found; else refuse.

        Nobody links an account of his choice to his own: it would let a stranger in by the side door.
        """
        if sociallogin.state.get("process", "login") != "login":
            _refuse(request)
        if sociallogin.is_existing:
            if not _may_sign_in(sociallogin.user):
                _refuse(request)
            return
        user = _found(sociallogin)
        if user is None:
            _refuse(request)
        sociallogin.connect(request, user)
        note_own(by=user, action="link sign-in", more=f"to {sociallogin.account.uid}"[:200])

    def on_authentication_error(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """The provider refused, or could not be asked."""
        _refuse(request)


def _refuse(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "sign_in/refused.html", {"provider": settings.PROVIDER}, status=403))


def _may_sign_in(user: User) -> bool:
    return user.is_active and not user.is_superuser


def _found(sociallogin: SocialLogin) -> User | None:
    """The one open account that the claims point at."""
    said = sociallogin.account.extra_data
    claims = said.get("userinfo") or said.get("id_token") or said
    if settings.PROVIDER is not None and settings.PROVIDER.match == "mail":
        # A word for true is not true: an address counts only when the provider itself has verified it.
        mail = claims.get("email") if claims.get("email_verified") is True else None
        if not isinstance(mail, str) or not mail or not mail.isprintable():
            return None
        # Databases take letters for equal that are not (ı for i): a like address may be a stranger's.
        found = [user for user in User.objects.filter(email__iexact=mail) if user.email.lower() == mail.lower()]
    else:
        name = claims.get("preferred_username")
        found = list(User.objects.filter(username=name)) if isinstance(name, str) and name.isprintable() else []
    users = [user for user in found if _may_sign_in(user)]
    return users[0] if len(users) == 1 else None


def login(request: HttpRequest) -> HttpResponse:
    """Lead to the provider; 404 where none is named."""
    return _asked(views.login, request, PROVIDER)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider answers; 404 where none is named."""
    return _asked(views.callback, request, provider_id)


def _asked(view: Asked, request: HttpRequest, provider_id: str) -> HttpResponse:
    if settings.PROVIDER is None or provider_id != PROVIDER:
        raise Http404
    try:
        answer = view(request, provider_id)
    except ImmediateHttpResponse as error:
        answer = error.response
    return answer
