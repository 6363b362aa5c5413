"""Due: when a unit's form has to be there, how it stands, who is reminded, and how many came in time.

>>> str(parse_rule("day 10 at 17:00"))
'day 10 at 17:00'

The rules are in docs/spec/due.md; business days are those of core.calendars. Plain NumPy, for pages too.
"""

from __future__ import annotations

from headrope.core.due.reminders import Addressees, Policy, Reminder, schedule, to_send
from headrope.core.due.rules import DueRule, DueRuleError, moment, parse_rule, rule_problem
from headrope.core.due.standing import Due, Owed, Sentence, Stale, Standing, sentence, stale, standing
from headrope.core.due.timeliness import Reports, count_reports
from headrope.core.due.trees import Asked, DueDays, due_days, guessed, unit_calendars

__all__ = [
    "Addressees",
    "Asked",
    "Due",
    "DueDays",
    "DueRule",
    "DueRuleError",
    "Owed",
    "Policy",
    "Reminder",
    "Reports",
    "Sentence",
    "Stale",
    "Standing",
    "count_reports",
    "due_days",
    "guessed",
    "moment",
    "parse_rule",
    "rule_problem",
    "schedule",
    "sentence",
    "stale",
    "standing",
    "to_send",
    "unit_calendars",
]
