"""Submissions with what is typed into them, their events and files, locks and extensions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from headrope.ledger.models import Form, Version


class SubmissionState(models.TextChoices):
    """How far a submission has come; a lock lies on periods and is no state of a submission."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    RETURNED = "returned", "returned"
    ACCEPTED = "accepted", "accepted"
    REOPENED = "reopened", "reopened"


class Submission(models.Model):
    """A unit's form for one period and version; `row_version` grows with each change, so that the second of two is told.

    `seq` is the posting of its last acceptance, `exceptions` says why it was sent before all below was accepted.
    """

    unit_id = models.IntegerField()
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    period = models.IntegerField()
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.DRAFT)
    row_version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    first_submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    exceptions = models.CharField(max_length=500, blank=True)
    seq = models.BigIntegerField(null=True)

    class Meta:
        db_table = "submission"
        constraints: ClassVar = [
            models.UniqueConstraint("unit_id", "form", "period", "version", name="submission_once"),
            models.CheckConstraint(condition=Q(state__in=SubmissionState.values), name="submission_state_known"),
            models.CheckConstraint(condition=Q(row_version__gt=0), name="submission_row_version_counts"),
        ]
        # A round is found among those of many years, and whether it has changed is told from the index alone.
        indexes: ClassVar = [models.Index(fields=["form", "period", "version", "row_version"], name="submission_round")]


class SubmissionValue(models.Model):
    """What is typed for one measure, kept as it was typed even where it is no value.

    `exponent`: the text counts 10**exponent units of account. `word` says that there is no value, and why: unknown or
    not-applicable. `remark` is what the superior says of the cell when returning it. `row_version` is the state of the
    submission since which it stands so, typed `by`.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="values_typed")
    measure_id = models.IntegerField()
    raw = models.CharField(max_length=200, blank=True)
    exponent = models.SmallIntegerField(default=0)
    word = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    remark = models.CharField(max_length=1000, blank=True)
    row_version = models.IntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "submission_value"
        constraints: ClassVar = [models.UniqueConstraint("submission", "measure_id", name="submission_value_once")]


class SubmissionAnswer(models.Model):
    """The answer to a warning; `about` is the digest of the figures that it was given on, and with others it lapses."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    check_code = models.CharField(max_length=40)
    measure_id = models.IntegerField()
    about = models.CharField(max_length=64)
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "submission_answer"
        constraints: ClassVar = [
            models.UniqueConstraint("submission", "check_code", "measure_id", name="submission_answer_once")
        ]


class SubmissionFile(models.Model):
    """An uploaded file and what came of it; `content` is emptied when it has expired, name and digest stay.

    `place` is what it was uploaded for. `problems` is a JSON text; a file with problems changed nothing. `content` is base64, which both databases and backups
    take as it is.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files", null=True)
    unit_id = models.IntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    content = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    place = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "submission_file"


class SubmissionEvent(models.Model):
    """What somebody did to a submission; never changed or deleted. `detail` is a JSON text: the values as they were sent."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=1000, blank=True)
    detail = models.TextField(blank=True)
    file = models.ForeignKey(SubmissionFile, on_delete=models.PROTECT, null=True, related_name="+")
    seq = models.BigIntegerField(null=True)

    class Meta:
        db_table = "submission_event"


class Lock(models.Model):
    """No figures of a form and period change any more in a unit and all below it, from one posting up to another."""

    unit_id = models.IntegerField()
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    period = models.IntegerField()
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "period_lock"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "unit_id", "form", "period", "version", condition=Q(seq_to=None), name="period_lock_one_open"
            ),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="period_lock_closed_after_opened"
            ),
        ]


class Extension(models.Model):
    """A later due day for one unit's form and period; the last one given counts. Never changed or deleted."""

    unit_id = models.IntegerField()
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    period = models.IntegerField()
    day = models.DateField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "extension"
