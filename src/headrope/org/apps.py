"""Registers the organisation with Django."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """The organisation."""

    name = "headrope.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"
