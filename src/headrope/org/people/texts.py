"""What a code, a text and a rank of people may be, said at the field of a form."""

from __future__ import annotations

from headrope.core.problems import Problem
from headrope.org.folder import CODE, CONTROL, HIGHEST, LOWEST


def check_code(code: str) -> list[Problem]:
    """A code is short and has no blanks or slashes."""
    if not code:
        return check_text("code", code, 40, needed=True)
    if CODE.fullmatch(code):
        return []
    remedy = "Use up to 40 letters, digits, dots, dashes; no blanks or slashes."
    return [Problem("code", "'%(code)s' is not a code.", remedy, {"code": code[:60]})]


def check_text(where: str, text: str, most: int, *, needed: bool = False) -> list[Problem]:
    """A text of one line, not longer than `most` characters."""
    if needed and not text:
        return [Problem(where, "This is empty.", "Fill it in.")]
    if CONTROL.search(text):
        return [Problem(where, "The text has a character that cannot be kept.", "Type it again.")]
    if len(text) > most:
        return [Problem(where, "The text has more than %(most)s characters.", "Shorten it.", {"most": most})]
    return []


def check_rank(rank: int | None) -> list[Problem]:
    """1 is the highest; None: without."""
    if rank is None or HIGHEST <= rank <= LOWEST:
        return []
    remedy = "Write 1 for the highest, up to 99, or nothing."
    return [Problem("rank", "'%(rank)s' is not a rank.", remedy, {"rank": rank})]
