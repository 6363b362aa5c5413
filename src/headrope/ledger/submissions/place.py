"""What a submission is of: a unit, a form, a period and a version, in books and under rules that stand still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db.models import QuerySet

from headrope.core.periods import Period, month_of
from headrope.journal.queries import Books
from headrope.ledger.due import DueOf
from headrope.ledger.duties import FormInfo
from headrope.ledger.queries import ACTUAL, TARGET, LedgerSettings, MeasureInfo, measures_now, version_ids
from headrope.ledger.submissions.collection import Collection, collection, forms_now
from headrope.ledger.submissions.due import due_of
from headrope.ledger.submissions.figures import OwnFigures, periods_back, periods_beside
from headrope.ledger.submissions.models import Lock, Submission
from headrope.org.queries import Node, Sight, unit_for


class NoSuchForm(LookupError):
    """There is no form of that code, or the unit takes no part in it for that period."""


class NotBegun(NoSuchForm):
    """The period has not begun; from `opens` on its form can be filled in."""

    def __init__(self, form: str, period: Period) -> None:
        super().__init__(form)
        self.period, self.opens = period, period.first_day


@lru_cache(maxsize=4)
def _versions_at(key: str, seq: int) -> dict[str, int]:
    return version_ids()


@lru_cache(maxsize=4)
def _locks_at(key: str, seq: int) -> frozenset[tuple[int, int, int, int]]:
    return frozenset(Lock.objects.filter(seq_to=None).values_list("form_id", "period", "version_id", "unit_id"))


@dataclass(frozen=True)
class Moment:
    """When something is asked: the books and settings as they are, and the time.

    `known`: figures are those known before that moment (None: now).
    """

    at: Books
    ledger: LedgerSettings
    now: datetime
    known: datetime | None = None

    @cached_property
    def versions(self) -> dict[str, int]:
        """Numbers of the versions by code; kept in the process until the next posting."""
        return _versions_at(str(self.at.key), self.at.seq)

    @cached_property
    def locks(self) -> frozenset[tuple[int, int, int, int]]:
        """Form, period, version and unit of every lock; kept in the process until the next posting, which a lock is."""
        return _locks_at(str(self.at.key), self.at.seq)


@dataclass(frozen=True)
class Round:
    """One form for one period and version, over all units that take part, at a moment."""

    form: FormInfo
    period: Period
    version: str
    when: Moment

    @cached_property
    def units(self) -> Collection:
        """Who takes part."""
        return collection(self.when.at, self.form, self.period)

    @cached_property
    def due(self) -> DueOf | None:
        """When it is due; None where it never is."""
        return due_of(self.form, self.period, self.when.at)

    @cached_property
    def infos(self) -> dict[str, MeasureInfo]:
        """All measures by code, in the order of pages."""
        return {info.code: info for info in measures_now(str(self.when.at.key), self.when.at.seq)}

    @cached_property
    def version_id(self) -> int:
        """The version's number in the books."""
        return self.when.versions[self.version]

    @cached_property
    def locked(self) -> frozenset[int]:
        """The ids of the units on which a lock lies; it holds for all below them, too."""
        key = self.form.id, self.period.code, self.version_id
        return frozenset(unit for *lock, unit in self.when.locks if tuple(lock) == key)

    @property
    def submissions(self) -> QuerySet[Submission]:
        """The submissions of all units."""
        return Submission.objects.filter(form_id=self.form.id, period=self.period.code, version_id=self.version_id)

    @property
    def locks(self) -> QuerySet[Lock]:
        """The locks that lie on it."""
        return Lock.objects.filter(
            form_id=self.form.id, period=self.period.code, version_id=self.version_id, seq_to=None
        )


@dataclass(frozen=True)
class Place:
    """A unit's part in a round."""

    unit: Node
    round: Round

    @property
    def owing(self) -> bool:
        """Whether the unit fills the form in; else it only sends what is below it."""
        return self.unit.id in self.round.units.owing

    @property
    def path(self) -> tuple[Node, ...]:
        """The unit and all above it on the period's last day, the unit first."""
        return self.round.units.path(self.unit.id)

    @property
    def label(self) -> str:
        """As it stands in the trail."""
        return f"{self.unit.code} {self.round.form.code} {self.round.period} {self.round.version}"

    def held(self) -> Submission | None:
        """The submission, if anybody has begun it; one statement."""
        return next(iter(self.round.submissions.filter(unit_id=self.unit.id)[:1]), None)

    def locked(self) -> bool:
        """Whether a lock lies on the unit or on one above it."""
        locked = self.round.locked
        return bool(locked) and any(node.id in locked for node in self.path)

    @cached_property
    def own(self) -> OwnFigures:
        """What the books hold of the unit's own figures around the period; one statement, two where checks look far back."""
        round = self.round
        known, start = round.when.versions, round.when.ledger.fiscal_start
        versions = {known[code]: code for code in dict.fromkeys((round.version, ACTUAL, TARGET)) if code in known}
        parts = [round.infos[code] for code in round.form.measures if code in round.infos]
        near, back = periods_beside(round.period, start), periods_back(round.period)
        return OwnFigures(self.unit.id, parts, versions, near, back, round.when.known)


def round_of(form: str, period: Period, when: Moment, version: str = ACTUAL) -> Round:
    """The round; NoSuchForm where no such form is asked for such periods, NotBegun before the period's first day."""
    info = forms_now(when.at).get(form)
    if info is None or info.span != period.span or version not in when.versions:
        raise NoSuchForm(form)
    if month_of(when.now.astimezone(when.ledger.zone).date()).start < period.start:
        raise NotBegun(form, period)
    return Round(info, period, version, when)


def place_of(who: Sight, unit: str, round: Round) -> Place:
    """The place, if this person sees the unit (else NoSuchUnit) and the unit takes part (else NoSuchForm)."""
    node = unit_for(who, unit)
    if node.id not in round.units.part:
        raise NoSuchForm(round.form.code)
    return Place(node, round)
