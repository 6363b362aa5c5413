"""Loads 1,000,000 facts, 45 % of them unchanged, into a ledger that holds 10,000,000; on SQLite or PostgreSQL.

    python benchmarks/load.py [--postgresql] [--existing 10000000] [--rows 1000000]

Checked: the counts
of new and unchanged facts, and the sum of everything against NumPy.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import synthetic

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import postgres


def prepare(folder: Path, existing: int, rows: int) -> tuple[synthetic.Size, dict[str, object]]:
    """The folder of the existing ledger and the folder to load."""
    size = synthetic.Size()
    leaves = synthetic.write_definitions(folder / "first", size)
    cells = synthetic.values(size, len(leaves))
    rnd = np.random.default_rng(1)
    everything = np.arange(cells.size)
    held = everything[:existing] if existing < cells.size else everything
    synthetic.write_facts(folder / "first" / "facts.csv", size, leaves, cells, held)
    same = rnd.choice(held, int(rows * 0.45), replace=False)
    free = np.setdiff1d(held, same, assume_unique=True)
    restated = rnd.choice(free, int(rows * 0.35), replace=False)
    later = synthetic.values(size, len(leaves), 1)[:, :, :6]
    new = rnd.choice(later.size, rows - len(same) - len(restated), replace=False)
    (folder / "second").mkdir()
    changed = cells.copy()
    changed.reshape(-1)[restated] += 1
    synthetic.write_facts(folder / "a.csv", size, leaves, changed, np.sort(np.concatenate([same, restated])))
    synthetic.write_facts(folder / "b.csv", size, leaves, later, np.sort(new), first=size.months)
    with (folder / "second" / "facts.csv").open("wb") as out:
        out.write((folder / "a.csv").read_bytes())
        out.write((folder / "b.csv").read_bytes().split(b"\n", 1)[1])
    return size, {"held": len(held), "same": len(same), "restated": len(restated), "new": len(new)}


def timed(*command: str) -> dict[str, float]:
    """Wall seconds of a whole process."""
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return {"seconds": round(time.perf_counter() - began, 2)}


INNER = """
import sys, json, time
import django; django.setup()
from pathlib import Path
from headrope.ledger.actions import load_folder
from headrope.org.actions import console_user
began = time.perf_counter()
steps = []
peak = lambda: next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
r = load_folder(Path(sys.argv[1]), by=console_user(), progress=lambda d, n, of: (not steps or steps[-1][0] != d) and steps.append((d, round(time.perf_counter() - began, 2))))
print(json.dumps({"seconds": round(time.perf_counter() - began, 2), "locked": round(r.seconds_locked, 2), "rows": r.rows, "unchanged": r.unchanged, "posted": sum(n for _, n in r.vintages), "peak_mb": peak(), "steps": steps}))
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--existing", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own, as durable as it ships")
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    with tempfile.TemporaryDirectory() as name, postgres.server("") if wanted.postgresql else nullcontext() as address:
        folder = Path(name)
        os.environ["HEADROPE_HOME"] = str(folder / "home")
        if address:
            os.environ["HEADROPE_DATABASE_URL"] = address
        _, expected = prepare(folder, wanted.existing, wanted.rows)
        subprocess.run([sys.executable, "-m", "headrope", "migrate"], check=True)
        print("existing", timed(sys.executable, "-c", INNER, str(folder / "first")), flush=True)
        print("cube", timed(sys.executable, "-m", "headrope", "cube"), flush=True)
        print("load", timed(sys.executable, "-c", INNER, str(folder / "second")), json.dumps(expected), flush=True)
        print("cube", timed(sys.executable, "-m", "headrope", "cube"), flush=True)


if __name__ == "__main__":
    main()
