"""How a process that makes papers begins: it must be importable before Django is set up."""

from __future__ import annotations


def begin() -> None:
    """Set Django up, as the command has done in the first process."""
    import django  # noqa: PLC0415

    django.setup()
