"""Crossed hierarchies with AutoETS and Theta: TourismLarge, 555 series by region and by purpose, its last 12 months.

    python benchmarks/crossed.py [--panels DIR] [--only crossed|choose|extra] [--processes 2] [--json FILE]

Needs statsforecast beside headrope, and hierarchicalforecast for the comparison; without the latter only ours is shown.
DIR holds tourismlarge/data.csv and agg_mat.csv and the monthly panels of benchmarks/landing.py (default: the folder
panels of HEADROPE_TRIAL_DATA).

`crossed`: base forecasts of every series alone; our mint_shrink in two forms, first held against MinTrace and Normality
of hierarchicalforecast. In both, means are W-weighted with the shrunk covariance W of one-month errors. The error of
each month ahead has the forecaster's own standard deviations, and correlations `shrunk` as W has them, or `whole` as
the past errors had them. Quantiles are Gaussian. Mean scaled CRPS: for each of the eight levels twice the mean pinball
loss at 0.01 to 0.99 without the median, summed over series and months and divided by the sum of the absolute figures;
then the mean of the levels.

`choose`: the same for the four test years before, each from earlier months only; the choice of
forecaster and form rests on them (the candidates were thought of with the test year's scores already seen).
`extra`: backtests of landings after June with and without the forecasters of headrope.landing.statistical in the upper
tiers (at most 120 rows).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np

from headrope.core.landing import backtest
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.crossed import reconcile_dense, shrunk_covariance
from headrope.core.landing.history import History, Kind
from headrope.core.tree_sums import Tree

LEVELS = {
    "country": 1,
    "state": 7,
    "zone": 27,
    "region": 76,
    "purpose": 4,
    "state x purpose": 28,
    "zone x purpose": 108,
    "region x purpose": 304,
}
AHEAD, YEAR = 12, 12
QUANTILES = np.array([each / 100 for each in range(1, 100) if each != 50])
TENTH = 1.2815515655446004
"""The upper tenth of the normal distribution."""
BAR = 0.1207
CHOSEN = ("mean", "whole")
PANELS = ("swiss", "labour", "retail", "tourism", "pbs_cost")


class Base(NamedTuple):
    """Forecasts of each series alone: means and standard deviations [rows, months ahead], past errors [months, rows]."""

    mean: Numbers
    sd: Numbers
    errors: Numbers


def read(folder: Path) -> tuple[Numbers, Numbers]:
    """The structure [rows, leaves] and the figures [rows, months], rows in the order of LEVELS."""
    with (folder / "agg_mat.csv").open(encoding="utf-8", newline="") as held:
        head, *lines = csv.reader(held)
    structure = np.array([line[1:] for line in lines], np.float64)
    with (folder / "data.csv").open(encoding="utf-8", newline="") as held:
        names, *months = csv.reader(held)
    places = [names.index(leaf) for leaf in head[1:]]
    leaves = np.array([[month[place] for place in places] for month in months], np.float64)
    assert len(structure) == sum(LEVELS.values()) and (structure[-len(places) :] == np.eye(len(places))).all()
    return structure, structure @ leaves.T


def forecast(figures: Numbers) -> list[tuple[Numbers, Numbers, Numbers]]:
    """Mean and standard deviation of the months ahead and past one-month errors, by AutoETS and by Theta."""
    from statsforecast.models import AutoETS, DynamicOptimizedTheta

    found = []
    for model in (AutoETS(YEAR, model="ZZA"), DynamicOptimizedTheta(YEAR)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = model.forecast(figures, AHEAD, level=[80], fitted=True)
        mean = np.asarray(said["mean"])
        found.append((mean, (np.asarray(said["hi-80"]) - mean) / TENTH, figures - np.asarray(said["fitted"])))
    return found


def bases(figures: Numbers, processes: int) -> dict[str, Base]:
    """The base forecasts of all rows by AutoETS, by Theta, and their mean."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        said = list(pool.map(forecast, figures, chunksize=16))
    ets, theta = (Base(*(np.stack(each) for each in zip(*(row[k] for row in said), strict=True))) for k in (0, 1))
    ets, theta = (each._replace(errors=np.nan_to_num(each.errors).T) for each in (ets, theta))
    # The mean of two forecasters is wrong by the mean of their errors; their spreads are taken as wholly dependent.
    return {"AutoETS": ets, "Theta": theta, "mean": Base(*((a + b) / 2 for a, b in zip(ets, theta, strict=True)))}


def ours(structure: Numbers, base: Base) -> dict[str, tuple[Numbers, Numbers]]:
    """Coherent means and standard deviations [rows, months ahead] with shrunk and with whole correlations."""
    shrunk = shrunk_covariance(base.errors)
    # What reconciliation does to any vector, from what it does to each row's unit.
    both = np.concatenate([base.mean, np.eye(len(structure))], axis=1)
    done = reconcile_dense(structure, both, shrunk).mean
    mean, projection = done[:, :AHEAD], done[:, AHEAD:]
    apart = base.errors - base.errors.mean(axis=0)
    found = {}
    for name, covariance in (("shrunk", shrunk), ("whole", apart.T @ apart / (len(apart) - 1))):
        scale = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(scale, scale)
        sds = []
        for sd in base.sd.T:
            left = projection * sd
            sds.append(np.sqrt(np.maximum(np.einsum("ij,ij->i", left @ correlation, left), 0.0)))
        found[name] = (mean, np.stack(sds, axis=1))
    return found


def theirs(structure: Numbers, base: Base, figures: Numbers) -> dict[str, tuple[Numbers, Numbers]]:
    """The same by MinTrace and Normality of hierarchicalforecast."""
    from hierarchicalforecast.methods import MinTrace
    from hierarchicalforecast.probabilistic_methods import Normality

    rec = MinTrace(method="mint_shrink")
    past = {"y_insample": figures, "y_hat_insample": figures - base.errors.T}
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mean = np.asarray(rec.fit_predict(S=structure, y_hat=base.mean.copy(), **past)["mean"])
        given = {"S": structure, "P": rec.P, "y_hat": base.mean, "sigmah": base.sd}
        found["shrunk"] = (mean, Normality(**given, W=rec.W).sigmah_rec)
        found["whole"] = (mean, Normality(**given, covariance_type="full", residuals=base.errors.T).sigmah_rec)
    return found


def by_level(values: Numbers) -> list[Numbers]:
    return np.split(values, np.cumsum(list(LEVELS.values()))[:-1])


def scaled_crps(actual: Numbers, mean: Numbers, sd: Numbers) -> list[float]:
    """By level; see the beginning of this file."""
    normal = statistics.NormalDist()
    points = np.array([normal.inv_cdf(each) for each in QUANTILES])
    error = actual[..., None] - (mean[..., None] + sd[..., None] * points)
    loss = 2 * np.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean(axis=2)
    return [float(lost.sum() / np.abs(size).sum()) for lost, size in zip(by_level(loss), by_level(actual), strict=True)]


def coverage(actual: Numbers, mean: Numbers, sd: Numbers) -> list[float]:
    """The share of actuals within the middle 80 %, by level."""
    return [float(each.mean()) for each in by_level((np.abs(actual - mean) <= TENTH * sd).astype(np.float64))]


def scored(structure: Numbers, figures: Numbers, end: int, processes: int) -> dict[str, Any]:
    """Scores of the twelve months after `end`, with everything made of the months before."""
    began = time.perf_counter()
    made = bases(figures[:, :end], processes)
    spent = time.perf_counter() - began
    actual, found = figures[:, end : end + AHEAD], {}
    for name, base in made.items():
        forms = {"alone": (base.mean, base.sd), **ours(structure, base)}
        for form, (mean, sd) in forms.items():
            found[f"{name}, {form}"] = {"crps": scaled_crps(actual, mean, sd), "held": coverage(actual, mean, sd)}
    return {"seconds": spent, "bases": made, "scores": found}


def crossed(folder: Path, processes: int) -> dict[str, Any]:
    """The test year."""
    structure, figures = read(folder)
    end = figures.shape[1] - AHEAD
    result = scored(structure, figures, end, processes)
    made, found = result.pop("bases"), result["scores"]
    print(f"base forecasts of {len(figures)} series, twice: {result['seconds']:.1f} s, {processes} processes")
    began = time.perf_counter()
    mine = ours(structure, made["AutoETS"])
    result["ours"] = time.perf_counter() - began
    try:
        began = time.perf_counter()
        library = theirs(structure, made["AutoETS"], figures[:, :end])
        result["theirs"] = time.perf_counter() - began
    except ImportError:
        print("hierarchicalforecast is not installed: no comparison")
    else:
        size = np.sqrt(np.mean((mine["shrunk"][0] - made["AutoETS"].mean) ** 2, axis=1, keepdims=True))
        for form, (mean, sd) in mine.items():
            apart = float((np.abs(mean - library[form][0]) / size.max()).max())
            wide = float(np.abs(sd / library[form][1] - 1).max())
            result[f"apart, {form}"] = (apart, wide)
            print(f"AutoETS, {form}, against MinTrace and Normality: means {apart:.1e}, spreads {wide:.1e} apart")
            if max(apart, wide) > 1e-6:
                sys.exit("the same method gives something else")
        print(f"both forms: ours {result['ours']:.2f} s, hierarchicalforecast {result['theirs']:.2f} s")
    print(f"\nmean scaled CRPS\n| | mean | {' | '.join(LEVELS)} |\n| --- | ---: |{' ---: |' * len(LEVELS)}")
    for name, each in found.items():
        print(f"| {name} | {np.mean(each['crps']):.4f} | {' | '.join(f'{level:.4f}' for level in each['crps'])} |")
    print(f"\ncoverage of 80 %, per cent\n| | {' | '.join(LEVELS)} |\n| --- |{' ---: |' * len(LEVELS)}")
    for name, each in found.items():
        print(f"| {name} | {' | '.join(f'{100 * level:.0f}' for level in each['held'])} |")
    best = float(np.mean(found[", ".join(CHOSEN)]["crps"]))
    print(f"chosen: {', '.join(CHOSEN)}: {best:.4f}; {'bar kept' if best <= BAR else 'BAR BROKEN'} ({BAR})")
    return result


def choose(folder: Path, processes: int) -> dict[str, Any]:
    """The four years before the test year."""
    structure, figures = read(folder)
    ends = [figures.shape[1] - AHEAD * back for back in range(5, 1, -1)]
    found = {str(end): scored(structure, figures, end, processes)["scores"] for end in ends}
    print(f"\nmean scaled CRPS of the 12 months after month\n| | {' | '.join(found)} | mean |")
    print(f"| --- |{' ---: |' * 5}")
    means = {}
    for name in found[str(ends[0])]:
        scores = [float(np.mean(found[str(end)][name]["crps"])) for end in ends]
        means[name] = float(np.mean(scores))
        print(f"| {name} | {' | '.join(f'{each:.4f}' for each in scores)} | {means[name]:.4f} |")
    print(f"least: {min(means, key=lambda name: means[name])}; chosen: {', '.join(CHOSEN)}")
    return found


def extra(folder: Path, processes: int) -> dict[str, Any]:
    """Landings of the upper tiers with and without further forecasters."""
    from headrope.landing.statistical import Wanted, further, upper

    found: dict[str, Any] = {}
    print(
        "\nlandings after June: error in per cent of the full year, Brier score, coverage; means over the upper depths"
    )
    print(
        "| panel | rows | years | seconds | error: without | with | Brier: without | with | coverage: without | with |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in PANELS:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as held:
            values, tree = held["Y"].T.astype(np.float64), Tree.of(held["parent"].astype(np.int32))
        values = np.concatenate([values[:, : values.shape[1] // 12 * 12], np.full((len(values), 6), np.nan)], axis=1)
        history = History(values, 6, Kind.STOCK if name == "labour" else Kind.FLOW, non_negative=True)
        wanted = Wanted(most=120, start=backtest.START, processes=processes)
        began = time.perf_counter()
        made = further(history, tree, wanted=wanted)
        spent, rows = time.perf_counter() - began, upper(tree, wanted.most)
        tried = [backtest.backtest(history, tree, backtest.Trial(extra=each)) for each in (None, made)]
        depths = range(int(tree.depth[rows].max()) + 1)
        scores = {
            key: [float(np.mean([getattr(each.tiers[depth], key) for depth in depths])) for each in tried]
            for key in ("wape", "brier", "coverage")
        }
        all_of_it = {key: [getattr(each, key) for each in tried] for key in ("wape", "brier")}
        found[name] = {"seconds": spent, "rows": len(rows), "upper": scores, "all": all_of_it}
        cells = [f"{100 * each:.3f}" for each in scores["wape"]] + [f"{each:.4f}" for each in scores["brier"]]
        cells += [f"{100 * each:.1f}" for each in scores["coverage"]]
        print(f"| {name} | {len(rows)} | {len(tried[0].years)} | {spent:.0f} | {' | '.join(cells)} |", flush=True)
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--panels", type=Path)
    parser.add_argument("--only", choices=("crossed", "choose", "extra"))
    parser.add_argument("--processes", type=int, default=2, choices=(1, 2))
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    trial = os.environ.get("HEADROPE_TRIAL_DATA")
    folder = wanted.panels or (Path(trial) / "panels" if trial else None)
    if folder is None:
        sys.exit("give --panels, or set HEADROPE_TRIAL_DATA to a folder that has panels/")
    try:
        import statsforecast  # noqa: F401
    except ImportError:
        sys.exit("statsforecast is not installed: pip install statsforecast hierarchicalforecast")
    found: dict[str, Any] = {}
    if wanted.only in (None, "crossed"):
        found["crossed"] = crossed(folder / "tourismlarge", wanted.processes)
    if wanted.only in (None, "choose"):
        found["choose"] = choose(folder / "tourismlarge", wanted.processes)
    if wanted.only in (None, "extra"):
        found["extra"] = extra(folder, wanted.processes)
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
