"""Joint questions to a landing: how many units land, who fails together, what a recovery does; for commands and jobs.

The draws hang together as the errors do, and each row's share of draws that land is its published probability, to the
precision of the draws. docs/spec/landing.md, section 8.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from headrope.core.landing import odds, students
from headrope.core.landing.aims import Aims
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import least_rest
from headrope.core.landing.joint import landed, recovery
from headrope.core.landing.landing import ground_of
from headrope.core.landing.odds import Outlook
from headrope.core.landing.outcome import Landing
from headrope.core.landing.sampling import Draws, blocks
from headrope.core.landing.walking import Ground, Step
from headrope.core.rollup import Bools

__all__ = ["ground_of", "hits", "recovered"]


def hits(ground: Ground, step: Step, aims: Aims, draws: Draws) -> Bools:
    """Whether each row meets its target in each of the coherent draws, bool[rows, draws]; False without target.

    `draws.freedom` is best left None: targets are moved so that each row keeps its own probability.
    """
    rows = len(step.mean)
    if aims.targets is None:
        return np.zeros((rows, draws.number), np.bool_)
    more = odds.sides(aims.more, rows)
    known = ground.parts.known[step.year]
    needed = aims.targets - known
    outlook = Outlook(step.mean, np.sqrt(step.variance), step.freedom, least_rest(ground.history, known))
    chance = odds.chance(outlook, needed, more)
    drawn = np.sqrt(step.told)
    # Where a draw, which is normal or t with one number of degrees, has the probability that the row's own t gives.
    reach = _normal(chance) if draws.freedom is None else students.quantile(_inside(chance), np.array(draws.freedom))
    side = np.where(more, 1.0, -1.0)
    line = np.where(chance >= 1, -np.inf, np.where(chance <= 0, np.inf, side * step.centre - reach * drawn))
    line = np.where(np.isnan(chance), np.nan, line)
    made = (block * side[:, None] for block in blocks(ground.tree, step.base, step.dependence, draws))
    return landed(made, line)


def _inside(chance: Numbers) -> Numbers:
    return np.clip(np.nan_to_num(chance, nan=0.5), 1e-12, 1 - 1e-12)


def _normal(chance: Numbers) -> Numbers:
    """Normal quantiles."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse(each) for each in _inside(chance).tolist()])


def recovered(ground: Ground, landing: Landing, aims: Aims, gain: tuple[int, float]) -> Numbers:
    """The odds of all rows once a unit brings more: `gain` is its row and the amount; float64[rows]."""
    row, size = gain
    added = recovery(ground.tree, row, size, ground.shares)
    outlook = Outlook(
        landing.rest + added, landing.scale, landing.freedom, least_rest(ground.history, landing.known) + added
    )
    chance = odds.chance(outlook, landing.needed, odds.sides(aims.more, len(added)))
    found: Numbers = np.where(np.isnan(landing.odds), np.nan, chance)
    return found
