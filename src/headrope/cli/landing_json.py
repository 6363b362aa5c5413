"""Landings as JSON: figures in units of account, null where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headrope.core.landing.odds import RANGE
from headrope.core.landing.reasons import Reason
from headrope.core.periods import name
from headrope.landing.answers import MeasureLanding, NotLanded, Question, UnitLanding
from headrope.landing.wording import LandingWording

FIGURES = ("known", "full", "low", "high", "target", "odds", "pace", "usual", "last", "recovered")


def as_json(landed: Sequence[MeasureLanding | NotLanded], words: LandingWording, question: Question) -> dict[str, Any]:
    """Everything that was said of all measures and units."""
    end_year, end_month = divmod(question.end - 1, 12)
    return {
        "unit": question.unit,
        "at": f"{end_year}-{end_month + 1:02d}",
        "against": question.against,
        "range": RANGE,
        "measures": [_measure(each, words) for each in landed],
    }


def _measure(each: MeasureLanding | NotLanded, words: LandingWording) -> dict[str, Any]:
    if isinstance(each, NotLanded):
        return {"code": each.info.code, "why_not": each.why}
    return {
        "code": each.info.code,
        "account": each.info.account,
        "year": name(each.year, words.ledger.fiscal_start),
        "left": each.left,
        "months_each": each.span,
        "landing": [tier._asdict() for tier in each.tiers],
        "together": [
            {"units": [pair.first.code, pair.second.code], "both": pair.both, "by_chance": pair.by_chance}
            for pair in each.together
        ],
        "units": [_unit(each, unit, words) for unit in each.units],
    }


def _unit(landing: MeasureLanding, unit: UnitLanding, words: LandingWording) -> dict[str, Any]:
    return {
        "code": unit.node.code,
        "tier": unit.tier,
        **{figure: getattr(unit, figure) for figure in FIGURES},
        "past": unit.past,
        "filled": unit.filled,
        "late": unit.late,
        "reasons": [reason.name.lower() for reason in Reason if reason in unit.reasons and reason.name],
        "sentence": words.sentences(landing, unit),
    }
