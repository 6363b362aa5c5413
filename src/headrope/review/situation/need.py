"""What each month left must bring for the year's target, beside the best month there ever was; see docs/spec/completion.md.

>>> need_of(target=980, actual=395, left=6, best=116)
Need(month=98, left=6, best=116, reached=False)
>>> need_of(target=980, actual=1000, left=6, best=116).reached
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Need:
    """`month`: what each of the `left` months must bring (steps or float; the rest of the year's target, spread evenly).

    `best` is the most that a month has brought, None where none is known. `reached`: nothing more is needed.
    """

    month: int | float
    left: int
    best: int | float | None
    reached: bool

    @property
    def share(self) -> float | None:
        """The needed month as a share of the best one; None where there is none above zero."""
        return None if self.best is None or self.best <= 0 else self.month / self.best


def need_of(target: int | float, actual: int | float, left: int, best: int | float | None) -> Need:
    """What is left of the target over the months left; whole steps stay whole, rounded half to even."""
    rest = target - actual
    month = round(Fraction(rest, left)) if isinstance(rest, int) else rest / left
    return Need(month, left, best, rest <= 0)
