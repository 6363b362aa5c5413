"""Phasing: a year's amount shared out to its months exactly, by a shape that is learnt, counted, straight or made by hand.

>>> import numpy as np
>>> months = phase(np.array([100]), straight())
>>> months.tolist()
[[9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8]]
>>> add_months(months, 3).tolist()
[[27, 25, 24, 24]]

The rules are in docs/spec/phasing.md. Months are in the order of the fiscal year. What stands here is plain NumPy and
may be used by pages; `trees` (phase_tree) is compiled, for commands and jobs.
"""

from __future__ import annotations

from headrope.core.phasing.amounts import Rephased, add_months, path, phase, rephase
from headrope.core.phasing.days import working_days
from headrope.core.phasing.seasons import Shapes, learn_shapes
from headrope.core.phasing.shares import MONTHS, shares_of, straight

__all__ = [
    "MONTHS",
    "Rephased",
    "Shapes",
    "add_months",
    "learn_shapes",
    "path",
    "phase",
    "rephase",
    "shares_of",
    "straight",
    "working_days",
]
