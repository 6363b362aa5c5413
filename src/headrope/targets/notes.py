"""What is worth a word beside a split, and does not stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headrope.core.problems import Problem
from headrope.targets.folder import FILE, Units

if TYPE_CHECKING:
    from headrope.core.cascade.solution import Cascade

SHOWN = 5


def notes(units: Units, solved: Cascade) -> list[Problem]:
    """The notes on the folder, and one on leaves that get less than 0 though neither base nor hold is: no floor stops them."""
    found = list(units.notes)
    if solved.shares is None:
        return found
    group = units.group
    meant = (group.base < 0) | (group.hold < 0)
    rows = np.flatnonzero(group.leaf & (solved.shares < 0) & ~meant).tolist()
    if rows:
        codes = ", ".join(units.units[row].code for row in rows[:SHOWN]) + (", ..." if len(rows) > SHOWN else "")
        message = "Units that get less than 0 though their base is not: %(count)s (%(codes)s)."
        remedy = "Write floors of 0 where that is not meant."
        found.append(Problem(FILE, message, remedy, {"count": len(rows), "codes": codes}, blocking=False))
    return found
