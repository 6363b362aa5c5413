"""People who are written to, and a mail server that takes their mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from headrope.org.models import User
from tests.conftest import Place
from tests.followup.mail_server import MailServer, mail_server


@pytest.fixture
def people(place: Place) -> dict[str, User]:
    """A clerk who reads English, a head who reads Chinese, a leader with an address only, one without, one who has left."""
    rows = [
        User(username="clerk", name="Li Wei", name_zh="李伟", email="clerk@example.org", language="en"),
        User(username="head", name="Wang Fang", name_zh="王芳", email="head@example.org", language="zh-hans"),
        User(username="leader", email="leader@example.org"),
        User(username="silent", name="No Address"),
        User(username="left", email="left@example.org", is_active=False),
    ]
    for row in rows:
        row.save()
    return {row.username: row for row in rows}


@pytest.fixture
def mails(settings: LazySettings) -> Iterator[MailServer]:
    """A real mail server, named in the settings."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "figures@example.org"
    settings.ADDRESS = "https://figures.example.org"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
