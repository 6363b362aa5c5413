"""Answers that were given to calls that change something, so that a repeated call is not done twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from headrope.org.models import User


class Answered(models.Model):
    """The answer to a call under the key that its caller gave it; `digest` is the SHA-256 of its method, path and body."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_answered"
        constraints: ClassVar = [models.UniqueConstraint("user", "key", name="api_answered_once")]
