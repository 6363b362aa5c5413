"""The form that asks for the mail address of an account whose password is lost."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm
from django.db import transaction
from django.http import HttpRequest

from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.web.sign_in.links import write_link


class Lost(ResetPasswordForm):
    """Finds open accounts by their address, in whatever case it is written."""

    def clean_email(self) -> str:
        """The address; whether somebody has it is not told."""
        email: str = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email, is_active=True, is_superuser=False)
        # Databases take letters for equal that are not (ı for i): a like address may be a stranger's.
        self.users = [user for user in found if user.email.lower() == email.lower()]
        return email

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Put a mail into the outbox; for an address that nobody has the same is done and undone, in like time."""
        nobody = console_user()
        with transaction.atomic():
            write_link(self.users[0] if self.users else nobody)
            if not self.users:
                transaction.set_rollback(True)
        return str(self.cleaned_data["email"])
