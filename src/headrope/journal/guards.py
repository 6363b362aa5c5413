"""Triggers that keep rows as they were written, for SQLite and PostgreSQL; migrations install them."""

from __future__ import annotations

from collections.abc import Callable

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION headrope_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: rows of % are never changed or deleted', TG_TABLE_NAME; END $$
"""


def _sqlite(table: str, changeable: str) -> list[str]:
    message = f"append-only: rows of {table} are never changed or deleted"
    allowed = f"WHEN NOT ({_only_closes(changeable)})" if changeable else ""
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {allowed} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def _postgresql(table: str, changeable: str) -> list[str]:
    allowed = f"WHEN (NOT ({_only_closes(changeable)}))" if changeable else ""
    run = "EXECUTE FUNCTION headrope_append_only()"
    return [
        _POSTGRESQL_FUNCTION,
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {allowed} {run}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
    ]


def _only_closes(columns: str) -> str:
    """The one change an edition may see: it is closed once; every other column stays. `columns` names those others."""
    same = " AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in columns.split())
    return f"OLD.seq_to IS NULL AND NEW.seq_to IS NOT NULL AND {same}"


def append_only(table: str, closing: str = "") -> RunPython:
    """A migration step after which rows of `table` can be added, never changed or deleted.

    `closing` names (blank between) every column but seq_to of an edition table: such a row may be closed once.
    """

    def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        make: Callable[[str, str], list[str]] = _sqlite if editor.connection.vendor == "sqlite" else _postgresql
        for statement in make(table, closing):
            editor.execute(statement, None)  # no parameters, so that a per cent sign stays what it is

    return RunPython(install, RunPython.noop)
