"""A growth target and an absolute target of the same amount: do they agree?

>>> growth_gap(Decimal("380"), Decimal("8.3"), Decimal("411.5"), Decimal("0.1")) is None
True
>>> growth_gap(Decimal("380"), Decimal("8.3"), Decimal("420"), Decimal("0.1"))
GrowthGap(wanted=Decimal('411.54'), by=Decimal('8.46'), said=Decimal('10.52631578947368421052631579'))
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class GrowthGap(NamedTuple):
    """What the growth makes of the base, how much more the absolute target is, and the growth in per cent that the
    absolute target stands for (None for a base of 0)."""

    wanted: Decimal
    by: Decimal
    said: Decimal | None


def growth_gap(base: Decimal, per_cent: Decimal, absolute: Decimal, step: Decimal) -> GrowthGap | None:
    """None where both agree: within half a unit of the last written digit of the growth, and half a step.

    Growth is counted on the size of the base, so that 10 % on a loss of 50 makes it a loss of 45. 8.3 stands for
    anything from 8.25 to 8.35; 8.30 is ten times as sharp.
    """
    size = abs(base)
    wanted = base + size * per_cent / 100
    last_digit = Decimal(1).scaleb(int(per_cent.as_tuple().exponent))
    spare = size * last_digit / 200 + step / 2
    by = absolute - wanted
    if abs(by) <= spare:
        return None
    return GrowthGap(wanted, by, (absolute - base) / size * 100 if size else None)
