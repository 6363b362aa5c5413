"""A token as it is kept: never the secret itself, only its digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headrope.org.models import User


class Scope(models.TextChoices):
    """What a token is good for, beside what its user's mandates allow on the day."""

    READ = "read", "read"
    ENTER = "enter", "enter"
    SUBMIT = "submit", "submit"
    ACCEPT = "accept", "accept"
    ANSWER = "answer", "answer"
    DEFINE = "define", "define"


class Token(models.Model):
    """A token of a user: `scopes` are words with blanks between, `digest` the SHA-256 of the whole token in hex."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_ends_after_start"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("created_at")), name="token_revoked_after_start"
            ),
        ]


class TokenPlace(models.Model):
    """An address of the network from which a token has been used, since a day."""

    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="places")
    place = models.CharField(max_length=45)
    since = models.DateField()

    class Meta:
        db_table = "token_place"
        constraints: ClassVar = [models.UniqueConstraint("token", "place", name="token_place_once")]
