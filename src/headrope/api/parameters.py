"""The forms of parameters: as the description tells them, so they are checked."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints

_NATIVE = "(?:19|20|21)[0-9]{2}(?:-(?:0[1-9]|1[0-2]|Q[1-4]|H[12]))?"
_FISCAL = "FY(?:19|20|21)[0-9]{2}(?:-[0-9]{2})?(?:-(?:Q[1-4]|H[12]))?"
_ANY = f"(?:{_NATIVE}|{_FISCAL})"
MONTH = "(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])"
_PRINTED = r"^[^\x00-\x1f\x7f]+$"

ABOUT: Final = {
    "code": "The code.",
    "exponent": "Money in the file counts 10^exponent units of account, where the file does not say it itself.",
    "file": "`file` of the preview, or of the evidence.",
    "form": "A form's code.",
    "kind": "Only those of this kind.",
    "limit": "The most items of one answer.",
    "measure": "A measure's code.",
    "name": "What the file is called; its ending says of which kind it is.",
    "order": "What the rank goes by.",
    "period": "2023-06, 2023-Q2, 2023-H1, 2023, FY2023-24, or 2025-04..2025-09.",
    "number": "The number of a meeting.",
    "seq": "The number of a posting.",
    "state": "Only those in this state.",
    "threshold": "Such as PROFIT>0; may be repeated.",
    "unit": "A unit's code.",
    "version": "A version: actual where it is left out.",
    "where": "Such as PROFIT>0; may be repeated.",
    "year": "A whole year, such as 2023 or FY2023-24.",
}
"""What a parameter means where its operation does not say it in other words."""


def day(given: object) -> object:
    """Only the calendar form: numbers would be taken for seconds since 1970."""
    if isinstance(given, str) and not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("not a day")
    return given


def whole(given: object) -> object:
    """Plain digits: no signs, blanks, points or underscores."""
    if isinstance(given, str) and not re.fullmatch("[0-9]{1,18}", given):
        raise ValueError("not a whole number")
    return given


def number(given: object) -> object:
    """A number of JSON: no text and no truth value, which would be taken for one."""
    if isinstance(given, str | bool):
        raise ValueError("not a number")
    return given


Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_PRINTED)]
PeriodText = Annotated[
    str,
    StringConstraints(pattern=f"^{_ANY}(?:\\.\\.{_ANY})?$"),
    Field(description="2023-06, 2023-Q2, 2023-H1, 2023, FY2023-24, or 2025-04..2025-09.", examples=["2023-H1"]),
]
Year = Annotated[
    str,
    StringConstraints(pattern="^(?:(?:19|20|21)[0-9]{2}|FY(?:19|20|21)[0-9]{2}(?:-[0-9]{2})?)$"),
    Field(description="A whole year, such as 2023 or FY2023-24.", examples=["2023"]),
]
Perimeter = Annotated[
    str,
    StringConstraints(pattern=f"^(?:as-was|{MONTH})$"),
    Field(
        description="as-was: everything over the trees of the time. A month: everything over the tree of that month. Else totals as-was, and a year earlier like-for-like.",
        examples=["as-was"],
    ),
]
Day = Annotated[date, BeforeValidator(day)]
Known = Annotated[
    date,
    BeforeValidator(day),
    Field(description="As known at the end of that day; now where it is left out.", examples=["2023-07-14"]),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="The most items of one answer."), BeforeValidator(whole)]
Tier = Annotated[
    int, Field(ge=1, le=100, description="Rank all units below that stand on this tier."), BeforeValidator(whole)
]
Seq = Annotated[int, Field(ge=1, le=10**15), BeforeValidator(whole)]
Before = Annotated[Seq, Field(description="`next` of the answer before.")]
Number = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,14}$")]
Cursor = Annotated[str, StringConstraints(max_length=200), Field(description="`next` of the answer before.")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTED)]
