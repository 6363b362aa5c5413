"""Times the pages of a round in a 10,000-unit ledger with one form of 40 measures: 8 connections on two workers.

    python benchmarks/pages.py [--home FOLDER] [--requests 200] [--sent 4000]

Without --home (a ledger made before by this command) the synthetic group is loaded first, which takes some minutes.
The clock stands in February 2024: all of 2023 is loaded, and January is late from every one of the 8,000 leaves.
Checked first: the board of the whole group counts every leaf, and finds all of them late. With --sent, so many leaves
have sent January and every second of these is accepted; the board then counts them, and a ledger that holds more or
fewer is refused.
"""

from __future__ import annotations

import argparse
import functools
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import page
import synthetic

NOW = datetime(2024, 2, 20, 4, tzinfo=UTC)
QUIET, SLOWED, ROUNDS = 0.01, 1.15, 8
LOOP = """
import statistics, time
held = {str(number): [number] for number in range(20_000)}
names = list(held)
def once():
    began, size = time.perf_counter(), 0
    for name in names:
        size += len(str(held[name][0]).join(("a", "b")))
    return (time.perf_counter() - began) * 1000
times = [once() for _ in range(40)]
print(statistics.mean(times), min(times))
"""
SESSION = """
import django; django.setup()
import json
from datetime import date
from django.test import Client
from headrope.ledger.models import Duty
from headrope.org.models import Mandate, Unit, User
found = {}
for name, role, code in (("bench-office", "group_office", "U0"), ("bench-clerk", "clerk", "CLERK"), ("bench-admin", "administrator", "U0"), ("bench-leader", "leader", "U0"), ("bench-head", "head", "U0"), ("bench-inner", "head", "U1")):
    user, _ = User.objects.get_or_create(username=name)
    days = {"valid_from": date(2000, 1, 1), "defaults": {"valid_to": date(9999, 12, 31)}}
    Mandate.objects.get_or_create(user=user, role=role, unit=Unit.objects.get(code=code), **days)
    client = Client()
    client.force_login(user)
    found[name] = client.cookies["sessionid"].value
# Every unit that reports has a clerk, as in life.
leaves = list(Duty.objects.filter(form__code="MONTHLY", seq_to=None).values_list("unit_id", flat=True))
named = [User(username=f"clerk-{unit}") for unit in leaves]
if not User.objects.filter(username=named[0].username).exists():
    User.objects.bulk_create(named)
    ids = dict(User.objects.filter(username__startswith="clerk-").values_list("username", "id"))
    Mandate.objects.bulk_create(Mandate(user_id=ids[f"clerk-{unit}"], role="clerk", unit_id=unit, valid_from=date(2000, 1, 1), valid_to=date(9999, 12, 31)) for unit in leaves)
print(json.dumps(found))
"""
SEND = """
import django; django.setup()
import sys
from headrope.core.periods import parse
from headrope.journal.clock import now
from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions import actions
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Moment, place_of, round_of
from headrope.org.models import User
from headrope.org.queries import whole_sight
held = Submission.objects.count()
def actor(name):
    return actions.Actor(User.objects.get(username=name), whole_sight(str(at.key), at.seq, now().astimezone(ledger.zone).date()))
def place(unit):
    return place_of(sender.sight, unit, round_of("MONTHLY", parse("2024-01"), Moment(books(), ledger, now())))
at, ledger = books(), ledger_settings()
sender, receiver = actor("bench-clerk"), actor("bench-office")
leaves = sys.stdin.read().split()
for turn, unit in enumerate(leaves if not held else ()):
    cells = {code: actions.Cell(str(turn % 997 + 1)) for code in place(unit).round.form.measures}
    for done in (actions.save(sender, place(unit), 0, actions.Entry(cells)), actions.submit(sender, place(unit), 1)):
        assert not done.problems, (unit, done.problems)
    if turn % 2:
        assert not actions.accept(receiver, place(unit), 2).problems
    if turn % 200 == 0:
        print(f"sent {turn:,} of {len(leaves):,}", file=sys.stderr, flush=True)
print(Submission.objects.count())
"""


def write_forms(folder: Path) -> list[int]:
    """forms.csv and duties.csv: every leaf owes all stored measures each month; gives the leaves."""
    size = synthetic.Size()
    leaves = synthetic.write_definitions(folder, size)
    heads = ["code", "name", "name_zh", "span", "measures", "due"]
    form = ("MONTHLY", "Monthly figures", "月报", "month", " ".join(size.stored), "business day 5 at 18:00")
    synthetic._write(folder / "forms.csv", heads, [form])
    duties = [("MONTHLY", f"U{leaf}", "2021-01-01") for leaf in leaves]
    synthetic._write(folder / "duties.csv", ["form", "unit", "from"], duties)
    return leaves


def prepare(home: Path) -> None:
    """Load the synthetic group with its form into an empty home."""
    folder, size = home / "folder", synthetic.Size()
    leaves = write_forms(folder)
    cells = synthetic.values(size, len(leaves))
    synthetic.write_facts(folder / "facts.csv", size, leaves, cells, np.arange(cells.size))
    for command in (("migrate",), ("load", "--wait", str(folder))):
        subprocess.run([sys.executable, "-m", "headrope", *command], check=True)
    (folder / "facts.csv").unlink()


def get(connection: http.client.HTTPConnection, path: str, session: str, language: str) -> tuple[int, bytes]:
    """One request of a signed-in browser; parts of pages are asked for as the pages do it."""
    headers = {"Cookie": f"sessionid={session}; django_language={language}"}
    if path.partition("?")[0].endswith(("/below/", "/since/", "/owe/own/", "/owe/answers/")):
        headers["HX-Request"] = "true"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def run(port: int, session: str, paths: list[str]) -> list[float]:
    """Milliseconds of each request, over all connections."""
    work, times, wrong, lock = [(path, "zh-hans" if n % 2 else "en") for n, path in enumerate(paths)], [], [], threading.Lock()  # fmt: skip

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                if not work:
                    return
                path, language = work.pop()
            began = time.perf_counter()
            status, _ = get(connection, path, session, language)
            spent = (time.perf_counter() - began) * 1000
            with lock:
                times.append(spent)
                if status != 200:
                    wrong.append((path, status))

    threads = [threading.Thread(target=one) for _ in range(page.CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        sys.exit(f"not answered: {wrong[:3]}")
    return times


def asked(leaves: list[int], requests: int) -> list[tuple[str, str, list[str]]]:
    """Name, user and addresses of every page that is timed; sheets are of ever other units."""
    rows = np.random.default_rng(synthetic.SEED).permutation(leaves)[:requests].tolist()
    inner = [f"U{n}" for n in range(requests)]
    office, clerk, admin = "bench-office", "bench-clerk", "bench-admin"
    leader, head, inner_head = "bench-leader", "bench-head", "bench-inner"
    same = {
        "what I owe": "/owe/",
        "board of the group": "/figures/U0/MONTHLY/2024-01/units/",
        "its late units": "/figures/U0/MONTHLY/2024-01/units/?show=late",
        "board of a month that is in": "/figures/U0/MONTHLY/2023-12/units/",
        "sheet of the group": "/figures/U0/MONTHLY/2024-01/",
        "units as rows": "/units/rows.json",
        "units": "/units/",
        "definitions": "/definitions/measures/",
        "duties": "/definitions/duties/",
        "all forms": "/forms/",
        "a form with its duties": "/forms/MONTHLY/",
    }
    found = [(name, office, [path] * requests) for name, path in same.items()]
    found.append(("sheets of leaves", office, [f"/figures/U{leaf}/MONTHLY/2023-12/" for leaf in rows]))
    found.append(("empty sheets of leaves", office, [f"/figures/U{leaf}/MONTHLY/2024-01/" for leaf in rows]))
    found.append(("uploads of leaves", office, [f"/figures/U{leaf}/MONTHLY/2024-01/upload/" for leaf in rows]))
    found.append(("workbooks of leaves", office, [f"/figures/U{leaf}/MONTHLY/2024-01/workbook.xlsx" for leaf in rows]))
    found.append(("boards of inner units", office, [f"/figures/{code}/MONTHLY/2023-12/units/" for code in inner]))
    found.append(("reviews with a month late", office, [f"/review/{code}/2024-01/" for code in inner]))
    found.append(("reviews", office, [f"/review/{code}/2023-H1/" for code in inner]))
    found.append(("people", admin, ["/people/"] * requests))
    found.append(("audit", admin, ["/audit/"] * requests))
    for name, user in (("a clerk", clerk), ("a head", inner_head), ("the group's head", head), ("a leader", leader)):
        found.append((f"what {name} owes", user, ["/owe/"] * requests))
    found.append(("his units, beside it", head, ["/owe/own/"] * requests))
    found.append(("answers open below, beside it", office, ["/owe/answers/"] * requests))
    return found


def check(port: int, session: str, leaves: int, sent: int) -> None:
    """Stop unless the board counts every leaf as late that has not sent its figures."""
    _, body = get(http.client.HTTPConnection("127.0.0.1", port), "/figures/U0/MONTHLY/2024-01/units/", session, "en")
    if f"{sent} of {leaves} units of Unit 0 have reported Jan 2024; {leaves - sent} are late." not in body.decode():
        sys.exit(f"the board does not say that {sent} leaves have reported and all others are late")
    print(f"checked: the board counts {leaves:,} leaves, {sent:,} in and all others late")


def send(leaves: list[int], sent: int) -> None:
    """So many leaves send January, unless they have; stops where the ledger holds other submissions."""
    rows = np.random.default_rng(synthetic.SEED + 1).permutation(leaves)[:sent].tolist()
    codes = " ".join(f"U{leaf}" for leaf in rows)
    day_before = str(
        int(os.environ["HEADROPE_CLOCK_SHIFT"]) - 86_400
    )  # so that another run of this, too, finds them sent
    env = {**os.environ, "HEADROPE_CLOCK_SHIFT": day_before}
    made = subprocess.run([sys.executable, "-c", SEND], env=env, check=True, stdout=subprocess.PIPE, text=True, input=codes)  # fmt: skip
    if (held := int(made.stdout)) != sent:
        sys.exit(f"the ledger holds {held} submissions; take a new --home, or --sent {held}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--sent", type=int, default=0)
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
        _, leaves = synthetic.tree(synthetic.Size())
        code = SESSION.replace("CLERK", f"U{leaves[0]}")
        made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        sessions = json.loads(made.splitlines()[-1])
        send(leaves, wanted.sent)
        port = page.free_port()
        server = subprocess.Popen([sys.executable, "-m", "headrope", "serve", "--port", str(port), "--workers", "2"])
        try:
            wait(port)
            check(port, sessions["bench-office"], len(leaves), wanted.sent)
            for name, user, paths in asked(leaves, wanted.requests):
                if wanted.only in name:
                    measure(port, name, sessions[user], paths)
        finally:
            server.terminate()
            server.wait()


def wait(port: int) -> None:
    """Until the server answers."""
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port).request("GET", "/")
            return
        except OSError:
            time.sleep(0.05)


def stolen() -> tuple[int, int]:
    """Processor time that other tenants of the machine took, and all of it (/proc/stat; nothing elsewhere)."""
    place = Path("/proc/stat")
    counts = [int(text) for text in place.read_text().split("\n", 1)[0].split()[1:9]] if place.exists() else [0] * 8
    return counts[7], sum(counts)


class Cores:
    """How much slower the two cores are than they can be: who shares them with others is slowed though none is taken."""

    def __init__(self) -> None:
        self.fastest = float("inf")
        for _ in range(10):
            self.taken()

    def taken(self) -> float:
        """Milliseconds of a fixed piece of work done on both cores at once, on average."""
        done = [subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE, text=True) for _ in range(2)]
        times = [[float(text) for text in each.communicate()[0].split()] for each in done]
        self.fastest = min(self.fastest, *(least for _, least in times))
        return sum(mean for mean, _ in times) / len(times)


cores = functools.cache(Cores)


def measure(port: int, name: str, session: str, paths: list[str]) -> None:
    """Warm both workers, then time the page, anew while others take or slow the processors; the quietest round counts."""
    _, body = get(http.client.HTTPConnection("127.0.0.1", port), paths[0], session, "en")
    run(port, session, paths[: page.CONNECTIONS * 4])
    rounds: list[tuple[bool, float, float, list[float]]] = []
    while not rounds or (len(rounds) < ROUNDS and (rounds[-1][0] or rounds[-1][1] > SLOWED)):
        ahead, before = cores().taken(), stolen()
        times = run(port, session, paths)
        took, all_ = (now - then for now, then in zip(stolen(), before, strict=True))
        slowed = (ahead + cores().taken()) / 2 / cores().fastest
        share = took / max(1, all_)
        rounds.append((share > QUIET, slowed, share, times))
    _, slowed, share, times = min(rounds)
    p50, p95 = np.percentile(times, [50, 95])
    print(
        f"{name:28} p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, max {max(times):6.0f} ms, {len(body):,} bytes "
        f"(cores {slowed:.2f} times slower than they can be, stolen {share:.1%}, in the quietest of {len(rounds)})",
        flush=True,
    )


if __name__ == "__main__":
    main()
