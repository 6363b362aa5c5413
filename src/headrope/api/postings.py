"""/postings: every change to the books, for those who keep them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BeforeValidator, Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Limit, whole
from headrope.api.visit import visit
from headrope.journal.postings import postings_before

router = Router(tags=["books"], auth=READ)

Kind = Literal["load", "import", "accept", "restate", "target", "landing", "define"]


class Posting(Schema):
    """One numbered change to the books."""

    seq: int
    kind: str
    by: str
    known_at: datetime
    recorded_at: datetime
    reason: str
    source: str
    sha256: str


Before = Annotated[int, Field(ge=1, le=10**15, description="`next` of the answer before."), BeforeValidator(whole)]


@router.get("", response=Page[Posting], operation_id="postings")
def postings(
    request: HttpRequest,
    kind: Kind | None = None,
    after: Before | None = None,
    limit: Limit = DEFAULT,
) -> Page[Posting]:
    """The postings, newest first; for whoever may define measures for all units."""
    if not visit(request).who.everywhere("define"):
        raise Refused(404)
    rows = [Posting(**vars(row)) for row in postings_before(after, kind, limit + 1)]
    shown, following = cut(rows, limit, lambda posting: str(posting.seq))
    return Page[Posting](items=shown, next=following)
