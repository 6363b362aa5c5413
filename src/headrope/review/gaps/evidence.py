"""The files that were given as evidence."""

from __future__ import annotations

import base64

from headrope.core.periods import Period
from headrope.review.models import GapEvidence


def evidence(unit: int, measure: int, period: Period, number: int) -> tuple[str, bytes]:
    """The name and the bytes of a file that was given for this very gap; a LookupError where there is none."""
    row = GapEvidence.objects.filter(pk=number, unit_id=unit, measure_id=measure, period=period.code).first()
    if row is None:
        raise LookupError(number)
    return row.name, base64.b64decode(row.content)
