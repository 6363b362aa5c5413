"""What time it is for the books: the machine's clock, put forward or back by the setting HEADROPE_CLOCK_SHIFT."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC. The example group lives in July 2023, and so do trials of an earlier month."""
    moment: datetime = timezone.now() + settings.CLOCK_SHIFT
    return moment
