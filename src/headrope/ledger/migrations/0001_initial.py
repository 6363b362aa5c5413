"""Tables of the ledger, facts clustered by their key, and the guards that keep them as written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from headrope.journal.clustered import CreateClustered
from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("quantity", models.CharField(max_length=10)),
                ("step_exponent", models.SmallIntegerField()),
            ],
            options={
                "db_table": "measure",
            },
        ),
        CreateClustered(
            name="PostingUnit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "seq", "unit_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("unit_id", models.IntegerField()),
            ],
            options={
                "db_table": "posting_unit",
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("key", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("value", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "ledger_setting",
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "db_table": "version",
            },
        ),
        CreateClustered(
            name="Fact",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "measure_id",
                        "version_id",
                        "period",
                        "basis",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("version_id", models.SmallIntegerField()),
                ("period", models.IntegerField()),
                ("basis", models.SmallIntegerField(choices=[(0, "own"), (1, "stated")])),
                ("seq", models.BigIntegerField()),
                ("amount", models.BigIntegerField(null=True)),
                ("number", models.FloatField(null=True)),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(0, "value"), (1, "withdrawn"), (2, "not-applicable"), (3, "text")]
                    ),
                ),
            ],
            options={
                "db_table": "fact",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__isnull", False), ("number__isnull", True), ("state", 0)),
                            models.Q(("amount__isnull", True), ("number__isnull", False), ("state", 0)),
                            models.Q(
                                models.Q(("state", 0), _negated=True),
                                ("amount__isnull", True),
                                ("number__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="fact_value_as_state_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount", None),
                            models.Q(("amount__gt", -4611686018427387904), ("amount__lt", 4611686018427387904)),
                            _connector="OR",
                        ),
                        name="fact_amount_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("place", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=1000)),
                ("name_zh", models.CharField(blank=True, max_length=1000)),
                ("account", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=20)),
                ("direction", models.CharField(max_length=10)),
                ("numerator", models.CharField(blank=True, max_length=400)),
                ("denominator", models.CharField(blank=True, max_length=400)),
                ("weight", models.FloatField(null=True)),
                ("annualise", models.BooleanField(default=False)),
                ("missing", models.CharField(default="missing", max_length=10)),
                ("margin", models.FloatField(null=True)),
                ("attributable", models.BooleanField(default=False)),
                (
                    "successor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.measure"
                    ),
                ),
                ("continuity", models.CharField(blank=True, max_length=10)),
                ("owner", models.CharField(blank=True, max_length=150)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="ledger.measure"
                    ),
                ),
            ],
            options={
                "db_table": "measure_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("measure"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="measure_edition_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="measure_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        CreateClustered(
            name="FactText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "measure_id",
                        "version_id",
                        "period",
                        "basis",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("version_id", models.SmallIntegerField()),
                ("period", models.IntegerField()),
                ("basis", models.SmallIntegerField(choices=[(0, "own"), (1, "stated")])),
                ("seq", models.BigIntegerField()),
                ("text", models.TextField()),
            ],
            options={
                "db_table": "fact_text",
            },
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "db_table": "form",
            },
        ),
        CreateClustered(
            name="Elimination",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "counterparty_id",
                        "measure_id",
                        "version_id",
                        "period",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("unit_id", models.IntegerField()),
                ("counterparty_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("version_id", models.SmallIntegerField()),
                ("period", models.IntegerField()),
                ("seq", models.BigIntegerField()),
                ("amount", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "elimination",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unit_id", models.F("counterparty_id")), _negated=True),
                        name="elimination_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount", None),
                            models.Q(("amount__gt", -4611686018427387904), ("amount__lt", 4611686018427387904)),
                            _connector="OR",
                        ),
                        name="elimination_amount_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("due", models.CharField(blank=True, max_length=100)),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="ledger.form"
                    ),
                ),
            ],
            options={
                "db_table": "duty",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("form"),
                        models.F("unit_id"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="duty_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))), name="duty_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="duty_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=1000)),
                ("name_zh", models.CharField(blank=True, max_length=1000)),
                ("span", models.PositiveSmallIntegerField()),
                ("measures", models.TextField()),
                ("due", models.CharField(blank=True, max_length=100)),
                ("scale", models.CharField(default="1", max_length=2)),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="ledger.form"
                    ),
                ),
            ],
            options={
                "db_table": "form_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("form"), condition=models.Q(("seq_to", None)), name="form_edition_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("span__in", [1, 3, 6, 12])), name="form_edition_native_span"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="form_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("row", models.TextField()),
            ],
            options={
                "db_table": "check_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"),
                        condition=models.Q(("seq_to", None)),
                        name="check_edition_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="check_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                ("rows", models.TextField()),
            ],
            options={
                "db_table": "calendar_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"),
                        condition=models.Q(("seq_to", None)),
                        name="calendar_edition_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="calendar_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("calendar", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "unit_calendar",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit_id"),
                        models.F("valid_from"),
                        condition=models.Q(("seq_to", None)),
                        name="unit_calendar_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lt", models.F("valid_to"))),
                        name="unit_calendar_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="unit_calendar_closed_after_opened",
                    ),
                ],
            },
        ),
        append_only("fact"),
        append_only("posting_unit"),
        append_only("measure"),
        append_only("version"),
        append_only(
            "measure_edition",
            "id measure_id valid_from valid_to seq_from place name name_zh account kind direction numerator denominator weight annualise missing margin attributable successor_id continuity owner",
        ),
        append_only("fact_text"),
        append_only("elimination"),
        append_only("form"),
        append_only("form_edition", "id form_id seq_from name name_zh span measures due scale"),
        append_only("duty", "id form_id unit_id valid_from valid_to seq_from due"),
        append_only("check_edition", "id code seq_from row"),
        append_only("calendar_edition", "id code seq_from rows"),
        append_only("unit_calendar", "id unit_id calendar valid_from valid_to seq_from"),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("period", models.IntegerField()),
                ("day", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.form"),
                ),
            ],
            options={
                "db_table": "extension",
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("period", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("returned", "returned"),
                            ("accepted", "accepted"),
                            ("reopened", "reopened"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("row_version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("first_submitted_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("exceptions", models.CharField(blank=True, max_length=500)),
                ("seq", models.BigIntegerField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.form"),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.version"
                    ),
                ),
            ],
            options={
                "db_table": "submission",
            },
        ),
        migrations.CreateModel(
            name="SubmissionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_code", models.CharField(max_length=40)),
                ("measure_id", models.IntegerField()),
                ("about", models.CharField(max_length=64)),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="ledger.submission"
                    ),
                ),
            ],
            options={
                "db_table": "submission_answer",
            },
        ),
        migrations.CreateModel(
            name="SubmissionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.IntegerField()),
                ("content", models.TextField(blank=True)),
                ("problems", models.TextField(blank=True)),
                ("place", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="ledger.submission",
                    ),
                ),
            ],
            options={
                "db_table": "submission_file",
            },
        ),
        migrations.CreateModel(
            name="SubmissionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("detail", models.TextField(blank=True)),
                ("seq", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="ledger.submission"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.submissionfile",
                    ),
                ),
            ],
            options={
                "db_table": "submission_event",
            },
        ),
        migrations.CreateModel(
            name="SubmissionValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure_id", models.IntegerField()),
                ("raw", models.CharField(blank=True, max_length=200)),
                ("exponent", models.SmallIntegerField(default=0)),
                ("word", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("remark", models.CharField(blank=True, max_length=1000)),
                ("row_version", models.IntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values_typed", to="ledger.submission"
                    ),
                ),
            ],
            options={
                "db_table": "submission_value",
            },
        ),
        migrations.CreateModel(
            name="Lock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("period", models.IntegerField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.form"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.version"
                    ),
                ),
            ],
            options={
                "db_table": "period_lock",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit_id"),
                        models.F("form"),
                        models.F("period"),
                        models.F("version"),
                        condition=models.Q(("seq_to", None)),
                        name="period_lock_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="period_lock_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                models.F("unit_id"), models.F("form"), models.F("period"), models.F("version"), name="submission_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "submitted", "returned", "accepted", "reopened"])),
                name="submission_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("row_version__gt", 0)), name="submission_row_version_counts"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["form", "period", "version", "row_version"], name="submission_round"),
        ),
        migrations.AddConstraint(
            model_name="submissionanswer",
            constraint=models.UniqueConstraint(
                models.F("submission"), models.F("check_code"), models.F("measure_id"), name="submission_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionvalue",
            constraint=models.UniqueConstraint(
                models.F("submission"), models.F("measure_id"), name="submission_value_once"
            ),
        ),
        append_only("submission_event"),
        append_only("extension"),
        append_only("period_lock", closing="id unit_id form_id period version_id seq_from"),
    ]
