"""Example papers of the example group, made once beside the server: the sheet of a company and the situation of the group."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

EXAMPLES = (("sheet", "T03"), ("situation", "T"))
PERIOD = "2023-H1"


def paths(home: Path) -> Sequence[Path]:
    """Where they lie in the home."""
    return [home / "papers" / f"{kind}-{unit}-{PERIOD}.pdf" for kind, unit in EXAMPLES]


def begin(home: Path) -> subprocess.Popen[bytes] | None:
    """Let a process of its own make those that are not there; nobody has to wait for it. None where all are there."""
    if all(path.exists() for path in paths(home)):
        return None
    (home / "papers").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "headrope.demo.papers"]
    # Behind the first page, which somebody is waiting for.
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=lambda: os.nice(10)
    )


def make_examples(home: Path) -> None:
    """Make those that are not there, in the language that the group's people write."""
    from headrope.journal import clock  # noqa: PLC0415 after django.setup
    from headrope.journal.queries import books  # noqa: PLC0415 after django.setup
    from headrope.ledger.cube import store  # noqa: PLC0415 after django.setup
    from headrope.ledger.queries import ledger_settings  # noqa: PLC0415 after django.setup
    from headrope.org.queries import whole_sight  # noqa: PLC0415 after django.setup
    from headrope.reports.making import WRITERS, make  # noqa: PLC0415 after django.setup
    from headrope.reports.paper import Question  # noqa: PLC0415 after django.setup
    from headrope.reports.writing import kept  # noqa: PLC0415 after django.setup
    from headrope.review.queries import Reader  # noqa: PLC0415 after django.setup

    at, ledger = books(), ledger_settings()
    day = clock.now().astimezone(ledger.zone).date()
    reader = Reader(store.fresh(None), ledger, at, whole_sight(str(at.key), at.seq, day), None)
    language = "zh-hans" if ledger.language.startswith("zh") else "en"
    for (kind, unit), path in zip(EXAMPLES, paths(home), strict=True):
        if not path.exists():
            kept(path, WRITERS["pdf"](make(reader, Question(kind, unit, PERIOD, "", language))))


def main() -> None:
    """What the process does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    make_examples(settings.HOME)


if __name__ == "__main__":
    main()
