"""All that the audit of seals compares: seals in the database and in the file, the lines they cover, breaks, the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.journal.seal_file import SealsOnFile, read_seals
from headrope.journal.seal_key import read_key
from headrope.journal.sealing import RENEWED, RESTORED, seals
from headrope.journal.seals import Seal, fits, key_print

BATCH = 500


@dataclass(frozen=True)
class Break:
    """A line of the trail that says that the books were restored, or that seals were begun anew; and whether it is sealed.

    Seals of before may be missing, or be of another key, since then. Only a seal proves that the line was there.
    """

    audit: int
    at: datetime
    action: str
    sealed: bool

    def __str__(self) -> str:
        done = "the books were restored from a backup" if self.action == RESTORED else "seals were begun anew"
        return f"{done} on {moment(self.at)}"


@dataclass(frozen=True)
class SealedTrail:
    """Seals by number in the database (`here`) and in the file, digests of the trail's lines by id, breaks, and the key.

    `copied`: the file is a copy, which may have been made before the last seals were.
    """

    here: dict[int, Seal]
    file: SealsOnFile
    lines: dict[int, str]
    breaks: tuple[Break, ...]
    key: str | None
    copied: bool = False

    @property
    def filed(self) -> dict[int, Seal]:
        """Seals of the file by number."""
        return self.file.seals

    @property
    def numbers(self) -> range:
        """Every number that a seal must have had."""
        return range(1, 1 + max((0, *self.here, *self.filed)))

    def is_of_key(self, seal: Seal) -> bool:
        """Whether it names the key that there is."""
        return self.key is not None and seal.key_print == key_print(self.key)

    def is_as_made(self, seal: Seal) -> bool:
        """Whether it fits the key that there is."""
        return self.key is not None and fits(self.key, seal)

    def holds(self, seal: Seal) -> bool:
        """Whether the trail still has the line that it ended with then."""
        return self.lines.get(seal.audit) == seal.digest

    def breaks_for(self, number: int) -> list[Break]:
        """Breaks that can be why a seal is missing here, or there, or of another key: those that came after it.

        Where the trail still has what it covers, after that; else later in time. Of a number that stands nowhere, those
        between its neighbours.
        """
        if seal := self.here.get(number):
            return [each for each in self.breaks if each.audit > seal.audit]
        if seal := self.filed.get(number):
            return [each for each in self.breaks if each.at >= seal.at]
        before = max((seal.audit for other, seal in self.here.items() if other < number), default=0)
        after = min((seal.audit for other, seal in self.here.items() if other > number), default=0)
        return [each for each in self.breaks if before < each.audit <= after]


def sealed_trail(copy: Path | None = None) -> SealedTrail:
    """Read it; `copy`: another place of the file."""
    key_of_books, key = str(books().key), read_key()
    here = {seal.number: seal for seal in seals(key_of_books)}
    file = read_seals(key_of_books, copy)
    wanted = sorted({seal.audit for each in (here, file.seals) for seal in each.values()})
    lines: dict[int, str] = {}
    for at in range(0, len(wanted), BATCH):
        lines.update(Audit.objects.filter(id__in=wanted[at : at + BATCH]).values_list("id", "digest"))
    covered = max((seal.audit for seal in here.values() if key and fits(key, seal)), default=0)
    rows = Audit.objects.filter(action__in=(RESTORED, RENEWED)).order_by("id").values_list("id", "at", "action")
    breaks = tuple(Break(pk, at, action, pk <= covered) for pk, at, action in rows)
    return SealedTrail(here, file, lines, breaks, key, copy is not None)


def moment(at: datetime) -> str:
    """A moment to the second, as ISO writes it."""
    return at.isoformat(timespec="seconds")
