"""Tables of meetings, and the guards that keep moves and editions of notes as written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("annual", "annual conference"),
                            ("half-year", "half-year conference"),
                            ("quarter", "quarterly session"),
                            ("congress", "congress"),
                            ("special", "special session"),
                            ("study", "study meeting"),
                        ],
                        max_length=10,
                    ),
                ),
                ("period", models.IntegerField()),
                ("held_on", models.DateField()),
                ("title", models.CharField(blank=True, max_length=200)),
                ("title_zh", models.CharField(blank=True, max_length=200)),
                ("seconds", models.PositiveIntegerField(default=360)),
                ("begins", models.PositiveSmallIntegerField(null=True)),
                ("row_version", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("seq", models.BigIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
            ],
            options={
                "db_table": "meeting",
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("spent", models.BigIntegerField(default=0)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="meetings.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_item",
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                ("running", models.BooleanField()),
                ("view", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meetings.item"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="meetings.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_move",
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("number", models.PositiveSmallIntegerField(null=True)),
                (
                    "beside",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meetings.note"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="meetings.item"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="meetings.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_note",
            },
        ),
        migrations.CreateModel(
            name="NoteEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("praise", "praise"), ("problem", "problem"), ("order", "order")], max_length=10
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=2000)),
                ("to_words", models.CharField(blank=True, max_length=200)),
                ("due", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("settled", "settled"),
                            ("done", "done"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500)),
                ("window", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField()),
                ("seq", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="meetings.note"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_note_edition",
            },
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["annual", "half-year", "quarter", "congress", "special", "study"])),
                name="meeting_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(condition=models.Q(("seconds__gt", 0)), name="meeting_gives_time"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("begins", None), ("begins__lt", 1440), _connector="OR"),
                name="meeting_begins_in_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("row_version__gt", 0)), name="meeting_row_version_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(models.F("meeting"), models.F("unit"), name="meeting_item_once"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                models.F("meeting"),
                models.F("place"),
                condition=models.Q(("place", None), _negated=True),
                name="meeting_item_place_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", None), ("place__gt", 0), _connector="OR"),
                name="meeting_item_place_from_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    models.Q(("ended_at__gte", models.F("started_at")), ("started_at__isnull", False)),
                    _connector="OR",
                ),
                name="meeting_item_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="move",
            index=models.Index(fields=["meeting", "at", "id"], name="meeting_move_in_time"),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.UniqueConstraint(models.F("meeting"), models.F("key"), name="meeting_move_once"),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("at__lte", models.F("received_at"))), name="meeting_move_not_ahead"
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("item__isnull", False), ("running", False), _connector="OR"),
                name="meeting_move_runs_for_an_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(
                models.F("meeting"),
                models.F("number"),
                condition=models.Q(("number", None), _negated=True),
                name="meeting_note_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", None), ("number__gt", 0), _connector="OR"),
                name="meeting_note_number_from_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteedition",
            constraint=models.UniqueConstraint(models.F("note"), models.F("version"), name="note_edition_once"),
        ),
        migrations.AddConstraint(
            model_name="noteedition",
            constraint=models.CheckConstraint(condition=models.Q(("version__gt", 0)), name="note_edition_counts"),
        ),
        migrations.AddConstraint(
            model_name="noteedition",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["praise", "problem", "order"])), name="note_edition_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="noteedition",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "settled", "done", "withdrawn"])),
                name="note_edition_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteedition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seq", None), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("seq__isnull", False)),
                    _connector="OR",
                ),
                name="note_edition_posted_unless_draft",
            ),
        ),
        append_only("meeting_move"),
        append_only("meeting_note_edition"),
    ]
