"""Registers the journal with Django, with the system checks of the database it stands on."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from headrope.journal.checks import check_database


class JournalConfig(AppConfig):
    """The journal."""

    name = "headrope.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hook up the checks."""
        register(Tags.database)(check_database)
