"""How figures are shown: scale, digits, grouping, true minus; one formatter for page, command and document.

>>> MILLION.show(1808712345678, -2)
'18,087'
>>> YI.show(1808712345678, -2)
'180.87'
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Scale:
    """A power of ten that money is shown in, the digits after the point, and as message ids its name and how it is spoken."""

    key: str
    exponent: int
    digits: int
    name: str
    spoken: str = "%(n)s"

    def show(self, steps: int, step_exponent: int, sign: bool = False) -> str:
        """A whole number of steps of 10^step_exponent in this scale, rounded half to even from the exact value."""
        return whole(rounded(steps, self.exponent - self.digits - step_exponent), self.digits, sign)


UNIT = Scale("1", 0, 0, "%(currency)s")
THOUSAND = Scale("k", 3, 0, "%(currency)s thousand", "%(n)s thousand")
MILLION = Scale("m", 6, 0, "%(currency)s million", "%(n)s million")
BILLION = Scale("bn", 9, 1, "%(currency)s billion", "%(n)s billion")
YUAN = Scale("1", 0, 0, "%(currency)s")
WAN = Scale("k", 4, 1, "10 thousand %(currency)s", "%(n)s ten thousand")
YI = Scale("m", 8, 2, "100 million %(currency)s", "%(n)s hundred million")
YI_SHORT = Scale("bn", 8, 0, "100 million %(currency)s", "%(n)s hundred million")

Style = Literal["auto", "million", "wan"]
"""How large money is counted: by thousands, by ten thousands (万, 亿), or auto: as the language does."""

STYLES: tuple[Style, ...] = ("auto", "million", "wan")
SCALES = {"en": (UNIT, THOUSAND, MILLION, BILLION), "zh": (YUAN, WAN, YI, YI_SHORT)}


def scales(language: str, style: Style = "auto") -> tuple[Scale, ...]:
    """The scales of a style, in auto those of the language.

    >>> [scale.key for scale in scales("zh-hans", "million")], scales("zh-hans")[2] is YI
    (['1', 'k', 'm', 'bn'], True)
    """
    by_ten_thousands = language.startswith("zh") if style == "auto" else style == "wan"
    return SCALES["zh" if by_ten_thousands else "en"]


def scale_of(key: str, language: str, style: Style = "auto") -> Scale | None:
    """The scale with that key (1, k, m, bn) in the language and style, or None."""
    return next((scale for scale in scales(language, style) if scale.key == key), None)


def fitting_scale(largest: float) -> str:
    """The key of the scale in which the group's largest yearly figure keeps at least four digits before the point."""
    for key, exponent in (("m", 6), ("k", 3)):
        if largest >= 10 ** (exponent + 3):
            return key
    return "1"


def rounded(steps: int, places: int) -> int:
    """steps / 10^places as a whole number, half to even; exact for any size."""
    if places <= 0:
        return int(steps * 10**-places)
    unit: int = 10**places
    whole_part, rest = divmod(steps, unit)
    twice = 2 * rest
    return whole_part + (twice > unit or (twice == unit and whole_part % 2 == 1))


def whole(value: int, digits: int = 0, sign: bool = False) -> str:
    """A whole number of 10^-digits, grouped by thousands; `sign` puts a plus before positive ones."""
    mark = MINUS if value < 0 else "+" if sign and value > 0 else ""
    if not digits:
        return f"{mark}{abs(value):,}"
    left, right = divmod(abs(value), 10**digits)
    return f"{mark}{left:,}.{right:0{digits}d}"


def decimal(value: float, digits: int, sign: bool = False) -> str:
    """A float with so many digits after the point, grouped; what rounds to zero has no sign."""
    text = f"{abs(value):,.{digits}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


@dataclass(frozen=True)
class Shown:
    """A figure of one measure ready to show: exact steps with their exponent, or a float; per cent where it is a share.

    A float is shown in 10^`exponent`, which stands behind it: 867k, 86.7万.
    """

    money: bool
    exact: bool
    step_exponent: int
    per_cent: bool
    digits: int
    exponent: int = 0


@dataclass(frozen=True)
class Number:
    """A figure for a spreadsheet: the value in its scale with all its digits, and the number format that shows it as pages do."""

    value: int | float
    pattern: str


def pattern(digits: int, sign: bool = False, after: str = "") -> str:
    """A spreadsheet's number format: grouped, true minus; `sign` puts a plus before positive ones, `after` is % or quoted text.

    >>> pattern(1, sign=True)
    '+#,##0.0;"−"#,##0.0;#,##0.0'
    """
    plain = "#,##0" + (f".{'0' * digits}" if digits else "") + after
    return f'{"+" if sign else ""}{plain};"{MINUS}"{plain};{plain}'


class Formatter:
    """Shows figures of one page in one scale, language and currency; every face uses it."""

    def __init__(self, language: str, scale: Scale) -> None:
        self.language, self.scale = language, scale

    def figure(self, shown: Shown, value: int | float, sign: bool = False) -> str:
        """The figure without its unit of account."""
        if shown.money and not shown.exact:
            return self.scale.show(round(value * 100), -2, sign)
        if shown.exact:
            if shown.money:
                return self.scale.show(int(value), shown.step_exponent, sign)
            return whole(rounded(int(value), -shown.step_exponent), 0, sign)
        text = decimal(value * 100 if shown.per_cent else value / 10**shown.exponent, shown.digits, sign)
        return text + self._behind(shown.exponent) if text.strip("0.") else text

    def _behind(self, exponent: int) -> str:
        words = {3: "千", 4: "万"} if self.language.startswith("zh") else {3: "k"}
        return words.get(exponent, "")

    def scaled(self, shown: Shown, value: int | float) -> int | float:
        """The figure as a number of its scale with all its digits; shares stay fractions."""
        if not (shown.money or shown.exact):
            return value
        exponent = (shown.step_exponent if shown.exact else 0) - (self.scale.exponent if shown.money else 0)
        if exponent < 0 and isinstance(value, int):
            return value / int(10**-exponent)  # to the nearest float, as the way by decimals, in a tenth of its time
        return float(Decimal(value).scaleb(exponent))

    def number(self, shown: Shown, value: int | float, sign: bool = False) -> Number:
        """The same figure as `figure` for a spreadsheet; shares stay fractions with a format in per cent."""
        if shown.money or shown.exact:
            return Number(self.scaled(shown, value), pattern(self.scale.digits if shown.money else 0, sign))
        return Number(value, pattern(0 if shown.exponent else shown.digits, sign, "%" if shown.per_cent else ""))

    def per_cent(self, share: float, sign: bool = False, digits: int = 1) -> str:
        """A share as per cent: `23.1 %` in English, `23.1%` in Chinese."""
        return decimal(share * 100, digits, sign) + (
            "%" if self.language.startswith("zh") else "\N{NARROW NO-BREAK SPACE}%"
        )

    def odds(self, probability: float) -> str:
        """A probability in whole per cent; never sure, never out of the question.

        >>> [Formatter("zh", YUAN).odds(each) for each in (0.0, 0.004, 0.01, 0.994, 1.0)]
        ['<1%', '<1%', '1%', '>99%', '>99%']
        """
        bound = 0.01 if probability < 0.01 else 0.99 if probability > 0.99 else None
        text = self.per_cent(probability if bound is None else bound, digits=0)
        sign = "" if bound is None else "<" if bound < 0.5 else ">"
        space = "" if not sign or self.language.startswith("zh") else "\N{NARROW NO-BREAK SPACE}"
        return f"{sign}{space}{text}"


def digits_for(value: float) -> int:
    """Digits after the point for a plain number, so that about four figures can be read."""
    size = abs(value)
    return 0 if size >= 1000 or value == int(value) else 1 if size >= 100 else 2


def joined(low: str, high: str) -> str:
    """From one figure to another; a dash beside a minus could not be read.

    >>> joined("839", "1,029"), joined(f"{MINUS}123", f"{MINUS}16")
    ('839–1,029', '−123…−16')
    """
    return f"{low}{joint(low, high)}{high}"


def joint(low: str, high: str) -> str:
    """What stands between the two figures of a range."""
    return "\N{HORIZONTAL ELLIPSIS}" if MINUS in low + high else "\N{EN DASH}"
