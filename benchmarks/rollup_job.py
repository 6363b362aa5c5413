"""The standard roll-up job: its measures, a synthetic group, and the result in one form for all engines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import synthetic

from headrope.core.formulas import parse_formula
from headrope.core.measures import MeasureRule
from headrope.core.quantities import Quantity
from headrope.core.totals import Block, Job, Months, Own, usual_periods, words
from headrope.core.tree_sums import Tree

FIRST, LENGTH = 2021 * 12, 36
FLOWS, STOCKS, PRODUCTS = 25, 10, 5
EXACT = FLOWS + STOCKS
COMPONENTS = EXACT + PRODUCTS
RATIOS = [
    *((k, 10 + k) for k in range(4)),  # flow over flow
    *((FLOWS + k, FLOWS + 5 + k) for k in range(3)),  # stock over stock
    *((4 + k, FLOWS + 3 + k) for k in range(3)),  # flow over stock
    *((EXACT + k, 10 + k) for k in range(PRODUCTS)),  # weighted means: product over weight
]
"""Places of numerator and denominator."""


def is_flow(component: int) -> bool:
    """Stocks lie between the flows of money and the products."""
    return not FLOWS <= component < EXACT


def _rules() -> list[MeasureRule]:
    money, number = Quantity("money", -2), Quantity("number")
    rules = [
        MeasureRule(f"C{c}", money if c < EXACT else number, "flow" if is_flow(c) else "stock")
        for c in range(COMPONENTS)
    ]
    for k, (above, below) in enumerate(RATIOS):
        lines = parse_formula(f"C{above}"), parse_formula(f"C{below}")
        rules.append(MeasureRule(f"R{k}", number, "ratio", "up", *lines))
    return rules


def job() -> Job:
    """The job as Headrope does it."""
    return Job.of(_rules(), Months.of(FIRST, LENGTH, usual_periods(FIRST, LENGTH)))


@dataclass(frozen=True)
class Group:
    """A synthetic group; only leaves have figures, and one figure in twenty has not come."""

    parent: np.ndarray
    leaves: np.ndarray
    own: Own

    @cached_property
    def tree(self) -> Tree:
        """The tree laid out."""
        return Tree.of(self.parent)

    @cached_property
    def ancestors(self) -> tuple[np.ndarray, np.ndarray]:
        """All pairs of a leaf and itself or one of its ancestors."""
        pairs = [(leaf, above) for leaf in self.leaves.tolist() for above in self.tree.path(leaf)]
        below, above = np.array(pairs, np.int32).T
        return below.copy(), above.copy()


def make_group(units: int) -> Group:
    """The same group in every run; arrays are filled in parts, so that building takes little beside them."""
    parents, leaves = synthetic.tree(synthetic.Size(units=units))
    own = Own(
        np.zeros((units, EXACT, LENGTH), np.int64),
        np.zeros((units, PRODUCTS, LENGTH)),
        np.zeros((units, COMPONENTS, 1), np.uint64),
        np.zeros((units, COMPONENTS, 1), np.uint64),
    )
    rnd = np.random.default_rng(synthetic.SEED)
    for first in range(0, len(leaves), 1000):
        rows = np.array(leaves[first : first + 1000])
        present = rnd.random((len(rows), COMPONENTS, LENGTH)) > 0.05
        scale = np.exp(rnd.normal(10, 2, (len(rows), 1, 1)))
        amounts = np.rint(rnd.uniform(-0.3, 1.7, (len(rows), EXACT, LENGTH)) * scale * 100).astype(np.int64)
        amounts[:, 10:15] = np.abs(amounts[:, 10:15])
        own.amounts[rows] = amounts * present[:, :EXACT]
        means = rnd.uniform(1, 10, (len(rows), PRODUCTS, LENGTH))
        own.numbers[rows] = means * amounts[:, 10:15] * present[:, EXACT:]
        own.reported[rows], own.expected[rows] = words(present), words(np.logical_or.accumulate(present, axis=2))
    return Group(np.array(parents, np.int32), np.array(leaves, np.int32), own)


@dataclass(frozen=True)
class Result:
    """What an engine gives, in order of units: [units, measures, periods], the components first (products left out)."""

    amounts: np.ndarray
    ratios: np.ndarray
    reported: np.ndarray
    expected: np.ndarray
    uneven: np.ndarray


def result_of(block: Block) -> Result:
    """Headrope's block in this form."""
    order = np.argsort(block.rows)
    shown = [*range(EXACT), *range(COMPONENTS, COMPONENTS + len(RATIOS))]
    return Result(
        block.amounts[order],
        block.numbers[order][:, PRODUCTS:],
        block.reported[order][:, shown],
        block.expected[order][:, shown],
        block.uneven[order],
    )


def differences(found: Result, wanted: Result) -> list[str]:
    """What is not the same: whole numbers and marks exactly, ratios to 1e-9."""
    wrong = [
        name
        for name in ("amounts", "reported", "expected", "uneven")
        if not np.array_equal(getattr(found, name), getattr(wanted, name))
    ]
    if not np.allclose(found.ratios, wanted.ratios, rtol=1e-9, atol=0, equal_nan=True):
        wrong.append("ratios")
    return wrong
