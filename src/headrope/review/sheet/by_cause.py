"""A gap taken apart by the causes that its answer names: the steps of a waterfall, where the answer says how much each explains."""

from __future__ import annotations

from collections.abc import Mapping

from headrope.core.scoring import sense
from headrope.ledger.said import gettext
from headrope.review.gaps.answers import Answer
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.promised import Amount
from headrope.review.queries import Line, Review
from headrope.review.wording import Wording

FEWEST = 2
"""Causes below which there is nothing to take apart."""

Steps = list[tuple[str, Amount]]


def by_cause(review: Review, line: Line, answer: Answer | None, causes: Mapping[str, Cause], wording: Wording) -> Steps:
    """Names and amounts, in figures of the line, that add up to its gap, in the order of the answer; what no cause explains last.

    Nothing unless the answer was given for this period and against the same plan, is about a gap on the bad side, and
    says of at least two causes how much they explain, together no more than there is. What prints as zero beside the
    gap is no step of its own: the last cause takes it.
    """
    info, good = line.info, sense(line.info.rule.direction)
    if answer is None or line.gap is None or not info.rule.exact or line.gap * good >= 0:
        return []
    if answer.period != review.period or answer.against != review.against:
        return []
    named = [part for part in answer.causes if part.amount]
    steps: Steps = [
        (causes[part.code].shown_name(wording.language) if part.code in causes else part.code, -good * part.amount)
        for part in named
        if part.amount is not None
    ]
    if len(steps) < FEWEST:
        return []
    rest = line.gap - sum(amount for _, amount in steps)
    beside = (line.actual.value, line.plan.value)
    if wording.figure(info, abs(rest), *beside) == wording.figure(info, 0, *beside):
        name, last = steps[-1]
        return [*steps[:-1], (name, last + rest)]
    if rest * good > 0:  # more is explained than there is
        return []
    return [*steps, (gettext("Not explained"), rest)]
