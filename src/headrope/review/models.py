"""Answers to gaps with their evidence and who was asked, and what the office defines for the review: causes, rules, benchmarks.

Nothing here is changed or deleted (triggers see to it); an edition is closed once by its seq_to.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class CauseEdition(models.Model):
    """A cause as it was known from one posting up to another; `row` is a JSON text of its cells of causes.csv."""

    code = models.CharField(max_length=400)
    row = models.TextField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "cause_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("code", condition=Q(seq_to=None), name="cause_one_open"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="cause_edition_closed_after_opened"
            ),
        ]


class RuleEdition(models.Model):
    """A rule of the review as it was known from one posting up to another; `row` holds its cells of rules.csv."""

    code = models.CharField(max_length=400)
    row = models.TextField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "review_rule_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("code", condition=Q(seq_to=None), name="review_rule_one_open"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="review_rule_edition_closed_after_opened"
            ),
        ]


class BenchmarkEdition(models.Model):
    """A row of benchmarks.csv as it was known from one posting up to another; `code` joins what names it."""

    code = models.CharField(max_length=400)
    row = models.TextField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "benchmark_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("code", condition=Q(seq_to=None), name="benchmark_one_open"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="benchmark_edition_closed_after_opened"
            ),
        ]


class GapEvidence(models.Model):
    """A file that somebody gave as evidence; `content` is base64, which both databases and backups take as it is."""

    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    period = models.IntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    content = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "gap_evidence"


class GapAnswer(models.Model):
    """An answer to the gap of one measure of a unit in a period; a better one is a new row with the next `row_version`.

    `gap` is the gap that was answered, actual less what was asked for, as JSON: whole steps, a float or null. `causes`
    (pairs of a cause and how much of the gap it explains, or null), `whys`, `months` (pairs of a month's period code and
    the amount made good in it) and `evidence` (id, name, digest and size of each file) are JSON texts. `on_behalf`: it was
    written down by somebody else than the unit's head.
    """

    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    period = models.IntegerField()
    row_version = models.IntegerField()
    against = models.CharField(max_length=40)
    gap = models.CharField(max_length=40)
    causes = models.TextField()
    words = models.TextField()
    whys = models.TextField()
    months = models.TextField()
    evidence = models.TextField()
    on_behalf = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "gap_answer"
        constraints: ClassVar = [
            models.UniqueConstraint("unit_id", "measure_id", "period", "row_version", name="gap_answer_version_once"),
            models.CheckConstraint(condition=Q(row_version__gt=0), name="gap_answer_version_counts"),
        ]


class GapAsk(models.Model):
    """Somebody asked for an answer, perhaps by a day."""

    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    period = models.IntegerField()
    due = models.DateField(null=True)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "gap_ask"
        indexes: ClassVar = [models.Index(fields=["unit_id", "period"], name="gap_ask_of_unit")]
