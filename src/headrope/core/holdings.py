"""Holdings: dated shares of units in units, the effective share that follows, and what is attributable.

>>> from fractions import Fraction as F
>>> shares = effective_shares("G", {"G": None, "A": "G", "B": "A"}, {"B": {"A": F(51, 100)}, "A": {"G": F(3, 5)}})
>>> shares["A"], shares["B"]
(Fraction(3, 5), Fraction(153, 500))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from headrope.core.measures import loops
from headrope.core.problems import Problem

Unit = TypeVar("Unit", int, str)
WHOLE = 10**9
"""Effective shares are whole billionths."""


@dataclass(frozen=True)
class Holding:
    """`owner` holds the share num/den of `held` from `valid_from` up to, not on, `valid_to`; `where` is its row."""

    owner: str
    held: str
    num: int
    den: int
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)

    @property
    def share(self) -> Fraction:
        """The share as a fraction."""
        return Fraction(self.num, self.den)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.valid_from <= day < self.valid_to


def check_holdings(holdings: Iterable[Holding]) -> list[Problem]:
    """All that is wrong with them as a set: no share, of itself, twice, above the whole, in a circle; in their order."""
    given = list(holdings)
    problems = [problem for holding in given for problem in _alone(holding)]
    if problems:
        return problems
    by_held: dict[str, list[Holding]] = defaultdict(list)
    for holding in given:
        by_held[holding.held].append(holding)
    for same in by_held.values():
        problems += _together(same)
    row = {holding.where: place for place, holding in enumerate(given)}
    return sorted(problems or _circles(given), key=lambda problem: row[problem.where])


def _alone(holding: Holding) -> list[Problem]:
    values = {"owner": holding.owner, "held": holding.held, "num": holding.num, "den": holding.den}
    wrong = []
    if holding.owner == holding.held:
        wrong.append(Problem(holding.where, "%(owner)s holds itself.", "Name another owner.", values))
    if not 0 < holding.num <= holding.den:
        message = "The share of %(owner)s in %(held)s, %(num)s/%(den)s, is not above 0 and at most 1."
        wrong.append(Problem(holding.where, message, "Write a share such as 51 %% or 51/100.", values))
    if holding.valid_from >= holding.valid_to:
        message = "The share of %(owner)s in %(held)s ends before it begins."
        wrong.append(Problem(holding.where, message, "Correct the column from or to.", values))
    return wrong


def _together(same: Sequence[Holding]) -> list[Problem]:
    """Owners twice and sums above the whole, at the first day each."""
    problems: dict[str, Problem] = {}
    for day in sorted({holding.valid_from for holding in same}):
        total, owners = Fraction(0), set()
        for holding in same:
            if not holding.holds_on(day):
                continue
            values = {"owner": holding.owner, "held": holding.held, "day": day}
            if holding.owner in owners:
                message = "%(owner)s holds %(held)s twice on %(day)s."
                problems.setdefault(holding.where, Problem(holding.where, message, "Keep one row a day.", values))
                continue
            owners.add(holding.owner)
            total += holding.share
            if total > 1:
                message = "The shares in %(held)s add up to %(total)s on %(day)s, which is more than all of it."
                values["total"] = f"{float(total):.4%}"
                remedy = "Correct the shares or their dates."
                problems.setdefault(holding.where, Problem(holding.where, message, remedy, values))
    return list(problems.values())


def _circles(given: Sequence[Holding]) -> list[Problem]:
    problems: dict[frozenset[str], Problem] = {}
    for day in sorted({holding.valid_from for holding in given}):
        owners: dict[str, dict[str, Holding]] = defaultdict(dict)
        for holding in given:
            if holding.holds_on(day):
                owners[holding.held][holding.owner] = holding
        for loop in loops({held: tuple(by) for held, by in owners.items()}):
            path = " > ".join([*loop, loop[0]])
            around = zip(loop, [*loop[1:], loop[0]], strict=True)
            row = max((owners[held][owner] for held, owner in around), key=lambda holding: holding.valid_from)
            message = "These units hold each other in a circle on %(day)s: %(path)s."
            remedy = "Cross-holdings are not taken (ADR 29): leave one of them out."
            problems.setdefault(frozenset(loop), Problem(row.where, message, remedy, {"path": path, "day": day}))
    return list(problems.values())


def effective_shares(
    top: Unit, parents: Mapping[Unit, Unit | None], owners: Mapping[Unit, Mapping[Unit, Fraction]]
) -> dict[Unit, Fraction]:
    """The exact effective share of `top` in every unit of `parents`; 1 in itself, 0 where no path of owners leads to it.

    `owners` has the shares in force by held unit; a unit that has none is held whole by its parent. Free of circles.
    """
    found: dict[Unit, Fraction] = {top: Fraction(1)}
    for start in parents:
        waiting = [start]
        while waiting:
            unit = waiting[-1]
            if unit in found:
                waiting.pop()
                continue
            held_by = owners.get(unit) or {above: Fraction(1) for above in (parents.get(unit),) if above is not None}
            open_owners = [owner for owner in held_by if owner not in found]
            if open_owners:
                waiting.extend(open_owners)
            else:
                found[unit] = sum((share * found[owner] for owner, share in held_by.items()), Fraction(0))
                waiting.pop()
    return found


def billionths(share: Fraction) -> int:
    """The share in whole billionths, half to even."""
    return round(share * WHOLE)


def share_of(amounts: npt.NDArray[np.int64], share: int) -> npt.NDArray[np.int64]:
    """Each amount times share billionths, half to even to a whole step; exact whatever the size."""
    if share == WHOLE:
        return amounts.copy()
    if float(np.abs(amounts.astype(np.float64)).max(initial=0)) * max(share, 1) < 2**62:
        product = amounts * share
        low = product // WHOLE
        twice = 2 * (product - low * WHOLE)
        up = (twice > WHOLE) | ((twice == WHOLE) & (low % 2 == 1))
        rounded: npt.NDArray[np.int64] = low + up
        return rounded
    flat = [round(Fraction(int(amount) * share, WHOLE)) for amount in amounts.ravel().tolist()]
    return np.array(flat, np.int64).reshape(amounts.shape)
