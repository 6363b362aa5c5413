"""Registers followup with Django."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Followup."""

    name = "headrope.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"
