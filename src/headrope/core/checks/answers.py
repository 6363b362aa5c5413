"""Answers to warnings: a few words, kept with the figures.

>>> warning = Check("JUMP", "not-negative", "warning", ("REV",))
>>> str(answer_problem("C20", warning, "ok."))
'C20: The answer has fewer than 4 letters and digits. Say in a few words why the figure is right.'
>>> answer_problem("C20", warning, "两个核电项目开票")
"""

from __future__ import annotations

import re

from headrope.core.checks.check import Check
from headrope.core.problems import Problem

LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def answer_problem(where: str, check: Check, text: str) -> Problem | None:
    """What the answer to a warning lacks; dots and blanks do not make it longer. None where it will do."""
    if _CONTROL.search(text):
        return Problem(where, "The answer holds a control character.", "Write it in one line.")
    if len(text) > LONGEST:
        return Problem(where, "The answer is longer than %(most)s characters.", "Shorten it.", {"most": LONGEST})
    if sum(map(str.isalnum, text)) < check.least_answer:
        message = "The answer has fewer than %(least)s letters and digits."
        remedy = "Say in a few words why the figure is right."
        return Problem(where, message, remedy, {"least": check.least_answer})
    return None
