"""Days in answers: what always held and what has no end are null."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from headrope.core.units import ALWAYS, FOREVER

From = Annotated[date | None, Field(description="The first day on which it holds; null where it always did.")]
Until = Annotated[
    date | None, Field(description="The first day on which it no longer holds; null where none is known.")
]


def from_(day: date) -> date | None:
    """The first day; None where it always held."""
    return None if day <= ALWAYS else day


def until(day: date) -> date | None:
    """The first day on which it no longer holds; None where there is none."""
    return None if day >= FOREVER else day
