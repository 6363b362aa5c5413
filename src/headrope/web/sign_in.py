"""Sign-in by allauth: accounts are made by administrators, nobody signs up and no password travels by mail."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.views.generic.edit import FormView


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


class _Login(LoginView):
    """Sign-in; of allauth's page only the form is used."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        # allauth's own context asks for the addresses of sign-up pages, which do not exist here.
        context: dict[str, object] = FormView.get_context_data(self, **kwargs)
        errors = context["form"].non_field_errors().as_data()  # type: ignore[attr-defined]
        paused = any(error.code == "too_many_login_attempts" for error in errors)
        return context | {"next": self.request.POST.get("next") or self.request.GET.get("next", ""), "paused": paused}


class _Password(PasswordChangeView):
    """Change of the password, which shows the same page again with a line that it is done."""

    template_name = "sign_in/password.html"
    success_url = "/password/?changed=1"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return FormView.get_context_data(self, **kwargs) | {"changed": "changed" in self.request.GET}


login = _Login.as_view(template_name="sign_in/page.html")
password = _Password.as_view()


def logout(request: HttpRequest) -> HttpResponse:
    """Sign out on POST; a GET asks first."""
    list(get_messages(request))
    response: HttpResponse = LogoutView.as_view(template_name="sign_in/out.html")(request)
    return response
