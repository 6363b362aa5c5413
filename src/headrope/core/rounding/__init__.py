"""Sum-preserving rounding to whole steps: of a list, of rows, of a tree, of a table and of a table over a tree.

>>> import numpy as np
>>> round_list(np.array([33.4, 33.3, 33.3])).tolist()
[34, 33, 33]

Everything is counted in steps; the caller divides by the step. The rules are in docs/spec/rounding.md. What stands here
is plain NumPy and may be used by pages; `trees` (round_tree), `tables` (fit_table, round_table) and `tree_tables`
(round_tree_table) are compiled, for commands and jobs.
"""

from __future__ import annotations

from headrope.core.rounding.limits import LIMIT, Ints, RoundingError
from headrope.core.rounding.lists import nearest, round_list, round_rows

__all__ = ["LIMIT", "Ints", "RoundingError", "nearest", "round_list", "round_rows"]
