"""Registers the interface for programs with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The interface for programs."""

    name = "headrope.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
