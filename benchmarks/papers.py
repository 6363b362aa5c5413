"""Times the sheets of about 300 units as .pdf and as .docx, as `headrope paper UNIT PERIOD --below KIND` makes them.

    python benchmarks/papers.py [--home FOLDER] [--units 300] [--kinds pdf docx]

The ledger is the one of landing_run.py (10,000 units, 12 headline measures, 54 months, a target for the year), landed.
Without --home it is made first, which takes some minutes; --home takes one that was made before. The unit is the one
whose number of units at and under it comes nearest to --units. Checked: each file has at least four pictures, no two of
them alike, and one file of each kind still says what the books say (`headrope check-pack`). The memory is that of the
largest process of each command; its processes map the same cube, whose pages count in each of them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import landing_run
import synthetic
from pypdf import PdfReader

NOW = datetime(2023, 7, 13, 2, tzinfo=UTC)
PERIOD = "2023-H1"
PICTURES = 4
LIMITS = {"pdf": 60, "docx": 120}


def prepare(home: Path) -> None:
    """Load the group of the landing run into an empty home and land it."""
    landing_run.write(home / "group", synthetic.Size(), 12, 54)
    for command in (("migrate",), ("load", "--wait", str(home / "group")), ("landing", "run", "2023-06", "--wait")):
        subprocess.run([sys.executable, "-m", "headrope", *command], check=True)


def chosen(units: int) -> tuple[str, int]:
    """The unit with nearest to so many units at and under it, and how many they are."""
    parents, _leaves = synthetic.tree(synthetic.Size())
    size = [1] * len(parents)
    for unit in range(len(parents) - 1, 0, -1):
        size[parents[unit]] += size[unit]
    best = min(range(len(parents)), key=lambda unit: abs(size[unit] - units))
    return f"U{best}", size[best]


def pictures(path: Path) -> set[str]:
    """Each different picture of a file, by what it is said to show (.pdf) or by its bytes (.docx)."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as held:
            return {hashlib.sha256(held.read(n)).hexdigest() for n in held.namelist() if n.startswith("word/media/")}
    root = PdfReader(path).trailer["/Root"]
    found: set[str] = set()
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif hasattr(element, "get"):
            if "/Alt" in element:
                found.add(str(element["/Alt"]))
            if "/K" in element:
                waiting.append(element["/K"])
    return found


def made(unit: str, kind: str, folder: Path) -> tuple[float, float]:
    """Seconds of the command, and the memory of its largest process in MB."""
    command = [sys.executable, "-m", "headrope", "paper", unit, PERIOD, "--below", kind, "--output", str(folder)]
    measured = f"""
import resource, subprocess, sys
subprocess.run({command!r}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", measured], check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, int(done.stdout.split()[-1]) / 1024


def check(files: list[Path], count: int) -> str:
    """Stop unless every paper is there and has its pictures, and one of them holds; says how many pictures there are."""
    if len(files) != count:
        sys.exit(f"{len(files)} files instead of {count}")
    found = Counter(len(pictures(path)) for path in files)
    if min(found) < PICTURES:
        sys.exit(f"some papers have only {min(found)} different pictures: {dict(found)}")
    subprocess.run([sys.executable, "-m", "headrope", "check-pack", str(files[len(files) // 2])], check=True)
    return ", ".join(f"{papers} with {pictures}" for pictures, papers in sorted(found.items()))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--kinds", nargs="+", choices=sorted(LIMITS), default=list(LIMITS))
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    os.environ["HEADROPE_CLOCK_SHIFT"] = str(int((NOW - datetime.now(UTC)).total_seconds()))
    with tempfile.TemporaryDirectory() as name:
        home = wanted.home or Path(name)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HEADROPE_HOME"] = str(home)
        if not (home / "cube" / "CURRENT").exists():
            prepare(home)
        unit, count = chosen(wanted.units)
        for kind in wanted.kinds:
            with tempfile.TemporaryDirectory() as folder:
                seconds, memory = made(unit, kind, Path(folder))
                files = sorted(Path(folder).glob(f"*.{kind}"))
                said = check(files, count)
                size = sum(path.stat().st_size for path in files) / 1e6
            print(
                f"{count} sheets under {unit} as .{kind}: {seconds:.1f} s (allowed {LIMITS[kind]} s for 300), "
                f"largest process {memory:.0f} MB (allowed 500), {size:.0f} MB of files; different pictures: {said}"
            )


if __name__ == "__main__":
    main()
