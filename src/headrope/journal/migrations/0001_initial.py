"""Tables of the journal, its one head row, and the guard that keeps postings, audit lines and seals as written."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from headrope.journal.guards import append_only


def make_head(apps, editor):
    apps.get_model("journal", "Head").objects.create(id=1, seq=0, key=uuid.uuid4())


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("key", models.UUIDField()),
            ],
            options={
                "db_table": "head",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="head_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("load", "load"),
                            ("import", "import"),
                            ("accept", "accept"),
                            ("restate", "restate"),
                            ("target", "target"),
                            ("landing", "landing"),
                            ("define", "define"),
                            ("meeting", "meeting"),
                        ],
                        max_length=8,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("known_at", models.DateTimeField(db_index=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("source_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "posting",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("known_at__lte", models.F("recorded_at"))),
                        name="posting_known_before_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "import"), ("known_at", models.F("recorded_at")), _connector="OR"),
                        name="posting_backdated_only_by_import",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=60)),
                ("object", models.CharField(max_length=500)),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"db_table": "audit"},
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("key_print", models.CharField(max_length=16)),
                ("seal", models.CharField(max_length=64)),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.audit"
                    ),
                ),
            ],
            options={
                "db_table": "audit_seal",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="audit_seal_from_one")
                ],
            },
        ),
        append_only("posting"),
        append_only("audit"),
        append_only("audit_seal"),
        migrations.RunPython(make_head, migrations.RunPython.noop),
    ]
