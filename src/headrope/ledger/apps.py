"""Registers the ledger with Django."""

from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Measures, forms, facts and submissions."""

    name = "headrope.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Tables of submissions stand in a module of their own."""
        super().import_models()
        import_module("headrope.ledger.submissions.models")
