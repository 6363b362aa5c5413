"""Times the review page of a 10,000-unit ledger with 50 measures: 8 connections on two workers, access checks on.

    python benchmarks/page.py [--home FOLDER] [--requests 1600]

Without --home (a ledger made before by this command) the synthetic group is loaded first, which takes some minutes.
Checked first: the group's figures on the page equal sums made with NumPy from the same numbers. Every request is
for another unit, half of them in each language, so that nothing is answered from a memory of the same page.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import synthetic

CONNECTIONS = 8
PERIOD = "2023-H1"


def prepare(home: Path) -> None:
    """Load the synthetic group into an empty home, with one user who sees everything."""
    folder = home / "folder"
    size = synthetic.Size()
    leaves = synthetic.write_definitions(folder, size)
    cells = synthetic.values(size, len(leaves))
    synthetic.write_facts(folder / "facts.csv", size, leaves, cells, np.arange(cells.size))
    for command in (("migrate",), ("load", "--wait", str(folder))):
        subprocess.run([sys.executable, "-m", "headrope", *command], check=True)
    (folder / "facts.csv").unlink()


SESSION = """
import django; django.setup()
from datetime import date
from django.test import Client
from headrope.org.actions import console_user
from headrope.org.models import Mandate, Unit, User
user, _ = User.objects.get_or_create(username="bench")
root = Unit.objects.get(code="U0")
Mandate.objects.get_or_create(user=user, role="group_office", unit=root, valid_from=date(2000, 1, 1), defaults={"valid_to": date(9999, 12, 31)})
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


def expected() -> dict[str, str]:
    """The group's exact totals of two measures for the period, in steps, from the same numbers."""
    size = synthetic.Size()
    _, leaves = synthetic.tree(size)
    cells = synthetic.values(size, len(leaves))
    codes = size.stored
    months = slice(24, 30)  # January to June 2023, counted from January 2021
    flow = int(cells[:, codes.index("F00"), months].sum())
    stock = int(cells[:, codes.index("S00"), 29].sum())
    return {code: f"{steps // 100}.{steps % 100:02d}" for code, steps in (("F00", flow), ("S00", stock))}


def check(home: Path) -> None:
    """Stop unless the command gives exactly those totals."""
    asked = [sys.executable, "-m", "headrope", "review", "U0", PERIOD, "--json"]
    answer = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    held = {line["code"]: line["actual"].get("exact") for line in answer["measures"]}
    wrong = {code: (value, held.get(code)) for code, value in expected().items() if held.get(code) != value}
    if wrong:
        sys.exit(f"wrong totals: {wrong}")
    print("checked: totals of", ", ".join(expected()), "are exact;", len(answer["measures"]), "measures")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(connection: http.client.HTTPConnection, path: str, session: str, language: str) -> tuple[int, bytes]:
    """One request of a signed-in browser."""
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}; django_language={language}"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def run(port: int, session: str, units: list[str], requests: int) -> list[float]:
    """Milliseconds of each request, over all connections."""
    times: list[float] = []
    lock = threading.Lock()
    work = [(random.choice(units), "zh-hans" if n % 2 else "en") for n in range(requests)]

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                if not work:
                    return
                unit, language = work.pop()
            began = time.perf_counter()
            status, _ = get(connection, f"/review/{unit}/{PERIOD}/", session, language)
            spent = (time.perf_counter() - began) * 1000
            if status != 200:
                raise RuntimeError(f"{unit}: {status}")
            with lock:
                times.append(spent)

    threads = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != requests:
        sys.exit(f"only {len(times)} of {requests} requests were answered")
    return times


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--requests", type=int, default=1600)
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    with tempfile.TemporaryDirectory() as name:
        home = wanted.home or Path(name)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HEADROPE_HOME"] = str(home)
        if not (home / "cube" / "CURRENT").exists():
            prepare(home)
        check(home)
        session = subprocess.run(
            [sys.executable, "-c", SESSION], check=True, capture_output=True, text=True
        ).stdout.strip()
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "headrope", "serve", "--port", str(port), "--workers", "2"])
        try:
            measure(port, session, wanted.requests)
        finally:
            server.terminate()
            server.wait()


def measure(port: int, session: str, requests: int) -> None:
    """Wait for the server, time its first answer, then the rest."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            began = time.perf_counter()
            status, body = get(connection, f"/review/U0/{PERIOD}/", session, "en")
            break
        except OSError:
            time.sleep(0.05)
    print(f"first request {1000 * (time.perf_counter() - began):.0f} ms ({status})")
    numbers = len(re.findall(rb'class="hr-n', body))
    print(f"{len(body):,} bytes, {numbers} linked numbers on the group's page")
    units = [f"U{n}" for n in range(synthetic.Size().units)]
    run(port, session, units, CONNECTIONS * 8)
    times = np.array(run(port, session, units, requests))
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    print(
        f"{requests} requests, {CONNECTIONS} connections: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, max {times.max():.0f} ms"
    )


if __name__ == "__main__":
    main()
