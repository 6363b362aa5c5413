"""Backs up and restores a ledger of 2,000,000 facts, on SQLite and on PostgreSQL, and from the one into the other.

    python benchmarks/backup.py [--facts 2000000] [--units 10000]

Checked first: every restored ledger gives a backup whose tables have the same digests, but for the audit line that a
restore adds, and its facts add up to what NumPy says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import synthetic

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import postgres

LAUNCH = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps({"seconds": round(seconds, 1), "peak_mb": peak, "said": done.stdout, "wrong": done.stderr if done.returncode else ""}))
"""
TOTAL = "import django; django.setup(); from django.db.models import Sum; from headrope.ledger.models import Fact; print(Fact.objects.aggregate(s=Sum('amount'))['s'])"
Environment = dict[str, str]


def timed(environment: Environment, *words: str) -> tuple[float, int]:
    """Runs a headrope command from a small process of its own; wall seconds and largest memory in MB."""
    command = [sys.executable, "-c", LAUNCH, sys.executable, "-m", "headrope", *words]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
    if found["wrong"]:
        sys.exit(found["wrong"])
    return found["seconds"], found["peak_mb"]


def digests(file: Path) -> dict[str, str]:
    """The digests of all tables but the audit trail."""
    from headrope.backup.actions import check_backup

    return {table.name: table.sha256 for table in check_backup(file).tables if table.name != "audit"}


def total(environment: Environment) -> int:
    """What all amounts of all vintages add up to, by SQL."""
    done = subprocess.run([sys.executable, "-c", TOTAL], check=True, capture_output=True, text=True, env=environment)
    return int(done.stdout)


def write_books(folder: Path, units: int, facts: int) -> int:
    """A folder to load; what its facts add up to in steps."""
    size = synthetic.Size(units=units)
    leaves = synthetic.write_definitions(folder, size)
    cells = synthetic.values(size, len(leaves))
    held = np.arange(min(facts, cells.size))
    synthetic.write_facts(folder / "facts.csv", size, leaves, cells, held)
    return int(cells.reshape(-1)[held].sum())


def place(folder: Path, name: str, address: str | None = None) -> Environment:
    """An empty ledger in a home of its own."""
    home = folder / name
    home.mkdir()
    made = {**os.environ, "HEADROPE_HOME": str(home)}
    made.pop("HEADROPE_DATABASE_URL", None)
    if address:
        made["HEADROPE_DATABASE_URL"] = address
    timed(made, "migrate")
    return made


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=2_000_000)
    parser.add_argument("--units", type=int, default=10_000)
    wanted = parser.parse_args()
    lines: list[tuple[str, tuple[float, int]]] = []
    with tempfile.TemporaryDirectory() as name, postgres.server("") as address:
        folder = Path(name)
        os.environ.update(DJANGO_SETTINGS_MODULE="headrope.config.settings", HEADROPE_HOME=str(folder))
        import django

        django.setup()
        expected = write_books(folder / "books", wanted.units, wanted.facts)
        origin = place(folder, "origin")
        timed(origin, "load", "--wait", str(folder / "books"))
        one, two = folder / "sqlite.zip", folder / "postgresql.zip"
        server, again = place(folder, "server", address), place(folder, "again")
        lines.append(("backup of SQLite", timed(origin, "backup", str(one))))
        lines.append(("restore --check", timed(origin, "restore", "--check", str(one))))
        lines.append(("restore into PostgreSQL", timed(server, "restore", str(one))))
        lines.append(("backup of PostgreSQL", timed(server, "backup", str(two))))
        lines.append(("restore into SQLite", timed(again, "restore", str(two))))
        if digests(one) != digests(two) or {total(each) for each in (origin, server, again)} != {expected}:
            sys.exit("wrong: the books differ")
        print(f"checked: equal digests of {len(digests(one))} tables, {expected} steps in all three ledgers")
        print(f"{wanted.facts:,} facts, a file of {one.stat().st_size / 1e6:.1f} MB")
    for what, (seconds, peak) in lines:
        print(f"{what}: {seconds} s, {peak} MB")


if __name__ == "__main__":
    main()
