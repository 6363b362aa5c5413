"""The causes as known, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from headrope.core.problems import Problem
from headrope.journal.queries import Books, Known
from headrope.review.defined.kinds import CAUSES
from headrope.review.defined.queries import rows_at
from headrope.review.gaps.cause import Cause, in_tree_order, path_of, read_cause


def causes(at: Books, known: Known | None = None) -> list[Cause]:
    """All causes as known then (None: now), in the order in which they were written; no statement when kept."""
    problems: list[Problem] = []
    found = (read_cause("", row.cells, problems.append) for row in rows_at(CAUSES, at, known))
    return [cause for cause in found if cause is not None]


def offered(at: Books, day: date) -> list[tuple[int, Cause]]:
    """The causes that can be chosen on the day, each below its parent, with its depth from 0."""
    return in_tree_order([cause for cause in causes(at) if cause.holds_on(day)])


def path_name(code: str, by_code: Mapping[str, Cause], language: str) -> str:
    """A cause with those above it, such as Market › Steel price; the code where there is no such cause any more."""
    cause = by_code.get(code)
    if cause is None:
        return code
    return " › ".join(each.shown_name(language) for each in path_of(cause, by_code) or [cause])


def by_code(found: Iterable[Cause]) -> dict[str, Cause]:
    """Causes by code."""
    return {cause.code: cause for cause in found}
