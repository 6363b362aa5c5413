"""Registers the files of workbooks and definitions with Django."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    """The files that definitions and whole groups were read from."""

    name = "headrope.ledger.book"
    label = "book"
    default_auto_field = "django.db.models.BigAutoField"
