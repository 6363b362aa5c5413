"""The standard roll-up job against Polars, pandas and DuckDB; a submission's way to its ancestors; large groups; a ledger.

    python benchmarks/rollup.py [--units 10000] [--rounds 5] [--only job|submission|sizes] [--json FILE]
    python benchmarks/rollup.py --ledger [--units 10000]

The job: 40 components by month (25 flows and 10 stocks of money, 5 products of value and weight) of all leaves become 50
measures (those 35, 10 ratios, 5 weighted means) in 36 months, 12 quarters, 36 years to date and 3 years for all units,
with the units that have reported and should have, and the mark of uneven ratios. One thread each. Everybody gets the
same figures ready in memory in the form that suits him, ancestors and levels included; Polars, pandas and DuckDB do the
job both by the ancestors of each leaf and level by level, and the faster form counts. All results are checked.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import rollup_tables as tables
import synthetic
from rollup_job import COMPONENTS, differences, job, make_group, result_of

from headrope.core import kernels, tree_sums
from headrope.core.whole import whole

MAIN = [sys.executable, "-m", "headrope"]
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
# Freed memory stays with the process, as Polars and DuckDB keep theirs anyway: what a virtual machine takes for pages
# that it gives out anew differs from second to second, and can be many times the work on them.
KEEP = {"GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=68719476736:glibc.malloc.hugetlb=1"}


def timed(run: Callable[[], object]) -> tuple[object, float, float]:
    """What it gives, and its seconds by the clock and of the processor."""
    gc.collect()
    began, worked = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - began, time.process_time() - worked


def compare(units: int, rounds: int) -> dict[str, object]:
    """The standard job, all engines in turn in every round."""
    group, connection = make_group(units), duckdb.connect(":memory:")
    ours, wanted = job(), None
    engines: dict[str, Callable[[], object]] = {"headrope": lambda: next(whole(group.own, group.tree, ours))}
    timed(engines["headrope"])  # compiled now, or taken from the cache
    block, _, _ = timed(engines["headrope"])
    wanted = result_of(block)  # type: ignore[arg-type]
    del block
    kinds = {
        "polars": (tables.polars_forms(group), lambda found: tables.polars_result(found, units)),
        "pandas": (tables.pandas_forms(group), lambda found: tables.pandas_result(found, units)),
        "duckdb": (tables.duckdb_forms(group, connection), lambda found: tables.duckdb_result(connection, units)),
    }
    forms: dict[str, dict[str, float]] = {}
    for name, (made, read) in kinds.items():
        forms[name] = {}
        for form, run in made.items():
            timed(run)  # memory and plans are warm for everybody
            found, _, forms[name][form] = timed(run)
            wrong = differences(read(found), wanted)
            if wrong:
                sys.exit(f"{name}, {form}: {', '.join(wrong)} differ")
            del found
        engines[name] = made[min(forms[name], key=lambda form: forms[name][form])]
        print(f"{name}: results are the same; processor seconds", {k: round(v, 3) for k, v in forms[name].items()})
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, run in engines.items():
            _, clock, worked = timed(run)
            times[name].append((clock, worked))
    print(f"\n{units:,} units, {rounds} rounds; seconds: median (least)")
    print("| | clock | processor | against headrope: clock | processor |\n| --- | ---: | ---: | ---: | ---: |")
    medians = {name: [statistics.median(each) for each in zip(*held, strict=True)] for name, held in times.items()}
    for name, (clock, worked) in medians.items():
        least = [min(each) for each in zip(*times[name], strict=True)]
        ratios = [f"{mine / first:.1f}" for mine, first in zip((clock, worked), medians["headrope"], strict=True)]
        print(f"| {name} | {clock:.3f} ({least[0]:.3f}) | {worked:.3f} ({least[1]:.3f}) | {' | '.join(ratios)} |")
    return {"units": units, "forms": forms, "rounds": times, "medians": medians}


def submission(units: int) -> dict[str, float]:
    """Microseconds until a leaf's 40 values of one month have reached all its ancestors; medians over 2,000 leaves."""
    group = make_group(units)
    tree, own, rnd = group.tree, group.own, np.random.default_rng(1)
    leaves, months = rnd.choice(group.leaves, 2000), rnd.integers(0, 36, 2000)
    kinds = {"money": np.ascontiguousarray(np.concatenate([own.amounts, own.amounts[:, :5]], axis=1))}
    kinds["numbers"] = kinds["money"] / 100
    found = {}
    for kind, figures in kinds.items():
        assert figures.shape[1] == COMPONENTS
        for name, module in (("compiled", kernels), ("numpy", tree_sums)):
            mine = figures.copy()
            totals, spent = module.add_up(mine, tree), []
            for leaf, month in zip(leaves.tolist(), months.tolist(), strict=True):
                cells = slice(month, month + 1)
                mine[leaf, :, cells] += 7
                began = time.perf_counter()
                module.refresh(totals, mine, tree, leaf, cells)
                spent.append(time.perf_counter() - began)
            if totals.tobytes() != kernels.add_up(mine, tree).tobytes():
                sys.exit("totals that were kept up to date differ from totals added anew")
            found[f"{kind}, {name}"] = statistics.median(spent) * 1e6
    most = int(np.diff(tree.first).max())
    print(f"\n40 values of a month to all ancestors, {units:,} units, {most} children at most; microseconds, median")
    print("\n".join(f"| {name} | {value:.1f} |" for name, value in found.items()))
    return found


ALONE = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
import rollup_job
from headrope.core.whole import whole
group = rollup_job.make_group(int(sys.argv[2]))
size, spent = sum(array.nbytes for array in group.own), []
job, tree = rollup_job.job(), group.tree
for _ in range(4):
    began, figures = time.perf_counter(), 0
    for block in whole(group.own, tree, job, 64):
        figures += block.amounts.size + block.numbers.size
    spent.append(time.perf_counter() - began)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": min(spent), "figures": figures, "own_bytes": size, "peak_bytes": peak}))
"""


def sizes() -> dict[str, object]:
    """The job in blocks of 64 units, as a command writes it out, each size in a process of its own."""
    found: dict[str, object] = {}
    print("\n| units | seconds | microseconds a unit | figures | own figures, MB | largest memory, MB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for units in (1_000, 10_000, 100_000):
        here = str(Path(__file__).parent)
        run = subprocess.run(
            [sys.executable, "-c", ALONE, here, str(units)], check=True, capture_output=True, text=True
        )
        held = found[str(units)] = json.loads(run.stdout)
        per_unit = held["seconds"] / units * 1e6
        memory = f"{held['own_bytes'] / 1e6:,.0f} | {held['peak_bytes'] / 1e6:,.0f}"
        print(f"| {units:,} | {held['seconds']:.3f} | {per_unit:.1f} | {held['figures']:,} | {memory} |", flush=True)
    return found


def ledger(units: int) -> dict[str, float]:
    """Seconds from a SQLite ledger without a cube to the first answer about its root."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    size = synthetic.Size(units=units)
    with tempfile.TemporaryDirectory() as name:
        home, folder = Path(name) / "home", Path(name) / "folder"
        home.mkdir()
        os.environ["HEADROPE_HOME"] = str(home)
        leaves = synthetic.write_definitions(folder, size)
        cells = synthetic.values(size, len(leaves))
        synthetic.write_facts(folder / "facts.csv", size, leaves, cells, np.arange(cells.size))
        subprocess.run([*MAIN, "migrate"], check=True, capture_output=True)
        subprocess.run([*MAIN, "load", "--wait", str(folder)], check=True, capture_output=True)
        shutil.rmtree(home / "cube")
        found = {}
        for words in (("cube",), ("review", "U0", "2023-H1", "--json")):
            began = time.perf_counter()
            run = subprocess.run([*MAIN, *words], check=True, capture_output=True)
            found[words[0]] = time.perf_counter() - began
        held = {line["code"]: line["actual"].get("exact") for line in json.loads(run.stdout)["measures"]}
    steps = int(cells[:, 0, 24:30].sum())
    if held["F00"] != f"{steps // 100}.{steps % 100:02d}":
        sys.exit(f"wrong total: {held['F00']}")
    print(f"\nledger of {cells.size:,} facts: cube {found['cube']:.1f} s, first answer {found['review']:.1f} s")
    return found


def main() -> None:
    """Run the benchmark, in an environment that has to be there from the start."""
    if any(os.environ.get(name) != value for name, value in (ONE_THREAD | KEEP).items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD, **KEEP})
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("job", "submission", "sizes"))
    parser.add_argument("--ledger", action="store_true")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    if wanted.ledger:
        found: dict[str, object] = {"ledger": ledger(wanted.units)}
    else:
        parts = {
            "job": lambda: compare(wanted.units, wanted.rounds),
            "submission": lambda: submission(wanted.units),
            "sizes": sizes,
        }
        found = {name: run() for name, run in parts.items() if wanted.only in (None, name)}
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
