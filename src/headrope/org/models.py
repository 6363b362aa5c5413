"""Units and their dated editions, users and their mandates."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q


class User(AbstractUser):
    """Somebody who signs in."""

    name = models.CharField(max_length=120, blank=True)
    name_zh = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "user"

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other, else the sign-in name."""
        first, second = (self.name_zh, self.name) if language.startswith("zh") else (self.name, self.name_zh)
        return first or second or self.username


class Unit(models.Model):
    """A node of the tree; all that can change about it stands in its editions."""

    id = models.PositiveIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "unit"


class UnitEdition(models.Model):
    """A unit as it is between two days, as the postings from seq_from up to seq_to say."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="editions")
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=1000)
    name_zh = models.CharField(max_length=1000, blank=True)
    method = models.CharField(max_length=20, default="full")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "unit_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("unit", "valid_from", condition=Q(seq_to=None), name="unit_edition_one_per_day"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="unit_edition_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="unit_edition_closed_after_opened"
            ),
        ]


class Role(models.TextChoices):
    """What a mandate makes of a person on a subtree."""

    OFFICE = "group_office", "group office"
    CLERK = "clerk", "unit clerk"
    HEAD = "head", "unit head"
    LEADER = "leader", "leader"
    SUPERVISION = "supervision", "supervision office"
    FINANCE = "finance", "finance"
    VIEWER = "viewer", "viewer"
    ADMINISTRATOR = "administrator", "administrator"


class Mandate(models.Model):
    """A role on a unit and all below it, between two days."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        db_table = "mandate"
        constraints: ClassVar = [
            models.UniqueConstraint("user", "role", "unit", "valid_from", name="mandate_once"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="mandate_ends_after_start"),
        ]
