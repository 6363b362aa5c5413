"""A load that is killed at any moment leaves the books as they were or as they should become, never between.

G   group
    A   company
        A00 .. A39  branches
    AB  company
"""

from __future__ import annotations

import hashlib
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from headrope.journal.actions import audit_digest
from headrope.journal.models import Audit, Posting
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from tests.conftest import Databases

KILLS = 32
TABLES = (
    "posting", "posting_unit", "fact", "unit", "unit_edition", "measure", "measure_edition", "version", "ledger_setting",
)  # fmt: skip
CODES = [f"A{n:02d}" for n in range(40)]
UNITS = "\n".join(("code,name,parent", "G,Group,", "A,East,G", "AB,Base,G", *(f"{c},Branch {c},A" for c in CODES)))
MEASURES = """code,name,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,CNY,money,0.01,flow,up,,
COST,Cost,CNY,money,0.01,flow,down,,
HEAT,Heat,TJ,number,,flow,up,,
"""


def write(folder: Path, *vintages: tuple[str, int], more: str = "") -> Path:
    """A folder with 10,080 cells a vintage, their values moved on by a number."""
    folder.mkdir()
    (folder / "units.csv").write_text(UNITS + more, encoding="utf-8")
    (folder / "measures.csv").write_text(MEASURES, encoding="utf-8")
    with (folder / "facts.csv").open("w", encoding="utf-8") as handle:
        handle.write("unit,measure,period,version,vintage,value\n")
        for day, shift in vintages:
            for place, code in enumerate((*CODES, "A", "AB")):
                for measure in ("REV", "COST", "HEAT"):
                    for month in range(80):
                        period = f"{2018 + month // 12}-{month % 12 + 1:02d}"
                        handle.write(f"{code},{measure},{period},actual,{day},{place * 100 + month + shift}\n")
    return folder


def fingerprint() -> dict[str, object]:
    """Counts and a digest of all that a load writes, without the clock's readings and the audit's chain of them."""
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column[0] for column in cursor.description if column[0] not in ("id", "recorded_at")]
            names += ["id"] if table in ("unit", "measure", "version") else []
            cursor.execute(f"SELECT {', '.join(names)} FROM {table}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
        cursor.execute("SELECT seq FROM head")
        found["head"] = cursor.fetchall()
        cursor.execute("SELECT action, object FROM audit ORDER BY id")
        found["audit"] = cursor.fetchall()
    return found


def chain_holds() -> bool:
    """Whether each audit line is chained to the one before, and no posting was recorded before an earlier one."""
    before = ""
    for line in Audit.objects.order_by("id"):
        if line.digest != audit_digest(before, line.at, line.by_id, line.action, line.object):
            return False
        before = line.digest
    times = list(Posting.objects.order_by("seq").values_list("recorded_at", flat=True))
    return times == sorted(times)


@dataclass(frozen=True)
class Run:
    """A `headrope load` of its own: when it began to read, when it began to write and when it ended."""

    process: subprocess.Popen[bytes]
    told: bytearray = field(default_factory=bytearray)

    @classmethod
    def of(cls, environment: dict[str, str], folder: Path) -> Run:
        command = [sys.executable, "-m", "headrope", "load", str(folder)]
        return cls(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    def wait_for(self, step: bytes) -> float:
        """Wait until the load says that it does this; the time."""
        assert self.process.stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while step not in self.told and selector.select(60):
                read = os.read(self.process.stderr.fileno(), 4096)
                if not read:
                    break
                self.told.extend(read)
        assert step in self.told, self.told
        return time.monotonic()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def killed(environment: dict[str, str], folder: Path, step: bytes, delay: float) -> None:
    """Start a load and kill it some time after it began that step."""
    run = Run.of(environment, folder)
    run.wait_for(step)
    time.sleep(delay)
    run.kill()


def test_load_when_killed_at_any_moment_is_in_as_a_whole_or_not_at_all(
    databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """32 kills: 20 spread over the whole run, 12 over its writing; two loads at a time, each in books of its own."""
    start = databases.copy()
    load_folder(write(tmp_path / "first", ("2024-10-01", 0)), by=console_user())
    before = fingerprint()
    folder = write(tmp_path / "second", ("2024-11-01", 1), ("2024-12-01", 3), more="\nAC,Coast,G\n")
    whole = databases.copy(of=start)
    run = Run.of(whole.environment, folder)
    read, wrote, added = (run.wait_for(step) for step in (b"reading facts.csv", b"writing", b"adding up"))
    run.process.communicate()
    done = time.monotonic()
    after = fingerprint()
    assert (before != after, run.process.returncode) == (True, 0)

    draw = random.Random(5)
    moments = [(b"reading facts.csv", draw.uniform(0, done - read)) for _ in range(20)]
    moments += [(b"writing", draw.uniform(0, (added - wrote) * 1.2)) for _ in range(KILLS - 20)]
    draw.shuffle(moments)
    places = [databases.copy(of=start), databases.copy(of=start)]
    found = []
    left = []
    for pair in zip(moments[::2], moments[1::2], strict=True):
        jobs = []
        for place, moment in zip(places, pair, strict=True):
            place.enter()
            jobs.append((place.environment, folder, *moment))
        connection.close()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda job: killed(*job), jobs))
        for number, place in enumerate(places):
            place.enter()
            state = fingerprint()
            found.append("before" if state == before else "after" if state == after else "between")
            assert chain_holds()
            left.append(len(list(Path(settings.STAGING_FOLDER).glob("*"))))
            if found[-1] != "before":
                places[number] = databases.copy(of=start)

    assert set(found) == {"before", "after"}
    for place in places:
        place.enter()
        load_folder(folder, by=console_user())
        refresh_cube()
        assert fingerprint() == after
        assert chain_holds()
        assert list(Path(settings.STAGING_FOLDER).glob("*")) == []
    steps = f"read {wrote - read:.2f} s, wrote {added - wrote:.2f} s, added up {done - added:.2f} s"
    with capsys.disabled():
        print(
            f"\n{KILLS} kills: {found.count('before')} before, {found.count('after')} after the commit; {sum(left)} leftovers ({steps})"
        )
