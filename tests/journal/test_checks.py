"""Each condition of the database that could lose or bend figures stops the start with its own number."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from headrope.journal import checks
from tests.conftest import Place

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a condition of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a condition of PostgreSQL")


def found() -> list[tuple[str, str]]:
    """Number and sentence of the journal's messages, asked for as a start does."""
    messages = run_checks(databases=["default"])
    return [(str(message.id), message.msg) for message in messages if str(message.id).startswith("journal.")]


def test_healthy_database_has_nothing_to_say(place: Place) -> None:
    assert found() == []


def test_database_is_not_asked_when_no_database_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SQLITE_AT_LEAST", (99,))
    monkeypatch.setattr(checks, "POSTGRESQL_AT_LEAST", 990000)

    assert (
        checks.check_database(),
        checks.check_database(databases=[]),
        checks.check_database(databases=["other"]),
    ) == ([], [], [])


def test_database_that_does_not_answer_is_e001(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    absent = str(tmp_path / "absent" / "db.sqlite3") if connection.vendor == "sqlite" else "headrope_absent"
    monkeypatch.setitem(connection.settings_dict, "NAME", absent)

    (message,) = checks.check_database(databases=["default"])

    assert (message.id, message.hint) == ("journal.E001", "Correct HEADROPE_DATABASE_URL.")
    assert message.msg.startswith("The database does not answer: ")


@on_sqlite
def test_old_sqlite_is_e002(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SQLITE_AT_LEAST", (99,))

    assert found() == [("journal.E002", "SQLite is older than 3.39.")]


@on_sqlite
@pytest.mark.parametrize("mode", [None, "DEFERRED", "EXCLUSIVE"])
def test_transactions_that_do_not_begin_immediate_are_e003(
    place: Place, monkeypatch: pytest.MonkeyPatch, mode: str | None
) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection, "transaction_mode", mode)

    assert found() == [("journal.E003", "SQLite transactions do not begin IMMEDIATE.")]


@on_sqlite
def test_journal_that_is_not_written_ahead_is_e004(place: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")

    assert found() == [("journal.E004", "SQLite does not run with a write-ahead log.")]


@on_sqlite
def test_triggers_that_are_not_recursive_are_e005(place: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")

    assert found() == [("journal.E005", "SQLite runs with recursive_triggers off.")]


@on_sqlite
def test_all_that_is_wrong_is_said_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")
        cursor.execute("PRAGMA recursive_triggers=OFF")
    monkeypatch.setattr(checks, "SQLITE_AT_LEAST", (99,))
    monkeypatch.setattr(connection, "transaction_mode", None)

    assert [number for number, _ in found()] == ["journal.E002", "journal.E003", "journal.E004", "journal.E005"]


@on_postgresql
def test_old_postgresql_is_e006(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "POSTGRESQL_AT_LEAST", 990000)

    ((number, sentence),) = found()

    assert (number, sentence.endswith("is too old; 14 is the least.")) == ("journal.E006", True)
