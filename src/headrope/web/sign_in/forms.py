"""The form that asks for the mail address of an account whose password is lost."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm

from headrope.org.models import User


class Lost(ResetPasswordForm):
    """Finds open accounts by their address, in whatever case it is written."""

    def clean_email(self) -> str:
        """The address; whether somebody has it is not told."""
        email: str = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email, is_active=True, is_superuser=False)
        # Databases take letters for equal that are not (ı for i): a like address may be a stranger's.
        self.users = [user for user in found if user.email.lower() == email.lower()]
        return email
