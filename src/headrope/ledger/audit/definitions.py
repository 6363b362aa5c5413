"""Whether checks, calendars and rules of due days can be read, and name what there is: pages and reminders work by them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headrope.core.calendar_rows import read_calendars
from headrope.core.checks.check import Check as Asked
from headrope.core.checks.soundness import check_checks
from headrope.core.display import SCALES
from headrope.core.due.rules import rule_problem
from headrope.core.problems import Problem
from headrope.ledger.audit.result import Check
from headrope.ledger.calendar_editions import rows_of
from headrope.ledger.check_editions import check_of
from headrope.ledger.models import CalendarEdition, CheckEdition, Duty, FormEdition, UnitCalendar
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.queries import unit_ids

_REMEDY = "The database was changed past Headrope: compare it with a backup."


def check_definitions() -> Check:
    """Every edition there ever was by itself; those in force against measures, units and calendars, too."""
    asked: list[Asked] = []
    days: set[str] = set()
    problems = [*_checks(asked), *_calendars(days), *_forms()]
    rules = {info.code: info.rule for info in measures()}
    problems += check_checks(asked, rules, unit_ids())
    problems += _named(days)
    return Check("checks and calendars", f"{len(asked):,} checks, {len(days):,} calendars", tuple(problems))


def _checks(asked: list[Asked]) -> Iterator[Problem]:
    """Editions of checks that cannot be read; those in force are put into `asked`."""
    fields = ("id", "code", "row", "seq_to")
    for pk, code, row, closed in CheckEdition.objects.order_by("code", "id").values_list(*fields):
        try:
            check = check_of(row)
        except (ValueError, TypeError, AttributeError):
            yield _problem(f"check_edition, {pk}", "The check %(code)s cannot be read.", code)
            continue
        if check.code != code:
            yield _problem(
                f"check_edition, {pk}", "The check stands under the code %(code)s, which is not its own.", code
            )
        elif closed is None:
            asked.append(check)


def _calendars(there: set[str]) -> Iterator[Problem]:
    """Editions of calendars that cannot be read; the codes of those in force are put into `there`."""
    fields = ("id", "code", "rows", "seq_to")
    for pk, code, rows, closed in CalendarEdition.objects.order_by("code", "id").values_list(*fields):
        try:
            found, wrong = read_calendars(("", row.by_column) for row in rows_of(rows))
        except (ValueError, TypeError, AttributeError, json.JSONDecodeError):
            found, wrong = {}, []
        if set(found) != {code} or any(problem.blocking for problem in wrong):
            yield _problem(f"calendar_edition, {pk}", "The calendar %(code)s cannot be read.", code)
        elif closed is None:
            there.add(code)


def _forms() -> Iterator[Problem]:
    """Rules of due days that are none, and scales."""
    scales = [scale.key for scale in SCALES["en"]]
    for pk, code, due, scale in FormEdition.objects.order_by("id").values_list("id", "form__code", "due", "scale"):
        if due and rule_problem("", due):
            yield _problem(f"form_edition, {pk}", "The form %(code)s is due by a rule that is none.", code)
        if scale not in scales:
            yield _problem(f"form_edition, {pk}", "The form %(code)s has a scale that is none.", code)
    for pk, code, due in Duty.objects.exclude(due="").order_by("id").values_list("id", "form__code", "due"):
        if rule_problem("", due):
            yield _problem(f"duty, {pk}", "A duty on %(code)s is due by a rule that is none.", code)


def _named(calendars: set[str]) -> Iterator[Problem]:
    """Calendars that the group or a unit works by, and that are none."""
    default = ledger_settings().calendar
    if default and default not in calendars:
        yield _problem("ledger_setting", "There is no calendar %(code)s.", default)
    for pk, code in UnitCalendar.objects.filter(seq_to=None).order_by("id").values_list("id", "calendar"):
        if code not in calendars:
            yield _problem(f"unit_calendar, {pk}", "There is no calendar %(code)s.", code)


def _problem(where: str, message: str, code: str) -> Problem:
    return Problem(f"table {where}", message, _REMEDY, {"code": code})
