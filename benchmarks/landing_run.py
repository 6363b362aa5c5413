"""A landing run of 10,000 units x 12 headline measures, as the command makes it, and reading it for a page.

    python benchmarks/landing_run.py [--units 10000] [--measures 12] [--months 54] [--home DIR]

On SQLite, or on the PostgreSQL that HEADROPE_DATABASE_URL names (an empty database). Every leaf has monthly figures of
every measure with season, growth and noise, and a target for the last year. The command runs twice: the first run of a
year and the next, which finds facts that are there. Checked at the end: every landing of the root is the sum of its
leaves' facts to the last step, and lies within 10 % of what the figures were made from. With --home a ledger that was made before is
taken again.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from synthetic import Size, tree

SEED = 20230630
READ = """
import time, django; django.setup()
from django.db import connection
from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.landing.runs.queries import landed, latest
from headrope.ledger.queries import measures
from headrope.org.models import UnitEdition
at = books()
found = latest(parse("2023"), at)
units = list(UnitEdition.objects.filter(seq_to=None).values_list("unit_id", flat=True))[:{units}:{step}][:18]
infos = [info.id for info in measures()][:12]
times = []
for n in range(200):
    begin = time.perf_counter()
    rows = landed(latest(parse("2023"), at), units, infos)
    times.append(time.perf_counter() - begin)
    assert len(rows) == 18 * len(infos), len(rows)
begin = time.perf_counter()
fans = [row.months for row in rows.values()]
fan = time.perf_counter() - begin
times.sort()
print(f"{{times[100] * 1e3:.2f}} {{times[190] * 1e3:.2f}} {{fan * 1e3:.2f}}")
"""
CHECK = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute('''
        SELECT r.measure_id, r.steps, (SELECT sum(f.amount) FROM fact f JOIN version v ON v.id = f.version_id
            WHERE v.code = 'landing' AND f.measure_id = r.measure_id AND f.seq =
            (SELECT max(g.seq) FROM fact g WHERE g.unit_id = f.unit_id AND g.measure_id = f.measure_id
             AND g.version_id = f.version_id AND g.period = f.period AND g.basis = f.basis))
        FROM landing_row r WHERE r.parent_id IS NULL AND r.seq = (SELECT max(seq) FROM landing_run) ORDER BY r.measure_id''')
    for measure, steps, total in cursor.fetchall():
        assert steps == total, (measure, steps, total)
        print(measure, steps)
"""


def write(folder: Path, size: Size, measures: int, months: int) -> np.ndarray:
    """The group's folder; gives the year 2023 that the figures were made from, in steps, by measure."""
    folder.mkdir(parents=True)
    parents, leaves = tree(size)
    rng = np.random.default_rng(SEED)
    lines = [f"U{n},Unit {n},单位{n},{f'U{p}' if p >= 0 else ''}\n" for n, p in enumerate(parents)]
    (folder / "units.csv").write_text("code,name,name_zh,parent\n" + "".join(lines), "utf-8")
    (folder / "ledger.csv").write_text("key,value\nname,Synthetic Group\ncurrency,CNY\n", "utf-8")
    rows = [
        f"M{n:02d},Measure {n},指标{n},CNY,money,0.01,{'stock' if n >= 9 else 'flow'},up\n" for n in range(measures)
    ]
    (folder / "measures.csv").write_text("code,name,name_zh,account,quantity,step,kind,direction\n" + "".join(rows))
    names = [f"{2019 + n // 12}-{n % 12 + 1:02d}" for n in range(months)]
    whole = []
    with (folder / "facts.csv").open("w", encoding="utf-8") as handle:
        handle.write("unit,measure,period,version,value\n")
        for measure in range(measures):
            base = np.exp(rng.normal(13, 1.2, (len(leaves), 1)))
            season = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(60) + rng.integers(0, 12)) / 12) * (measure < 9)
            growth = 1.05 ** (np.arange(60) / 12)
            shock = 1 + 0.03 * rng.standard_normal((1, 60))
            figures = np.rint(base * season * growth * shock * (1 + 0.1 * rng.standard_normal((len(leaves), 60))))
            year = figures[:, 48:].sum(axis=1) if measure < 9 else figures[:, 59]
            whole.append(year.sum())
            for at, unit in enumerate(leaves):
                head = f"U{unit},M{measure:02d},"
                cells = figures[at, :months].astype(np.int64).tolist()
                handle.writelines(
                    f"{head}{name},actual,{value // 100}.{value % 100:02d}\n"
                    for name, value in zip(names, cells, strict=True)
                )
                target = int(year[at] * 1.02)
                handle.write(f"{head}2023,target,{target // 100}.{target % 100:02d}\n")
    return np.array(whole)


def timed(words: list[str]) -> tuple[float, str]:
    """Seconds of a headrope command, and what it printed."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "headrope", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - begin, done.stdout


def main() -> None:
    """Make the ledger, run, read, check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--measures", type=int, default=12)
    parser.add_argument("--months", type=int, default=54)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = asked.home or Path(temporary)
        os.environ |= {"HEADROPE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}
        truth = None
        if not (home / "group").exists():
            truth = write(home / "group", Size(units=asked.units), asked.measures, asked.months)
            timed(["migrate"])
            seconds, _ = timed(["load", "--wait", str(home / "group")])
            print(f"loaded in {seconds:.1f} s")
        for _ in range(2):
            seconds, said = timed(["landing", "run"])
            print(f"headrope landing run: {seconds:.1f} s; {said.strip()}")
        print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
        code = READ.format(units=asked.units, step=max(1, asked.units // 18))
        p50, p95, fans = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
        print(f"18 units x 12 measures: p50 {p50} ms, p95 {p95} ms; their 216 fans {fans} ms")
        found = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True).stdout
        steps = np.array([int(line.split()[1]) for line in found.splitlines()])
        if truth is not None:
            off = np.abs(steps / truth - 1)
            assert (off < 0.1).all(), off
            print(f"sums exact; the root is {off.mean():.2%} off on the average, {off.max():.2%} at most")


if __name__ == "__main__":
    main()
