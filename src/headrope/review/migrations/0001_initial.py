"""Answers, evidence, asks, and the editions of causes, rules and benchmarks, with the guards that keep them as written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BenchmarkEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=400)),
                ("row", models.TextField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "benchmark_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"), condition=models.Q(("seq_to", None)), name="benchmark_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="benchmark_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CauseEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=400)),
                ("row", models.TextField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "cause_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"), condition=models.Q(("seq_to", None)), name="cause_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="cause_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GapEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("period", models.IntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.IntegerField()),
                ("content", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "gap_evidence",
            },
        ),
        migrations.CreateModel(
            name="RuleEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=400)),
                ("row", models.TextField()),
                ("seq_from", models.BigIntegerField()),
                ("seq_to", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "review_rule_edition",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"), condition=models.Q(("seq_to", None)), name="review_rule_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq_to", None), ("seq_to__gt", models.F("seq_from")), _connector="OR"),
                        name="review_rule_edition_closed_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GapAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("period", models.IntegerField()),
                ("row_version", models.IntegerField()),
                ("against", models.CharField(max_length=40)),
                ("gap", models.CharField(max_length=40)),
                ("causes", models.TextField()),
                ("words", models.TextField()),
                ("whys", models.TextField()),
                ("months", models.TextField()),
                ("evidence", models.TextField()),
                ("on_behalf", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("seq", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "gap_answer",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit_id"),
                        models.F("measure_id"),
                        models.F("period"),
                        models.F("row_version"),
                        name="gap_answer_version_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("row_version__gt", 0)), name="gap_answer_version_counts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GapAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("period", models.IntegerField()),
                ("due", models.DateField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("seq", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "gap_ask",
                "indexes": [models.Index(fields=["unit_id", "period"], name="gap_ask_of_unit")],
            },
        ),
        append_only("cause_edition", closing="id code row seq_from"),
        append_only("review_rule_edition", closing="id code row seq_from"),
        append_only("benchmark_edition", closing="id code row seq_from"),
        append_only("gap_evidence"),
        append_only("gap_answer"),
        append_only("gap_ask"),
    ]
