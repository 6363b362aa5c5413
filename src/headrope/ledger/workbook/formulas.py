"""Computed rows as formulas of a spreadsheet: sums and quotients of the cells that are filled in.

>>> from fractions import Fraction
>>> cells = {"A": ("C12", 4), "B": ("C13", 4), "N": ("C14", 0)}
>>> one = Fraction(1)
>>> cell_formula(((one, "A"), (-one, "B")), (), cells, 4)
'=IF(COUNT(C12,C13)=2,C12-C13,"")'
>>> cell_formula(((one, "A"),), ((one, "N"),), cells, 4, Fraction(12))
'=IF(COUNT(C12,C14)=2,IF(C14=0,"",(12*C12)/(C14)),"")'
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from headrope.core.formulas import Formula

LONGEST = 2000
Cells = Mapping[str, tuple[str, int]]
"""By measure the cell's name and the power of ten of units of account that it counts."""


def cell_formula(
    above: Formula, below: Formula, cells: Cells, exponent: int, factor: Fraction = Fraction(1)
) -> str | None:
    """The formula of a cell that counts 10**exponent units of account; None where a part has no cell or it grows too long.

    The cell stays empty where a part is missing, or where it would be divided by nothing.
    """
    codes = list(dict.fromkeys(code for _, code in above + below))
    if not codes or any(code not in cells for code in codes):
        return None
    names = ",".join(cells[code][0] for code in codes)
    top = _sum(above, cells, factor / Fraction(10) ** exponent)
    inner = top
    if below:
        # Both sides are brought to the same power of ten, so that usual ratios have no factors at all.
        power = min(cells[code][1] for _, code in below)
        bottom = _sum(below, cells, 1 / Fraction(10) ** power)
        top = _sum(above, cells, factor / Fraction(10) ** (exponent + power))
        inner = f'IF({bottom}=0,"",({top})/({bottom}))'
    found = f'=IF(COUNT({names})={len(codes)},{inner},"")'
    return found if len(found) <= LONGEST else None


def _sum(terms: Formula, cells: Cells, factor: Fraction) -> str:
    text = ""
    for each, code in terms:
        name, exponent = cells[code]
        share = each * factor * Fraction(10) ** exponent
        sign = "-" if share < 0 else "+" if text else ""
        size = abs(share)
        times = "" if size.numerator == 1 else f"{size.numerator}*"
        over = "" if size.denominator == 1 else f"/{size.denominator}"
        text += f"{sign}{times}{name}{over}"
    return text
