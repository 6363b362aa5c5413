"""Passwords of tests are hashed with few rounds: the same form as the product's, which every process can read."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """A thousand rounds in place of a million."""

    iterations = 1_000
