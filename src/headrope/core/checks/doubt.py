"""A doubt: what a check has found about figures, to be mended or answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from headrope.core.checks.check import Check
from headrope.core.problems import Problem


class Doubt(NamedTuple):
    """What is doubtful. `measures` are those that it is about, beginning with the one at whose cell it stands.

    `message` and `remedy` are message ids; `values` holds Figure, Share, Rate, Terms, Period and int for their places,
    whose texts are neutral, so that a face may show them in its own scale and language.
    """

    check: Check
    measures: tuple[str, ...]
    message: str
    remedy: str
    values: Mapping[str, object]

    @property
    def measure(self) -> str:
        """The measure at whose cell the doubt stands."""
        return self.measures[0]

    @property
    def key(self) -> tuple[str, str]:
        """Check and measure: what an answer is kept under; of one submission no two doubts have the same."""
        return self.check.code, self.measure

    def own(self, language: str) -> str:
        """The owner's sentence in the language, else in the other one; empty where the owner has written none."""
        texts = self.check.message, self.check.message_zh
        first, second = reversed(texts) if language.startswith("zh") else texts
        return first or second

    def problem(self, where: str, language: str = "en") -> Problem:
        """The doubt as a problem at a place that its reader knows, such as a cell; the owner's sentence goes first."""
        own = self.own(language)
        message = own.replace("%", "%%") if own else self.message
        return Problem(where, message, self.remedy, self.values, self.check.blocking)
