"""Compiled loops over the tree for commands and jobs; web processes do not import this module (ADR 13).

>>> import numpy as np
>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> add_up(np.array([[0], [70], [20]]), tree).tolist()
[[90], [70], [20]]

`add_up`, `pass_up` and `refresh` are those of core.tree_sums, bit for bit; core.whole has the loop that forms every
measure in every period. With NUMBA_DISABLE_JIT=1 the same loops run in Python. No loop is parallel: two threads in a
parallel one would end the process. A kept compilation that cannot be read, as after an upgrade, is dropped and made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import prod
from typing import Any, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

from headrope.core.rollup import Rows, Values
from headrope.core.tree_sums import ALL, Tree

Loop = TypeVar("Loop", bound=Callable[..., object])


class _Kept(FunctionCache):
    """The kept compilations of a loop; those that cannot be read are dropped.

    Index and data are pickles: they name classes and functions of numba and of this program, and after an upgrade some
    of them may be gone or be others, though numba's version and the file of the loop are the same. So reading them may
    raise anything, which numba lets through to whoever calls the loop.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compilation for these types; None where there is none that can be read, and then it is compiled."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception:
            self._drop()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compilation; not being able to is no reason to end, since it is at hand in this process."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except Exception:
            self._drop()

    def _drop(self) -> None:
        with suppress(OSError):  # the folder may belong to somebody else
            self.flush()  # type: ignore[no-untyped-call]


def compiled(loop: Loop) -> Loop:
    """The loop, compiled at its first call and kept for later processes where a folder for that can be written."""
    made = njit(nogil=True, error_model="numpy")(loop)
    if isinstance(made, Dispatcher):  # else NUMBA_DISABLE_JIT is set
        with suppress(RuntimeError):  # numba finds no folder that it can write
            made._cache = _Kept(loop)  # type: ignore[no-untyped-call,attr-defined]
    return cast(Loop, made)


def add_up(own: Values, tree: Tree, into: Values | None = None) -> Values:
    """Totals of every row, shape and dtype of `own`: fresh, or written into `into`, which may be `own` itself."""
    total = own.copy(order="C") if into is None else into
    if not total.flags.c_contiguous:
        raise ValueError("totals are written into one run of memory")
    if into is not None and into is not own:
        into[...] = own
    _add_up(total.reshape(len(total), prod(total.shape[1:])), tree.parent, tree.order)
    return total


@compiled
def _add_up(total: Values, parent: Rows, order: Rows) -> None:
    for row in order:
        above = parent[row]
        for at in range(total.shape[1]):
            total[above, at] += total[row, at]


def pass_up(total: Values, tree: Tree, row: int, change: Values, cells: slice = ALL) -> None:
    """Add a whole-number change [components, chosen cells] of the row to its total and to those of all its ancestors."""
    if total.dtype.kind == "f":
        raise TypeError("floats are added again and not changed by differences; use refresh")
    first, last, _ = cells.indices(total.shape[2])
    if change.shape != (total.shape[1], last - first):
        raise ValueError(f"the change has the shape {change.shape} instead of {(total.shape[1], last - first)}")
    _pass_up(total, tree.parent, row, change, first)


@compiled
def _pass_up(total: Values, parent: Rows, row: int, change: Values, first: int) -> None:
    while row >= 0:
        for component in range(change.shape[0]):
            for cell in range(change.shape[1]):
                total[row, component, first + cell] += change[component, cell]
        row = parent[row]


def refresh(total: Values, own: Values, tree: Tree, row: int, cells: slice = ALL) -> None:
    """Bring the totals of a row and its ancestors up to date after `own[row]` has changed in these cells.

    The same bits as adding everything: whole numbers go up as one exact difference, floats are added again, own value
    first and children in row order.
    """
    first, last, _ = cells.indices(total.shape[2])
    run = _add_again if total.dtype.kind == "f" else _pass_difference
    run(total, own, tree, row, (first, last))


@compiled
def _pass_difference(total: Values, own: Values, tree: Tree, row: int, cells: tuple[int, int]) -> None:
    children = tree.children[tree.first[row] : tree.first[row + 1]]
    for component in range(total.shape[1]):
        for cell in range(cells[0], cells[1]):
            change = own[row, component, cell] - total[row, component, cell]
            for child in children:
                change += total[child, component, cell]
            above = row
            while above >= 0:
                total[above, component, cell] += change
                above = tree.parent[above]


@compiled
def _add_again(total: Values, own: Values, tree: Tree, row: int, cells: tuple[int, int]) -> None:
    while row >= 0:
        for component in range(total.shape[1]):
            for cell in range(cells[0], cells[1]):
                total[row, component, cell] = own[row, component, cell]
        for child in tree.children[tree.first[row] : tree.first[row + 1]]:
            for component in range(total.shape[1]):
                for cell in range(cells[0], cells[1]):
                    total[row, component, cell] += total[child, component, cell]
        row = tree.parent[row]
