"""What is owed in the ledger now, as reminders take it: each form that a unit has not reported, and who has to do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from headrope.followup.owed import Named, OwedForm
from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions.owed import rounds
from headrope.ledger.submissions.place import Moment, Round
from headrope.ledger.submissions.standings import DONE, HERE, standings
from headrope.org.models import Role
from headrope.org.queries import Node, mandates_on

BEFORE, AFTER = timedelta(days=45), timedelta(days=45)
"""Due days so far from today have no reminders left, or none yet, whatever holidays there are."""

People = Mapping[int, tuple[int, ...]]
"""Users by the unit of their mandate."""


def owed_forms(now: datetime) -> Iterator[OwedForm]:
    """All forms that are not reported at the moment and are due about now; a few statements for each round.

    Units above that only pass on what is below them owe that, too. A returned form is not reported.
    """
    when = Moment(books(), ledger_settings(), now)
    today = now.astimezone(when.ledger.zone).date()
    cast = _cast(today)
    for round in rounds(when, today):
        for unit in _open(round, today):
            yield _owed(round, unit, cast)


def owed_by(round: Round, units: Collection[int], today: date) -> list[OwedForm]:
    """The same for some units (ids) of one round, whenever it is due, for a click; what is reported is left out."""
    cast = _cast(today)
    stood = standings(round, units)
    missing = [unit for unit, at in stood.items() if at.state not in (*HERE, *DONE) and at.due is not None]
    return [_owed(round, unit, cast) for unit in missing]


def _open(round: Round, today: date) -> Iterator[int]:
    due = round.due
    if due is None:
        return
    near = [
        unit
        for unit in sorted(round.units.part)
        if (found := due.of(unit)) is not None and today - BEFORE <= found.day <= today + AFTER
    ]
    stood = standings(round, near) if near else {}
    yield from (unit for unit in near if stood[unit].state not in (*HERE, *DONE))


def _people(today: date, *roles: Role) -> People:
    held: dict[int, list[int]] = defaultdict(list)
    for unit, user in mandates_on(today).filter(role__in=roles).order_by("id").values_list("unit_id", "user_id"):
        if user not in held[unit]:
            held[unit].append(user)
    return {unit: tuple(users) for unit, users in held.items()}


def _nearest(path: Sequence[Node], people: People) -> tuple[int, ...]:
    """Those with a mandate on the first unit of the path that somebody has one on."""
    return next((people[node.id] for node in path if node.id in people), ())


@dataclass(frozen=True)
class _Cast:
    """Who has to do with a unit, by the unit of the mandate."""

    clerks: People
    heads: People
    accepting: People

    def keepers(self, path: Sequence[Node]) -> tuple[int, ...]:
        """Who fills in the form of the path's first unit: the clerks, or else the heads, of the nearest with either."""
        for node in path:
            if found := self.clerks.get(node.id) or self.heads.get(node.id):
                return found
        return ()

    def heads_of(self, path: Sequence[Node]) -> tuple[int, ...]:
        """The heads of the unit, or of the nearest above that has some."""
        return _nearest(path, self.heads)

    def superiors(self, path: Sequence[Node]) -> tuple[int, ...]:
        """Who accepts: those who may on the nearest unit above."""
        return _nearest(path[1:], self.accepting)


def _cast(today: date) -> _Cast:
    """Today's; three statements."""
    return _Cast(_people(today, Role.CLERK), _people(today, Role.HEAD), _people(today, Role.HEAD, Role.OFFICE))


def _owed(round: Round, unit: int, cast: _Cast) -> OwedForm:
    path, form, due = round.units.path(unit), round.form, round.due
    node, found = path[0], due.of(unit) if due else None
    if due is None or found is None:
        raise LookupError(f"{form.code} is never due from {node.code}")
    return OwedForm(
        Named(node.code, node.name, node.name_zh),
        Named(form.code, form.name, form.name_zh),
        round.period,
        found,
        due.calendar(unit),
        due.calendar(path[1].id) if len(path) > 1 else None,
        cast.keepers(path),
        cast.heads_of(path),
        cast.superiors(path),
        f"/figures/{quote(node.code, safe='')}/{quote(form.code, safe='')}/{round.period}/",
    )
