"""A burst of submissions over HTTP: 1,000 units save and send 60 values each, while 1,000,000 facts load and pages are read.

    python benchmarks/burst.py [--units 1000] [--connections 8] [--facts 1000000]

On SQLite, or on the PostgreSQL that HEADROPE_DATABASE_URL names (an empty database). What a browser sends is sent: each
unit's form is saved with all its cells and then submitted, by eight connections on two workers, with the access checks
on; two more connections read review pages all the while, and `headrope load` runs beside. Afterwards everything is
accepted. Checked at the end: no error, every value of every unit once and as it was sent, one posting for each unit, and
the group's total equal to a sum made with NumPy from the same numbers.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from page import free_port

MEASURES = 60
SEED = 20231121

PREPARE = """
import django; django.setup()
from datetime import date
from django.test import Client
from headrope.org.models import Mandate, Unit, User
root = Unit.objects.get(code="G")
for name in ("sender", "receiver", "reader"):
    user, _ = User.objects.get_or_create(username=name)
    Mandate.objects.get_or_create(user=user, role="group_office", unit=root, valid_from=date(2000, 1, 1), defaults={"valid_to": date(9999, 12, 31)})
    client = Client()
    client.force_login(user)
    client.get("/figures/U0/FORM/2023-06/")
    print(client.cookies["sessionid"].value, client.cookies["csrftoken"].value)
"""

CHECK = """
import django; django.setup()
from headrope.core.periods import parse
from headrope.journal.models import Posting
from headrope.ledger.cube import store
from headrope.ledger.models import Fact
from headrope.ledger.queries import measures, version_ids
from headrope.ledger.submissions.models import Submission, SubmissionEvent, SubmissionValue
from headrope.org.queries import unit_ids
infos = {info.code: info for info in measures()}
june, actual = parse("2023-06"), version_ids()["actual"]
cube = store.fresh()
total = [int(cube.view([unit_ids()["G"]]).column(infos[f"M{n:02d}"], infos, "actual", june).values[0]) for n in range(%d)]
facts = Fact.objects.filter(period=june.code, version_id=actual).count()
print(Submission.objects.filter(state="accepted").count(), SubmissionValue.objects.count(), SubmissionEvent.objects.filter(action="submit").count(), Posting.objects.filter(kind="accept").count(), facts, *total)
"""


def write_folder(folder: Path, units: int) -> None:
    """A group of companies of 50 units each, one form of 60 measures, and its figures of the month before."""
    folder.mkdir(parents=True)
    companies = range((units + 49) // 50)
    rows = [f"U{n},Unit {n},C{n // 50}" for n in range(units)]
    (folder / "ledger.csv").write_text("key,value\nname,Burst Group\ncurrency,CNY\n")
    (folder / "units.csv").write_text(
        "\n".join(["code,name,parent", "G,Group,", *(f"C{n},Company {n},G" for n in companies), *rows]) + "\n"
    )
    header = "code,name,account,quantity,step,kind,direction,numerator,denominator"
    measures = [f"M{n:02d},Measure {n},CNY,money,0.01,flow,up,," for n in range(MEASURES)]
    (folder / "measures.csv").write_text("\n".join([header, *measures]) + "\n")
    codes = " ".join(f"M{n:02d}" for n in range(MEASURES))
    (folder / "forms.csv").write_text(f"code,name,span,measures,due\nFORM,Monthly form,month,{codes},business day 5\n")
    (folder / "duties.csv").write_text("\n".join(["form,unit", *(f"FORM,U{n}" for n in range(units))]) + "\n")
    (folder / "checks.csv").write_text(
        "code,kind,severity,measures\nGIVEN,missing,blocking,*\nSIGN,not-negative,blocking,*\n"
    )
    write_facts(folder / "facts.csv", units, 1, "actual", 5)


def write_facts(path: Path, units: int, months: int, version: str, first: int) -> int:
    """Figures of some months of 2023 and later; how many."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write("unit,measure,period,version,value\n")
        for unit in range(units):
            for number in range(MEASURES):
                for month in range(first - 1, first - 1 + months):
                    year, at = 2023 + month // 12, month % 12 + 1
                    handle.write(f"U{unit},M{number:02d},{year}-{at:02d},{version},{unit + number + month}.25\n")
    return units * MEASURES * months


class Burst:
    """The requests of all connections, their times and their failures."""

    def __init__(self, port: int, values: np.ndarray) -> None:
        self.port, self.values = port, values
        self.times: dict[str, list[float]] = {"save": [], "submit": [], "accept": [], "read": []}
        self.failures: list[str] = []
        self.lock = threading.Lock()
        self.sending = True

    def ask(self, connection: http.client.HTTPConnection, kind: str, method: str, path: str, session: tuple[str, str], fields: dict[str, str] | None = None) -> bytes:  # fmt: skip
        """One request of a browser."""
        headers = {"Cookie": f"sessionid={session[0]}; csrftoken={session[1]}"}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": session[1]})
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        spent = time.perf_counter() - began
        with self.lock:
            self.times[kind].append(spent)
            if answer.status not in (200, 302):
                self.failures.append(f"{kind} {path}: {answer.status}")
        return text

    def send(self, work: list[int], session: tuple[str, str]) -> None:
        """Save and submit the forms of units until none is left."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (unit := self._next(work)) is not None:
            cells = {
                f"v-M{n:02d}": f"{self.values[unit, n] // 100}.{self.values[unit, n] % 100:02d}"
                for n in range(MEASURES)
            }
            start = f"/figures/U{unit}/FORM/2023-06/"
            self.ask(
                connection, "save", "POST", f"{start}save/", session, {**cells, "row_version": "0", "exponent": "0"}
            )
            self.ask(connection, "submit", "POST", f"{start}submit/", session, {"row_version": "1", "exponent": "0"})

    def accept(self, work: list[int], session: tuple[str, str]) -> None:
        """Accept the forms of units until none is left."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (unit := self._next(work)) is not None:
            self.ask(
                connection, "accept", "POST", f"/figures/U{unit}/FORM/2023-06/accept/", session, {"row_version": "2"}
            )

    def read(self, session: tuple[str, str]) -> None:
        """Read review pages while the others send."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        unit = 0
        while self.sending:
            unit += 1
            self.ask(connection, "read", "GET", f"/review/C{unit % (len(self.values) // 50)}/2023-05/", session)

    def _next(self, work: list[int]) -> int | None:
        with self.lock:
            return work.pop() if work else None


def together(count: int, run: object, *arguments: object) -> float:
    """Seconds that so many threads take."""
    threads = [threading.Thread(target=run, args=arguments) for _ in range(count)]  # type: ignore[arg-type]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def headrope(*words: str) -> None:
    """Run a command."""
    subprocess.run([sys.executable, "-m", "headrope", *words], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--facts", type=int, default=1_000_000)
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    print("on", "PostgreSQL" if os.environ.get("HEADROPE_DATABASE_URL") else "SQLite", flush=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ["HEADROPE_HOME"] = str(home)
        write_folder(home / "folder", wanted.units)
        headrope("migrate")
        headrope("load", "--wait", str(home / "folder"))
        (home / "more").mkdir()
        months = max(1, -(-wanted.facts // (wanted.units * MEASURES)))
        facts = write_facts(home / "more" / "facts.csv", wanted.units, months, "budget", 1) if wanted.facts else 0
        lines = subprocess.run([sys.executable, "-c", PREPARE], check=True, capture_output=True, text=True).stdout
        sender, receiver, reader = (tuple(line.split()) for line in lines.strip().splitlines())
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "headrope", "serve", "--port", str(port), "--workers", "2"])
        try:
            values = np.random.default_rng(SEED).integers(1, 10**12, (wanted.units, MEASURES))
            burst = Burst(port, values)
            wait(port)
            load = subprocess.Popen([sys.executable, "-m", "headrope", "load", str(home / "more")], stdout=subprocess.DEVNULL) if facts else None  # fmt: skip
            began = time.perf_counter()
            readers = [threading.Thread(target=burst.read, args=(reader,)) for _ in range(2)]
            for each in readers:
                each.start()
            seconds = together(wanted.connections, burst.send, list(range(wanted.units)), sender)
            burst.sending = False
            for each in readers:
                each.join()
            if load:
                status = load.wait()
                print(f"the load of {facts:,} facts ended with {status} after {time.perf_counter() - began:.1f} s")
            print(f"{wanted.units} submissions of {MEASURES} values: {seconds:.1f} s")
            taken = together(wanted.connections, burst.accept, list(range(wanted.units)), receiver)
            print(f"accepted: {taken:.1f} s")
        finally:
            server.terminate()
            server.wait()
        report(burst)
        check(values)


def wait(port: int) -> None:
    """Until the server answers."""
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health/")
            if connection.getresponse().read() == b"ok":
                return
        except OSError:
            time.sleep(0.1)


def report(burst: Burst) -> None:
    """Times of the requests, and what failed."""
    for kind, times in burst.times.items():
        if times:
            p50, p95, longest = np.percentile(times, [50, 95, 100]) * 1000
            print(f"{kind:7} {len(times):6} requests: p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {longest:.0f} ms")
    if burst.failures:
        sys.exit(f"{len(burst.failures)} failures: {burst.failures[:5]}")


def check(values: np.ndarray) -> None:
    """Stop unless everything is there once, and adds up."""
    said = subprocess.run([sys.executable, "-c", CHECK % MEASURES], check=True, capture_output=True, text=True).stdout
    found = [int(word) for word in said.split()]
    units = len(values)
    wanted = [units, values.size, units, units, values.size, *values.sum(axis=0).tolist()]
    if found != wanted:
        sys.exit(f"wrong: {found[:8]} and not {wanted[:8]}")
    print("checked: nothing lost, nothing double, all totals of the group exact")


if __name__ == "__main__":
    main()
