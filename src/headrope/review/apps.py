"""Registers the review with Django."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The review."""

    name = "headrope.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"
