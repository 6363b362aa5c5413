"""What tells one state of a round's submissions from another, so that what is made of thousands of them can be kept."""

from __future__ import annotations

from django.db import connection

from headrope.ledger.submissions.place import Round

Stamp = tuple[int, int]

_QUESTION = "SELECT COUNT(*), SUM(row_version) FROM submission WHERE form_id = %s AND period = %s AND version_id = %s"


def stamp_of(round: Round) -> Stamp | None:
    """How many submissions there are and how often they were changed: none is ever deleted; one statement.

    None inside a transaction: what it has changed may be undone, and counted up to the same once more.
    """
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [round.form.id, round.period.code, round.version_id])
        count, versions = cursor.fetchone()
    return int(count), int(versions or 0)
