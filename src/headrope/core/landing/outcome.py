"""What a landing says of every row; pure data and no compiled loop, so that pages may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts

if TYPE_CHECKING:
    from headrope.core.landing.walking import Step


class Landing(NamedTuple):
    """Everything that can be said of each row's year, in the measure's unit; arrays [rows], NaN where nothing is said.

    `known` the year to date (a stock: the level), `rest` what is still to come, `full` their sum: the landing; `scale`
    and `freedom` of its t distribution; `low` to `high` holds it with probability odds.RANGE. `odds` of meeting the
    target, `needed` of the rest for it, `pace` the same for each month ahead; `usual` last year's rest, `last` last
    year's figure. `past` int32: whole past years; `filled`, `late` int32: months that were given a figure; `reasons`
    int32: marks of core.landing.reasons. `step` is what the questions of core.landing.questions start from.
    """

    known: Numbers
    rest: Numbers
    full: Numbers
    scale: Numbers
    freedom: Numbers
    low: Numbers
    high: Numbers
    odds: Numbers
    needed: Numbers
    pace: Numbers
    usual: Numbers
    last: Numbers
    past: Counts
    filled: Counts
    late: Counts
    reasons: Counts
    step: Step
