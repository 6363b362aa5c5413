"""Times situation, sheet, what has moved and own unit (beside what one owes), with landings, of 10,000 units and 12 headline measures.

    python benchmarks/conference.py [--home FOLDER] [--requests 200]

8 connections, two workers. The ledger is the one of landing_run.py: leaves with 54 months and a target for the year.
Without --home it is made first, which takes some minutes; --home takes one that was made before. On 14 July the group
meets; on the 17th figures of June are corrected, and the year lands anew; the pages are asked for on the 18th. Checked
first: the situation of the group says where the year lands, and so does a sheet; and what has moved since the meeting is
told. Sheets and situations are of ever other units, half in each language.
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

LOADED, CORRECTED, NOW = (datetime(2023, 7, day, 2, tzinfo=UTC) for day in (13, 17, 18))
PERIOD = "2023-H1"
MEET = """
import django; django.setup()
from datetime import date
from headrope.core.periods import parse
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Meeting
from headrope.org.actions import console_user
from headrope.org.models import UnitEdition
from headrope.org.queries import unit_ids
if not Meeting.objects.exists():
    ids = unit_ids()
    units = [ids[f"U{number}"] for number in range(1, 4)]
    about = About("half-year", date(2023, 7, 14))
    made = make_meeting(by=console_user(), unit=ids["U0"], period=parse("2023-H1"), about=about, units=units)
    assert made.number, made.problems
"""


def on(day: datetime) -> None:
    """Let the commands from here on run on that day."""
    os.environ["HEADROPE_CLOCK_SHIFT"] = str(int((day - datetime.now(UTC)).total_seconds()))


def headrope(*words: str) -> None:
    """Run a command, which has to pass."""
    subprocess.run([sys.executable, "-m", "headrope", *words], check=True)


def prepare(home: Path) -> None:
    """Load the group of the landing run into an empty home."""
    landing_run.write(home / "group", synthetic.Size(), 12, 54)
    headrope("migrate")
    headrope("load", "--wait", str(home / "group"))


def correct(folder: Path) -> None:
    """Figures of June of every fourth leaf, half of what they were or less, as the load of another day."""
    folder.mkdir()
    _, leaves = synthetic.tree(synthetic.Size())
    rows = [f"U{leaf},M{measure:02d},2023-06,actual,{1000 + leaf}.00\n" for leaf in leaves[::4] for measure in range(3)]
    (folder / "facts.csv").write_text("unit,measure,period,version,value\n" + "".join(rows), "utf-8")
    headrope("load", "--wait", str(folder))


def until_now(home: Path) -> None:
    """What happens between the load and the day on which the pages are asked for, as far as it has not happened."""
    on(LOADED)
    if not (home / "corrected").exists():
        headrope("landing", "run", "2023-06", "--wait")
        subprocess.run([sys.executable, "-c", MEET], check=True)
        on(CORRECTED)
        correct(home / "corrected")
        headrope("landing", "run", "2023-06", "--wait")
    on(NOW)
    headrope("cube")
    headrope("cube", "--known", LOADED.date().isoformat())  # between two postings all days are alike


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
        ("what moved since, of the group", [f"/review/U0/{PERIOD}/since/"] * requests),
        ("what moved since, inner units", [f"/review/U{unit}/{PERIOD}/since/" for unit in some]),
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
    status, body = pages.get(connection, f"/review/U0/{PERIOD}/since/", session, "en")
    if status != 200 or b"Since the session of 14 Jul" not in body:
        sys.exit(f"what has moved since the meeting answers {status} and tells nothing")
    print("checked: situation and sheet show landings, and what has moved since the meeting is told")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    on(LOADED)
    with tempfile.TemporaryDirectory() as name:
        home = wanted.home or Path(name)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HEADROPE_HOME"] = str(home)
        if not (home / "cube" / "CURRENT").exists():
            prepare(home)
        until_now(home)
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
