"""States of many figures at once, by the same rules as core.scoring judges one; see docs/spec/pace.md.

>>> codes = judged(np.array([395.0, 101.0]), np.array([442.0, 100.0]), Rule("up")).states
>>> [STATES[code] for code in codes]
['behind', 'on']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from headrope.core.scoring import SUMS, Tolerance

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

STATES: Final = ("none", "on", "ahead", "watch", "behind", "stale", "missing", "na")
NONE, ON, AHEAD, WATCH, BEHIND, STALE, MISSING, NOT_ASKED = range(len(STATES))
"""`missing`: expected and not reported; `na`: nobody expects it."""
FAR = 2.2
"""How many times the share from which a gap counts as behind makes it far behind, or far ahead."""


@dataclass(frozen=True)
class Rule:
    """By what a measure is held: direction, tolerance, and the margin of a band or an index."""

    direction: str
    tolerance: Tolerance = SUMS
    margin: float = 0.0


@dataclass(frozen=True)
class Judged:
    """State codes, the gap turned so that plus is good, its share of what is asked (NaN at zero), and who is far off."""

    states: Codes
    good: Floats
    share: Floats
    far: Bools


def judged(actual: Floats, plan: Floats, rule: Rule) -> Judged:
    """Hold figures in units of account against their plans, [rows] each; rows of which one is NaN get `none`."""
    direction, tolerance = rule.direction, rule.tolerance
    asked = plan + rule.margin if direction == "index" else plan
    gap = actual - asked
    good = -gap if direction == "down" else np.minimum(rule.margin - np.abs(gap), 0.0) if direction == "band" else gap
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(asked != 0, good / np.abs(asked), np.nan)
    known = ~np.isnan(gap)
    states = np.full(len(gap), NONE, np.int8)
    if direction == "gate":
        states[known] = np.where(good[known] >= 0, ON, BEHIND)
    elif direction != "none":
        states[known] = _by_share(good, share, tolerance, direction == "band")[known]
    with np.errstate(invalid="ignore"):
        far = np.abs(share) >= FAR * tolerance.behind
    return Judged(states, good, share, far & known)


def _by_share(good: Floats, share: Floats, tolerance: Tolerance, band: bool) -> Codes:
    """What is asked at zero has no share: then any gap counts whole."""
    with np.errstate(invalid="ignore"):
        size = np.where(np.isnan(share), np.sign(good) * np.inf, share)
        size = np.where(np.isnan(share) & (good == 0), 0.0, size)
        # A band's gap is never above zero, so it is on pace or worse.
        states = np.full(len(good), ON, np.int8)
        states[size >= tolerance.behind] = AHEAD
        states[(size <= -tolerance.watch) | (band & (good < 0))] = WATCH
        states[size <= -tolerance.behind] = BEHIND
    return states
