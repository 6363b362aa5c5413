"""Numbers as people type them, counted in a power of ten of the unit of account; what is ambiguous is refused.

>>> money = Quantity("money", -2)
>>> read_typed(" 2,407.123 ", money, 4)
2407123000
>>> write_typed(2407123000, money, 4)
'2407.123'
>>> read_typed("2,4o7", money, 4)
Traceback (most recent call last):
headrope.core.quantities.QuantityError: '2,4o7' is not a number; the last character but one is the letter o.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from headrope.core.display import MINUS
from headrope.core.quantities import AMOUNT_LIMIT, LONGEST, Quantity, QuantityError, out_of_bounds

PER_CENT = -2
"""The power of ten that a percent sign stands for."""
PLAIN_PLACES = 40
"""A float with more places than that is written with its power of ten."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,[0-9]+)")
_COMMAS = re.compile(r"[+-]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?")
_HALF = re.compile(r"([+-]?)([0-9]*)\.([0-9]*)")
_BRACKETS = re.compile(r"\((.*)\)")
_BLANKS = " \t\u00a0\u2007\u2009\u202f\u3000"
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\ufe63\uff0d"
_ALIKE = (
    ("0", "oOQD\u041e\u043e\u039f\u03bf\u3007\u25cb", "Type a zero for it."),
    ("1", "lIi\u0406\u0456\u4e28", "Type a one for it."),
    ("2", "Zz", "Type a two for it."),
    ("3", "\u0417\u0437", "Type a three for it."),
    ("5", "Ss", "Type a five for it."),
    ("6", "b\u0431G", "Type a six for it."),
    ("8", "B\u0412", "Type an eight for it."),
    ("9", "gq", "Type a nine for it."),
)
"""Digits and the letters that are taken for them: Latin ones, then Cyrillic, Greek and Chinese ones of the same shape."""
_MEANT = {letter: (digit, remedy) for digit, letters, remedy in _ALIKE for letter in letters}
_FROM_THE_END = (
    "'%(text)s' is not a number; the last character is the letter %(letter)s.",
    "'%(text)s' is not a number; the last character but one is the letter %(letter)s.",
    "'%(text)s' is not a number; the last character but two is the letter %(letter)s.",
)
_EXACT = Context(prec=2 * LONGEST)

WORDS = {
    "k": 3, "thousand": 3, "千": 3, "千元": 3, "m": 6, "million": 6, "百万": 6, "百万元": 6, "bn": 9, "billion": 9, "十亿": 9,
    "十亿元": 9, "万": 4, "万元": 4, "千万": 7, "千万元": 7, "亿": 8, "亿元": 8, "万亿": 12, "万亿元": 12, "yuan": 0, "元": 0,
}  # fmt: skip
"""What may stand behind an amount of money, and the power of ten of the currency's unit that it says."""
_WORDED = re.compile(
    r"(.*[0-9])[ \u00a0\u2009\u202f]?(" + "|".join(sorted(WORDS, key=len, reverse=True)) + ")", re.IGNORECASE
)


class Worded(NamedTuple):
    """An amount with a word for its scale: the number before it, and the power of ten that the word says."""

    number: str
    exponent: int


def worded(text: str, quantity: Quantity) -> Worded | None:
    """The parts of an amount of money that says its scale itself; None where it says none.

    >>> worded("1.2 亿元", Quantity("money", -2))
    Worded(number='1.2', exponent=8)
    """
    found = _WORDED.fullmatch(_bare(text)) if quantity.kind == "money" else None
    return Worded(found[1], WORDS[found[2].lower()]) if found else None


def read_typed(text: str, quantity: Quantity, exponent: int, per_cent: bool = False) -> int | float:
    """The value as `Quantity.read` gives it, of a text that counts 10**exponent units of account.

    Blanks around it, a true minus and English thousands are taken; with `per_cent` also a percent sign, which stands for
    hundredths whatever the exponent, and behind money a word for its scale (k, m, 万, 亿 …), which then counts in place
    of the exponent. A QuantityError says what is wrong and how to mend it. Text measures are not read.
    """
    typed = _bare(text)
    if len(typed) > LONGEST:
        raise QuantityError("'%(text)s' is too long for a number.", "Type the number alone.", text=typed[:60])
    if not typed:
        raise QuantityError("The cell is empty.", "Type the value.")
    if said := worded(typed, quantity):
        typed, exponent = said
    number = typed.replace(MINUS, "-", 1) if typed.startswith(MINUS) else typed
    if number.endswith("%"):
        number, exponent = _without_sign(typed, number, per_cent), PER_CENT
    if not _NUMBER.fullmatch(number):
        if not _GROUPED.fullmatch(number):
            raise _refusal(typed, number)
        number = number.replace(",", "")
    return _value(typed, Decimal(number), quantity, exponent)


def write_typed(value: int | float, quantity: Quantity, exponent: int) -> str:
    """The shortest exact decimal text of a value that counts 10**exponent units of account; `read_typed` reads it back.

    `value` is finite; of an exact quantity it is a whole number of steps.
    """
    if quantity.exact:
        number = Decimal(int(value)).scaleb(quantity.step_exponent - exponent, _EXACT)
    else:
        number = Decimal(repr(float(value))).scaleb(-exponent, _EXACT)
    if not number:
        return "0"
    number = number.normalize(_EXACT)
    places = max(-int(number.as_tuple().exponent), number.adjusted())
    return format(number, "f" if quantity.exact or places <= PLAIN_PLACES else "e")


def _bare(text: str) -> str:
    """The text without the blanks and unseen marks around it."""
    before = ""
    while before != text:
        before, text = text, text.strip().strip(_UNSEEN)
    return text


def _without_sign(typed: str, number: str, per_cent: bool) -> str:
    """The number before a percent sign; refused where the measure is in no per cent."""
    rest = number[:-1].rstrip(_BLANKS)
    if not per_cent:
        remedy = "This measure is not in per cent; type the figure itself."
        raise QuantityError("'%(text)s' has a percent sign.", remedy, text=typed[:60])
    return rest


def _value(typed: str, number: Decimal, quantity: Quantity, exponent: int) -> int | float:
    if not quantity.exact:
        scaled = number.scaleb(exponent, _EXACT)
        value = float(scaled)
        if fault := out_of_bounds(value or scaled):
            raise _out_of_bounds(typed, fault)
        return value + 0.0  # -0.0 is 0.0
    if number.adjusted() + exponent - quantity.step_exponent > LONGEST // 2:
        raise _out_of_bounds(typed)
    steps = number.scaleb(exponent - quantity.step_exponent, _EXACT)
    whole = steps.to_integral_value(ROUND_HALF_EVEN, _EXACT)
    if abs(whole) >= AMOUNT_LIMIT:
        raise _out_of_bounds(typed)
    if whole != steps:
        step = Decimal(1).scaleb(quantity.step_exponent - exponent)
        rounded = write_typed(int(whole), quantity, exponent)
        message = "'%(text)s' is finer than the step %(step)s of this cell."
        remedy = "Round it; %(rounded)s is the nearest."
        raise QuantityError(message, remedy, text=typed[:60], step=format(step, "f"), rounded=rounded)
    return int(whole)


def _out_of_bounds(typed: str, fault: str = "'%(text)s' is too large.") -> QuantityError:
    remedy = "Look in which unit of account the cell counts, and count the digits."
    return QuantityError(fault, remedy, text=typed[:60])


def _refusal(typed: str, number: str) -> QuantityError:
    """Why it is no number: what can be said most exactly comes first."""
    shown = typed[:60]
    for judge in (_full_width, _marks, _separators, _letters):
        if number and (found := judge(shown, number)):
            return found
    remedy = "Type the number alone, like -1234.5; words belong in the note."
    return QuantityError("'%(text)s' is not a number.", remedy, text=shown)


def _reads(number: str) -> str | None:
    """The plain number that the text would be, or None."""
    if _GROUPED.fullmatch(number):
        return number.replace(",", "")
    return number if _NUMBER.fullmatch(number) else None


def _full_width(shown: str, number: str) -> QuantityError | None:
    narrow = unicodedata.normalize("NFKC", number.replace("\u3002", ".")).replace(MINUS, "-")
    if narrow == number or not any(unicodedata.east_asian_width(letter) in "FW" for letter in number):
        return None
    plain = _reads(narrow.removesuffix("%"))
    if plain is None:
        return None
    return QuantityError(
        "'%(text)s' is written with full-width characters.", "Type %(plain)s.", text=shown, plain=plain
    )


def _marks(shown: str, number: str) -> QuantityError | None:
    """Signs and brackets: what bookkeepers and word processors write for a minus, and a point without digits."""
    found = _BRACKETS.fullmatch(number)
    if found and (plain := _reads(found[1].strip())):
        message = "'%(text)s' is in brackets."
        return QuantityError(message, "Type -%(plain)s, if it is negative.", text=shown, plain=plain.lstrip("+-"))
    if number[0] in _DASHES and (plain := _reads(number[1:].strip())):
        message = "'%(text)s' begins with a dash that is no minus sign."
        return QuantityError(message, "Type -%(plain)s.", text=shown, plain=plain)
    if number[-1] in "-" + MINUS and (plain := _reads(number[:-1].strip())):
        message = "'%(text)s' has its minus sign at the end."
        return QuantityError(message, "Type -%(plain)s, if it is negative.", text=shown, plain=plain.lstrip("+-"))
    half = _HALF.fullmatch(number)
    if half and half[2] + half[3]:
        plain = f"{half[1]}{half[2] or '0'}{'.' + half[3] if half[3] else ''}"
        message = "'%(text)s' has no digit on one side of its point."
        return QuantityError(message, "Type %(plain)s.", text=shown, plain=plain)
    return None


def _separators(shown: str, number: str) -> QuantityError | None:
    """Commas and blanks in other places than every three digits."""
    if _COMMA.fullmatch(number):
        point = number.replace(".", "").replace(",", ".")
        remedy = "Type %(plain)s, if that is meant."
        return QuantityError("'%(text)s' has a decimal comma.", remedy, text=shown, plain=point)
    if _COMMAS.fullmatch(number):
        message = "'%(text)s' has commas in other places than every three digits."
        remedy = "Type %(plain)s, if that is meant."
        return QuantityError(message, remedy, text=shown, plain=number.replace(",", ""))
    if number.count(".") > 1 and (plain := _reads(number.replace(".", ""))):
        return QuantityError(
            "'%(text)s' has more than one point.", "Type %(plain)s, if that is meant.", text=shown, plain=plain
        )
    tight = re.sub(f"[{_BLANKS}{_UNSEEN}'\u2019]", "", number)
    if tight != number and (plain := _reads(tight.replace(MINUS, "-"))):
        return QuantityError("'%(text)s' has blanks or marks inside.", "Type %(plain)s.", text=shown, plain=plain)
    return None


def _letters(shown: str, number: str) -> QuantityError | None:
    """Letters that look like digits, where the text would be a number with the digits."""
    places = [place for place, letter in enumerate(number) if letter in _MEANT]
    plain = _reads("".join(_MEANT.get(letter, (letter,))[0] for letter in number))
    if not places or plain is None or not any(letter in "0123456789" for letter in number):
        return None
    if len(places) > 1:
        message = "'%(text)s' is not a number; %(letters)s are letters."
        letters = ", ".join(dict.fromkeys(number[place] for place in places))
        return QuantityError(message, "Type %(plain)s, if that is meant.", text=shown, letters=letters, plain=plain)
    place, letter = places[0], number[places[0]]
    back = len(number) - 1 - place
    message = "'%(text)s' is not a number; character %(place)s is the letter %(letter)s."
    if back < len(_FROM_THE_END):
        message = _FROM_THE_END[back]
    return QuantityError(message, _MEANT[letter][1], text=shown, letter=letter, place=place + 1)
