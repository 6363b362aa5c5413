"""The pages of sign-in, sign-out and passwords."""

from __future__ import annotations

from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetFromKeyView,
    PasswordResetView,
    ReauthenticateView,
)
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic.edit import FormView

from headrope.web.sign_in.adapter import mails_leave


class _Login(LoginView):
    """Sign-in; of allauth's page only the form is used."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        # allauth's own context asks for the addresses of sign-up pages, which do not exist here.
        context: dict[str, object] = FormView.get_context_data(self, **kwargs)
        errors = context["form"].non_field_errors().as_data()  # type: ignore[attr-defined]
        paused = any(error.code == "too_many_login_attempts" for error in errors)
        back = self.request.POST.get("next") or self.request.GET.get("next", "")
        return context | {"next": back, "paused": paused, "provider": settings.PROVIDER, "by_mail": mails_leave()}


class _Password(PasswordChangeView):
    """Change of the password, which shows the same page again with a line that it is done."""

    template_name = "sign_in/password.html"
    success_url = "/password/?changed=1"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return FormView.get_context_data(self, **kwargs) | {"changed": "changed" in self.request.GET}


class _Again(ReauthenticateView):
    """Asks for the password before the second factor is changed."""

    template_name = "sign_in/again.html"


class _Lost(PasswordResetView):
    """Asks for the mail address to which a link for a new password goes; says the same whoever has that address."""

    template_name = "sign_in/lost.html"
    success_url = "/sign-in/lost/?sent=1"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return FormView.get_context_data(self, **kwargs) | {"sent": "sent" in self.request.GET}


class _New(PasswordResetFromKeyView):
    """Takes the new password of who came by the link."""

    template_name = "sign_in/new.html"
    success_url = "/sign-in/?renewed=1"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return FormView.get_context_data(self, **kwargs) | {"path": self.request.path}


login = _Login.as_view(template_name="sign_in/page.html")
again = _Again.as_view()


def password(request: HttpRequest) -> HttpResponse:
    """Change the password; who has none, because he signs in elsewhere, is led to his account."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        return redirect("/account/")
    answer: HttpResponse = _Password.as_view()(request)
    return answer


def lost(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail; 404 where no mails leave."""
    if not mails_leave():
        raise Http404
    answer: HttpResponse = _Lost.as_view()(request)
    return answer


def new(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """Choose a new password; 404 where no mails leave."""
    if not mails_leave():
        raise Http404
    answer: HttpResponse = _New.as_view()(request, uidb36=uidb36, key=key)
    return answer


def closed(request: HttpRequest) -> HttpResponse:
    """What a closed account is told after it has signed in elsewhere."""
    return render(request, "sign_in/refused.html", {"provider": settings.PROVIDER}, status=403)


def logout(request: HttpRequest) -> HttpResponse:
    """Sign out on POST; a GET asks first."""
    list(get_messages(request))
    response: HttpResponse = LogoutView.as_view(template_name="sign_in/out.html")(request)
    return response
