"""The file behind a posting: an uploaded workbook or file of definitions, or the file of a submission, as it was sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headrope.journal.models import Posting
from headrope.ledger.book.models import BookFile, BookFilePosting
from headrope.ledger.submissions.models import SubmissionEvent, SubmissionFile

LONGEST_NAME = 200


@dataclass(frozen=True)
class Uploaded:
    """A file as it was sent: what people call it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class KeptFile:
    """A file that is kept: what people called it, the SHA-256 of its bytes in hex, and how many bytes."""

    name: str
    sha256: str
    size: int


def keeper(file: Uploaded | None) -> Callable[[int, int], None] | None:
    """What `load_folder` is to do with the numbers of its first and last posting: keep the file with them."""
    return None if file is None else lambda first, last: keep(file, first, last)


def keep(file: Uploaded, first: int, last: int) -> None:
    """Keep the file with the postings of these numbers; part of the transaction that makes them, under the head lock."""
    digest = hashlib.sha256(file.content).hexdigest()
    content = base64.b64encode(file.content).decode()
    row, _made = BookFile.objects.get_or_create(sha256=digest, defaults={"size": len(file.content), "content": content})
    BookFilePosting.objects.create(file=row, name=file.name[:LONGEST_NAME], first=first, last=last)


def kept_files(seqs: Iterable[int]) -> dict[int, KeptFile]:
    """The files of those of the postings that have one, without their bytes; three statements."""
    wanted = set(seqs)
    if not wanted:
        return {}
    found = {}
    fields = ("first", "last", "name", "file__sha256", "file__size")
    within = BookFilePosting.objects.filter(first__lte=max(wanted), last__gte=min(wanted))
    for first, last, name, sha256, size in within.values_list(*fields):
        found.update({seq: KeptFile(name, sha256, size) for seq in wanted if first <= seq <= last})
    digests = dict(Posting.objects.filter(seq__in=wanted).exclude(source_sha256="").values_list("seq", "source_sha256"))
    events = SubmissionEvent.objects.filter(seq__in=digests.keys() - found.keys())
    files = events.values_list("seq", "submission__files__name", "submission__files__sha256", "submission__files__size")
    found.update(
        {seq: KeptFile(name, digest, size) for seq, name, digest, size in files if seq and digest == digests[seq]}
    )
    return found


def kept_file(seq: int) -> tuple[KeptFile, bytes] | None:
    """The file that the posting was read from, with its bytes; None where there is none, or it is no longer kept."""
    found = kept_files([seq]).get(seq)
    if found is None:
        return None
    text = BookFile.objects.filter(sha256=found.sha256, postings__first__lte=seq, postings__last__gte=seq)
    contents = list(text.values_list("content", flat=True)[:1])
    if not contents:
        of_event = SubmissionFile.objects.filter(submission__events__seq=seq, sha256=found.sha256).exclude(content="")
        contents = list(of_event.order_by("-id").values_list("content", flat=True)[:1])
    return (found, base64.b64decode(contents[0])) if contents else None
