"""Files that a folder holds beside the ledger's own, for storeys above: read, judged and written with the load, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from headrope.ledger.definitions import Definitions
from headrope.ledger.folder.tables import Report
from headrope.org.models import User


class BesideRead(Protocol):
    """What was read of them in one load: vintages by file, the moments of these, of how many things something changes."""

    @property
    def days(self) -> Mapping[str, Set[date]]: ...
    @property
    def moments(self) -> Set[datetime]: ...
    @property
    def changed(self) -> Mapping[str, int]: ...

    def write(self, by: User, first: datetime | None) -> None:
        """Write it, part of the load's transaction, which holds the head lock; new things are known from `first` on."""


class Beside(Protocol):
    """The reader of such files."""

    @property
    def files(self) -> Sequence[str]: ...

    def read(self, folder: Path, defined: Definitions, report: Report) -> BesideRead:
        """Read those of them that are there and hold them against what will be defined; all that is wrong is reported."""
