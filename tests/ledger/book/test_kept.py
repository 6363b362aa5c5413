"""An uploaded workbook is kept with the postings that it made, as it was sent, and with no other."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from headrope.core.problems import ProblemsFound
from headrope.journal.actions import lock_head, post
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import books
from headrope.ledger.book.kept import KeptFile, Uploaded, keep, kept_file, kept_files
from headrope.ledger.book.loading import load_book
from headrope.ledger.book.models import BookFile, BookFilePosting
from headrope.org.actions import console_user
from tests.ledger.book.sheets import HARBOUR, changed, write

pytestmark = pytest.mark.usefixtures("place")


def loaded(tmp_path: Path, name: str = "harbour.xlsx") -> tuple[bytes, list[int]]:
    """The bytes of a workbook that was loaded, and the numbers of all postings."""
    path = write(tmp_path / "upload.xlsx", HARBOUR)
    load_book(path, name=name, by=console_user())
    return path.read_bytes(), list(Posting.objects.order_by("seq").values_list("seq", flat=True))


def test_workbook_is_kept_with_every_posting_of_it(tmp_path: Path) -> None:
    content, seqs = loaded(tmp_path)
    kept = KeptFile("harbour.xlsx", hashlib.sha256(content).hexdigest(), len(content))

    assert len(seqs) > 2  # settings, definitions and figures in one go, then people
    assert kept_files([0, *seqs, seqs[-1] + 1]) == dict.fromkeys(seqs, kept)
    assert [kept_file(seq) for seq in seqs] == [(kept, content)] * len(seqs)
    assert kept_file(seqs[-1] + 1) is None


def test_bytes_are_kept_once(tmp_path: Path) -> None:
    content, seqs = loaded(tmp_path)

    with transaction.atomic():
        number = post(kind=PostingKind.DEFINE, by=console_user()).seq
        keep(Uploaded("again.xlsx", content), number, number)

    assert BookFile.objects.count() == 1
    assert kept_files([seqs[0], number])[number].name == "again.xlsx"


def test_loading_again_what_is_known_keeps_nothing(tmp_path: Path) -> None:
    loaded(tmp_path)
    before = BookFilePosting.objects.count()

    load_book(tmp_path / "upload.xlsx", name="harbour.xlsx", by=console_user())

    assert BookFilePosting.objects.count() == before


def test_workbook_that_is_only_looked_at_or_refused_is_not_kept(tmp_path: Path) -> None:
    load_book(write(tmp_path / "upload.xlsx", HARBOUR), name="harbour.xlsx", by=console_user(), dry_run=True)
    with pytest.raises(ProblemsFound):
        load_book(
            write(tmp_path / "bad.xlsx", changed("measures", 1, 6, "upp")), name="harbour.xlsx", by=console_user()
        )

    assert (BookFile.objects.count(), books().seq) == (0, 0)


def test_posting_without_a_file_has_none() -> None:
    with transaction.atomic():
        number = post(kind=PostingKind.DEFINE, by=console_user()).seq

    assert (kept_files([number]), kept_file(number)) == ({}, None)
    assert kept_files([]) == {}


@pytest.mark.parametrize("model", [BookFile, BookFilePosting])
def test_kept_files_are_never_changed_or_deleted(tmp_path: Path, model: type[BookFile] | type[BookFilePosting]) -> None:
    loaded(tmp_path)

    for change in (lambda: model.objects.all().update(id=99), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_file_is_not_kept_when_the_posting_is_undone(tmp_path: Path) -> None:
    def undone() -> None:
        with transaction.atomic():
            lock_head()
            keep(Uploaded("a.csv", b"a"), 1, 1)
            raise ProblemsFound([])

    with pytest.raises(ProblemsFound):
        undone()

    assert BookFile.objects.count() == 0
