"""The tree of a day, where closed units count in it, and what one unit holds of another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.torture.books import Books, Edition


@dataclass(frozen=True)
class Forest:
    """The tree of one day. `hosts` says whether units that are not alive on it count in others (like-for-like)."""

    books: Books
    day: date
    hosts: bool

    def edition(self, unit: str) -> Edition | None:
        """How the unit stands on the day."""
        for edition in self.books.units.get(unit, []):
            if edition.first <= self.day <= edition.last:
                return edition
        return None

    def parent(self, unit: str) -> str | None:
        """The unit above, of a unit that is alive on the day."""
        edition = self.edition(unit)
        return edition.parent if edition else None

    def children(self, unit: str) -> list[str]:
        """The units that stand right below, without segments."""
        return [
            code
            for code in self.books.units
            if (edition := self.edition(code)) and edition.parent == unit and edition.kind != "segment"
        ]

    def place(self, unit: str) -> str | None:
        """The unit of this tree in which figures of the unit count; None where there is none."""
        if self.edition(unit):
            return unit
        return self._host(unit, ()) if self.hosts else None

    def _host(self, unit: str, seen: tuple[str, ...]) -> str | None:
        if unit in seen or unit not in self.books.units:
            return None
        heir: str | None = unit
        walked: set[str] = set()
        while heir is not None and heir not in walked:
            if self.edition(heir):
                return heir
            walked.add(heir)
            nearest = self._nearest(heir)
            heir = nearest.successor if nearest else None
        above = self._nearest(unit)
        if above is None or above.parent is None:
            return None
        return above.parent if self.edition(above.parent) else self._host(above.parent, (*seen, unit))

    def _nearest(self, unit: str) -> Edition | None:
        """The last edition before the day; of a unit that is founded later, its first."""
        editions = self.books.units.get(unit, [])
        before = [edition for edition in editions if edition.last < self.day]
        return before[-1] if before else (editions[0] if editions else None)

    def path(self, unit: str) -> list[str]:
        """The unit and those above it."""
        path = [unit]
        while (above := self.parent(path[-1])) is not None:
            path.append(above)
        return path

    def common(self, one: str, other: str) -> str | None:
        """The lowest unit at or above both."""
        above = self.path(other)
        return next((unit for unit in self.path(one) if unit in above), None)

    def members(self, segment: str) -> list[str]:
        """The members of a segment on the day."""
        return [unit for code, unit, first, last in self.books.members if code == segment and first <= self.day <= last]

    def is_segment(self, unit: str) -> bool:
        """Whether the unit is a segment on the day."""
        edition = self.edition(unit)
        return edition is not None and edition.kind == "segment"


def effective_share(books: Books, owner: str, held: str, day: date) -> Fraction:
    """What the owner holds of a unit on a day, straight and through others, to whole 1e-9."""
    return round_half_even(_share(books, owner, held, day), Fraction(1, 10**9))


def _share(books: Books, owner: str, held: str, day: date) -> Fraction:
    if owner == held:
        return Fraction(1)
    owners = [(s.owner, s.share) for s in books.shares if s.held == held and s.first <= day <= s.last]
    if not owners:
        parent = Forest(books, day, False).parent(held)
        owners = [(parent, Fraction(1))] if parent else []
    return sum((share * _share(books, owner, each, day) for each, share in owners), Fraction(0))


def round_half_even(value: Fraction, step: Fraction) -> Fraction:
    """The multiple of the step that is nearest; of two, the even one."""
    return round(value / step) * step
