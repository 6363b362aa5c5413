"""Reads ledger.csv, units.csv and measures.csv of a folder and checks each row by itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from headrope.core import units as units_core
from headrope.core.measures import CODE, DIRECTIONS, KINDS, MeasureRule, parse_formula
from headrope.core.problems import Problem
from headrope.core.quantities import QUANTITY_KINDS, Quantity, step_exponent
from headrope.core.units import ALWAYS, FOREVER, Edition
from headrope.ledger.folder.tables import Report, Table, open_table

SETTINGS = ("name", "currency", "fiscal_start", "time_zone", "language")
UNIT_COLUMNS = ("code", "name", "parent"), ("tier", "name_zh", "kind", "from", "to", "successor", "method")
MEASURE_COLUMNS = (
    ("code", "name", "account", "quantity", "step", "kind", "direction"),
    ("numerator", "denominator", "name_zh", "weight"),
)
LONGEST_NAME, LONGEST = 1000, {"numerator": 400, "denominator": 400}
LATER = {"annualise", "from", "to", "successor", "continuity", "missing"}

_UNIT_CODE = re.compile(r"[^\s\x00-\x1f\x7f,\"'<>&/\\?#%]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class MeasureRow:
    """A measure as a folder defines it."""

    rule: MeasureRule
    name: str
    name_zh: str
    account: str
    weight: float | None
    place: int
    where: str


@dataclass(frozen=True)
class UnitRows:
    """Editions as a folder gives them, and the tiers it claims for them by row."""

    editions: list[Edition]
    tiers: dict[str, int]


Row = dict[str, str]


def _rows(table: Table, report: Report) -> Iterator[tuple[str, Row]]:
    for chunk in table.chunks(report):
        for row, line in zip(chunk.rows, chunk.lines, strict=True):
            yield f"{table.name}, row {line}", {name: row[place].strip() for name, place in table.columns.items()}


def read_settings(folder: Path, report: Report) -> dict[str, str]:
    """The settings that ledger.csv gives; an empty dictionary without the file."""
    path = folder / "ledger.csv"
    table = open_table(path, ("key", "value"), (), report) if path.exists() else None
    settings: dict[str, str] = {}
    for where, row in _rows(table, report) if table else ():
        key, value = row["key"], row["value"]
        problem = _setting_problem(where, key, value)
        if key in settings:
            problem = Problem(where, "'%(key)s' stands there twice.", "Keep one row.", {"key": key})
        if problem:
            report(problem)
        else:
            settings[key] = value
    return settings


def _setting_problem(where: str, key: str, value: str) -> Problem | None:
    values = {"key": key, "value": value, "keys": ", ".join(SETTINGS)}
    if key not in SETTINGS:
        return Problem(where, "'%(key)s' is not a setting of a ledger.", "Known settings: %(keys)s.", values)
    if key == "fiscal_start" and value not in {str(month) for month in range(1, 13)}:
        return Problem(
            where, "The fiscal year starts in a month from 1 to 12, not '%(value)s'.", "Write 4 for April.", values
        )
    if key == "time_zone" and value not in available_timezones():
        return Problem(where, "'%(value)s' is not a time zone.", "Write one such as Asia/Shanghai.", values)
    if key == "language" and value not in ("en", "zh"):
        return Problem(where, "'%(value)s' is not a language of Headrope.", "Write en or zh.", values)
    if key == "currency" and not re.fullmatch("[A-Z]{3}", value):
        return Problem(where, "'%(value)s' is not a currency code.", "Write three capital letters such as CNY.", values)
    return _text_problem(where, key, value)


def _text_problem(where: str, column: str, text: str) -> Problem | None:
    values = {"column": column}
    if _CONTROL.search(text):
        return Problem(where, "The column %(column)s holds a control character.", "Take it out.", values)
    most = (
        LONGEST_NAME if column.startswith("name") and not where.startswith("ledger.csv") else LONGEST.get(column, 200)
    )
    if len(text) > most:
        return Problem(
            where, "The column %(column)s is longer than %(most)s characters.", "Shorten it.", {**values, "most": most}
        )
    return None


def _day(where: str, column: str, text: str, default: date, report: Report) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        report(
            Problem(
                where,
                "'%(text)s' is not a day.",
                "Write it like 2023-06-30 in the column %(column)s.",
                {"text": text, "column": column},
            )
        )
        return default


def read_units(folder: Path, report: Report) -> UnitRows:
    """The editions that units.csv gives; none without the file."""
    path = folder / "units.csv"
    table = open_table(path, *UNIT_COLUMNS, report) if path.exists() else None
    editions: list[Edition] = []
    tiers: dict[str, int] = {}
    for where, row in _rows(table, report) if table else ():
        for column in ("name", "name_zh"):
            if problem := _text_problem(where, column, row.get(column, "")):
                report(problem)
        edition = _edition(where, row, report)
        if edition is None:
            continue
        editions.append(edition)
        if tier := row.get("tier", ""):
            if tier.isdecimal() and tier.isascii():
                tiers[where] = int(tier)
            else:
                report(
                    Problem(
                        where,
                        "'%(tier)s' is not a tier.",
                        "Write 1 for the group, 2 for the units below it.",
                        {"tier": tier},
                    )
                )
    return UnitRows(_with_last_days(editions), tiers)


def _edition(where: str, row: Row, report: Report) -> Edition | None:
    code, kind, method = row["code"], row.get("kind") or "unit", row.get("method") or "full"
    values = {
        "code": code,
        "kind": kind,
        "method": method,
        "kinds": ", ".join(units_core.KINDS),
        "methods": ", ".join(units_core.METHODS),
    }
    wrong = []
    if not _UNIT_CODE.fullmatch(code):
        wrong.append(
            Problem(
                where,
                "'%(code)s' is not a code.",
                "Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
                values,
            )
        )
    if not row["name"]:
        wrong.append(Problem(where, "%(code)s has no name.", "Write one.", values))
    if kind not in units_core.KINDS:
        wrong.append(Problem(where, "'%(kind)s' is not a kind of unit.", "Known kinds: %(kinds)s.", values))
    if method != "full":
        known = method in units_core.METHODS
        wrong.append(
            Problem(
                where,
                "The method '%(method)s' is not taken yet." if known else "'%(method)s' is not a method.",
                "Leave the column empty: 100 per cent go up." if known else "Known methods: %(methods)s.",
                values,
            )
        )
    for problem in wrong:
        report(problem)
    if wrong:
        return None
    start = _day(where, "from", row.get("from", ""), ALWAYS, report)
    end = _day(where, "to", row.get("to", ""), FOREVER, report)
    return Edition(
        code,
        row["name"],
        row["parent"] or None,
        start,
        end,
        kind,
        row.get("name_zh", ""),
        method,
        row.get("successor") or None,
        where,
    )


def _with_last_days(editions: list[Edition]) -> list[Edition]:
    """Column `to` is the last day, unless the unit's next row begins on that very day: then it is the day after."""
    starts: dict[str, set[date]] = {}
    for edition in editions:
        starts.setdefault(edition.code, set()).add(edition.valid_from)
    done = []
    for edition in editions:
        end = edition.valid_to
        if end != FOREVER and not (end in starts[edition.code] and end != edition.valid_from):
            end += timedelta(days=1)
        done.append(Edition(**{**vars(edition), "valid_to": end}))
    return done


def read_measures(folder: Path, report: Report) -> list[MeasureRow]:
    """The measures that measures.csv gives, in its order; none without the file."""
    path = folder / "measures.csv"
    required, optional = MEASURE_COLUMNS
    table = open_table(path, required, (*optional, *sorted(LATER)), report) if path.exists() else None
    measures: list[MeasureRow] = []
    seen: dict[str, str] = {}
    for where, row in _rows(table, report) if table else ():
        for column in sorted(LATER & row.keys()):
            if row[column]:
                report(Problem(where, "The column %(column)s is not taken yet.", "Leave it empty.", {"column": column}))
        measure = _measure(where, row, len(measures), report)
        if measure is None:
            continue
        if measure.rule.code in seen:
            report(
                Problem(
                    where,
                    "%(code)s stands here and at %(other)s.",
                    "Keep one row.",
                    {"code": measure.rule.code, "other": seen[measure.rule.code]},
                )
            )
        seen.setdefault(measure.rule.code, where)
        measures.append(measure)
    return measures


def _measure(where: str, row: Row, place: int, report: Report) -> MeasureRow | None:
    wrong: list[Problem] = []
    code, kind = row["code"], row["kind"]
    if not CODE.fullmatch(code):
        wrong.append(
            Problem(
                where,
                "'%(code)s' is not a code of a measure.",
                "Begin with a letter; use letters, digits and _.",
                {"code": code},
            )
        )
    for column, known in (("kind", KINDS), ("direction", DIRECTIONS), ("quantity", QUANTITY_KINDS)):
        if row[column] not in known:
            wrong.append(
                Problem(
                    where,
                    "'%(text)s' is not a %(column)s.",
                    "Known: %(known)s.",
                    {"text": row[column], "column": column, "known": ", ".join(known)},
                )
            )
    if row["quantity"] == "text":
        wrong.append(Problem(where, "Measures of text are not taken yet.", "Leave the row out.", {}))
    for column in ("name", "name_zh", "account", "numerator", "denominator"):
        if problem := _text_problem(where, column, row.get(column, "")):
            wrong.append(problem)
    if not row["name"]:
        wrong.append(Problem(where, "%(code)s has no name.", "Write one.", {"code": code}))
    exponent = _step(where, row, wrong)
    weight = _weight(where, row.get("weight", ""), wrong)
    above, below = (_formula(where, column, row, wrong) for column in ("numerator", "denominator"))
    for problem in wrong:
        report(problem)
    if wrong:
        return None
    # What is stored of a ratio itself, a target say, is a plain number.
    quantity = Quantity("number") if kind == "ratio" else Quantity(row["quantity"], exponent)  # type: ignore[arg-type]
    rule = MeasureRule(code, quantity, kind, row["direction"], above, below)  # type: ignore[arg-type]
    return MeasureRow(rule, row["name"], row.get("name_zh", ""), row["account"], weight, place, where)


def _step(where: str, row: Row, wrong: list[Problem]) -> int:
    text = row["step"]
    if row["quantity"] not in ("money", "count"):
        return 0
    if not text:
        wrong.append(
            Problem(
                where, "Money and counts are whole numbers of steps, and the step is empty.", "Write 0.01 or 1.", {}
            )
        )
        return 0
    try:
        return step_exponent(text)
    except (ValueError, ArithmeticError):
        wrong.append(
            Problem(where, "'%(text)s' is not a step.", "Write a power of ten such as 0.01, 1 or 1000.", {"text": text})
        )
        return 0


def _weight(where: str, text: str, wrong: list[Problem]) -> float | None:
    if not text:
        return None
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 <= weight < math.inf:
        wrong.append(Problem(where, "'%(text)s' is not a weight.", "Write a number from 0 up.", {"text": text}))
        return None
    return weight


def _formula(where: str, column: str, row: Row, wrong: list[Problem]) -> tuple[tuple[int, str], ...]:
    text = row.get(column, "")
    if row["kind"] != "ratio":
        if text:
            wrong.append(
                Problem(
                    where,
                    "Only ratios have a %(column)s.",
                    "Leave it empty, or make the kind ratio.",
                    {"column": column},
                )
            )
        return ()
    if not text:
        wrong.append(
            Problem(
                where,
                "A ratio needs a %(column)s.",
                "Write measure codes, or a sum or difference such as A-B.",
                {"column": column},
            )
        )
        return ()
    try:
        return parse_formula(text)
    except ValueError:
        wrong.append(
            Problem(
                where,
                "'%(text)s' is not a sum or difference of measure codes.",
                "Write it like A-B in the column %(column)s.",
                {"text": text, "column": column},
            )
        )
        return ()


def check_components(given: list[MeasureRow], held: dict[str, MeasureRule]) -> list[Problem]:
    """Formulae that name something that is no stored measure; `held` are the ledger's measures by code."""
    rules = {**held, **{measure.rule.code: measure.rule for measure in given}}
    problems = []
    for measure in given:
        for code in measure.rule.components if measure.rule.kind == "ratio" else ():
            values = {"code": measure.rule.code, "part": code}
            part = rules.get(code)
            if part is None:
                problems.append(
                    Problem(
                        measure.where,
                        "%(code)s is formed from %(part)s, which is no measure.",
                        "Correct the formula, or add a row for %(part)s.",
                        values,
                    )
                )
            elif part.kind == "ratio":
                problems.append(
                    Problem(
                        measure.where,
                        "%(code)s is formed from %(part)s, which is itself a ratio.",
                        "Form it from stored measures.",
                        values,
                    )
                )
    return problems
