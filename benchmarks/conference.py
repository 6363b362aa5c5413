"""Times situation, sheet and own unit (beside what one owes), with landings, of 10,000 units and 12 headline measures: 8 connections, two workers.

    python benchmarks/conference.py [--home FOLDER] [--requests 200]

The ledger is the one of landing_run.py: leaves with 54 months and a target for the year. Without --home it is made
first, which takes some minutes; --home takes one that was made before. Checked first: the situation of the group says
where the year lands, and so does a sheet. Sheets and situations are of ever other units, half in each language.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import landing_run
import numpy as np
import page
import pages
import synthetic

NOW = datetime(2023, 7, 13, 2, tzinfo=UTC)
PERIOD = "2023-H1"


def prepare(home: Path) -> None:
    """Load the group of the landing run into an empty home and land it."""
    landing_run.write(home / "group", synthetic.Size(), 12, 54)
    for command in (("migrate",), ("load", "--wait", str(home / "group"))):
        subprocess.run([sys.executable, "-m", "headrope", *command], check=True)


def asked(requests: int) -> list[tuple[str, list[str]]]:
    """Name and addresses of every page that is timed: the group, then ever other units."""
    parents, leaves = synthetic.tree(synthetic.Size())
    rnd = np.random.default_rng(synthetic.SEED)
    inner = sorted(set(parents) - {-1})[1:]
    # The upper ones are the heavy ones, and the ones that conferences look at; below them as they come.
    some = [*inner[:50], *rnd.permutation(inner[50:]).tolist()][:requests]
    low = rnd.permutation(leaves)[:requests].tolist()
    found = [
        ("situation of the group", [f"/review/U0/{PERIOD}/"] * requests),
        ("situations of inner units", [f"/review/U{unit}/{PERIOD}/" for unit in some]),
        ("their lower parts", [f"/review/U{unit}/{PERIOD}/below/" for unit in some]),
        ("lower part of the group", [f"/review/U0/{PERIOD}/below/"] * requests),
        ("sheet of the group", [f"/sheet/U0/{PERIOD}/"] * requests),
        ("sheets of inner units", [f"/sheet/U{unit}/{PERIOD}/" for unit in some]),
        ("sheets of leaves", [f"/sheet/U{unit}/{PERIOD}/" for unit in low]),
        ("own unit of who owes", ["/owe/own/"] * requests),
    ]
    return found


def check(port: int, session: str) -> None:
    """Stop unless a situation and a sheet show a landing."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for path in (f"/review/U0/{PERIOD}/", f"/sheet/U7/{PERIOD}/"):
        status, body = pages.get(connection, path, session, "en")
        if status != 200 or (b"8 cases in 10" not in body and b"odds" not in body):
            sys.exit(f"{path} answers {status} and shows no landing")
    print("checked: situation and sheet show landings")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    os.environ["HEADROPE_CLOCK_SHIFT"] = str(int((NOW - datetime.now(UTC)).total_seconds()))
    with tempfile.TemporaryDirectory() as name:
        home = wanted.home or Path(name)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HEADROPE_HOME"] = str(home)
        if not (home / "cube" / "CURRENT").exists():
            prepare(home)
        subprocess.run([sys.executable, "-m", "headrope", "landing", "run", "2023-06", "--wait"], check=True)
        code = pages.SESSION.replace("CLERK", "U0")
        made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        session = json.loads(made.splitlines()[-1])["bench-office"]
        port = page.free_port()
        server = subprocess.Popen([sys.executable, "-m", "headrope", "serve", "--port", str(port), "--workers", "2"])
        try:
            pages.wait(port)
            check(port, session)
            for each, paths in asked(wanted.requests):
                if wanted.only in each:
                    pages.measure(port, each, session, paths)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
