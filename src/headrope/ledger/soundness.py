"""Whether definitions make sense together: as they will stand, and as they will be known on earlier days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from headrope.core.checks.soundness import check_checks
from headrope.core.holdings import Holding, check_holdings
from headrope.core.measures import FORMED, MeasureRule, check_measures
from headrope.core.problems import Problem
from headrope.core.quantities import Quantity
from headrope.core.unit_rules import check_methods, check_segments, check_succession, check_successors, check_tiers
from headrope.core.units import Edition, check_cycles, check_roots, check_tree
from headrope.core.vintages import NOW, Timeline
from headrope.ledger.calendar_soundness import check_calendars
from headrope.ledger.definitions import Definitions
from headrope.ledger.folder.forms import FormRow
from headrope.ledger.folder.rows import unknown
from headrope.ledger.folder.tables import Report
from headrope.ledger.lives import lives_of, meets
from headrope.ledger.models import Measure
from headrope.ledger.references import check_references


def check_definitions(defined: Definitions, report: Report) -> None:
    """Report all that is wrong with the definitions as they will stand, by file."""
    editions = defined.units.whole()
    shares, members = defined.holdings.whole(), defined.segments.whole()
    if defined.units.said:
        given = [edition for edition in editions if edition.where]
        problems = check_tree(editions) + check_successors(editions)
        problems = problems or check_roots(editions)
        for problem in problems or check_tiers(editions, given, defined.tiers):
            report(problem)
    for problem in _measures(defined):
        report(problem)
    units = {edition.code for edition in editions}
    if defined.units.said or defined.holdings.said:
        problems = list(_strangers(shares, units)) or check_holdings(shares)
        for problem in problems or check_methods(editions, shares):
            report(problem)
    if defined.units.said or defined.segments.said:
        for problem in check_segments(editions, members):
            report(problem)
    asked = [*_forms(defined), *_duties(defined, editions), *_checks(defined, units)]
    for problem in [*asked, *check_calendars(defined, editions), *_twice(defined), *check_references(defined)]:
        report(problem)


def _measures(defined: Definitions) -> Iterator[Problem]:
    if not defined.measures.said:
        return
    yield from _fixed(defined)
    rows = {row.rule.code: row for row in defined.measures.whole()}
    for fault in check_measures({code: row.rule for code, row in rows.items()}):
        yield Problem(rows[fault.code].where, fault.message, fault.remedy, fault.values)


def _fixed(defined: Definitions) -> Iterator[Problem]:
    """Rows that would change what can never change about a measure."""
    stored = {m.code: Quantity(m.quantity, m.step_exponent) for m in Measure.objects.all()}  # type: ignore[arg-type]
    for each in defined.measures.said:
        first = defined.measures.known.ever(each.key)[:1]
        for row in each.rows:
            quantity = stored.get(each.key, first[0].rule.quantity if first else row.rule.quantity)
            kind = first[0].rule.kind if first else row.rule.kind
            if row.rule.quantity != quantity or row.rule.kind != kind:
                message = "The quantity, step and kind of %(code)s cannot change."
                remedy = "Make a successor measure with a code of its own."
                yield Problem(row.where, message, remedy, {"code": each.key})


def _strangers(shares: Iterable[Holding], units: set[str]) -> Iterator[Problem]:
    for share in shares:
        for code in (share.owner, share.held):
            if code not in units:
                yield unknown(share.where, "unit", code, units)


def _forms(defined: Definitions) -> Iterator[Problem]:
    if not (defined.forms.said or defined.measures.said):
        return
    rules = {row.rule.code: row.rule for row in defined.measures.whole()}
    for form in defined.forms.whole():
        yield from _form(form, rules)


def _form(form: FormRow, rules: Mapping[str, MeasureRule]) -> Iterator[Problem]:
    for code in form.measures:
        rule = rules.get(code)
        values = {"form": form.code, "code": code, "kind": rule.kind if rule else ""}
        if rule is None:
            yield unknown(form.where, "measure", code, rules)
        elif rule.kind in FORMED:
            message = "%(form)s asks for %(code)s, a %(kind)s, which is formed and never reported."
            yield Problem(form.where, message, "Ask for what it is formed from.", values)


def _duties(defined: Definitions, editions: Iterable[Edition]) -> Iterator[Problem]:
    if not (defined.duties.said or defined.units.said or defined.forms.said):
        return
    lives = lives_of(editions)
    forms = {form.code: form for form in defined.forms.whole()}
    for duty in defined.duties.whole():
        if duty.form not in forms:
            yield unknown(duty.where, "form", duty.form, forms)
        elif duty.due and not forms[duty.form].due:
            message = "%(unit)s has a rule of its own for %(form)s, which is never due."
            values = {"unit": duty.unit, "form": duty.form}
            yield Problem(
                duty.where or duty.unit, message, "Write a rule into the column due of the form, too.", values
            )
        if duty.unit not in lives:
            yield unknown(duty.where, "unit", duty.unit, lives)
        elif duty.valid_from >= duty.valid_to:
            message = "What %(unit)s owes on %(form)s ends before it begins."
            values = {"unit": duty.unit, "form": duty.form}
            yield Problem(duty.where, message, "Correct the column from or to.", values)
        elif not meets(duty.valid_from, duty.valid_to, lives[duty.unit]):
            message = "%(unit)s exists on none of the days on which it owes %(form)s."
            values = {"unit": duty.unit, "form": duty.form}
            yield Problem(duty.where, message, "Correct the dates.", values)


def _checks(defined: Definitions, units: set[str]) -> Iterator[Problem]:
    """What is wrong with checks, once measures are sound."""
    if not (defined.checks.said or defined.measures.said or defined.units.said):
        return
    rules = {row.rule.code: row.rule for row in defined.measures.whole()}
    if not check_measures(rules):
        yield from check_checks(defined.checks.whole(), rules, units)


def _twice(defined: Definitions) -> Iterator[Problem]:
    for each in [each for book in (defined.duties, defined.segments, defined.unit_calendars) for each in book.said]:
        ends: dict[object, tuple[date, str]] = {}
        for row in each.rows:
            key = row.unit
            last, where = ends.get(key, (date.min, ""))
            if row.valid_from < last:
                values = {"unit": row.unit, "other": where}
                message = "%(unit)s stands here and at %(other)s for the same days."
                yield Problem(row.where, message, "Keep one row, or give the rows dates that do not overlap.", values)
            ends[key] = max((row.valid_to, row.where), (last, where))


def check_as_known(defined: Definitions, first: datetime, report: Report) -> None:
    """Report what would go round in circles, or add up to more than the whole, as known from `first` on or later.

    Only that: what is missing at a day because it became known later is no problem.
    """
    for moment in _later(defined.units.known, first):
        editions = [edition for rows in defined.units.known.state(moment).values() for edition in rows]
        _tell(check_cycles(editions) + check_succession(editions), moment, defined, report)
    for moment in _later(defined.holdings.known, first):
        shares = [share for rows in defined.holdings.known.state(moment).values() for share in rows]
        _tell(check_holdings(shares), moment, defined, report)
    for moment in _later(defined.measures.known, first):
        rows = {code: same[0] for code, same in defined.measures.known.filled(moment).items()}
        faults = check_measures({code: row.rule for code, row in rows.items()})
        wrong = [Problem(rows[fault.code].where, fault.message, fault.remedy, fault.values) for fault in faults]
        _tell(wrong, moment, defined, report)


def _later(known: Timeline[Any, Any], first: datetime) -> list[datetime]:
    """The moments before now at which something else is known, from the first change on."""
    if not known.changes:
        return []
    start = max(first, min(change.moment for change in known.changes))
    return sorted(moment for moment in {start, *known.moments()} if start <= moment < NOW)


def _tell(problems: Iterable[Problem], moment: datetime, defined: Definitions, report: Report) -> None:
    day = moment.astimezone(defined.zone).date()
    for problem in problems:
        where = f"{problem.where}, as known on {day}" if problem.where else f"as known on {day}"
        report(Problem(where, problem.message, problem.remedy, problem.values))
