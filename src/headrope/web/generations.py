"""Which generation of the cube answers a page (ledger/cube/serving.py chooses it)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

from headrope.ledger.cube import serving
from headrope.ledger.cube.serving import BeingBuilt, CannotBeBuilt, NothingYet
from headrope.ledger.cube.view import Cube
from headrope.web.access import Visit

__all__ = ["BeingBuilt", "CannotBeBuilt", "NothingYet", "days_known", "generation"]


def days_known(visit: Visit) -> tuple[date, ...]:
    """The days on which something became known, newest first; kept in the process until the next posting."""
    return serving.days_known(visit.at, visit.ledger.zone)


def generation(visit: Visit, known: date | None) -> AbstractContextManager[Cube]:
    """The cube for the page, which nothing changes while the block runs; NothingYet or BeingBuilt where there is none."""
    return serving.generation(visit.at, visit.ledger, known)
