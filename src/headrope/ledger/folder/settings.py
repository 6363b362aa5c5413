"""Reads ledger.csv: the settings of the ledger as a whole."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import available_timezones

from headrope.core.problems import Problem
from headrope.ledger.folder.rows import read_rows, text_problem
from headrope.ledger.folder.tables import Report

FILE = "ledger.csv"
SETTINGS = ("name", "currency", "fiscal_start", "time_zone", "language", "calendar")


def read_settings(folder: Path, report: Report) -> dict[str, str]:
    """The settings that ledger.csv gives; an empty dictionary without the file."""
    settings: dict[str, str] = {}
    for where, row in read_rows(folder / FILE, (("key", "value"), ()), report):
        key, value = row["key"], row["value"]
        problem = _problem(where, key, value)
        if key in settings:
            problem = Problem(where, "'%(key)s' stands there twice.", "Keep one row.", {"key": key})
        if problem:
            report(problem)
        else:
            settings[key] = value
    return settings


def _problem(where: str, key: str, value: str) -> Problem | None:
    values = {"key": key, "value": value, "keys": ", ".join(SETTINGS)}
    if key not in SETTINGS:
        return Problem(where, "'%(key)s' is not a setting of a ledger.", "Known settings: %(keys)s.", values)
    if key == "fiscal_start" and value not in {str(month) for month in range(1, 13)}:
        message = "The fiscal year starts in a month from 1 to 12, not '%(value)s'."
        return Problem(where, message, "Write 4 for April.", values)
    if key == "time_zone" and value not in available_timezones():
        return Problem(where, "'%(value)s' is not a time zone.", "Write one such as Asia/Shanghai.", values)
    if key == "language" and value not in ("en", "zh"):
        return Problem(where, "'%(value)s' is not a language of Headrope.", "Write en or zh.", values)
    if key == "currency" and not re.fullmatch("[A-Z]{3}", value):
        return Problem(where, "'%(value)s' is not a currency code.", "Write three capital letters such as CNY.", values)
    return text_problem(where, key, value)
