"""From SQLite into PostgreSQL and back (or the other way round), the books stay the same to the last bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from headrope.backup.actions import check_backup, restore
from headrope.backup.manifest import Held
from postgres import NoServer, server
from tests.backup.full_books import all_rows
from tests.conftest import Databases, Place


@pytest.fixture(scope="module")
def other(filled: Place, saved: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a process that works on the same books, restored into the other kind of database."""
    home = tmp_path_factory.mktemp("other")
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            address = f"sqlite:///{home}/it.sqlite3"
        else:
            try:
                address = stack.enter_context(server())
            except NoServer as reason:
                pytest.skip(f"no PostgreSQL can be started here: {reason}")
        environment = {**filled.environment, "HEADROPE_HOME": str(home), "HEADROPE_DATABASE_URL": address}
        headrope(environment, "migrate")
        headrope(environment, "restore", saved)
        yield environment


def headrope(environment: dict[str, str], *words: str | Path) -> str:
    command = [sys.executable, "-m", "headrope", *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def review(environment: dict[str, str], *more: str) -> str:
    return headrope(environment, "review", "G", "2023-04", "--json", *more)


def without_audit(tables: tuple[Held, ...]) -> list[Held]:
    return [table for table in tables if table.name != "audit"]


def test_books_go_into_the_other_database_and_come_back(
    filled: Place, saved: Path, other: dict[str, str], databases: Databases, tmp_path: Path
) -> None:
    filled.enter()
    before = all_rows()

    headrope(other, "backup", tmp_path / "there.zip")
    databases.copy()
    restore(tmp_path / "there.zip")

    here, there = check_backup(saved), check_backup(tmp_path / "there.zip")
    assert {here.database, there.database} == {"sqlite", "postgresql"}
    assert without_audit(here.tables) == without_audit(there.tables)
    assert (here.key, here.seq, here.migrations) == (there.key, there.seq, there.migrations)
    after = all_rows()
    audit = [row for row in after["audit"] if "'restore', 'backup of " not in row]
    assert {**after, "audit": audit} == before
    assert len(after["audit"]) == len(audit) + 2
    for day in ([], ["--as-of", "2023-05-10"], ["--as-of", "2023-07-14"]):
        assert review(other, *day) == review(filled.environment, *day)


def test_restored_ledger_of_the_other_kind_is_written_on(other: dict[str, str], tmp_path: Path) -> None:
    """Numbers that the database gives out follow those of the backup."""
    header = "unit,measure,period,version,value"
    (tmp_path / "facts.csv").write_text(f"{header}\nA1,REV,2023-04,actual,9.99\n", encoding="utf-8")
    (tmp_path / "units.csv").write_text("code,name,parent\nA1,New Pumps,A\n", encoding="utf-8")

    said = headrope(other, "load", tmp_path)

    assert said.splitlines() == [
        "Loaded 1 new facts out of 1 rows; 0 say what was known already.",
        "1 changed units.",
    ]
