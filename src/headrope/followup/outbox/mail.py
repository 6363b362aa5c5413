"""Mail: plain text through the mail server of the settings, over one connection for as long as it holds."""

from __future__ import annotations

import hashlib
import smtplib
from contextlib import suppress
from email.header import Header
from email.message import Message as Written
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from headrope.followup.models import Message
from headrope.followup.outbox.channels import OutOfOrder, Undelivered
from headrope.followup.outbox.sealing import opened

UNSET = "No mail server is named: mails wait in the outbox. Set HEADROPE_MAIL_HOST."


class MailSender:
    """Sends mails; opens a new connection after one that broke."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        """Connect and sign in."""
        if not settings.EMAIL_HOST:
            raise OutOfOrder(UNSET, unset=True)
        if self._connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise OutOfOrder(f"The mail server {settings.EMAIL_HOST} cannot be used: {said(error)}.") from error
        self._connection = connection

    def send(self, message: Message) -> None:
        """Send a mail."""
        mail = as_mail(message)
        try:
            mail.connection = self._connection
            mail.send()
        except Exception:
            self.close()  # the server may be in the middle of something
            raise

    def close(self) -> None:
        """Say goodbye to the server."""
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(OSError, smtplib.SMTPException):
                held.close()


class PlainMail(EmailMessage):
    """A mail of text."""

    def message(self, *given: Any, **named: Any) -> Any:
        """The mail as it is sent. Django writes a long Chinese subject so that it is shown with a blank before it."""
        made = super().message(*given, **named)
        if not str(self.subject).isascii():
            del made["Subject"]
            Written.__setitem__(made, "Subject", Header(str(self.subject), "utf-8", header_name="Subject"))
        return made


def as_mail(message: Message) -> EmailMessage:
    """The message as a mail; Undelivered when the person has none. Its Message-ID follows from the key: sent twice, it is known."""
    address = message.to_user.email
    try:
        validate_email(address)
    except ValidationError:
        raise Undelivered(f"{message.to_user.username} has no mail address") from None
    host = urlsplit(settings.ADDRESS).hostname
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{digest}@{host}>", "Auto-Submitted": "auto-generated"}
    return PlainMail(message.subject, full_text(message), settings.DEFAULT_FROM_EMAIL, [address], headers=headers)


def full_text(message: Message) -> str:
    """The body, the link, and why it was sent; Undelivered when the link cannot be read."""
    with translation.override(message.language):
        link = [_("Open: %(address)s") % {"address": settings.ADDRESS + opened(message.url)}] if message.url else []
        parts = [message.body.strip(), *link, _("Sent by Headrope; answers to this address are not read.")]
    return "\n\n".join(parts) + "\n"


def said(error: BaseException) -> str:
    """What went wrong, in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        reason = error.smtp_error
        text = f"{error.smtp_code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        text = "; ".join(f"{code} {reason!r}" for code, reason in error.recipients.values())
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split()).rstrip(".")
