"""Registers the tokens with Django."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """The tokens."""

    name = "headrope.org.tokens"
    label = "tokens"
    default_auto_field = "django.db.models.BigAutoField"
