"""What somebody typed into an answer, read: causes, words, whys, amounts by month and files; all that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.core.typed import read_typed
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.wording import SHARES
from headrope.review.gaps.answers import CausePart
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.place import Place
from headrope.review.gaps.promised import Amount

MOST_CAUSES, MOST_WHYS, MOST_FILES = 6, 5, 5
LONGEST_WORDS, LONGEST_WHY, LONGEST_NAME = 2000, 300, 120
LARGEST_FILE = 5_000_000
"""Bytes of one file of evidence."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Given:
    """An answer as typed. `causes` are pairs of a cause's code and an amount, `months` amounts by month; the texts count
    10**`exponent` units of account. `keep` are ids of files of the answer before that stay."""

    causes: Sequence[tuple[str, str]] = ()
    words: str = ""
    whys: Sequence[str] = ()
    months: Mapping[Period, str] = field(default_factory=dict)
    exponent: int = 0
    keep: Sequence[int] = ()
    files: Sequence[Upload] = ()


@dataclass(frozen=True)
class Read:
    """An answer as read."""

    causes: tuple[CausePart, ...]
    words: str
    whys: tuple[str, ...]
    months: tuple[tuple[Period, Amount], ...]
    files: tuple[Upload, ...]


def read_given(place: Place, given: Given, offered: Mapping[str, Cause]) -> tuple[Read, list[Problem]]:
    """The answer and everything that is wrong with it; `where` names the field: cause 1, words, why 2, 2023-07, file."""
    problems: list[Problem] = []
    causes = _causes(place, given, offered, problems)
    words = _text("words", given.words, LONGEST_WORDS, problems)
    if not words:
        problems.append(Problem("words", "The answer says nothing.", "Say what will be done, and by when."))
    whys = _whys(given.whys, problems)
    months = _months(place, given, problems)
    files = _files(place, given, problems)
    return Read(causes, words, whys, months, files), problems


def typed_exponent(info: MeasureInfo, exponent: int) -> int:
    """The power of ten in which amounts of the measure are typed: that of the page for money, per cent for shares."""
    if info.account in SHARES:
        return -2
    return exponent if info.rule.quantity.kind == "money" else 0


def read_amount(info: MeasureInfo, text: str, exponent: int) -> Amount:
    """An amount as typed, in steps or float; a QuantityError when it is none."""
    return read_typed(text, info.rule.quantity, typed_exponent(info, exponent), info.account in SHARES)


def _causes(place: Place, given: Given, offered: Mapping[str, Cause], problems: list[Problem]) -> tuple[CausePart, ...]:
    found: dict[str, CausePart] = {}
    held = {part.code for part in place.answer.causes} if place.answer else set()
    for number, (code, text) in enumerate(given.causes, 1):
        where = f"cause {number}"
        if not code.strip():
            if text.strip():
                problems.append(
                    Problem(where, "There is an amount and no cause.", "Choose a cause, or empty the amount.")
                )
            continue
        if code not in offered and code not in held:
            message, remedy = "There is no cause '%(code)s'.", "Choose one of the list."
            problems.append(Problem(where, message, remedy, {"code": code[:60]}))
            continue
        if code in found:
            message, remedy = "The cause stands there twice.", "Put both amounts into one."
            problems.append(Problem(where, message, remedy))
            continue
        found[code] = CausePart(code, _amount(place, where, text, given.exponent, problems))
    if not found:
        problems.append(Problem("cause 1", "No cause is chosen.", "Choose the one that explains most."))
    if len(found) > MOST_CAUSES:
        message, remedy = "An answer has at most %(most)s causes.", "Leave out the smallest."
        problems.append(Problem("cause 1", message, remedy, {"most": MOST_CAUSES}))
    return tuple(found.values())


def _amount(place: Place, where: str, text: str, exponent: int, problems: list[Problem]) -> Amount | None:
    if not text.strip():
        return None
    try:
        return read_amount(place.info, text, exponent)
    except QuantityError as error:
        problems.append(Problem(where, error.message, error.remedy, error.values))
        return None


def _months(place: Place, given: Given, problems: list[Problem]) -> tuple[tuple[Period, Amount], ...]:
    found = []
    for month, text in given.months.items():
        amount = _amount(place, str(month), text, given.exponent, problems)
        if amount is None or amount == 0:
            continue
        if month not in place.months:
            values = {"first": str(place.months[0]), "last": str(place.months[-1])}
            message, remedy = "Nothing can be promised for this month.", "Promise for %(first)s to %(last)s."
            problems.append(Problem(str(month), message, remedy, values))
        elif amount < 0:
            message = "A promise is what is made good: it is not below zero."
            problems.append(Problem(str(month), message, "Leave the month empty, or type what is made good."))
        else:
            found.append((month, amount))
    return tuple(sorted(found))


def _whys(whys: Sequence[str], problems: list[Problem]) -> tuple[str, ...]:
    read = [_text(f"why {number}", text, LONGEST_WHY, problems) for number, text in enumerate(whys[:MOST_WHYS], 1)]
    said = [bool(text) for text in read]
    if any(later and not before for before, later in pairwise(said)):
        place = said.index(False) + 1
        message = "A why is left out: each one asks on from the one before."
        problems.append(Problem(f"why {place}", message, "Write it, or empty those after it."))
    if len([text for text in whys if text.strip()]) > MOST_WHYS:
        problems.append(Problem("why 1", "There are at most %(most)s whys.", "Leave some out.", {"most": MOST_WHYS}))
    return tuple(text for text in read if text)


def _text(where: str, text: str, most: int, problems: list[Problem]) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        problems.append(Problem(where, "The text is longer than %(most)s characters.", "Shorten it.", {"most": most}))
    if _CONTROL.search(text) or any("\ud800" <= letter <= "\udfff" for letter in text):
        problems.append(Problem(where, "The text holds a control character.", "Take it out."))
    return text


def _files(place: Place, given: Given, problems: list[Problem]) -> tuple[Upload, ...]:
    held = {file.id for file in place.answer.evidence} if place.answer else set()
    if len([each for each in given.keep if each in held]) + len(given.files) > MOST_FILES:
        message = "An answer has at most %(most)s files."
        problems.append(Problem("file", message, "Leave some out, or put them into one.", {"most": MOST_FILES}))
    found = []
    for file in given.files:
        name = clean_name(file.name)
        if not file.content:
            problems.append(Problem(name, "The file is empty.", "Choose it again, or leave it out."))
        elif len(file.content) > LARGEST_FILE:
            values = {"most": LARGEST_FILE // 1_000_000}
            problems.append(Problem(name, "The file is larger than %(most)s MB.", "Send a smaller one.", values))
        else:
            found.append(Upload(name, file.content))
    return tuple(found)


def clean_name(name: str) -> str:
    """The name of a file without folders and without what hides in names.

    >>> clean_name("..\\\\..\\\\plan\\u202e.xlsx"), clean_name("/etc/passwd"), clean_name("\\x00 ")
    ('plan.xlsx', 'passwd', 'file')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\"<>|:*?]", "", last).strip(" .")
    return plain[-LONGEST_NAME:] or "file"
