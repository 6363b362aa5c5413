"""Tables of the kept files, and the guards that keep them as written."""

import django.db.models.deletion
from django.db import migrations, models

from headrope.journal.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BookFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.IntegerField()),
                ("content", models.TextField()),
            ],
            options={
                "db_table": "book_file",
            },
        ),
        migrations.CreateModel(
            name="BookFilePosting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("first", models.BigIntegerField(unique=True)),
                ("last", models.BigIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="book.bookfile"
                    ),
                ),
            ],
            options={
                "db_table": "book_file_posting",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lte", models.F("last"))), name="book_file_posting_first_before_last"
                    )
                ],
            },
        ),
        append_only("book_file"),
        append_only("book_file_posting"),
    ]
