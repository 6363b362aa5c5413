"""Registers meetings with Django."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings."""

    name = "headrope.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
