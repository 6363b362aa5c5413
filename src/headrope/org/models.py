"""Units and their dated editions, users and their mandates."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """Somebody who signs in; the mail address may be left out, the language is that of his mails."""

    name = models.CharField(max_length=120, blank=True)
    name_zh = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True, choices=[("en", "English"), ("zh-hans", "中文")])

    class Meta:
        db_table = "user"
        constraints: ClassVar = [
            # Passwords are reset, and sign-ins elsewhere are taken for this account, by the address.
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_mail_once",
                violation_error_message="Another account has this mail address.",
            ),
            models.CheckConstraint(condition=Q(language__in=("", "en", "zh-hans")), name="user_language_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(is_active=False), name="user_closed")]

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


class Holding(models.Model):
    """The share num/den of a unit that another unit holds between two days, as the postings from seq_from to seq_to say."""

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    held = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    num = models.BigIntegerField()
    den = models.BigIntegerField()

    class Meta:
        db_table = "holding"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "owner", "held", "valid_from", condition=Q(seq_to=None), name="holding_one_per_day"
            ),
            models.CheckConstraint(condition=Q(num__gt=0, num__lte=F("den")), name="holding_is_a_share"),
            models.CheckConstraint(condition=~Q(owner=F("held")), name="holding_not_of_itself"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="holding_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="holding_closed_after_opened"
            ),
        ]


class SegmentMember(models.Model):
    """A whole unit that belongs to a segment (a unit of that kind) between two days, as the postings say."""

    segment = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "segment_member"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "segment", "unit", "valid_from", condition=Q(seq_to=None), name="segment_member_one_per_day"
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="segment_member_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="segment_member_closed_after_opened"
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
    """A role on a unit and all below it, between two days: one's own, or delegated by the holder of another mandate.

    A mandate that was withdrawn before it began has no days at all. A delegated one holds no longer than the other does.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    delegated_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="delegated")

    class Meta:
        db_table = "mandate"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "user", "role", "unit", "valid_from", condition=Q(delegated_from=None), name="mandate_once"
            ),
            models.UniqueConstraint(
                "user", "unit", "valid_from", "delegated_from", condition=~Q(delegated_from=None), name="delegated_once"
            ),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="mandate_ends_after_start"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="mandate_role_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["valid_to", "valid_from"], name="mandate_days")]


class FailedSignIns(models.Model):
    """How often signing in to an account has failed in an hour; the console's stands for names that nobody bears."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "failed_sign_ins"
        constraints: ClassVar = [models.UniqueConstraint("user", "hour", name="failed_sign_ins_once_an_hour")]


class Person(models.Model):
    """Somebody who acts or is named, with an account or without."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="person")

    class Meta:
        db_table = "person"


class Post(models.Model):
    """A position of a person in a unit between two days, as the postings from seq_from up to seq_to say; rank 1 is the highest."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "post"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person", "unit", "title", "valid_from", condition=Q(seq_to=None), name="post_one_per_day"
            ),
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__gt=0), name="post_rank_from_one"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="post_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="post_closed_after_opened"
            ),
        ]


class Body(models.Model):
    """A circle of a unit that meets: a board, a committee."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "body"


class BodyMember(models.Model):
    """A person who sits in a body between two days, as the postings from seq_from up to seq_to say; the role is in words."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=200, blank=True)
    role_zh = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "body_member"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "body", "person", "valid_from", condition=Q(seq_to=None), name="body_member_one_per_day"
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="body_member_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="body_member_closed_after_opened"
            ),
        ]


class PartyKind(models.TextChoices):
    """What an outside party is to the group."""

    GOVERNMENT = "government", "government"
    REGULATOR = "regulator", "regulator"
    OWNER = "owner", "owner"
    CUSTOMER = "customer", "customer"
    SUPPLIER = "supplier", "supplier"
    PARTNER = "partner", "partner"
    BANK = "bank", "bank"
    AUDITOR = "auditor", "auditor"
    OTHER = "other", "other"


class Party(models.Model):
    """Somebody outside the tree who is named: a regulator, a customer, a bank, an auditor."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=PartyKind.choices)

    class Meta:
        db_table = "party"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind_known")
        ]
