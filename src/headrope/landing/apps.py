"""Registers landing with Django."""

from django.apps import AppConfig


class LandingConfig(AppConfig):
    """Landing."""

    name = "headrope.landing"
    label = "landing"
    default_auto_field = "django.db.models.BigAutoField"
