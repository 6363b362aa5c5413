"""System checks that refuse a start on a database that could lose or bend figures."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, run_checks
from django.db import connection
from django.db.utils import DatabaseError

SQLITE_AT_LEAST = (3, 39)
POSTGRESQL_AT_LEAST = 140000


class UnfitDatabase(SystemExit):
    """The database could lose or bend figures; the process ends with what is wrong and exit status 1."""


def refuse_unfit_database() -> None:
    """End the process unless every check of the database passes; whatever serves or loads calls it first."""
    wrong = [each for each in run_checks(tags=[Tags.database], databases=["default"]) if each.is_serious()]
    if wrong:
        raise UnfitDatabase("\n".join(f"{each.id}: {each.msg} {each.hint or ''}".strip() for each in wrong))


def check_database(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Run with `--database default`; every start of Headrope does."""
    if not databases or "default" not in databases:
        return []
    try:
        return _check_sqlite() if connection.vendor == "sqlite" else _check_postgresql()
    except DatabaseError as error:
        return [
            Error(f"The database does not answer: {error}", hint="Correct HEADROPE_DATABASE_URL.", id="journal.E001")
        ]


def _pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def _check_sqlite() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    connection.ensure_connection()
    if sqlite3.sqlite_version_info < SQLITE_AT_LEAST:
        found.append(Error("SQLite is older than 3.39.", hint="Use a newer Python build.", id="journal.E002"))
    if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
        hint = "Set transaction_mode to IMMEDIATE in the database options."
        found.append(Error("SQLite transactions do not begin IMMEDIATE.", hint=hint, id="journal.E003"))
    if _pragma("journal_mode") != "wal" and ":memory:" not in str(connection.settings_dict["NAME"]):
        hint = "Put the database on a local disk, where SQLite can keep a write-ahead log."
        found.append(Error("SQLite does not run with a write-ahead log.", hint=hint, id="journal.E004"))
    if not _pragma("recursive_triggers"):
        hint = "Add PRAGMA recursive_triggers=ON to init_command; without it REPLACE slips past the append-only guard."
        found.append(Error("SQLite runs with recursive_triggers off.", hint=hint, id="journal.E005"))
    return found


def _check_postgresql() -> list[CheckMessage]:
    connection.ensure_connection()
    version = connection.connection.info.server_version
    if version < POSTGRESQL_AT_LEAST:
        return [Error(f"PostgreSQL {version // 10000} is too old; 14 is the least.", id="journal.E006")]
    return []
