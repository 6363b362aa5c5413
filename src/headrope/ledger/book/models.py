"""Uploaded files of definitions and of whole groups, kept with the postings that they made; never changed or deleted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class BookFile(models.Model):
    """The bytes of a file, once however often it is loaded; base64, which both databases and backups take as it is."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.IntegerField()
    content = models.TextField()

    class Meta:
        db_table = "book_file"


class BookFilePosting(models.Model):
    """The postings `first` to `last` were read from the file, which people called `name`."""

    file = models.ForeignKey(BookFile, on_delete=models.PROTECT, related_name="postings")
    name = models.CharField(max_length=200)
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField()

    class Meta:
        db_table = "book_file_posting"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="book_file_posting_first_before_last")
        ]
