"""Tree reconciliation against hierarchicalforecast: the same answer first, then time; then where its sparse method errs.

    python benchmarks/reconciliation.py [--leaves 1000 10000 ...] [--rounds 7] [--only speed|wrong|shrink] [--json FILE]

Needs hierarchicalforecast and SciPy beside headrope; without them only our own times are shown. Trees of four tiers below
the root with uneven families; units' sizes are log-normal (sigma 1.5), errors grow with size to the power 0.8; six
columns. `speed`: MinTraceSparse with wls_struct, which is right, and our passes in turn; medians by the clock, and of the
ratios within each round. `wrong`: MinTraceSparse with wls_var and ols, its deviation from the exact solution as a part of
the whole adjustment; the exact solution is ours, held against a sparse direct factorisation and, where it fits, the dense
formula. `shrink`: our dense mint_shrink against MinTrace.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from headrope.core.landing.arranging import arranged
from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers
from headrope.core.landing.correlated import reconcile_correlated
from headrope.core.landing.crossed import reconcile_crossed, reconcile_dense, shrunk_covariance
from headrope.core.landing.reconciling import reconcile, sandwich
from headrope.core.landing.sampling import Draws, blocks
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree

try:
    from hierarchicalforecast import methods
    from scipy import sparse
except ImportError:
    methods = sparse = None

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
# Freed memory stays with the process: see benchmarks/rollup.py.
KEEP = {"GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=68719476736:glibc.malloc.hugetlb=1"}
COLUMNS, ORIGINS, DRAWS = 6, 36, 128


class Case(NamedTuple):
    """A tree in order of tiers, its leaves, true values and base forecasts, and the errors' standard deviations."""

    tree: Tree
    leaves: Rows
    truth: Numbers
    values: Numbers
    sd: Numbers


def make_tree(leaves: int, rng: np.random.Generator) -> Rows:
    """Parents: four tiers below one root, families of random size."""
    parents, first, count = [np.array([-1])], 0, 1
    for tier in range(4):
        wanted = leaves if tier == 3 else round(leaves ** ((tier + 1) / 4))
        sizes = rng.multinomial(max(wanted - count, 0), np.ones(count) / count) + 1
        parents.append(np.repeat(np.arange(first, first + count), sizes))
        first, count = first + count, int(sizes.sum())
    return np.concatenate(parents).astype(np.int32)


def make_case(leaves: int, seed: int = 0) -> Case:
    rng = np.random.default_rng(seed)
    tree = Tree.of(make_tree(leaves, rng))
    at = np.flatnonzero(np.diff(tree.first) == 0).astype(np.int32)
    truth = np.zeros((len(tree.parent), COLUMNS))
    truth[at] = rng.lognormal(4, 1.5, (len(at), COLUMNS))
    for tier in range(int(tree.depth.max()), 0, -1):
        rows = np.flatnonzero(tree.depth == tier)
        np.add.at(truth, tree.parent[rows], truth[rows])
    sd = 0.15 * truth[:, :1] ** 0.8
    return Case(tree, at, truth, truth + rng.normal(size=truth.shape) * sd, sd)


def summing(case: Case) -> Any:
    """S as a SciPy sparse matrix [rows, leaves]."""
    rows, columns, current = [], [], case.leaves.copy()
    places = np.arange(len(current))
    while len(current):
        rows.append(current)
        columns.append(places)
        above = case.tree.parent[current]
        current, places = above[above >= 0], places[above >= 0]
    at, to = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.ones(len(at)), (at, to)), shape=(len(case.values), len(case.leaves)))


def leaf_counts(tree: Tree) -> Numbers:
    """The weights of wls_struct, [rows, 1]."""
    counts = (np.diff(tree.first) == 0).astype(float)
    for row in tree.order.tolist():
        counts[tree.parent[row]] += counts[row]
    return counts[:, None]


def shuffled(case: Case) -> tuple[Tree, Rows]:
    """The same tree with its rows in random order, and the old row of each new one."""
    old = np.random.default_rng(1).permutation(len(case.values)).astype(np.int32)
    new = np.empty_like(old)
    new[old] = np.arange(len(old), dtype=np.int32)
    above = case.tree.parent[old]
    return Tree.of(np.where(above < 0, -1, new[above]).astype(np.int32)), old


def laid_out(along: Tree, rows: Rows, base: BaseForecasts) -> Numbers:
    """Means in the order of the caller, who has laid the tree out before."""
    found = reconcile(along, BaseForecasts(base.values.take(rows, axis=0), base.variances.take(rows, axis=0)))
    into = np.empty_like(found.mean)
    into[rows] = found.mean
    return into


def timed(run: Callable[[], object]) -> tuple[Any, float]:
    gc.collect()
    began = time.perf_counter()
    found = run()
    return found, time.perf_counter() - began


def apart(found: Numbers, exact: Numbers, values: Numbers) -> float:
    """The deviation from the exact solution as a part of the whole adjustment, both as root mean squares."""
    return float(np.sqrt(((found - exact) ** 2).mean() / ((values - exact) ** 2).mean()))


def speed(leaves: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of every pass and of MinTraceSparse(wls_struct), all in turn in every round."""
    case, counts = make_case(leaves), None
    tree, rng = case.tree, np.random.default_rng(2)
    counts = leaf_counts(tree)
    one, six = BaseForecasts(case.values, counts), BaseForecasts(case.values, case.sd**2 * np.ones(COLUMNS))
    single, total = BaseForecasts(case.values[:, :1].copy(), counts), case.sd**2
    other, old = shuffled(case)
    mixed = BaseForecasts(one.values[old], counts[old])
    along, rows = arranged(other)
    dependence = Dependence(np.full(5, 0.3), np.full(5, 0.9))
    runs: dict[str, Callable[[], object]] = {
        "reconcile, one set of weights": lambda: reconcile(tree, one),
        "reconcile, rows in random order": lambda: reconcile(other, mixed),
        "reconcile, random order laid out once": lambda: laid_out(along, rows, mixed),
        "reconcile, six sets of weights": lambda: reconcile(tree, six),
        "reconcile_correlated, one column": lambda: reconcile_correlated(tree, single, dependence),
        "sandwich": lambda: sandwich(tree, one, total),
        f"{DRAWS} coherent draws": lambda: sum(
            len(block) for block in blocks(tree, single, dependence, Draws(DRAWS, rng))
        ),
    }
    wanted = reconcile(tree, one).mean
    back = reconcile(other, mixed).mean
    check("rows laid out", np.abs(laid_out(along, rows, mixed) - back).max() / np.abs(wanted).max(), 1e-12)
    check("rows in another order", np.abs(back - wanted[old]).max() / np.abs(wanted).max(), 1e-12)
    if methods:
        sums = summing(case)
        check("sparse direct", apart(reconcile_crossed(sums, case.values, counts[:, 0]), wanted, case.values), 1e-6)
        runs["MinTraceSparse(wls_struct)"] = lambda: library(sums, case.values, "wls_struct")
        check("wls_struct", apart(library(sums, case.values, "wls_struct"), wanted, case.values), 2e-3)
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for round_ in range(rounds + 1):
        for name, run in runs.items():
            seconds = timed(run)[1]
            if round_:  # the first one compiles or reads the cache
                spent[name].append(seconds * 1e3)
    medians = {name: statistics.median(held) for name, held in spent.items()}
    print(f"\n{len(tree.parent):,} units, {COLUMNS} columns, {rounds} rounds; milliseconds")
    print("| | median | least | against one set |\n| --- | ---: | ---: | ---: |")
    for name, median in medians.items():
        pairs = zip(spent[name], spent["reconcile, one set of weights"], strict=True)
        ratio = statistics.median(mine / first for mine, first in pairs)
        print(f"| {name} | {median:.2f} | {min(spent[name]):.2f} | {ratio:.1f} |", flush=True)
    return {"units": len(tree.parent), "milliseconds": spent, "medians": medians}


def check(what: str, found: float, limit: float) -> None:
    if not found <= limit:
        sys.exit(f"{what}: {found:.3g} apart")


def library(sums: Any, values: Numbers, method: str, **past: Numbers) -> Numbers:
    """The means by MinTraceSparse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(
            methods.MinTraceSparse(method=method).fit_predict(S=sums, y_hat=values.copy(), **past)["mean"]
        )


def wrong(leaves: int) -> dict[str, Any]:
    """How far MinTraceSparse is from the solution of its own problem, with the same weights."""
    case, sums = make_case(leaves), None
    sums, rng = summing(case), np.random.default_rng(3)
    errors = rng.normal(size=(len(case.values), ORIGINS)) * case.sd
    past = np.repeat(case.truth[:, :1], ORIGINS, axis=1)
    found: dict[str, Any] = {"units": len(case.values)}
    for method, weights, given in (
        ("wls_struct", leaf_counts(case.tree), {}),
        ("wls_var", errors.var(axis=1, ddof=1)[:, None], {"y_insample": past, "y_hat_insample": past - errors}),
        ("ols", np.ones((len(case.values), 1)), {}),
    ):
        exact, ours = timed(lambda w=weights: reconcile(case.tree, BaseForecasts(case.values, w)).mean)
        direct = apart(reconcile_crossed(sums, case.values, weights[:, 0]), exact, case.values)
        check("sparse direct", direct, 1e-6)
        if len(case.values) <= 3000:
            dense = reconcile_dense(sums.toarray(), case.values, np.diag(weights[:, 0])).mean
            check("dense", apart(dense, exact, case.values), 1e-9)
        theirs, seconds = timed(lambda m=method, g=given: library(sums, case.values, m, **g))
        off = apart(theirs, exact, case.values)
        quality = [
            float(np.sqrt((((each - case.truth) / case.sd) ** 2).mean())) for each in (case.values, exact, theirs)
        ]
        found[method] = {"off": off, "direct": direct, "seconds": seconds, "ours": ours, "error": quality}
        told = " | ".join(f"{each:.3f}" for each in quality)
        print(f"| {len(case.values):,} | {method} | {off:.2%} | {direct:.0e} | {told} | {seconds:.3f} |", flush=True)
    return found


def shrink(leaves: int = 300) -> dict[str, float]:
    """mint_shrink in NumPy against MinTrace: the same covariance, means, and how long."""
    case = make_case(leaves)
    sums = summing(case).toarray()
    errors = np.random.default_rng(4).normal(size=(len(case.values), ORIGINS)) * case.sd
    errors += 0.5 * errors.mean(axis=0)
    past = np.repeat(case.truth[:, :1], ORIGINS, axis=1)
    theirs, seconds = timed(
        lambda: methods.MinTrace(method="mint_shrink").fit_predict(
            S=sums, y_hat=case.values.copy(), y_insample=past, y_hat_insample=past - errors
        )["mean"]
    )
    ours, spent = timed(lambda: reconcile_dense(sums, case.values, shrunk_covariance(errors.T)).mean)
    off = apart(np.asarray(theirs), ours, case.values)
    print(f"\nmint_shrink, {len(case.values):,} units: {off:.1e} apart, MinTrace {seconds:.3f} s, NumPy {spent:.3f} s")
    return {"off": off, "theirs": seconds, "ours": spent}


def main() -> None:
    """Run the benchmark, in an environment that has to be there from the start."""
    if any(os.environ.get(name) != value for name, value in (ONE_THREAD | KEEP).items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD, **KEEP})
    parser = argparse.ArgumentParser()
    parser.add_argument("--leaves", type=int, nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=("speed", "wrong", "shrink"))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    if methods is None:
        print("pip install hierarchicalforecast scipy to compare with them", file=sys.stderr)
    if asked.only in (None, "speed"):
        found["speed"] = [speed(each, asked.rounds) for each in asked.leaves or (1_000, 10_000, 95_000, 950_000)]
    if methods and asked.only in (None, "wrong"):
        print("\n| units | method | off, of the adjustment | direct | error: base | exact | theirs | seconds |")
        print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        found["wrong"] = [wrong(each) for each in asked.leaves or (100, 300, 1_000, 3_000, 10_000)]
    if methods and asked.only in (None, "shrink"):
        found["shrink"] = shrink()
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
