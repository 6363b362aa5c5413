"""Measures, forms, duties, checks and calendars by their editions, versions, and facts: append-only, with vintages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headrope.core.quantities import AMOUNT_LIMIT


class Setting(models.Model):
    """One line about the ledger as a whole: name, currency, fiscal_start, time_zone, language, calendar."""

    key = models.CharField(max_length=20, primary_key=True)
    value = models.CharField(max_length=200)

    class Meta:
        db_table = "ledger_setting"


class Version(models.Model):
    """actual, target, budget, landing, or a named scenario."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "version"


class Measure(models.Model):
    """What can never change about a measure; the rest stands in its editions."""

    id = models.PositiveIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    quantity = models.CharField(max_length=10)
    step_exponent = models.SmallIntegerField()

    class Meta:
        db_table = "measure"


class MeasureEdition(models.Model):
    """A measure as defined between two days, as the postings from seq_from up to seq_to say."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="editions")
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=1000)
    name_zh = models.CharField(max_length=1000, blank=True)
    account = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    direction = models.CharField(max_length=10)
    numerator = models.CharField(max_length=400, blank=True)
    denominator = models.CharField(max_length=400, blank=True)
    weight = models.FloatField(null=True)
    annualise = models.BooleanField(default=False)
    missing = models.CharField(max_length=10, default="missing")
    margin = models.FloatField(null=True)
    attributable = models.BooleanField(default=False)
    successor = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="+")
    continuity = models.CharField(max_length=10, blank=True)
    # The name of an account: books are loaded where there are no accounts yet.
    owner = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "measure_edition"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "measure", "valid_from", condition=Q(seq_to=None), name="measure_edition_one_per_day"
            ),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="measure_edition_closed_after_opened"
            ),
        ]


class Basis(models.IntegerChoices):
    """Whether a figure is a unit's own part of a total or the total that the unit states."""

    OWN = 0, "own"
    STATED = 1, "stated"


class State(models.IntegerChoices):
    """What a fact says about its cell."""

    VALUE = 0, "value"
    WITHDRAWN = 1, "withdrawn"
    NOT_APPLICABLE = 2, "not-applicable"
    TEXT = 3, "text"


class Fact(models.Model):
    """One value of a cell as one posting made it known. No foreign keys: the load resolves ids, the audit checks them."""

    pk = models.CompositePrimaryKey("unit_id", "measure_id", "version_id", "period", "basis", "seq")
    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    version_id = models.SmallIntegerField()
    period = models.IntegerField()
    basis = models.SmallIntegerField(choices=Basis.choices)
    seq = models.BigIntegerField()
    amount = models.BigIntegerField(null=True)
    number = models.FloatField(null=True)
    state = models.SmallIntegerField(choices=State.choices)

    class Meta:
        db_table = "fact"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=0, amount__isnull=False, number__isnull=True)
                | Q(state=0, amount__isnull=True, number__isnull=False)
                | (~Q(state=0) & Q(amount__isnull=True, number__isnull=True)),
                name="fact_value_as_state_says",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=-AMOUNT_LIMIT, amount__lt=AMOUNT_LIMIT), name="fact_amount_fits"
            ),
        ]


class FactText(models.Model):
    """The words of a fact whose state is text; the key is the fact's."""

    pk = models.CompositePrimaryKey("unit_id", "measure_id", "version_id", "period", "basis", "seq")
    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    version_id = models.SmallIntegerField()
    period = models.IntegerField()
    basis = models.SmallIntegerField(choices=Basis.choices)
    seq = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        db_table = "fact_text"


class Elimination(models.Model):
    """What a unit's figure holds of its dealings with a counterparty; amount None withdraws it. Taken out where both meet."""

    pk = models.CompositePrimaryKey("unit_id", "counterparty_id", "measure_id", "version_id", "period", "seq")
    unit_id = models.IntegerField()
    counterparty_id = models.IntegerField()
    measure_id = models.IntegerField()
    version_id = models.SmallIntegerField()
    period = models.IntegerField()
    seq = models.BigIntegerField()
    amount = models.BigIntegerField(null=True)

    class Meta:
        db_table = "elimination"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(unit_id=F("counterparty_id")), name="elimination_between_two"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=-AMOUNT_LIMIT, amount__lt=AMOUNT_LIMIT),
                name="elimination_amount_fits",
            ),
        ]


class Form(models.Model):
    """A set of measures that is asked for together; what can change stands in its editions."""

    id = models.PositiveIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "form"


class FormEdition(models.Model):
    """A form's names, span in months and measures (codes, blank between), as the postings from seq_from to seq_to say.

    `due` is the text of a core.due.rules.DueRule, empty when it is never due; `scale` the key of a core.display.Scale.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="editions")
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    name = models.CharField(max_length=1000)
    name_zh = models.CharField(max_length=1000, blank=True)
    span = models.PositiveSmallIntegerField()
    measures = models.TextField()
    due = models.CharField(max_length=100, blank=True)
    scale = models.CharField(max_length=2, default="1")

    class Meta:
        db_table = "form_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("form", condition=Q(seq_to=None), name="form_edition_one_open"),
            models.CheckConstraint(condition=Q(span__in=[1, 3, 6, 12]), name="form_edition_native_span"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="form_edition_closed_after_opened"
            ),
        ]


class Duty(models.Model):
    """A unit owes a form for the periods that end between two days, as the postings from seq_from to seq_to say.

    `due` is the text of a rule of its own, empty where the form's holds.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="duties")
    unit_id = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    due = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "duty"
        constraints: ClassVar = [
            models.UniqueConstraint("form", "unit_id", "valid_from", condition=Q(seq_to=None), name="duty_one_per_day"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="duty_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="duty_closed_after_opened"
            ),
        ]


class CheckEdition(models.Model):
    """A check as the postings from seq_from to seq_to say; `row` is JSON: the cells of checks.csv that are not empty."""

    code = models.CharField(max_length=40)
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    row = models.TextField()

    class Meta:
        db_table = "check_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("code", condition=Q(seq_to=None), name="check_edition_one_open"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="check_edition_closed_after_opened"
            ),
        ]


class CalendarEdition(models.Model):
    """A calendar as the postings from seq_from to seq_to say; `rows` is JSON: its rows of calendars.csv, in order."""

    code = models.CharField(max_length=40)
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)
    rows = models.TextField()

    class Meta:
        db_table = "calendar_edition"
        constraints: ClassVar = [
            models.UniqueConstraint("code", condition=Q(seq_to=None), name="calendar_edition_one_open"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="calendar_edition_closed_after_opened"
            ),
        ]


class UnitCalendar(models.Model):
    """A unit and all below it work by a calendar between two days, as the postings from seq_from to seq_to say."""

    unit_id = models.IntegerField()
    calendar = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField()
    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(null=True)

    class Meta:
        db_table = "unit_calendar"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "unit_id", "valid_from", condition=Q(seq_to=None), name="unit_calendar_one_per_day"
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="unit_calendar_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seq_to=None) | Q(seq_to__gt=F("seq_from")), name="unit_calendar_closed_after_opened"
            ),
        ]


class PostingUnit(models.Model):
    """Which units a posting touched: the tail that caches follow, in place of an index on fact.seq."""

    pk = models.CompositePrimaryKey("seq", "unit_id")
    seq = models.BigIntegerField()
    unit_id = models.IntegerField()

    class Meta:
        db_table = "posting_unit"
