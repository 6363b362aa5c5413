"""Problems as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from headrope.core.problems import Problem
from headrope.web.bearing import day_text


@dataclass(frozen=True)
class Told:
    """A problem that can be shown: where, what is wrong and what to do."""

    where: str
    message: str
    remedy: str
    blocking: bool


def told(problem: Problem) -> Told:
    """The problem in the active language; days in words."""
    values = shown(problem.values)
    remedy = gettext(problem.remedy) % values if problem.remedy else ""
    return Told(problem.where, gettext(problem.message) % values, remedy, problem.blocking)


def shown(values: Mapping[str, object]) -> dict[str, object]:
    """Values as they stand in sentences."""
    return {name: day_text(value) if isinstance(value, date) else value for name, value in values.items()}
