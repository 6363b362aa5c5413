"""Thresholds as text: exact numbers written 1500, -0.5, 15 % or 1/3.

>>> read_threshold("15 %"), read_threshold("1/3"), read_threshold("1e9")
(Fraction(3, 20), Fraction(1, 3), None)
>>> write_threshold(Fraction(3, 20)), write_threshold(Fraction(1, 3))
('0.15', '1/3')
"""

from __future__ import annotations

import re
from fractions import Fraction

LONGEST = 40
_NUMBER = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(\s*%)?|([+-]?[0-9]+)\s*/\s*([0-9]+)")


def read_threshold(text: str) -> Fraction | None:
    """The exact number; None where the text is none."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or len(text) > LONGEST:
        return None
    number, per_cent, above, below = found.groups()
    if number:
        return Fraction(number) / (100 if per_cent else 1)
    return Fraction(int(above), int(below)) if int(below) else None


def write_threshold(value: Fraction) -> str:
    """The text that `read_threshold` reads back: a decimal number where there is one, else a fraction."""
    places = decimal_places(value)
    return f"{value.numerator}/{value.denominator}" if places is None else decimal_text(value, places)


def decimal_places(value: Fraction) -> int | None:
    """How many decimals it takes to write the value exactly; None where none are enough."""
    rest, places = value.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest, count = rest // factor, count + 1
        places = max(places, count)
    return places if rest == 1 else None


def decimal_text(value: Fraction, places: int) -> str:
    """The value with so many decimals, half to even; exact whatever its size."""
    digits = f"{abs(round(value * 10**places)):0{places + 1}d}"
    sign = "-" if value < 0 and digits.strip("0") else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
