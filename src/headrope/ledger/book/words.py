"""Columns that several files have, and the choices of the folder form in words."""

from __future__ import annotations

from collections.abc import Mapping

from headrope.ledger.book.columns import Column, ColumnKind
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext


def code(hint: str) -> Column:
    """The code by which all other rows name the thing."""
    return Column("code", pgettext("column", "Code"), hint, "code", needed=True)


def names(needed: bool = True) -> tuple[Column, Column]:
    """The name in both languages."""
    return (
        Column("name", pgettext("column", "Name"), _("The name in English."), needed=needed),
        Column("name_zh", pgettext("column", "Name in Chinese"), _("The name in Chinese.")),
    )


def days() -> tuple[Column, Column]:
    """First and last day."""
    first = _("The first day on which it is so; empty: always.")
    last = _("The last day on which it is so; empty: until further notice.")
    return Column("from", pgettext("column", "From"), first, "day"), Column("to", pgettext("column", "To"), last, "day")


def unit(key: str, label: str, hint: str, needed: bool = True) -> Column:
    """The code of a unit."""
    return Column(key, label, hint, "unit", needed)


def choice(key: str, label: str, hint: str, options: Mapping[str, str], needed: bool = False) -> Column:
    """One of some words."""
    return Column(key, label, hint, "choice", needed, options)


def plain(key: str, label: str, hint: str, kind: ColumnKind = "text") -> Column:
    """A column that may be empty."""
    return Column(key, label, hint, kind)


def unit_kinds() -> dict[str, str]:
    """Kinds of units."""
    return {
        "regulator": pgettext("kind", "regulator"),
        "group": pgettext("kind", "group"),
        "company": pgettext("kind", "company"),
        "branch": pgettext("kind", "branch"),
        "second-line": pgettext("kind", "second-line branch"),
        "institute": pgettext("kind", "institute"),
        "school": pgettext("kind", "school"),
        "department": pgettext("kind", "department"),
        "joint": pgettext("kind", "joint venture"),
        "segment": pgettext("kind", "segment"),
        "unit": pgettext("kind", "unit"),
    }


def methods() -> dict[str, str]:
    """How a unit's total goes up."""
    return {
        "full": _("all of it"),
        "proportionate": _("the share that the unit above holds"),
        "none": _("nothing"),
    }


def quantities() -> dict[str, str]:
    """What a measure's figures are made of."""
    return {
        "money": pgettext("choice", "money, in whole steps"),
        "count": pgettext("choice", "count, in whole steps"),
        "number": pgettext("choice", "other number"),
        "text": pgettext("choice", "words"),
    }


def measure_kinds() -> dict[str, str]:
    """Kinds of measures."""
    return {
        "flow": pgettext("choice", "flow: months add up"),
        "cumulative": pgettext("choice", "year to date, as stated"),
        "stock": pgettext("choice", "stock: level at the end"),
        "ratio": pgettext("choice", "ratio of two formulae"),
        "formula": pgettext("choice", "sum or difference of others"),
        "average": pgettext("choice", "average over months"),
        "growth": pgettext("choice", "growth on the year before"),
        "max": pgettext("choice", "largest of all"),
        "min": pgettext("choice", "smallest of all"),
        "disjoint": pgettext("choice", "count of different things, units apart"),
        "distinct": pgettext("choice", "count of different things, stated"),
        "weighted": pgettext("choice", "mean with weights"),
        "score": pgettext("choice", "score"),
        "text": pgettext("choice", "words"),
    }


def directions() -> dict[str, str]:
    """Which way a measure is better."""
    return {
        "up": pgettext("choice", "more is better"),
        "down": pgettext("choice", "less is better"),
        "band": pgettext("choice", "near the target is better"),
        "gate": pgettext("choice", "met or not"),
        "index": pgettext("choice", "at least an outside figure"),
        "none": pgettext("choice", "neither"),
    }


def missing() -> dict[str, str]:
    """What a unit adds that gave nothing."""
    return {
        "missing": pgettext("choice", "nothing"),
        "carry": pgettext("choice", "its last value"),
        "zero": pgettext("choice", "zero"),
    }


def continuities() -> dict[str, str]:
    """How a measure follows on another."""
    return {
        "same": pgettext("choice", "the same, under another code"),
        "restated": pgettext("choice", "the past is restated"),
        "break": pgettext("choice", "cannot be compared"),
    }


def spans() -> dict[str, str]:
    """How often a form is asked for."""
    return {
        "month": pgettext("choice", "every month"),
        "quarter": pgettext("choice", "every quarter"),
        "half": pgettext("choice", "every half-year"),
        "year": pgettext("choice", "every year"),
    }


def scales() -> dict[str, str]:
    """In which scale money is typed into a form."""
    return {
        "1": pgettext("choice", "units of account"),
        "k": pgettext("choice", "thousand (in Chinese 万)"),
        "m": pgettext("choice", "million (in Chinese 百万)"),
        "bn": pgettext("choice", "billion (in Chinese 亿)"),
    }


def check_kinds() -> dict[str, str]:
    """Kinds of checks."""
    return {
        "not-negative": pgettext("choice", "not below 0"),
        "not-positive": pgettext("choice", "not above 0"),
        "range": pgettext("choice", "between bounds"),
        "jump": pgettext("choice", "no jump"),
        "sum": pgettext("choice", "makes the sum of its parts"),
        "cumulative": pgettext("choice", "year to date does not fall"),
        "ratio": pgettext("choice", "ratio between bounds"),
        "unusual": pgettext("choice", "usual against its own past"),
        "missing": pgettext("choice", "given at all"),
        "decimals": pgettext("choice", "not too many decimals"),
        "same": pgettext("choice", "not the same as before"),
    }


def severities() -> dict[str, str]:
    """What a doubt does."""
    return {
        "blocking": pgettext("choice", "nothing is sent until it is mended"),
        "warning": pgettext("choice", "mended or answered with a word"),
    }


def against() -> dict[str, str]:
    """What a jump is held against."""
    return {
        "previous": pgettext("choice", "the period before"),
        "year": pgettext("choice", "the same period last year"),
    }


def day_kinds() -> dict[str, str]:
    """Kinds of days in a calendar."""
    return {
        "holiday": pgettext("choice", "free"),
        "workday": pgettext("choice", "worked to make up for a holiday"),
        "weekend": pgettext("choice", "days of the week that are free"),
    }


def versions() -> dict[str, str]:
    """Versions of figures that are known."""
    return {
        "actual": pgettext("choice", "what was done"),
        "target": pgettext("choice", "target"),
        "budget": pgettext("choice", "budget"),
        "landing": pgettext("choice", "where the year will end"),
    }


def roles() -> dict[str, str]:
    """What a mandate makes of a person."""
    return {
        "administrator": _("administrator"),
        "group_office": _("group office"),
        "leader": _("leader"),
        "head": _("unit head"),
        "clerk": _("unit clerk"),
        "finance": _("finance"),
        "supervision": _("supervision office"),
        "viewer": _("viewer"),
    }


def party_kinds() -> dict[str, str]:
    """Kinds of outside parties."""
    return {
        "government": pgettext("choice", "government"),
        "regulator": pgettext("choice", "regulator"),
        "owner": pgettext("choice", "owner"),
        "customer": pgettext("choice", "customer"),
        "supplier": pgettext("choice", "supplier"),
        "partner": pgettext("choice", "partner"),
        "bank": pgettext("choice", "bank"),
        "auditor": pgettext("choice", "auditor"),
        "other": pgettext("choice", "other"),
    }
