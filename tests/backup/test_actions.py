"""A backup holds everything as of one moment, and an empty ledger filled from it is the same books.

until 31 May 2023       from 1 June 2023
G   group               G
    A   company             A
        A1  branch              A1
    AB  base                    AB
"""

from __future__ import annotations

import json
import resource
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from django.db import connection, transaction
from typer.testing import CliRunner

from headrope.backup.actions import backup, check_backup, restore
from headrope.backup.filling import last_counted
from headrope.backup.tables import tables
from headrope.cli import commands
from headrope.core.problems import ProblemsFound
from headrope.journal.actions import audit_digest
from headrope.journal.models import Audit, Head, Posting
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder
from headrope.ledger.models import Fact
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, Unit, User
from tests.backup.full_books import all_rows, without_restore
from tests.conftest import Databases, Folder, Place

DAYS = (None, date(2023, 5, 10), date(2023, 7, 14), date(2023, 2, 1))


def problems_of(call: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        call(*arguments, **named)
    return [str(problem) for problem in found.value.problems]


def review(unit: str, period: str, day: date | None) -> str:
    """What `headrope review --json` prints."""
    app = typer.Typer()
    commands.register(app)
    then = ["--as-of", day.isoformat()] if day else []
    return CliRunner().invoke(app, ["review", unit, period, "--json", *then]).output


def revenue(unit: str, period: str) -> str:
    """The exact revenue that `headrope review --json` prints."""
    measures = json.loads(review(unit, period, None))["measures"]
    return str(next(line["actual"]["exact"] for line in measures if line["code"] == "REV"))


# Round trip


def test_restore_gives_every_row_of_every_table_back(filled: Place, saved: Path, databases: Databases) -> None:
    filled.enter()
    before, counted = all_rows(), [last_counted(table) for table in tables()]

    databases.copy()
    held = restore(saved)

    after = all_rows()
    numbers = {table.name: last_counted(table) for table in tables()}
    assert without_restore(after) == before
    assert {**numbers, "audit": numbers["audit"] - 1} == {
        table.name: number for table, number in zip(tables(), counted, strict=True)
    }
    assert sum(map(len, before.values())) == held.rows
    assert [name for name, rows in before.items() if not rows] == [name for name, rows in after.items() if not rows]


def test_restored_books_say_what_they_said_of_today_and_of_then(
    filled: Place, saved: Path, databases: Databases
) -> None:
    asked = [(unit, period, day) for unit in ("G", "A", "A1", "AB") for period in ("2023-04", "2023") for day in DAYS]
    filled.enter()
    before = [review(*each) for each in asked]
    assert len(set(before)) > len(before) / 2

    databases.copy()
    restore(saved)

    assert [review(*each) for each in asked] == before


def test_restored_books_are_written_on_where_they_ended(
    filled: Place, saved: Path, databases: Databases, folder: Folder
) -> None:
    filled.enter()
    at, lines, mandates = books(), Audit.objects.count(), Mandate.objects.latest("id").id
    databases.copy()
    restore(saved)

    load_folder(folder(facts="unit,measure,period,version,value\nA1,REV,2023-04,actual,100.30"), by=console_user())
    with transaction.atomic():
        given = give_mandate(by=console_user(), user=User.objects.get(username="clerk"), role=Role.HEAD, unit=3, valid_from=date(2024, 1, 1))  # fmt: skip

    before = ""
    for line in Audit.objects.order_by("id"):
        assert line.digest == audit_digest(before, line.at, line.by_id, line.action, line.object)
        before = line.digest
    assert (books().key, books().seq, Audit.objects.count()) == (at.key, at.seq + 1, lines + 3)
    assert given.id == mandates + 2  # one number more was given out before the backup, and its mandate taken back
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Fact.objects.update(state=1)


def test_restore_says_in_the_audit_trail_what_it_did(saved: Path, databases: Databases) -> None:
    databases.copy()

    held = restore(saved)

    line = Audit.objects.select_related("by").latest("id")
    object_ = f"backup of {held.created_at} at posting {held.seq} of {held.key}"
    assert (line.action, line.object, line.by.username) == ("restore", object_, "console")


def test_backup_of_restored_books_is_the_same_but_for_the_audit_line(
    saved: Path, databases: Databases, tmp_path: Path
) -> None:
    databases.copy()
    held = restore(saved)

    again = backup(tmp_path / "again.zip").manifest

    assert [t for t in again.tables if t.name != "audit"] == [t for t in held.tables if t.name != "audit"]
    assert (again.key, again.seq, again.migrations, again.rows) == (held.key, held.seq, held.migrations, held.rows + 1)


def test_restore_of_empty_books_gives_empty_books(databases: Databases, tmp_path: Path) -> None:
    databases.copy()
    at = books()
    made = backup(tmp_path / "empty.zip")

    databases.copy()
    restore(made.path)

    assert (books(), Posting.objects.count(), Fact.objects.count(), Unit.objects.count()) == (at, 0, 0, 0)


def test_restore_forgets_the_cubes_of_postings_that_are_undone(
    filled: Place, saved: Path, databases: Databases, folder: Folder
) -> None:
    """The books go back to an earlier posting; its next number means something else than it did."""
    header = "unit,measure,period,version,value\n"
    lost = databases.copy()
    restore(saved)
    load_folder(folder(facts=f"{header}A1,REV,2023-04,actual,1"), by=console_user())
    assert revenue("A1", "2023-04") == "1.00"

    found = databases.copy()
    Place(found.name, lost.home).enter()  # the home stays, with what was built of the lost database
    restore(saved)
    load_folder(folder(facts=f"{header}A1,REV,2023-04,actual,2"), by=console_user())

    assert revenue("A1", "2023-04") == "2.00"


# One moment


def test_backup_is_of_one_moment_while_others_write(
    filled: Place, databases: Databases, folder: Folder, tmp_path: Path
) -> None:
    place = databases.copy(of=filled)
    before, at = all_rows(), books()
    source = folder(facts="unit,measure,period,version,value\nA1,REV,2023-04,actual,777.00\nA,HEAT,2024-04,actual,1")
    done: list[int] = []

    def write_meanwhile(doing: str, rows: int, of: int) -> None:
        if doing == "writing the backup" and rows and not done:
            words = [sys.executable, "-m", "headrope", "load", str(source)]
            done.append(subprocess.run(words, env=place.environment, capture_output=True, timeout=60).returncode)

    made = backup(tmp_path / "books.zip", progress=write_meanwhile)

    assert (done, books().seq, made.manifest.seq) == ([0], at.seq + 1, at.seq)
    databases.copy()
    restore(made.path)
    assert without_restore(all_rows()) == before


def test_backup_when_it_is_inside_a_transaction_is_a_wrong_program(databases: Databases, tmp_path: Path) -> None:
    databases.copy()

    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        backup(tmp_path / "books.zip")

    assert list(tmp_path.iterdir()) == []


# The file


def test_backup_is_readable_by_its_owner_alone(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_backup_when_the_name_is_taken_changes_nothing(filled: Place, tmp_path: Path) -> None:
    filled.enter()
    target = tmp_path / "books.zip"
    target.write_bytes(b"mine")

    assert problems_of(backup, target) == [
        f"{target}: There is a file of that name already. Choose another name; --replace replaces an earlier backup."
    ]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("books.zip", b"mine")]


def test_backup_replaces_an_earlier_backup_and_nothing_else(filled: Place, saved: Path, tmp_path: Path) -> None:
    filled.enter()
    target, other = tmp_path / "books.zip", tmp_path / "headrope.sqlite3"
    target.write_bytes(saved.read_bytes())
    other.write_bytes(b"SQLite format 3\x00")

    made = backup(target, replace=True)

    said = problems_of(backup, other, replace=True)
    assert check_backup(target) == made.manifest
    assert made.size == target.stat().st_size
    assert said == [
        f"{other}: The file of that name is no backup (it is cut off, or was never a backup) and is not replaced. "
        "Choose another name."
    ]
    assert sorted((path.name, path.stat().st_size) for path in tmp_path.iterdir()) == [
        ("books.zip", made.size),
        ("headrope.sqlite3", 16),
    ]


def test_backup_when_there_is_no_folder_says_so(filled: Place, tmp_path: Path) -> None:
    filled.enter()

    assert problems_of(backup, tmp_path / "no" / "books.zip") == [
        f"{tmp_path / 'no'}: There is no such folder. Make it first."
    ]


def test_backup_when_there_is_no_room_leaves_nothing(filled: Place, tmp_path: Path) -> None:
    filled.enter()
    books()  # the limit is for the backup, not for what the database opens
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        said = problems_of(backup, tmp_path / "books.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert said == [
        f"{tmp_path / 'books.zip'}: The file cannot be written (File too large). "
        "Name a folder with room that you may write to."
    ]
    assert list(tmp_path.iterdir()) == []


def test_backup_when_a_value_is_not_of_its_column_says_where(databases: Databases, tmp_path: Path) -> None:
    """SQLite takes any value into any column; such a backup could not be restored elsewhere."""
    databases.copy()
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses such a value itself")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO posting_unit (seq, unit_id) VALUES (1, 'one')")

    assert problems_of(backup, tmp_path / "books.zip") == [
        f"{tmp_path / 'books.zip'}: The database holds what it should not: table posting_unit: "
        "the value 'one' of column 2 is no integer. Correct it there."
    ]
    assert list(tmp_path.iterdir()) == []


def test_backup_when_the_tables_are_not_those_of_this_headrope_says_so(databases: Databases, tmp_path: Path) -> None:
    databases.copy()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = '0007_later' WHERE app = 'ledger'")

    assert problems_of(backup, tmp_path / "books.zip") == [
        f"{tmp_path / 'books.zip'}: The tables of the database are older than this Headrope. "
        "Use the Headrope that wrote them last, or run `headrope migrate` with this one.",
        f"{tmp_path / 'books.zip'}: The database has migrations that this Headrope does not know: ledger.0007_later. "
        "Use the newest Headrope.",
    ]


def test_check_asks_no_database(saved: Path, databases: Databases) -> None:
    databases.copy()
    connection.close()

    held = check_backup(saved)

    assert connection.connection is None
    assert (held.database, held.rows_of("fact"), held.rows_of("no such table")) == (connection.vendor, 12, 0)


# Only into an empty ledger


def test_restore_when_the_ledger_is_not_empty_says_what_is_there(
    filled: Place, saved: Path, databases: Databases
) -> None:
    databases.copy(of=filled)
    before = all_rows()

    said = problems_of(restore, saved)

    held = ", ".join(f"{len(rows)} rows in {name}" for name, rows in before.items() if rows and name not in ("auth_permission", "django_content_type", "head"))  # fmt: skip
    held = held.replace(f"{len(before['user'])} rows in user", f"{len(before['user']) - 1} rows in user")
    assert said == [
        f"This ledger is not empty: {held}. Name another database in HEADROPE_DATABASE_URL, "
        "run `headrope migrate` there, and restore again; what stands here is never overwritten."
    ]
    assert all_rows() == before


def test_restore_when_there_is_one_account_only_leaves_it(saved: Path, databases: Databases) -> None:
    databases.copy()
    User.objects.create_user("somebody")

    assert problems_of(restore, saved)[0].startswith("This ledger is not empty: 1 rows in user. ")
    assert list(User.objects.values_list("username", flat=True)) == ["somebody"]


def test_restore_when_commands_have_made_their_console_user_takes_its_place(saved: Path, databases: Databases) -> None:
    databases.copy()
    console_user()

    held = restore(saved)

    assert User.objects.count() == held.rows_of("user")


def test_restore_when_somebody_writes_in_between_changes_nothing(saved: Path, databases: Databases) -> None:
    place = databases.copy()

    def write(doing: str, rows: int, of: int) -> None:
        if doing == "checking the file" and rows == of:
            User.objects.create_user("somebody")

    assert problems_of(restore, saved, progress=write)[0].startswith("This ledger is not empty: 1 rows in user. ")
    place.enter()
    assert (User.objects.count(), Head.objects.get().seq, Fact.objects.count()) == (1, 0, 0)
