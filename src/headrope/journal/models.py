"""Head, postings, audit trail and its seals; all but the head are never changed or deleted (triggers see to it)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class PostingKind(models.TextChoices):
    """Why the books changed."""

    LOAD = "load", "load"
    IMPORT = "import", "import"
    ACCEPT = "accept", "accept"
    RESTATE = "restate", "restate"
    TARGET = "target", "target"
    LANDING = "landing", "landing"
    DEFINE = "define", "define"
    MEETING = "meeting", "meeting"


class Head(models.Model):
    """The single row that every posting locks; its `seq` is the number of the last posting."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    key = models.UUIDField()

    class Meta:
        db_table = "head"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="head_is_one_row")]


class Posting(models.Model):
    """One numbered change to the books. What it wrote was known from `known_at` and stands here since `recorded_at`."""

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=PostingKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    known_at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "posting"
        constraints = [
            models.CheckConstraint(condition=Q(known_at__lte=F("recorded_at")), name="posting_known_before_recorded"),
            models.CheckConstraint(
                condition=Q(kind="import") | Q(known_at=F("recorded_at")), name="posting_backdated_only_by_import"
            ),
        ]


class Audit(models.Model):
    """Who did what to which object; `digest` chains each line to the one before."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit"


class AuditSeal(models.Model):
    """Says with a key that is not in the database how the audit trail ended then: with which line and which digest.

    `key_print` tells keys apart. Seals are numbered from 1 and stand in a file outside of the database, too.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    key_print = models.CharField(max_length=16)
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_seal"
        constraints = [models.CheckConstraint(condition=Q(number__gt=0), name="audit_seal_from_one")]
