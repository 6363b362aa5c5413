"""Sum-preserving rounding against what else one would do: trees against loops of largest remainders, tables against HiGHS.

    python benchmarks/rounding.py [--rounds 5] [--only tree|table|tree_table] [--most 2000] [--json FILE]

One thread, synthetic figures. Trees: 100,000 nodes, ten children each; "naive" rounds every node alone and breaks sums,
the loop rounds each family by largest remainder with NumPy. Tables: units by 12 months with both margins; the same least
cost from scipy.optimize.linprog (HiGHS) up to --most rows (`pip install scipy`), then ours alone. Tables over a tree:
100,000 nodes by 12 months. All results are checked before anything is timed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from headrope.core import kernels
from headrope.core.rounding.tables import fit_table, round_table
from headrope.core.rounding.tree_tables import round_tree_table
from headrope.core.rounding.trees import round_tree
from headrope.core.tree_sums import Tree

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
NODES = 100_000
MONTHS = 12


def timed(run: Callable[[], object]) -> float:
    """Milliseconds by the clock."""
    gc.collect()
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1e3


def in_turn(engines: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each; all in turn in every round, after one for warmth."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for each in range(rounds + 1):
        for name, run in engines.items():
            found = timed(run)
            if each:
                spent[name].append(found)
    return {name: statistics.median(each) for name, each in spent.items()}


def check(right: object, what: str) -> None:
    """Stop at the first thing that is not right."""
    if not right:
        sys.exit(f"wrong: {what}")


def make_tree(columns: int) -> tuple[Tree, np.ndarray]:
    """A tree with ten children each, and values [nodes, columns] that add up; each leaf's row is a whole number."""
    rnd = np.random.default_rng(1)
    tree = Tree.of(np.array([-1, *((row - 1) // 10 for row in range(1, NODES))], np.int32))
    years = np.ceil(rnd.lognormal(7, 2, NODES)) if columns > 1 else rnd.lognormal(5, 2, NODES)
    own = rnd.dirichlet(np.full(columns, 5.0), NODES) * years[:, None]
    own[np.diff(tree.first) > 0] = 0
    return tree, kernels.add_up(own[:, :, None], tree)[:, :, 0]


def broken(found: np.ndarray, tree: Tree) -> int:
    """Parents that their children do not add up to."""
    sums = np.zeros_like(found)
    np.add.at(sums, tree.parent[tree.children], found[tree.children])
    return int((sums != found)[np.diff(tree.first) > 0].sum())


def by_loop(values: np.ndarray, tree: Tree) -> np.ndarray:
    """Largest remainders, one family after the other."""
    found = np.floor(values).astype(np.int64)
    found[0] = round(float(values[0]))
    for row in tree.walk[::-1].tolist():
        rows = tree.below(row)
        if len(rows):
            rest = int(found[row] - found[rows].sum())
            found[rows[np.argsort(found[rows] - values[rows], kind="stable")[:rest]]] += 1
    return found


def trees(rounds: int) -> dict[str, object]:
    """A tree without bounds, and with a bound on every third node."""
    tree, table = make_tree(1)
    values = table[:, 0]
    third = np.arange(NODES) % 3 == 0
    floor, cap = np.where(third, values - 0.4, -np.inf), np.where(third, values + 1.3, np.inf)
    found, held, loop = round_tree(values, tree), round_tree(values, tree, None, floor, cap), by_loop(values, tree)
    naive = np.rint(values).astype(np.int64)
    check(broken(found, tree) == broken(held, tree) == broken(loop, tree) == 0, "a tree does not add up")
    check((np.abs(found - values) < 1).all() and (np.abs(loop - values) < 1).all(), "a node is not floor or ceiling")
    check(((held >= floor) & (held <= cap)).all(), "a bound is broken")
    check((np.abs(found - values).sum() - np.abs(loop - values).sum()) < 1e-3 * NODES, "the loop is nearer")
    engines: dict[str, Callable[[], object]] = {
        "round_tree": lambda: round_tree(values, tree),
        "round_tree, bounds": lambda: round_tree(values, tree, None, floor, cap),
        "naive (np.rint)": lambda: np.rint(values).astype(np.int64),
        "loop of largest remainders": lambda: by_loop(values, tree),
    }
    spent = in_turn(engines, rounds)
    inner = int((np.diff(tree.first) > 0).sum())
    print(f"\n{NODES:,} nodes; parents that do not add up: naive {broken(naive, tree):,} of {inner:,}, others none")
    print("| | ms, median | against round_tree |\n| --- | ---: | ---: |")
    for name, each in spent.items():
        print(f"| {name} | {each:.2f} | {each / spent['round_tree']:.1f} |")
    return {"ms": spent, "naive_broken": broken(naive, tree), "parents": inner}


def make_table(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A seed with a season, years of units and months of the group with the same total."""
    rnd = np.random.default_rng(rows)
    years = np.ceil(rnd.lognormal(7, 2, rows)).astype(np.int64)
    season = rnd.dirichlet(np.full(MONTHS, 20.0))
    return rnd.gamma(4, 1, (rows, MONTHS)) * season, years, rnd.multinomial(years.sum(), season)


def by_highs(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The same table as a linear programme."""
    from scipy import optimize, sparse  # optional package

    below = np.floor(values)
    part, count = values - below, len(rows)
    margins = sparse.vstack(
        [sparse.kron(sparse.eye(count), np.ones(MONTHS)), sparse.kron(np.ones(count), sparse.eye(MONTHS))]
    )
    wanted = np.concatenate([rows - below.sum(axis=1), columns - below.sum(axis=0)])
    bounds = np.stack([np.zeros(part.size), (part > 0).astype(float).ravel()], axis=1)
    solved = optimize.linprog(1 - 2 * part.ravel(), A_eq=margins.tocsr(), b_eq=wanted, bounds=bounds, method="highs")
    check(solved.status == 0, f"HiGHS: {solved.message}")
    table: np.ndarray = (below + np.rint(solved.x.reshape(values.shape))).astype(np.int64)
    return table


def tables(rounds: int, most: int) -> dict[str, object]:
    """Tables of growing size."""
    try:
        from scipy import optimize as _  # noqa: F401  optional package
    except ImportError:
        print("\nscipy is not here (pip install scipy): tables are not compared")
        most = 0
    held: dict[str, object] = {}
    print(
        "\n| rows x 12 | fit, ms | round_table, ms | HiGHS, ms | HiGHS against round_table |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    for size in (20, 200, 2_000, 10_000, 100_000):
        seed, rows, columns = make_table(size)
        values = fit_table(seed, rows, columns)
        found = round_table(values, rows, columns)
        check((found.sum(axis=1) == rows).all() and (found.sum(axis=0) == columns).all(), "a margin")
        check((np.abs(found - values) < 1).all(), "a cell is not floor or ceiling")
        table = (values, rows, columns)
        engines: dict[str, Callable[[], object]] = {
            "fit": lambda seed=seed, margins=(rows, columns): fit_table(seed, *margins),  # type: ignore[misc]
            "ours": lambda table=table: round_table(*table),  # type: ignore[misc]
        }
        if size <= most:
            other = by_highs(*table)
            check((other.sum(axis=1) == rows).all() and (other.sum(axis=0) == columns).all(), "a margin of HiGHS")
            gap = np.abs(found - values).sum() - np.abs(other - values).sum()
            check(abs(gap) < 1e-6 * size, f"costs differ by {gap}")
            if size < 1_000:
                engines["HiGHS"] = lambda table=table: by_highs(*table)  # type: ignore[misc]
        spent = in_turn(engines, rounds)
        if 1_000 <= size <= most:  # long enough to be timed once
            spent["HiGHS"] = timed(lambda table=table: by_highs(*table))  # type: ignore[misc]
        highs = f"{spent['HiGHS']:,.1f} | {spent['HiGHS'] / spent['ours']:,.0f}" if "HiGHS" in spent else "| "
        print(f"| {size:,} | {spent['fit']:.1f} | {spent['ours']:.2f} | {highs} |", flush=True)
        held[str(size)] = spent
    return held


def tree_tables(rounds: int) -> dict[str, object]:
    """Units by months over a tree."""
    tree, values = make_tree(MONTHS)
    totals = np.rint(values.sum(axis=1)).astype(np.int64)
    found = round_tree_table(values, tree, totals)
    check(broken(found, tree) == 0, "a table over a tree does not add up")
    check((found.sum(axis=1) == totals).all(), "months do not add up to years")
    check((np.abs(found - values) < 1 + 1e-6).all(), "a cell is not floor or ceiling")
    spent = in_turn({"round_tree_table": lambda: round_tree_table(values, tree, totals)}, rounds)
    mean = float(np.abs(found - values)[np.diff(tree.first) == 0].mean())
    print(
        f"\n{NODES:,} nodes x {MONTHS}: {spent['round_tree_table']:,.0f} ms, mean |difference| of a leaf's cell {mean:.3f}"
    )
    return {"ms": spent, "mean_difference": mean}


def main() -> None:
    """Run the benchmark, in an environment that has to be there from the start."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("tree", "table", "tree_table"))
    parser.add_argument("--most", type=int, default=2_000)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    parts: dict[str, Callable[[], dict[str, object]]] = {
        "tree": lambda: trees(wanted.rounds),
        "table": lambda: tables(wanted.rounds, wanted.most),
        "tree_table": lambda: tree_tables(wanted.rounds),
    }
    found = {name: run() for name, run in parts.items() if wanted.only in (None, name)}
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
