"""Reads what a total is split over from units.csv: code, parent, weight, base, floor, cap, hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from headrope.core.cascade.group import LARGEST, MOST, Floats, Group
from headrope.core.cascade.weights import equal_weights, growth_weights, weightless
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.quantities import Quantity, QuantityError
from headrope.core.tree_sums import Tree
from headrope.core.units import SEGMENT, Edition, check_cycles
from headrope.ledger.folder.rows import LONGEST_NAME, Row, read_rows, text_problem
from headrope.ledger.folder.tables import Report
from headrope.targets.steps import Steps

FILE = "units.csv"
NUMBERS = ("weight", "base", "floor", "cap", "hold")
OTHERS = ("name", "name_zh", "tier", "kind", "from", "to", "successor", "method", "vintage", "state")
LONGEST_CODE = 100
ROOTS_SHOWN = 5

By = Literal["weight", "growth", "equal"]
NUMBER = Quantity("number")


@dataclass(frozen=True)
class Unit:
    """A row of units.csv; `numbers` are those of its cells that are filled."""

    code: str
    parent: str
    name: str
    name_zh: str
    where: str
    numbers: Mapping[str, Fraction]

    def shown_name(self, language: str) -> str:
        """The name in the language, else the other, else the code."""
        names = (self.name_zh, self.name) if language.startswith("zh") else (self.name, self.name_zh)
        return names[0] or names[1] or self.code


@dataclass(frozen=True)
class Units:
    """The units by code, the group that they make in the same order, what was weighed by, and warnings.

    `places` are the rows of the group in the order of the file.
    """

    units: tuple[Unit, ...]
    group: Group
    by: By
    places: tuple[int, ...]
    notes: tuple[Problem, ...]

    @cached_property
    def summed_bases(self) -> Floats:
        """The base of each row, in steps; of inner units the sum of the leaves below."""
        found = np.where(self.group.leaf, self.group.base, 0.0)
        for row in self.group.tree.order.tolist():
            found[self.group.tree.parent[row]] += found[row]
        return found

    @cached_property
    def weight_of_base(self) -> float | None:
        """What a step of base weighs, where that is the same for all weighted leaves: then a level is a growth for all."""
        weighs = self.group.leaf & (self.group.weight > 0)
        weight, base = self.group.weight[weighs], np.abs(self.group.base[weighs])
        if not len(weight) or not base.all():
            return None
        each = weight / base
        return float(each[0]) if np.allclose(each, each[0], rtol=1e-12, atol=0) else None

    @property
    def total_base(self) -> Fraction:
        """The exact sum of the bases of all leaves."""
        pairs = zip(self.units, self.group.leaf.tolist(), strict=True)
        return sum((unit.numbers.get("base", Fraction(0)) for unit, leaf in pairs if leaf), start=Fraction(0))


def read_units(folder: Path, steps: Steps, by: By | None = None) -> Units:
    """What units.csv says; ProblemsFound with all that is wrong in it.

    `by` growth weighs with the sizes of the bases, equal with 1; None stands for the weights where there are any, else
    for growth where there are bases.
    """
    problems: list[Problem] = []
    if not (folder / FILE).is_file():
        raise ProblemsFound([Problem(str(folder), "There is no units.csv.", "Name a folder that holds one.")])
    rows = list(read_rows(folder / FILE, (("code", "parent"), (*NUMBERS, *OTHERS)), problems.append))
    columns = set(rows[0][1]) if rows else set()
    read = [_unit(where, row, steps, problems.append) for where, row in rows]
    if not rows and not problems:
        problems.append(Problem(FILE, "The file holds no unit.", "Write a row for each unit."))
    problems += _tree_problems(read)
    if problems:
        raise ProblemsFound(problems)
    units = tuple(sorted(read, key=lambda unit: unit.code))
    row_of = {unit.code: row for row, unit in enumerate(units)}
    tree = Tree.of(np.array([row_of[unit.parent] if unit.parent else -1 for unit in units], np.int32))
    leaf = np.diff(tree.first) == 0
    chosen: By = by or ("weight" if "weight" in columns or "base" not in columns else "growth")
    problems += _number_problems(units, leaf.tolist(), chosen, steps)
    if problems:
        raise ProblemsFound(problems)
    group = _group(units, tree, chosen, steps)
    if weightless(group):
        message, remedy = "No unit that is not held has a weight.", "Write weights, or choose equal ones."
        raise ProblemsFound([Problem(FILE, message, remedy)])
    notes = tuple(_notes(units, leaf.tolist(), chosen))
    return Units(units, group, chosen, tuple(row_of[unit.code] for unit in read), notes)


def _unit(where: str, row: Row, steps: Steps, report: Report) -> Unit:
    for column, most in (("code", LONGEST_CODE), ("name", LONGEST_NAME), ("name_zh", LONGEST_NAME)):
        if problem := text_problem(where, column, row.get(column, ""), most):
            report(problem)
    if not row["code"]:
        report(Problem(where, "The unit has no code.", "Write one."))
    if row.get("kind") == SEGMENT:
        message, remedy = "%(code)s is a segment: no total goes down to it.", "Take the row out."
        report(Problem(where, message, remedy, {"code": row["code"]}))
    numbers = {}
    for column in NUMBERS:
        if text := row.get(column, ""):
            number = _number(where, column, text, steps, report)
            if number is not None:
                numbers[column] = number
    return Unit(row["code"], row["parent"], row.get("name", ""), row.get("name_zh", ""), where, numbers)


def _number(where: str, column: str, text: str, steps: Steps, report: Report) -> Fraction | None:
    """The number in a cell, exactly; what is none, or cannot be one of this column, is reported."""
    values: dict[str, object] = {"column": column, "text": text[:60]}
    try:
        NUMBER.read(text)
    except QuantityError as error:
        report(Problem(f"{where}, {column}", error.message, error.remedy, error.values))
        return None
    number = Fraction(Decimal(text))
    if column == "weight" and number < 0:
        message = "The weight %(text)s is below 0."
        report(Problem(f"{where}, {column}", message, "Write how much of the total the unit weighs.", values))
    elif column != "weight" and abs(number) / steps.size >= LARGEST:
        message = "%(text)s is 2^53 steps of %(step)s or more."
        remedy = "Choose a larger step, or leave a bound empty that is none."
        report(Problem(f"{where}, {column}", message, remedy, values | {"step": str(steps)}))
    elif column == "hold" and (number / steps.size).denominator != 1:
        message = "The hold %(text)s is no multiple of the step %(step)s."
        report(
            Problem(f"{where}, {column}", message, "Round it, or choose a smaller step.", values | {"step": str(steps)})
        )
    else:
        return number
    return None


def _tree_problems(units: list[Unit]) -> list[Problem]:
    """Codes that stand twice, parents that are no units, circles, and more than one root."""
    first: dict[str, Unit] = {}
    problems = []
    for unit in units:
        other = first.setdefault(unit.code, unit)
        if other is not unit:
            values = {"code": unit.code, "other": other.where}
            problems.append(Problem(unit.where, "%(code)s stands here and at %(other)s.", "Keep one row.", values))
    for unit in units:
        if unit.parent and unit.parent not in first:
            message = "%(code)s stands under %(parent)s, which is no unit."
            remedy = "Add a row for %(parent)s, or correct the parent."
            problems.append(Problem(unit.where, message, remedy, {"code": unit.code, "parent": unit.parent}))
    editions = [Edition(unit.code, unit.name, unit.parent or None, where=unit.where) for unit in first.values()]
    problems += check_cycles(editions)
    roots = [unit for unit in units if not unit.parent]
    if len(roots) > 1:
        message = "%(count)s units have no parent: %(codes)s."
        remedy = "One of them gets the total; give the others a parent."
        codes = ", ".join(unit.code for unit in roots[:ROOTS_SHOWN]) + (", ..." if len(roots) > ROOTS_SHOWN else "")
        problems.append(Problem(roots[1].where, message, remedy, {"count": len(roots), "codes": codes}))
    return problems


def _number_problems(units: tuple[Unit, ...], leaf: list[bool], by: By, steps: Steps) -> list[Problem]:
    """Numbers that are missing, or too many large ones."""
    problems = []
    if by == "weight":
        for unit, alone in zip(units, leaf, strict=True):
            if alone and "weight" not in unit.numbers and "hold" not in unit.numbers:
                message, remedy = "%(code)s has no weight.", "Write one; 0 lets it keep its base."
                problems.append(Problem(f"{unit.where}, weight", message, remedy, {"code": unit.code}))
    sums = sum(max((abs(unit.numbers.get(each, Fraction(0))) for each in NUMBERS[2:]), default=0) for unit in units)
    if sums / steps.size >= MOST:
        message, remedy = "All bounds together are 2^60 steps or more.", "Leave bounds empty that are none."
        problems.append(Problem(FILE, message, remedy))
    return problems


def _group(units: tuple[Unit, ...], tree: Tree, by: By, steps: Steps) -> Group:
    leaf = np.diff(tree.first) == 0
    base = np.where(leaf & np.isnan(_column(units, "base", steps)), 0.0, _column(units, "base", steps))
    if by == "weight":
        weight = _column(units, "weight", None)
        weight = np.where(leaf & np.isnan(weight), 0.0, weight)
    else:
        weight = np.where(leaf, growth_weights(base) if by == "growth" else equal_weights(len(units)), np.nan)
    floor, cap = _column(units, "floor", steps, -1), _column(units, "cap", steps, 1)
    return Group.of(tree, weight, base, floor=floor, cap=cap, hold=_column(units, "hold", steps))


def _column(units: tuple[Unit, ...], column: str, steps: Steps | None, side: int = 0) -> Floats:
    """The numbers as float64[units], in steps where there are any; floors (-1) rounded up and caps (1) down; else nan."""
    none = {-1: -math.inf, 0: math.nan, 1: math.inf}[side]
    size = steps.size if steps else Fraction(1)
    found = np.full(len(units), none)
    for row, unit in enumerate(units):
        number = unit.numbers.get(column)
        if number is not None:
            number /= size
            found[row] = float(number) if not side else math.floor(number) if side > 0 else math.ceil(number)
    return found


def _notes(units: tuple[Unit, ...], leaf: list[bool], by: By) -> list[Problem]:
    """What an inner unit says of itself and only the tiers look at."""
    columns = ("weight", "base") if by == "weight" else ("base",)
    notes = []
    for unit, alone in zip(units, leaf, strict=True):
        for column in columns:
            if not alone and column in unit.numbers:
                message = (
                    "%(code)s has units below it: its %(column)s counts only where one tier splits after the other."
                )
                remedy = "Leave it empty where it is the sum of those below."
                values = {"code": unit.code, "column": column}
                notes.append(Problem(f"{unit.where}, {column}", message, remedy, values, blocking=False))
    return notes
