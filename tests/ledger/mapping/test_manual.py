"""What the manual says about mappings is run and held against the code."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

from headrope.ledger.mapping import numbers, times
from headrope.ledger.mapping.given import keys_of, takes_of
from headrope.ledger.mapping.keys import RECORDS, Plan
from headrope.ledger.mapping.reference import reference
from headrope.ledger.mapping.takes import READERS
from headrope.ledger.sheets import cells
from tests.conftest import Place
from tests.ledger.small_group import facts

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def _run(place: Place, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headrope", "load", *words]
    return subprocess.run(command, cwd=folder, env=place.environment, capture_output=True, text=True, check=False)


def _write_example(folder: Path) -> str:
    """Write the example's files; gives what the manual says that the command answers."""
    page = (DOCS / "how-to" / "load-with-a-mapping.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    (folder / "report-2023-04.csv").write_text(next(text for kind, text in blocks if kind == "csv"), encoding="utf-8")
    (folder / "report.yaml").write_text(next(text for kind, text in blocks if kind == "yaml"), encoding="utf-8")
    return str([text for kind, text in blocks if not kind][1])


def test_the_example_of_the_manual(place: Place, tmp_path: Path) -> None:
    answer = _write_example(tmp_path)

    done = _run(place, tmp_path, ".", "--mapping", "report.yaml")

    warnings = [line for line in done.stderr.splitlines() if not line.endswith(" ...")]
    assert (done.returncode, "\n".join([*warnings, *done.stdout.splitlines()]) + "\n") == (0, answer)
    assert sorted(facts()) == [
        ("C1", "REV", "actual", 20230401, "own", 20_000_000),
        ("C1", "REV", "budget", 20230401, "own", 21_000_000),
        ("COAST_FERRIES", "REV", "actual", 20230401, "own", 1_250_000),
        ("COAST_FERRIES", "STAFF", "actual", 20230401, "own", 8),
        ("EAST_PUMPS", "REV", "actual", 20230401, "own", 10_010_000),
        ("EAST_PUMPS", "REV", "budget", 20230401, "own", 9_500_000),
        ("EAST_PUMPS", "STAFF", "actual", 20230401, "own", 140),
        ("EAST_VALVES", "REV", "actual", 20230401, "own", 5_000_000),
        ("EAST_VALVES", "REV", "budget", 20230401, "own", 6_000_000),
        ("EAST_VALVES", "STAFF", "actual", 20230401, "own", 35),
    ]


def test_the_folder_that_is_written_can_be_loaded(place: Place, tmp_path: Path) -> None:
    _write_example(tmp_path)

    written = _run(place, tmp_path, "report-2023-04.csv", "--mapping", "report.yaml", "--out", "made")
    loaded = _run(place, tmp_path, "made")
    again = _run(place, tmp_path, "report-2023-04.csv", "--mapping", "report.yaml", "--out", "made")

    assert (written.returncode, loaded.returncode, len(facts())) == (0, 0, 10)
    assert (again.returncode, again.stderr) == (2, "made holds something already: name a new or an empty folder.\n")


def test_what_the_command_needs(place: Place, tmp_path: Path) -> None:
    _write_example(tmp_path)

    assert _run(place, tmp_path, "report-2023-04.csv").stderr == (
        "report-2023-04.csv is a file: name the mapping that says how to read it, as --mapping MAP.yaml.\n"
    )
    assert _run(place, tmp_path, ".", "--out", "made").stderr == (
        "--out writes what a mapping makes of files: name the mapping, as --mapping MAP.yaml.\n"
    )


def test_problems_end_with_status_1(place: Place, tmp_path: Path) -> None:
    _write_example(tmp_path)
    (tmp_path / "report-2023-04.csv").write_text("Unit;x\nEast;1\n")

    done = _run(place, tmp_path, ".", "--mapping", "report.yaml", "--dry-run")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "3 problems; nothing was changed.")
    assert facts() == []


def test_the_reference_lists_every_key() -> None:
    assert (DOCS / "reference" / "mapping.md").read_text(encoding="utf-8") == reference()


def test_every_key_takes_what_the_reader_knows() -> None:
    takes = {takes_of(field) for record in (Plan, *RECORDS.values()) for field in keys_of(record).values()}
    unknown = {
        word
        for word in takes
        if word not in READERS and word not in RECORDS and not word.startswith("one of ")
        if not (word.startswith("list of ") and word[8:-1] in RECORDS)
    }

    assert unknown == set()


def test_the_examples_of_the_modules() -> None:
    found = {module.__name__: doctest.testmod(module) for module in (numbers, times, cells)}

    assert {name: (result.failed, result.attempted > 0) for name, result in found.items()} == dict.fromkeys(
        found, (0, True)
    )
