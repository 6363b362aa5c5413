"""Runs the tests twice at once: all of them on SQLite, those that touch the database on a real PostgreSQL.

HEADROPE_TEST_DATABASE_URL names a PostgreSQL to use; without it a server is started for the run.
Arguments go to pytest: `python tools/test.py -k landing`, or `make test ARGS="-k landing"`.
HEADROPE_TEST_SEARCH=1 and PYTHONHASHSEED=N in the environment draw other examples, and more of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

import browser
from postgres import NoServer, server
from steps import ROOT, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NO_TESTS = 5  # pytest's exit status when it found no test to run
# What does not touch the database, or only looks at pages in a browser: it runs once, on SQLite.
WITHOUT_DATABASE = [
    f"--ignore=tests/{name}" for name in ("core", "docs", "stories/test_manner.py", "stories/test_reach.py")
]


class Run(NamedTuple):
    name: str
    ok: bool
    summary: str


def main(arguments: Sequence[str]) -> int:
    """Both databases at once: the suite on SQLite as it goes, that on PostgreSQL behind it."""
    # One hash seed, so that the examples of property tests, some of which are drawn from sets, are the same in every run.
    env = {"PYTHONHASHSEED": "0", **os.environ, "HEADROPE_BROWSER": browser.ensure() or browser.NONE}
    env.pop("HEADROPE_DATABASE_URL", None)
    try:
        with postgresql() as address:
            behind = {**env, "HEADROPE_DATABASE_URL": address}
            with started("PostgreSQL", [*arguments, *WITHOUT_DATABASE], behind) as other:
                runs = [pytest("SQLite", arguments, env)]
                runs.append(other.ended(may_be_empty=bool(arguments)))
    except NoServer as reason:
        runs = [pytest("SQLite", arguments, env)]
        runs.append(Run("PostgreSQL", True, f"*** SKIPPED: {reason}. Set HEADROPE_TEST_DATABASE_URL to a server. ***"))
    print()
    for run in runs:
        print(f"Tests on {run.name}: {run.summary}")
    if env["HEADROPE_BROWSER"] == browser.NONE:
        print("Tests in a browser: *** SKIPPED, there is none ***")
    return 0 if all(run.ok for run in runs) else 1


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL: the one that is named, or one started for this run."""
    if named := os.environ.get("HEADROPE_TEST_DATABASE_URL"):
        yield named
        return
    with ExitStack() as stack:
        with step("Starting a PostgreSQL server"):
            address = stack.enter_context(server())
        yield address


class Started(NamedTuple):
    """A suite that runs behind another; what it says is kept until it has ended."""

    name: str
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    start: float

    def ended(self, *, may_be_empty: bool) -> Run:
        """Wait for it and print what it said."""
        status = self.process.wait()
        self.said.seek(0)
        print(f"\nTests on {self.name}", flush=True)
        sys.stdout.buffer.write(self.said.read())
        sys.stdout.flush()
        return outcome(self.name, status, self.start, may_be_empty=may_be_empty)


@contextmanager
def started(name: str, arguments: Sequence[str], env: dict[str, str]) -> Iterator[Started]:
    """A suite begun; ended with the block at the latest."""
    command = [sys.executable, "-m", "pytest", *arguments]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield Started(name, process, said, time.monotonic())
        finally:
            process.kill()
            process.wait()


def pytest(name: str, arguments: Sequence[str], env: dict[str, str]) -> Run:
    """A suite from beginning to end."""
    print(f"\nTests on {name}", flush=True)
    start = time.monotonic()
    status = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=env).returncode
    return outcome(name, status, start)


def outcome(name: str, status: int, start: float, *, may_be_empty: bool = False) -> Run:
    """How a suite ended."""
    took = f"{time.monotonic() - start:.0f} s"
    if status == NO_TESTS:
        return Run(name, may_be_empty, f"no test found, {took}")
    return Run(
        name, status == 0, f"passed, {took}" if status == 0 else f"FAILED (pytest's exit status {status}), {took}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
