"""Meetings with their items, the moves of the big screen, and notes with every edition of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from headrope.org.models import Person, Unit


class MeetingKind(models.TextChoices):
    """What sort of meeting it is."""

    ANNUAL = "annual", "annual conference"
    HALF_YEAR = "half-year", "half-year conference"
    QUARTER = "quarter", "quarterly session"
    CONGRESS = "congress", "congress"
    SPECIAL = "special", "special session"
    STUDY = "study", "study meeting"


class Meeting(models.Model):
    """A meeting of a unit that goes through a period; its number is its id, `seq` the posting that made it.

    `seconds` are meant for each unit; `begins` counts minutes since midnight, in the ledger's time zone. An empty title
    is made of the kind and the year.
    """

    kind = models.CharField(max_length=10, choices=MeetingKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.IntegerField()
    held_on = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    seconds = models.PositiveIntegerField(default=360)
    begins = models.PositiveSmallIntegerField(null=True)
    row_version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        db_table = "meeting"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="meeting_kind_known"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="meeting_gives_time"),
            models.CheckConstraint(condition=Q(begins=None) | Q(begins__lt=1440), name="meeting_begins_in_a_day"),
            models.CheckConstraint(condition=Q(row_version__gt=0), name="meeting_row_version_counts"),
        ]


class Item(models.Model):
    """A unit that is reviewed in the meeting; without a place it is left out.

    When its clock first ran, when it last stopped (None while it runs) and for how many milliseconds it has run in all:
    worked out of the moves, which are what is true.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    spent = models.BigIntegerField(default=0)

    class Meta:
        db_table = "meeting_item"
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "unit", name="meeting_item_once"),
            models.UniqueConstraint("meeting", "place", condition=~Q(place=None), name="meeting_item_place_once"),
            models.CheckConstraint(condition=Q(place=None) | Q(place__gt=0), name="meeting_item_place_from_one"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="meeting_item_ends_after_start",
            ),
        ]


class Move(models.Model):
    """One move on the big screen: from `at` on this item stands on it, its clock runs or not, and it is seen in this view.

    The machine in the hall makes the key, so that what it sends again is taken once; `at` is when the key was pressed,
    `received_at` when it became known here, later where the net was gone.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="moves")
    key = models.UUIDField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    running = models.BooleanField()
    view = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "meeting_move"
        indexes: ClassVar = [models.Index(fields=["meeting", "at", "id"], name="meeting_move_in_time")]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "key", name="meeting_move_once"),
            models.CheckConstraint(condition=Q(at__lte=F("received_at")), name="meeting_move_not_ahead"),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(running=False), name="meeting_move_runs_for_an_item"
            ),
        ]


class NoteKind(models.TextChoices):
    """What is noted of a unit."""

    PRAISE = "praise", "praise"
    PROBLEM = "problem", "problem"
    ORDER = "order", "order"


class NoteState(models.TextChoices):
    """A draft is being written; a settled one stands; an order can be done; a withdrawn one is seen in its history only."""

    DRAFT = "draft", "draft"
    SETTLED = "settled", "settled"
    DONE = "done", "done"
    WITHDRAWN = "withdrawn", "withdrawn"


class Note(models.Model):
    """What is noted of a unit in a meeting; all that it says stands in its editions.

    The writer's machine makes the key. An order has a number in its meeting from when it is first settled. `beside` is
    the note that somebody else changed while this one was written.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notes")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    number = models.PositiveSmallIntegerField(null=True)
    beside = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "meeting_note"
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "number", condition=~Q(number=None), name="meeting_note_number_once"),
            models.CheckConstraint(condition=Q(number=None) | Q(number__gt=0), name="meeting_note_number_from_one"),
        ]


class NoteEdition(models.Model):
    """A note as it was written once; `version` counts from 1, `seq` is the posting of all that is more than a draft.

    An order is addressed to a person, or to whom the words say. `window` tells the windows of one writer apart.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="editions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=NoteKind.choices)
    words = models.CharField(max_length=2000, blank=True)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    to_words = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=NoteState.choices)
    remark = models.CharField(max_length=500, blank=True)
    window = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seq = models.BigIntegerField(null=True)

    class Meta:
        db_table = "meeting_note_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("note", "version", name="note_edition_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="note_edition_counts"),
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="note_edition_kind_known"),
            models.CheckConstraint(condition=Q(state__in=NoteState.values), name="note_edition_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft", seq=None) | Q(~Q(state="draft"), seq__isnull=False),
                name="note_edition_posted_unless_draft",
            ),
        ]
