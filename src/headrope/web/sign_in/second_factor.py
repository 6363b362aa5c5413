"""The second factor: a code from an app, and recovery codes; its secrets stand encrypted in the database."""

from __future__ import annotations

import secrets
from base64 import b32encode, urlsafe_b64encode
from hashlib import sha256
from io import BytesIO

import qrcode  # type: ignore[import-untyped]
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpResponse
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from headrope.journal import clock
from headrope.org.accounts.actions import note_own
from headrope.org.accounts.queries import is_guarded
from headrope.org.accounts.sign_ins import note_failed_sign_in
from headrope.org.models import User
from headrope.web.sign_in.adapter import place


def _key() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"second factor {settings.SECRET_KEY}".encode()).digest()))


class Adapter(DefaultMFAAdapter):
    """The adapter of this house."""

    def encrypt(self, text: str) -> str:
        """A backup or a look into the database must not give the codes away."""
        return _key().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; where the key of the house has changed, one that fits no code: an administrator removes the factor."""
        try:
            return _key().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return b32encode(secrets.token_bytes(20)).decode("ascii")

    def get_totp_label(self, user: User) -> str:
        """The name to sign in with."""
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The picture with paper behind it, so that it can be taken from a dark page too."""
        out = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(out)
        return out.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who has to have a second factor keeps it."""
        return not (settings.MFA_REQUIRED and is_guarded(authenticator.user, clock.now().date()))


class _Ask(AuthenticateView):
    """Asks for a code at the sign-in; of allauth's context only the form is used."""

    template_name = "sign_in/code.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {"form": self.auth_form, "asked": self.request.path}

    def form_invalid(self, form: object) -> HttpResponse:
        note_failed_sign_in(username=self.stage.login.user.username, place=place(self.request))
        answer: HttpResponse = super().form_invalid(form)
        return answer


class _AskAgain(ReauthenticateView):
    """Asks for a code before the second factor is changed."""

    template_name = "sign_in/code.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        found = super().get_context_data(**kwargs)
        return {"form": found["form"], "asked": self.request.get_full_path(), "again": True}

    def form_invalid(self, form: object) -> HttpResponse:
        note_failed_sign_in(username=self.request.user.username, place=place(self.request))
        answer: HttpResponse = super().form_invalid(form)
        return answer


class _SetUp(ActivateTOTPView):
    """Shows the picture for the app and asks for the first code."""

    template_name = "sign_in/set_up.html"

    def get_success_url(self) -> str:
        return "/account/second-factor/codes/"

    def form_valid(self, form: object) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note_own(by=self.request.user, action="add second factor")
        return answer


class _Remove(DeactivateTOTPView):
    """Asks before the second factor is taken away."""

    template_name = "sign_in/remove.html"
    success_url = "/account/"

    def form_valid(self, form: object) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note_own(by=self.request.user, action="remove second factor")
        return answer


class _NewCodes(GenerateRecoveryCodesView):
    """Asks before the recovery codes are replaced."""

    template_name = "sign_in/new_codes.html"

    def form_valid(self, form: object) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note_own(by=self.request.user, action="new recovery codes")
        return answer


ask = _Ask.as_view()
ask_again = _AskAgain.as_view()
set_up = _SetUp.as_view()
remove = _Remove.as_view()
codes = ViewRecoveryCodesView.as_view(template_name="sign_in/codes.html")
new_codes = _NewCodes.as_view()
download = DownloadRecoveryCodesView.as_view(template_name="sign_in/codes.txt")
