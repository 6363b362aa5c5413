"""/postings: every change to the books, for those who keep them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router, Schema

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Before, Limit, Number
from headrope.api.visit import visit
from headrope.journal.postings import postings_before
from headrope.ledger.book.kept import KeptFile, kept_file, kept_files

router = Router(tags=["books"], auth=READ)

Kind = Literal["load", "import", "accept", "restate", "target", "landing", "define", "meeting"]


class FileAnswer(Schema):
    """The file that a posting was read from, as it was sent: GET /postings/{seq}/file gives its bytes."""

    name: str
    size: int
    sha256: str


class Posting(Schema):
    """One numbered change to the books. `sha256` is of what was read, `file` what was uploaded for it, if anything was."""

    seq: int
    kind: str
    by: str
    known_at: datetime
    recorded_at: datetime
    reason: str
    source: str
    sha256: str
    file: FileAnswer | None


BYTES = {
    "responses": {
        200: {
            "description": "The bytes as they were sent.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("", response=Page[Posting], operation_id="postings")
def postings(
    request: HttpRequest,
    kind: Kind | None = None,
    after: Before | None = None,
    limit: Limit = DEFAULT,
) -> Page[Posting]:
    """The postings, newest first; for whoever may define measures for all units."""
    _keeper(request)
    found = postings_before(after, kind, limit + 1)
    files = kept_files([row.seq for row in found])
    rows = [Posting(**vars(row), file=_file(files.get(row.seq))) for row in found]
    shown, following = cut(rows, limit, lambda posting: str(posting.seq))
    return Page[Posting](items=shown, next=following)


@router.get("/{seq}/file", response=None, operation_id="posting_file", openapi_extra=BYTES)
def file(request: HttpRequest, seq: Number) -> HttpResponse:
    """The file that was uploaded for the posting: a group's workbook, a file of definitions, or that of a submission."""
    _keeper(request)
    found = kept_file(int(seq))
    if found is None:
        raise Refused(404)
    kept, content = found
    headers = {"Content-Disposition": content_disposition_header(True, kept.name) or "attachment"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _keeper(request: HttpRequest) -> None:
    if not visit(request).who.everywhere("define"):
        raise Refused(404)


def _file(kept: KeptFile | None) -> FileAnswer | None:
    return FileAnswer(**vars(kept)) if kept else None
