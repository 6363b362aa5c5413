"""Loads 1,000,000 facts, 45 % of them unchanged, into a ledger that holds 10,000,000; on SQLite or PostgreSQL.

    python benchmarks/load.py [--postgresql] [--existing 10000000] [--rows 1000000]

Checked: the counts
of new and unchanged facts, and that all vintages of all facts add up to what NumPy says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import synthetic

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import postgres


def prepare(folder: Path, existing: int, rows: int) -> dict[str, int]:
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
    flat = cells.reshape(-1)
    total = int(flat[held].sum() + flat[restated].sum() + len(restated) + later.reshape(-1)[new].sum())
    return {"same": len(same), "restated": len(restated), "new": len(new), "total": total}


LAUNCH = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps({"seconds": round(seconds, 2), "peak_mb": peak, "said": done.stdout, "wrong": done.stderr if done.returncode else ""}))
"""

TOTAL = "import django; django.setup(); from django.db.models import Sum; from headrope.ledger.models import Fact; print(Fact.objects.aggregate(s=Sum('amount'))['s'])"


def timed(*words: str) -> str:
    """Runs a headrope command from a small process of its own; wall seconds, largest memory in MB, and what it said."""
    command = [sys.executable, "-c", LAUNCH, sys.executable, "-m", "headrope", *words]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if found["wrong"]:
        sys.exit(found["wrong"])
    print(f"headrope {words[0]}: {found['seconds']} s, {found['peak_mb']} MB\n{found['said']}", flush=True)
    return str(found["said"])


def check(said: str, expected: dict[str, int]) -> None:
    """Stop unless as many facts were posted as should be, and all facts add up to the sum of the same numbers."""
    posted = expected["restated"] + expected["new"]
    wanted = f"Loaded {posted:,} new facts out of {posted + expected['same']:,} rows; {expected['same']:,} say"
    total = subprocess.run([sys.executable, "-c", TOTAL], check=True, capture_output=True, text=True).stdout.strip()
    if wanted not in said or int(total) != expected["total"]:
        sys.exit(f"wrong: {said} total {total}, expected {expected}")
    print(f"checked: {posted:,} facts posted, all facts add up to {total} steps")


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
        expected = prepare(folder, wanted.existing, wanted.rows)
        timed("migrate")
        timed("load", "--wait", str(folder / "first"))
        said = timed("load", str(folder / "second"))
        timed("cube")
        check(said, expected)


if __name__ == "__main__":
    main()
