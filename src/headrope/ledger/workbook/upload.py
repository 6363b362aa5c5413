"""What came back in a file: cells as they were typed, and everything that is wrong with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.ledger.submissions.sheet import EntrySheet, Word

MOST_PROBLEMS = 200
LONGEST_NAME = 200


@dataclass(frozen=True)
class UploadedCell:
    """A cell of the file: the text counts 10**exponent units of account; an empty one without word empties its cell."""

    measure: str
    where: str
    raw: str
    exponent: int
    word: Word = ""
    note: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Upload:
    """A file that was read. What it does not say of itself (a CSV says little) is as in the sheet that it was read for.

    Measures that are not among the cells are not in the file, and stay as they are.
    """

    name: str
    unit: str
    form: str
    period: Period
    version: str
    exponent: int
    row_version: int
    cells: tuple[UploadedCell, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def right(self) -> bool:
        """Whether nothing stands against taking the cells over."""
        return not any(problem.blocking for problem in self.problems)


def empty_upload(name: str, expected: EntrySheet, exponent: int) -> Upload:
    """An upload for the sheet, before anything is read."""
    version = expected.version
    return Upload(
        name, expected.unit.code, expected.form.code, expected.period, version, exponent, expected.row_version
    )


def with_problems(upload: Upload, problems: Iterable[Problem]) -> Upload:
    """The upload with its problems; of very many only the first, and how many more there are."""
    found = list(problems)
    if len(found) > MOST_PROBLEMS:
        more = {"count": len(found) - MOST_PROBLEMS}
        blocking = any(problem.blocking for problem in found[MOST_PROBLEMS:])
        message, remedy = "There are %(count)s more problems.", "Mend those that are listed first."
        found[MOST_PROBLEMS:] = [Problem(upload.name, message, remedy, more, blocking)]
    return replace(upload, problems=tuple(found))


def file_name(name: str) -> str:
    """The last part of a file's name without control characters and marks that turn its direction, cut to 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        tail = dot + ending if stem and len(ending) <= 8 else ""
        plain = plain[: LONGEST_NAME - len(tail)] + tail
    return plain if plain.strip(". ") else "file"


def plain_text(text: str) -> str:
    """A text without the control characters that no database keeps; line ends stay."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
