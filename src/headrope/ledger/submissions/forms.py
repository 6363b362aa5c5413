"""Each form as it is asked for: of whom of the asker's units, when it is due, and how its last round stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from headrope.core.due import Reports
from headrope.core.periods import Period, month_of
from headrope.journal.queries import defined_at
from headrope.ledger.duties import FormInfo, UnitDuty
from headrope.ledger.models import Duty
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, NoSuchForm, Place, Round, round_of
from headrope.ledger.submissions.queries import board
from headrope.org.queries import Node, Sight, unit_ids


@dataclass(frozen=True)
class FormAsked:
    """A form with the round of the period that ended last.

    `units` are the ids of the asker's that take part, `owing` of those of them that fill it in; `tops` the units under
    which his stand, and `reports` what they have reported.
    """

    round: Round
    units: frozenset[int]
    owing: frozenset[int]
    tops: Sequence[Node]
    reports: Reports

    @property
    def form(self) -> FormInfo:
        """The form."""
        return self.round.form


def forms_asked(who: Sight, when: Moment) -> list[FormAsked]:
    """The forms in which some unit of the asker takes part, by span and code; all of them for who defines them."""
    found = [form_asked(who, form.code, when) for form in forms_now(when.at).values()]
    seen = [each for each in found if each.units or who.everywhere("define")]
    return sorted(seen, key=lambda each: (each.form.span, each.form.code))


def form_asked(who: Sight, code: str, when: Moment) -> FormAsked:
    """One form; NoSuchForm where there is none. A few statements."""
    form = forms_now(when.at).get(code)
    if form is None:
        raise NoSuchForm(code)
    current = month_of(when.now.astimezone(when.ledger.zone).date()).start
    ended = current - (current - (when.ledger.fiscal_start - 1)) % form.span
    round = round_of(code, Period(ended - form.span, form.span), when)
    tops = [node for node in who.starts if node.id in round.units.part]
    reports = sum((board(who, Place(node, round)).reports for node in tops), Reports())
    return FormAsked(round, round.units.part & who.visible, round.units.owing & who.visible, tops, reports)


def duties_of(who: Sight, asked: FormAsked) -> list[tuple[Node, UnitDuty]]:
    """The duties to fill the form in, past and to come, of units that the asker sees, by code and first day.

    Two statements, kept in the process until a definition changes: there may be a duty for each of very many units.
    """
    at, last, visible = asked.round.when.at, who.now.last, who.visible
    key = str(at.key)
    held = _duties(key, defined_at(key, at.seq), asked.form.id)
    return [(last[duty.unit], duty) for duty in held if duty.unit in last and duty.unit in visible]


@lru_cache(maxsize=16)
def _duties(key: str, defined: int, form: int) -> tuple[UnitDuty, ...]:
    rows = Duty.objects.filter(form_id=form, seq_to=None).order_by("valid_from")
    held = [UnitDuty(*row) for row in rows.values_list("form_id", "unit_id", "valid_from", "valid_to", "due")]
    codes = {number: code for code, number in unit_ids().items()}
    return tuple(sorted(held, key=lambda duty: (codes[duty.unit], duty.valid_from)))
