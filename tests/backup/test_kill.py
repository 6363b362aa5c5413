"""Whatever moment a backup or a restore is killed at, there is no half of anything."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection, transaction

from headrope.backup.actions import check_backup
from headrope.backup.filling import lock, occupied
from headrope.backup.tables import tables
from headrope.ledger.actions import load_folder
from headrope.org.actions import console_user
from tests.backup.full_books import all_rows, without_restore
from tests.conftest import Databases, Place
from tests.ledger.test_kill import Run, write

KILLS = 8


def begun(place: Place, *words: str | Path) -> Run:
    command = [sys.executable, "-m", "headrope", *map(str, words)]
    return Run(subprocess.Popen(command, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE))


def moments(place: Place, steps: tuple[bytes, ...], *words: str | Path) -> list[tuple[bytes, float]]:
    """One whole run, and moments to kill others at: each with the step it lies in and the seconds after its beginning."""
    run = begun(place, *words)
    began = [run.wait_for(step) for step in steps]
    said = run.process.communicate()
    began.append(time.monotonic())
    assert run.process.returncode == 0, said
    draw = random.Random(7)
    lasted = [(step, began[place + 1] - began[place]) for place, step in enumerate(steps)]
    return [(step, draw.uniform(0, seconds)) for step, seconds in lasted * (KILLS // len(steps))]


def test_backup_when_killed_leaves_no_file_of_that_name_or_a_whole_one(databases: Databases, tmp_path: Path) -> None:
    place = databases.copy()
    load_folder(write(tmp_path / "books", ("2024-10-01", 0), ("2024-12-01", 3)), by=console_user())
    before = all_rows()
    connection.close()
    target = tmp_path / "killed" / "books.zip"
    target.parent.mkdir()

    found = []
    for step, delay in moments(place, (b"writing the backup", b"reading it back"), "backup", tmp_path / "whole.zip"):
        run = begun(place, "backup", target)
        run.wait_for(step)
        time.sleep(delay)
        run.kill()
        if target.exists():
            check_backup(target)
            target.unlink()
        found.append([path.name for path in target.parent.iterdir()])

    assert any(found)  # some died while they wrote
    run = begun(place, "backup", target)
    run.process.communicate()
    assert ([path.name for path in target.parent.iterdir()], run.process.returncode) == ([target.name], 0)
    assert check_backup(target).tables == check_backup(tmp_path / "whole.zip").tables
    place.enter()
    assert all_rows() == before


def test_restore_when_killed_leaves_an_empty_ledger_or_all_of_the_books(databases: Databases, tmp_path: Path) -> None:
    origin = databases.copy()
    load_folder(write(tmp_path / "books", ("2024-10-01", 0), ("2024-12-01", 3)), by=console_user())
    whole = all_rows()
    connection.close()
    file = tmp_path / "books.zip"
    run = begun(origin, "backup", file)
    run.process.communicate()
    assert run.process.returncode == 0
    place = databases.copy()
    empty = all_rows()
    connection.close()

    found = []
    steps = (b"checking the file", b"writing", b"comparing", b"adding up")
    for step, delay in moments(databases.copy(), steps, "restore", file):
        run = begun(place, "restore", file)
        run.wait_for(step)
        time.sleep(delay)
        run.kill()
        place.enter()
        with transaction.atomic():
            lock(tables())  # on a server, what the killed one had asked for may still be under way
        rows = all_rows()
        found.append("empty" if rows == empty else "whole" if without_restore(rows) == whole else "half")
        connection.close()
        if found[-1] == "whole":
            place = databases.copy()
            empty = all_rows()
            connection.close()

    assert set(found) == {"empty", "whole"}
    place.enter()
    assert occupied(tables()) == []
    connection.close()
    run = begun(place, "restore", file)
    run.process.communicate()
    assert run.process.returncode == 0
    place.enter()
    assert without_restore(all_rows()) == whole
