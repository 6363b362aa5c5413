"""Runs the steps of the set-up: one line each, with what it does and how long it took."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
ONLINE = (
    "Is this machine online? A proxy goes into HTTPS_PROXY; "
    "a package mirror of your own into `pip config set global.index-url` and `npm config set registry`."
)


class Outcome(NamedTuple):
    ok: bool
    output: str


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show the title, a dot for each second, and the seconds at the end."""
    start = time.monotonic()
    done = threading.Event()

    def dots() -> None:
        while not done.wait(1):
            print(".", end="", flush=True)

    print(f"{title} ", end="", flush=True)
    clock = threading.Thread(target=dots, daemon=True)
    clock.start()
    verdict = "failed after"
    try:
        yield
        verdict = ""
    finally:
        done.set()
        clock.join()
        print(f" {verdict} {time.monotonic() - start:.1f} s".replace("  ", " "), flush=True)


def attempt(title: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Outcome:
    """Run a command as a step; its output is kept, not shown."""
    start = time.monotonic()
    try:
        with step(title):
            done = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=True,
            )
    except subprocess.CalledProcessError as error:
        return Outcome(False, str(error.output))
    except OSError as error:
        return Outcome(False, f"{error} ({time.monotonic() - start:.0f} s)")
    return Outcome(True, done.stdout)


def must(title: str, command: Sequence[str | Path], remedy: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command as a step; if it fails, show the end of its output and the remedy, and stop."""
    outcome = attempt(title, command, env)
    if not outcome.ok:
        give_up(title, outcome.output, remedy)


def give_up(title: str, output: str, remedy: str) -> None:
    """Show the end of the output and the remedy, and stop."""
    tail = "\n".join(f"  | {line[:160]}" for line in output.strip().splitlines()[-8:])
    sys.exit(f"{tail}\n{title}: failed. {remedy}")
