"""Reasons that people give for what they do to a submission: what can be kept of them."""

from __future__ import annotations

from headrope.core.problems import Problem

LONGEST_REASON = 500


def reason_problems(where: str, reason: str, most: int = LONGEST_REASON) -> list[Problem]:
    """Why the reason cannot be kept: it is too long, or holds what PostgreSQL does not store."""
    if len(reason) > most:
        return [Problem(where, "A reason holds %(most)s characters.", "Shorten it.", {"most": most})]
    if any(ord(letter) < 32 for letter in reason):
        return [Problem(where, "The text holds a control character.", "Write it in one line.")]
    return []
