"""What a measure is: quantity, kind, direction and what its kind needs; see docs/spec/measures.md.

>>> MeasureRule("MARGIN", Quantity("number"), "ratio", "up", parse_formula("PROFIT"), parse_formula("REVENUE")).components
('PROFIT', 'REVENUE')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from headrope.core.formulas import Formula, parse_formula, substitute, write_formula
from headrope.core.quantities import Quantity
from headrope.core.units import ALWAYS, FOREVER

__all__ = ["CODE", "Formula", "MeasureRule", "check_measures", "parse_formula", "resolved", "write_formula"]

Kind = Literal[
    "flow", "cumulative", "stock", "max", "min", "disjoint", "distinct", "weighted", "score", "text",
    "formula", "ratio", "average", "growth",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "flow", "cumulative", "stock", "max", "min", "disjoint", "distinct", "weighted", "score", "text",
    "formula", "ratio", "average", "growth",
)  # fmt: skip
FORMED = frozenset({"formula", "ratio", "average", "growth"})
"""Kinds that are computed from others; what is stored of them is a level of the unit itself."""
ADDITIVE = frozenset({"flow", "cumulative", "stock", "disjoint"})
"""Kinds whose own values add up to totals."""
ELIMINATED = frozenset({"flow", "cumulative", "stock"})
IN_FORMULAE = ADDITIVE | {"average", "formula"}

Direction = Literal["up", "down", "band", "gate", "index", "none"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "band", "gate", "index", "none")
Missing = Literal["missing", "carry", "zero"]
MISSING: tuple[Missing, ...] = ("missing", "carry", "zero")
MISSING_OF = {"carry": frozenset({"stock", "score"}), "zero": ADDITIVE}
Continuity = Literal["", "same", "restated", "break"]
CONTINUITIES = ("same", "restated", "break")
CODE = re.compile(r"[^\W\d]\w{0,39}")


@dataclass(frozen=True)
class MeasureRule:
    """A measure as the arithmetic needs it.

    `numerator` and `denominator` are formulae: of ratio and formula as written, of weighted and score the weight as
    denominator, of average and growth the measure as numerator. `valid_to` is the first day on which it holds no more.
    """

    code: str
    quantity: Quantity
    kind: Kind
    direction: Direction = "none"
    numerator: Formula = ()
    denominator: Formula = ()
    annualise: bool = False
    missing: Missing = "missing"
    margin: float | None = None
    successor: str | None = None
    continuity: Continuity = ""
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    attributable: bool = False

    @property
    def components(self) -> tuple[str, ...]:
        """Codes that this one is formed from; of a measure that stands for itself, its own code."""
        if self.kind not in FORMED:
            return (self.code,)
        return tuple(dict.fromkeys(code for _, code in self.numerator + self.denominator))

    @property
    def weight(self) -> str | None:
        """The code of the weight of a weighted mean or score."""
        return self.denominator[0][1] if self.kind in ("weighted", "score") and self.denominator else None

    @cached_property
    def exact(self) -> bool:
        """Whether its values are whole numbers of steps: base kinds of money and counts but weighted means."""
        return self.quantity.exact and self.kind not in FORMED and self.weight is None

    @property
    def formed(self) -> bool:
        """Whether it is computed from others."""
        return self.kind in FORMED

    @property
    def additive(self) -> bool:
        """Whether the figures of units add up to that of the unit above them."""
        return self.kind in ADDITIVE

    @property
    def level(self) -> bool:
        """Whether what is stored of it is never added: formed kinds, distinct counts, scores without weight."""
        return self.kind in FORMED or self.kind == "distinct" or (self.kind == "score" and self.weight is None)


class Fault(NamedTuple):
    """What is wrong with a measure, as `core.problems.Problem` has it, without the place."""

    code: str
    message: str
    remedy: str
    values: dict[str, object]


def check_measures(rules: Mapping[str, MeasureRule]) -> list[Fault]:
    """Everything that is wrong with the measures as a set, by code, in the order given."""
    faults: list[Fault] = []
    for rule in rules.values():
        faults += _shape(rule)
        faults += _parts(rule, rules)
    if not faults:
        faults = _circles(rules)
    if not faults:
        found = resolved(rules)
        for code, rule in rules.items():
            if rule.kind == "ratio" and not found[code].denominator:
                faults.append(_fault(code, "The denominator of %(code)s is always 0.", "Divide by something else."))
            elif rule.kind in ("formula", "ratio") and not found[code].numerator:
                faults.append(_fault(code, "The numerator of %(code)s is always 0.", "Correct the formula."))
    return faults + _successions(rules)


def _fault(code: str, message: str, remedy: str, **values: object) -> Fault:
    return Fault(code, message, remedy, {"code": code, **values})


def _shape(rule: MeasureRule) -> list[Fault]:
    """What the kind needs and what it cannot have."""
    code, faults = rule.code, []
    wanted = {"ratio": (True, True), "formula": (True, False), "average": (True, False), "growth": (True, False)}
    above, below = wanted.get(rule.kind, (False, rule.kind == "weighted"))
    optional = rule.kind == "score"
    for name, held, needed in (("numerator", rule.numerator, above), ("denominator", rule.denominator, below)):
        if needed and not held:
            faults.append(_fault(code, f"%(code)s is a {rule.kind} and needs a {name}.", "Write measure codes."))
        elif held and not needed and not (optional and name == "denominator"):
            faults.append(_fault(code, f"%(code)s is a {rule.kind} and has no {name}.", "Leave it empty."))
    single = rule.denominator if rule.kind in ("weighted", "score") else rule.numerator
    if rule.kind in ("weighted", "score", "average", "growth") and single and (len(single) > 1 or single[0][0] != 1):
        faults.append(_fault(code, "%(code)s is formed from one measure, not from a formula.", "Write one code."))
    if (rule.kind == "text") != (rule.quantity.kind == "text"):
        faults.append(
            _fault(code, "%(code)s: texts, and only texts, are of the kind text.", "Correct kind or quantity.")
        )
    if rule.annualise and rule.kind != "ratio":
        faults.append(_fault(code, "Only ratios are annualised; %(code)s is none.", "Leave the column empty."))
    if rule.missing != "missing" and rule.kind not in MISSING_OF[rule.missing]:
        message = "%(code)s is a %(kind)s: a missing value cannot be taken as %(missing)s."
        faults.append(_fault(code, message, "Leave the column empty.", kind=rule.kind, missing=rule.missing))
    if rule.margin is not None and rule.direction not in ("band", "index"):
        faults.append(_fault(code, "%(code)s has a margin, and its direction needs none.", "Leave it empty."))
    if rule.direction == "band" and rule.margin is None:
        faults.append(_fault(code, "%(code)s keeps to a band and has no margin.", "Write half the width of the band."))
    if rule.attributable and not (rule.exact and rule.kind in ADDITIVE):
        message = "%(code)s is not a sum of whole steps: no part of it is attributable."
        faults.append(_fault(code, message, "Leave the column empty."))
    return faults


def _parts(rule: MeasureRule, rules: Mapping[str, MeasureRule]) -> list[Fault]:
    faults = []
    allowed: frozenset[str] = IN_FORMULAE
    if rule.kind == "average":
        allowed = frozenset({"stock"})
    elif rule.kind == "growth":
        allowed = frozenset(KINDS) - {"growth", "text"}
    elif rule.kind in ("weighted", "score"):
        allowed = ADDITIVE
    for code in dict.fromkeys(code for _, code in rule.numerator + rule.denominator):
        part = rules.get(code)
        if part is None:
            message = "%(code)s is formed from %(part)s, which is no measure."
            faults.append(_fault(rule.code, message, "Correct the formula, or add a row for %(part)s.", part=code))
        elif part.kind not in allowed:
            message = "%(code)s is a %(kind)s and cannot be formed from %(part)s, which is a %(other)s."
            remedy = "Form it from kinds: %(allowed)s."
            values = {"kind": rule.kind, "part": code, "other": part.kind, "allowed": ", ".join(sorted(allowed))}
            faults.append(_fault(rule.code, message, remedy, **values))
    return faults


def _circles(rules: Mapping[str, MeasureRule]) -> list[Fault]:
    below = {code: rule.components if rule.kind in FORMED else () for code, rule in rules.items()}
    message, remedy = "These formulae stand in a circle: %(path)s.", "Form one of them from stored measures."
    return [_fault(loop[0], message, remedy, path=" > ".join([*loop, loop[0]])) for loop in loops(below)]


def _successions(rules: Mapping[str, MeasureRule]) -> list[Fault]:
    faults = []
    following = {code: (rule.successor,) if rule.successor in rules else () for code, rule in rules.items()}
    for loop in loops(following):  # type: ignore[arg-type]
        path = " > ".join([*loop, loop[0]])
        message = "These measures succeed each other in a circle: %(path)s."
        faults.append(_fault(loop[0], message, "Name no successor for one of them.", path=path))
    for code, rule in rules.items():
        if rule.successor is None:
            if rule.continuity:
                faults.append(_fault(code, "%(code)s has a continuity and no successor.", "Leave it empty."))
            continue
        heir = rules.get(rule.successor)
        if heir is None:
            message = "The successor %(heir)s of %(code)s is no measure."
            faults.append(_fault(code, message, "Correct it, or add a row for it.", heir=rule.successor))
            continue
        if rule.valid_to == FOREVER:
            message = "%(code)s has a successor and no last day."
            faults.append(_fault(code, message, "Write its last day in the column to.", heir=heir.code))
        if rule.continuity not in CONTINUITIES:
            message = "How %(heir)s continues %(code)s is not said."
            faults.append(_fault(code, message, "Write same, restated or break.", heir=heir.code))
        if heir.quantity.kind != rule.quantity.kind or heir.kind != rule.kind:
            message = "%(heir)s succeeds %(code)s and is of another quantity or kind."
            faults.append(_fault(code, message, "A successor counts the same kind of thing.", heir=heir.code))
    return faults


def loops(below: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """Circles of a graph, one for each edge that closes one, beginning with the code that is met first."""
    state: dict[str, bool] = {}  # True while on the path, False when done
    found: list[list[str]] = []
    for start in below:
        if start in state:
            continue
        path, waiting = [start], [iter(below[start])]
        state[start] = True
        while waiting:
            code = next(waiting[-1], None)
            if code is None:
                waiting.pop()
                state[path.pop()] = False
            elif state.get(code):
                found.append(path[path.index(code) :])
            elif code not in state:
                state[code] = True
                path.append(code)
                waiting.append(iter(below.get(code, ())))
    return found


def resolved(rules: Mapping[str, MeasureRule]) -> dict[str, MeasureRule]:
    """The measures with formulae inside formulae replaced, so that what is left stands for itself or is an average.

    The rules must be free of circles. A formula in which all cancels comes out empty.
    """
    plain: dict[str, Formula] = {}

    def opened(code: str) -> Formula:
        if code not in plain:
            rule = rules[code]
            inner = {part: opened(part) for _, part in rule.numerator if rules[part].kind == "formula"}
            plain[code] = substitute(rule.numerator, inner)
        return plain[code]

    formulas = {code: opened(code) for code, rule in rules.items() if rule.kind == "formula"}
    done = {}
    for code, rule in rules.items():
        if rule.kind in ("formula", "ratio"):
            above, below = substitute(rule.numerator, formulas), substitute(rule.denominator, formulas)
            rule = replace(rule, numerator=above, denominator=below)
        done[code] = rule
    return done
