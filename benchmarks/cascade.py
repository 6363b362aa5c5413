"""A total split over 1,000 to 100,000 units with bounds anywhere: the joint solution against general solvers.

    python benchmarks/cascade.py [--units 1000 10000 100000] [--rounds 5] [--limit 120] [--json FILE]

Needs clarabel, highspy and scipy beside the project: pip install clarabel highspy scipy.

Everybody gets the same trees: 80 % leaves, log-normal weights, one unit in five with a floor, one in five with a cap, 3 %
of the leaves held, 10 % more to give than the weights add up to. The solvers minimise the sum of (x - 1.1 w)^2 / w over the
leaves, written sparsely (a variable and a balance for each unit) and scaled (x / weight, rows of size 1), tolerances as
tight as they take. Checked before anything is timed: bounds, sums and the optimum of each. In every round all are timed in
turn; the building of matrices is left out for the solvers. HiGHS gets a time limit, and a row that it does not solve stays empty.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import synthetic

from headrope.core.cascade.conflicts import conflicts
from headrope.core.cascade.group import Floats, Group
from headrope.core.cascade.joint import Layout, joint
from headrope.core.cascade.solution import cascade
from headrope.core.cascade.tiers import tiers
from headrope.core.rounding.trees import round_tree
from headrope.core.tree_sums import Tree


class Problem(NamedTuple):
    """A group with its total, and the sums of weights by row."""

    group: Group
    total: int
    sums: Floats


def make_problem(units: int, seed: int) -> Problem:
    """Bounds that can be kept, anywhere in the tree, in steps; leaves get no less than 0."""
    rnd = np.random.default_rng(seed)
    parents, _ = synthetic.tree(synthetic.Size(units=units))
    tree = Tree.of(np.array(parents, np.int32))
    leaf = np.diff(tree.first) == 0
    weight = np.where(leaf, np.round(np.exp(rnd.normal(8, 1.2, units)) * 100), 0.0)
    sums = weight.copy()
    for row in tree.order:
        sums[tree.parent[row]] += sums[row]
    floor, cap = np.where(leaf, 0.0, -np.inf), np.full(units, np.inf)
    some, others, held = rnd.random(units) < 0.2, rnd.random(units) < 0.2, leaf & (rnd.random(units) < 0.03)
    floor[some] = np.floor(sums[some] * rnd.uniform(0.85, 1.12, some.sum()))
    cap[others] = np.floor(sums[others] * rnd.uniform(1.02, 1.25, others.sum()))
    floor[held] = cap[held] = sums[held]
    least, most = np.zeros(units), np.zeros(units)
    for row in tree.walk.tolist():
        if leaf[row]:
            cap[row] = max(cap[row], floor[row])
            low, high = floor[row], cap[row]
        else:
            floor[row] = min(floor[row], most[row])
            cap[row] = max(cap[row], least[row], floor[row])
            low, high = max(floor[row], least[row]), min(cap[row], most[row])
        if tree.parent[row] >= 0:
            least[tree.parent[row]] += low
            most[tree.parent[row]] += high
    floor[0], cap[0] = -np.inf, np.inf
    group = Group.of(tree, np.where(leaf, weight, np.nan), floor=floor, cap=cap)
    return Problem(group, round(1.1 * float(sums[0])), sums)


class Quadratic(NamedTuple):
    """min 1/2 z'diag(curve)z + linear'z, balance z = given, low <= z <= high; z are values over sums of weights."""

    curve: Floats
    linear: Floats
    balance: Any
    given: Floats
    low: Floats
    high: Floats


def quadratic(problem: Problem) -> Quadratic:
    """The same problem for a general solver."""
    import scipy.sparse as sparse

    tree, sums = problem.group.tree, problem.sums
    inner = np.flatnonzero(np.diff(tree.first) > 0)
    row_of = np.full(len(sums), -1)
    row_of[inner] = np.arange(len(inner))
    below = tree.children
    rows = np.concatenate([row_of[tree.parent[below]], np.arange(len(inner)), [len(inner)]])
    columns = np.concatenate([below, inner, [0]])
    entries = np.concatenate([sums[below] / sums[tree.parent[below]], -np.ones(len(inner)), [1.0]])
    balance = sparse.csc_matrix((entries, (rows, columns)), shape=(len(inner) + 1, len(sums)))
    leaf = problem.group.leaf
    curve = np.where(leaf, 2 * sums / sums[leaf].mean(), 0.0)
    given = np.zeros(len(inner) + 1)
    given[-1] = problem.total / sums[0]
    return Quadratic(curve, -1.1 * curve, balance, given, problem.group.lower / sums, problem.group.upper / sums)


def clarabel(asked: Quadratic) -> Callable[[], Floats | None]:
    """A run of Clarabel, set up afresh before each."""
    import clarabel as solver
    import scipy.sparse as sparse

    one = sparse.identity(len(asked.curve), format="csr")
    high, low = np.isfinite(asked.high), np.isfinite(asked.low)
    matrix = sparse.vstack([asked.balance, one[high], -one[low]]).tocsc()
    right = np.concatenate([asked.given, asked.high[high], -asked.low[low]])
    cones = [solver.ZeroConeT(len(asked.given)), solver.NonnegativeConeT(int(high.sum() + low.sum()))]
    settings = solver.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    # At such tolerances it often ends as almost solved: the check of the result decides.
    settings.reduced_tol_gap_abs = settings.reduced_tol_gap_rel = settings.reduced_tol_feas = 1e-8

    curve = sparse.diags(asked.curve).tocsc()

    def run() -> Floats | None:
        found = solver.DefaultSolver(curve, asked.linear, matrix, right, cones, settings).solve()
        return np.array(found.x) if str(found.status) in ("Solved", "AlmostSolved") else None

    return run


def highs(asked: Quadratic, limit: float) -> Callable[[], Floats | None]:
    """A run of the active-set solver of HiGHS."""
    import highspy

    def run() -> Floats | None:
        model, inf = highspy.HighsModel(), highspy.kHighsInf
        lp = model.lp_
        lp.num_col_, lp.num_row_ = len(asked.curve), len(asked.given)
        lp.col_cost_ = asked.linear
        lp.col_lower_, lp.col_upper_ = np.maximum(asked.low, -inf), np.minimum(asked.high, inf)
        lp.row_lower_ = lp.row_upper_ = asked.given
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = asked.balance.indptr, asked.balance.indices
        lp.a_matrix_.value_ = asked.balance.data
        hessian = model.hessian_
        hessian.dim_, hessian.format_ = len(asked.curve), highspy.HessianFormat.kTriangular
        rows = np.flatnonzero(asked.curve)
        hessian.start_ = np.concatenate([[0], np.cumsum(asked.curve > 0)]).astype(np.int32)
        hessian.index_, hessian.value_ = rows.astype(np.int32), asked.curve[rows]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", limit)
        # Off, so that the problem is the stated one, without a small multiple of the identity.
        solver.setOptionValue("qp_regularization_value", 0.0)
        solver.passModel(model)
        solver.run()
        done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.array(solver.getSolution().col_value) if done else None

    return run


def objective(problem: Problem, value: Floats) -> float:
    """The sum that all minimise, over that of weights."""
    leaf = problem.group.leaf
    weight = problem.sums[leaf]
    return float((((value[leaf] - 1.1 * weight) ** 2) / weight).sum() / weight.sum())


def check(name: str, problem: Problem, value: Floats, ours: Floats) -> dict[str, float]:
    """How far a solution leaves sums and bounds and is from ours, all over weights; leaves where it is another one."""
    tree, sums, group = problem.group.tree, problem.sums, problem.group
    added = np.zeros(len(sums))
    np.add.at(added, tree.parent[tree.children], value[tree.children])
    inner = ~group.leaf
    found = {
        "sums": float((np.abs(added - value) / sums)[inner].max()),
        "bounds": float((np.fmax(group.lower - value, value - group.upper) / sums).max()),
        "difference": float((np.abs(value - ours) / sums).max()),
        "objective": objective(problem, value) / objective(problem, ours) - 1,
    }
    print(f"  {name}: " + ", ".join(f"{key} {size:.1e}" for key, size in found.items()), flush=True)
    if found["sums"] > 1e-7 or found["bounds"] > 1e-7 or abs(found["objective"]) > 1e-6 or found["difference"] > 1e-3:
        sys.exit(f"{name} has another solution")
    return found


def timed(run: Callable[[], object]) -> tuple[Any, float, float]:
    """What it gives, and its seconds by the clock and of the processor."""
    gc.collect()
    began, worked = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - began, time.process_time() - worked


def compare(units: int, rounds: int, limit: float) -> dict[str, object]:
    """One size: checks, then times."""
    problem = make_problem(units, seed=units)
    group, total = problem.group, problem.total
    layout = Layout.of(group.tree)
    ours = joint(group, total, layout).value
    print(f"\n{units:,} units, {int(np.isfinite(group.lower).sum() + np.isfinite(group.upper).sum()):,} bounds")
    checks = {"headrope": check("headrope", problem, ours, ours)}
    asked = quadratic(problem)
    solvers = {"Clarabel": clarabel(asked), "HiGHS QP": highs(asked, limit)}
    for name in list(solvers):
        found, seconds, _ = timed(solvers[name])
        if found is None:
            print(f"  {name}: not solved in {seconds:.1f} s")
            del solvers[name]
        else:
            checks[name] = check(name, problem, found * problem.sums, ours)
    whole = cascade(group, total, layout)
    assert whole.shares is not None
    sums = np.zeros(units, np.int64)
    np.add.at(sums, group.tree.parent[group.tree.children], whole.shares[group.tree.children])
    if (
        (sums != whole.shares)[~group.leaf].any()
        or (whole.shares < group.lower).any()
        or (whole.shares > group.upper).any()
    ):
        sys.exit("whole shares do not add up within the bounds")
    runs: dict[str, Callable[[], object]] = {
        "joint solution": lambda: joint(group, total, layout),
        **solvers,
        "conflicts": lambda: conflicts(group, total),
        "rounding of the tree": lambda: round_tree(ours, group.tree, total, group.lower, group.upper),
        "conflicts, joint, rounding": lambda: cascade(group, total, layout),
        "tier by tier, rounded": lambda: tiers(group, total),
        "laying out the tree": lambda: Layout.of(Tree.of(group.tree.parent)),
    }
    for run in runs.values():
        if run not in solvers.values():
            run()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            _, clock, worked = timed(run)
            times[name].append((clock, worked))
    print("| median ms (least) | clock | processor | against joint: clock | processor |")
    print("| --- | ---: | ---: | ---: | ---: |")
    medians = {name: [statistics.median(each) for each in zip(*held, strict=True)] for name, held in times.items()}
    for name, middle in medians.items():
        least = [min(each) for each in zip(*times[name], strict=True)]
        cells = [f"{mid * 1e3:,.2f} ({low * 1e3:,.2f})" for mid, low in zip(middle, least, strict=True)]
        ratios = [f"{mid / first:,.1f}" for mid, first in zip(middle, medians["joint solution"], strict=True)]
        print(f"| {name} | {' | '.join([*cells, *ratios])} |")
    handed = tiers(group, total)
    values = np.where(handed.known, handed.levels.value, np.nan)
    print(
        f"  tier by tier: {len(handed.broken)} units cannot hand down, {int((~handed.known).sum()):,} get nothing said;"
    )
    known = group.leaf & handed.known
    ratio = (values / problem.sums)[known], (ours / problem.sums)[known]
    print(f"  99 of 100 leaves get at most {np.quantile(ratio[0], 0.99):.3f} of their weight, jointly {np.quantile(ratio[1], 0.99):.3f}")  # fmt: skip
    return {"units": units, "checks": checks, "seconds": times}


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds that HiGHS may take")
    parser.add_argument("--json", help="write all figures into this file")
    asked = parser.parse_args()
    missing = [name for name in ("clarabel", "highspy", "scipy") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"Run pip install {' '.join(missing)} first.")
    found = [compare(units, asked.rounds, asked.limit) for units in asked.units]
    if asked.json:
        with open(asked.json, "w", encoding="utf-8") as file:
            json.dump(found, file)


if __name__ == "__main__":
    main()
