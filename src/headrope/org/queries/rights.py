"""What a role allows: the one table of rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from headrope.org.models import Role

Right = Literal[
    "see", "edit", "enter", "submit", "accept", "lock", "remind", "define", "people", "restate", "audit", "prepare", "present",
    "answer",
]  # fmt: skip
"""see the figures; edit the tree; enter and submit figures; accept what the units below submit; lock and reopen; remind
who has not reported; define measures, checks, forms, duties and calendars; give people accounts and mandates; restate
after a lock; read the audit trail; prepare meetings and write their notes; lead them on the big screen;
answer for gaps and promise amounts against them."""

ALL_RIGHTS: tuple[Right, ...] = get_args(Right)


def _rights(*names: Right) -> frozenset[Right]:
    return frozenset(names)


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OFFICE: _rights(
        "see",
        "edit",
        "enter",
        "submit",
        "accept",
        "lock",
        "remind",
        "define",
        "restate",
        "prepare",
        "present",
        "answer",
    ),
    Role.CLERK: _rights("see", "enter", "submit"),
    Role.HEAD: _rights("see", "enter", "submit", "accept", "remind", "answer"),
    Role.LEADER: _rights("see", "present"),
    Role.SUPERVISION: _rights("see", "remind"),
    Role.FINANCE: _rights("see", "enter", "submit", "restate"),
    Role.VIEWER: _rights("see"),
    # Runs the house and touches no figure.
    Role.ADMINISTRATOR: _rights("see", "edit", "define", "people", "audit", "remind", "lock"),
}
"""The rights of each role, on the unit of the mandate and all below it."""
