"""Landings on public panels, walk-forward and by the one default method; seconds and memory from end to end.

    python benchmarks/landing.py [--panels DIR] [--only panels|months|speed] [--leaves 100000] [--rounds 3] [--json FILE]

DIR holds monthly panels as NumPy files with `Y` [months, rows], `parent` and `depth` (default: the folder panels of
HEADROPE_TRIAL_DATA). Every year from the sixth on is landed after June from earlier years only: the error of the full
year, coverage of the 80 % range, Brier score of the targets last year's figure x 1, 1.03, 1.05, 1.10 and own trend, means
over depths; beside it the best of the members alone and of what others were measured to reach on the same panels and
years. `months` does the same after March and September. `speed` lands a synthetic group of 66 months with two threads,
each size in a process of its own after the loops are compiled; it is checked that landings add up and that one thread
gives the same bits.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

from headrope.core.landing.backtest import Backtest, Trial, backtest
from headrope.core.landing.history import History, Kind
from headrope.core.landing.members import NAMES, Scene, forecasts
from headrope.core.landing.parts import cut
from headrope.core.landing.scores import wape
from headrope.core.landing.smoothing import paths
from headrope.core.tree_sums import Tree

PANELS = ("swiss", "labour", "retail", "tourism", "pbs_cost")
HELD_OUT = ("pbs_scripts",)
STOCKS = ("labour",)
# The least error of a single method that was measured before on the same years, per cent of the full year: rules of
# thumb, an elasticity, AutoETS and DynamicOptimizedTheta of statsforecast 2.1.1 and their mean, a batch Theta.
OTHERS = {"swiss": 2.48, "labour": 1.142, "retail": 0.968, "tourism": 4.38, "pbs_cost": 2.27}
# The bars that were set.
BRIER_BAR, GEOMETRIC_BAR, WORST_BAR = 0.087, 1.12, 1.4


def panel(folder: Path, name: str, origin: int) -> tuple[History, Tree]:
    """A panel as a history that ends in a current year without figures, so that all its years are past."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as held:
        months, parent = held["Y"], held["parent"].astype(np.int32)
    whole = len(months) // 12 * 12
    values = np.concatenate([months[:whole].T, np.full((len(parent), origin), np.nan)], axis=1)
    kind = Kind.STOCK if name in STOCKS else Kind.FLOW
    return History(values, origin, kind, non_negative=True), Tree.of(parent)


def alone(history: History, tree: Tree, years: tuple[int, ...]) -> dict[str, float]:
    """The error of each member by itself, per cent, mean over depths."""
    parts = cut(history, tree)
    said = np.stack([forecasts(Scene(history, parts, tree.parent, y), paths(history, parts, y)) for y in years], axis=1)
    known, full = parts.known[list(years)], parts.full[list(years)]
    tiers = [tree.depth == depth for depth in range(int(tree.depth.max()) + 1)]
    return {
        name: 100 * float(np.mean([wape(full[:, rows], known[:, rows] + each[:, rows]) for rows in tiers]))
        for name, each in zip(NAMES, said, strict=True)
    }


def accuracy(folder: Path, names: tuple[str, ...], origin: int, draws: int) -> dict[str, object]:
    """The panels landed after month `origin`."""
    found: dict[str, object] = {}
    print(
        f"\nafter month {origin}; per cent of the full year, mean over depths; coverage of the 80 % range in per cent"
    )
    print(
        "| panel | years | error | best other | ratio | Brier | last year's share | past hit rate | coverage: all | by depth | group alone: error, Brier | number landing held |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | ---: |")
    briers, ratios, results = [], [], []
    for name in names:
        history, tree = panel(folder, name, origin)
        result = backtest(history, tree, Trial(draws=draws, threads=2))
        singles = alone(history, tree, result.years)
        best = min(*singles.values(), *([OTHERS[name]] if origin == 6 and name in OTHERS else []))
        ratio = 100 * result.wape / best
        briers.append(result.brier)
        ratios.append(ratio)
        results.append(result)
        top, tiers = result.tiers[0], result.tiers
        share, climate = (float(np.mean([getattr(t, key) for t in tiers])) for key in ("brier_share", "brier_climate"))
        held = np.nanmean([each.number_held for each in tiers]) if draws else float("nan")
        by_depth = " ".join(f"{100 * each.coverage:.0f}" for each in tiers)
        print(
            f"| {name} | {len(result.years)} | {100 * result.wape:.3f} | {best:.3f} | {ratio:.3f} | {result.brier:.4f} | {share:.3f} | "
            f"{climate:.3f} | {100 * result.coverage:.1f} | {by_depth} | {100 * top.wape:.2f}, {top.brier:.3f} | {held:.2f} |",
            flush=True,
        )
        found[name] = {"result": result, "alone": singles, "ratio": ratio}
    geometric = float(np.exp(np.mean(np.log(ratios))))
    print(f"mean Brier {np.mean(briers):.4f}, geometric mean of ratios {geometric:.3f}, worst {max(ratios):.3f}")
    print("coverage by depth, all panels together:", _pooled(results))
    if origin == 6 and names == PANELS:
        kept = np.mean(briers) <= BRIER_BAR and geometric <= GEOMETRIC_BAR and max(ratios) <= WORST_BAR
        kept = kept and all(0.75 <= each.coverage <= 0.88 for each in results)
        print("bars kept" if kept else "BARS BROKEN")
    return found


def _pooled(results: list[Backtest]) -> str:
    """Coverage of all cases at each depth."""
    deepest = max(len(each.tiers) for each in results)
    shares = []
    for depth in range(deepest):
        tiers = [(len(r.years) * r.tiers[depth].rows, r.tiers[depth].coverage) for r in results if depth < len(r.tiers)]
        shares.append(sum(n * share for n, share in tiers) / sum(n for n, _ in tiers))
    return " ".join(f"{100 * each:.1f}" for each in shares)


ALONE = """
import json, resource, sys, time
import numpy as np
from headrope.core.landing.history import History
from headrope.core.landing.landing import Aims, Options, land
from headrope.core.tree_sums import Tree

def group(leaves, seed=0):
    rng, sizes = np.random.default_rng(seed), [leaves]
    while sizes[-1] > 1:
        sizes.append(max(1, sizes[-1] // 12))
    parent, begun = [np.array([-1])], 0
    for above, below in zip(sizes[:0:-1], sizes[-2::-1]):
        parent.append(np.sort(begun + np.r_[np.arange(above), rng.integers(0, above, below - above)]))
        begun += above
    parent = np.concatenate(parent).astype(np.int32)
    values, t = np.full((len(parent), 66), np.nan), np.arange(66)
    shock = 0.003 * t + np.cumsum(rng.normal(0, 0.02, 66))
    for row in range(len(parent) - leaves, len(parent)):
        season = 1 + 0.2 * np.sin(2 * np.pi * t / 12 + rng.uniform())
        values[row] = np.exp(rng.normal(3, 1.2) + shock + rng.normal(0, 0.1, 66)) * season
    return parent, values

def run(leaves, threads):
    parent, values = group(leaves)
    tree, targets = Tree.of(parent), np.full(len(parent), 500.0)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    found = land(History(values, 6, non_negative=True), tree, Aims(targets), Options(threads=threads))
    return found, tree, time.perf_counter() - began, held

run(300, 2)
found, tree, seconds, held = run(int(sys.argv[1]), 2)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
leaf = np.diff(tree.first) == 0
assert abs(found.full[leaf].sum() / found.full[0] - 1) < 1e-9 and not np.isnan(found.odds).any()
small = [run(2000, threads)[0] for threads in (1, 2)]
assert all(a.tobytes() == b.tobytes() for a, b in zip(small[0][:12], small[1][:12]))
print(json.dumps({"rows": len(tree.parent), "seconds": seconds, "before_mb": held / 1024, "peak_mb": peak / 1024}))
"""


def speed(leaves: int, rounds: int) -> dict[str, object]:
    """Seconds from monthly figures to coherent odds, and the largest memory of the whole process."""
    found: dict[str, object] = {}
    print(
        "\n| leaves | rows | seconds: median (least) | peak memory, MB | of it before the landing |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    for size in (1_000, 10_000, leaves):
        runs = []
        for _ in range(rounds):
            made = subprocess.run([sys.executable, "-c", ALONE, str(size)], check=True, capture_output=True, text=True)
            runs.append(json.loads(made.stdout))
        seconds = [each["seconds"] for each in runs]
        found[str(size)] = runs
        peak, before = max(each["peak_mb"] for each in runs), max(each["before_mb"] for each in runs)
        print(
            f"| {size:,} | {runs[0]['rows']:,} | {statistics.median(seconds):.2f} ({min(seconds):.2f}) | {peak:.0f} | {before:.0f} |",
            flush=True,
        )
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--panels", type=Path)
    parser.add_argument("--only", choices=("panels", "months", "speed"))
    parser.add_argument("--leaves", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    trial = os.environ.get("HEADROPE_TRIAL_DATA")
    folder = wanted.panels or (Path(trial) / "panels" if trial else None)
    if folder is None and wanted.only != "speed":
        sys.exit("give --panels, or set HEADROPE_TRIAL_DATA to a folder that has panels/")
    found: dict[str, object] = {}
    if folder is not None and wanted.only in (None, "panels"):
        found["panels"] = accuracy(folder, PANELS, 6, 300)
    if folder is not None and wanted.only in (None, "months"):
        for origin in (3, 6, 9):
            found[f"after {origin}"] = accuracy(folder, HELD_OUT if origin == 6 else (*PANELS, *HELD_OUT), origin, 0)
    if wanted.only in (None, "speed"):
        found["speed"] = speed(wanted.leaves, wanted.rounds)
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
