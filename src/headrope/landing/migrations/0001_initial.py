"""Runs of landings, what they say, and how good they were."""

from django.db import migrations, models

from headrope.journal.clustered import CreateClustered
from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateClustered(
            name="LandingMeasure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "seq", "measure_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("measure_id", models.IntegerField()),
                ("span", models.PositiveSmallIntegerField()),
                ("left", models.PositiveSmallIntegerField()),
                ("levels", models.BooleanField()),
                ("recovers", models.BooleanField()),
                ("more", models.BooleanField(null=True)),
                ("grain", models.FloatField()),
                ("why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "db_table": "landing_measure",
            },
        ),
        CreateClustered(
            name="LandingRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "seq", "unit_id", "measure_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("unit_id", models.IntegerField()),
                ("measure_id", models.IntegerField()),
                ("parent_id", models.IntegerField(null=True)),
                ("share", models.FloatField()),
                ("steps", models.BigIntegerField(null=True)),
                ("point", models.FloatField(null=True)),
                ("known", models.FloatField(null=True)),
                ("low80", models.FloatField(null=True)),
                ("low50", models.FloatField(null=True)),
                ("high50", models.FloatField(null=True)),
                ("high80", models.FloatField(null=True)),
                ("scale", models.FloatField(null=True)),
                ("freedom", models.FloatField(null=True)),
                ("least", models.FloatField(null=True)),
                ("target", models.FloatField(null=True)),
                ("odds", models.FloatField(null=True)),
                ("odds_low", models.FloatField(null=True)),
                ("odds_high", models.FloatField(null=True)),
                ("same_share", models.FloatField(null=True)),
                ("past", models.SmallIntegerField()),
                ("filled", models.SmallIntegerField()),
                ("late", models.SmallIntegerField()),
                ("estimated", models.IntegerField(default=0)),
                ("estimated_steps", models.SmallIntegerField(default=0)),
                ("reasons", models.IntegerField()),
                ("path", models.TextField()),
            ],
            options={
                "db_table": "landing_row",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("odds", None), models.Q(("odds__gte", 0), ("odds__lte", 1)), _connector="OR"
                        ),
                        name="landing_row_odds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("odds", None), ("odds_low", None), _connector="OR"),
                        name="landing_row_one_kind_of_odds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LandingRun",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("read_seq", models.BigIntegerField()),
                ("start", models.IntegerField()),
                ("end", models.IntegerField()),
                ("month_end", models.IntegerField()),
            ],
            options={
                "db_table": "landing_run",
                "indexes": [models.Index(fields=["start", "seq"], name="landing_run_of_year")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month_end__lte", models.F("end")), ("start__lt", models.F("month_end"))),
                        name="landing_run_within_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_seq__lt", models.F("seq"))), name="landing_run_reads_before"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LandingScore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("run_seq", models.BigIntegerField(null=True)),
                ("measure_id", models.IntegerField()),
                ("months", models.PositiveSmallIntegerField()),
                ("tier", models.PositiveSmallIntegerField()),
                ("first_year", models.IntegerField()),
                ("years", models.PositiveSmallIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("wape", models.FloatField(null=True)),
                ("wape_straight", models.FloatField(null=True)),
                ("wape_share", models.FloatField(null=True)),
                ("coverage", models.FloatField(null=True)),
                ("brier", models.FloatField(null=True)),
                ("brier_straight", models.FloatField(null=True)),
                ("brier_share", models.FloatField(null=True)),
                ("bins", models.TextField()),
            ],
            options={
                "db_table": "landing_score",
                "indexes": [models.Index(fields=["run_seq", "seq"], name="landing_score_of_run")],
            },
        ),
        append_only("landing_run"),
        append_only("landing_measure"),
        append_only("landing_row"),
        append_only("landing_score"),
    ]
