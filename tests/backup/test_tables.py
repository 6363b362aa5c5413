"""Every table of the database is in the backup or left out with a reason, and every column has a text form."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from headrope.backup import tables as module
from headrope.backup.tables import LEFT_OUT, MADE_BY_MIGRATE, NoTextForm, strangers, tables
from tests.conftest import Databases, Place


def test_every_table_is_backed_up_or_left_out_with_a_reason(place: Place) -> None:
    """A table that a new app adds is backed up by itself; one that Django does not know of is named here first."""
    with connection.cursor() as cursor:
        found = set(connection.introspection.table_names(cursor))

    backed_up = {table.name for table in tables()}
    assert found == backed_up | set(LEFT_OUT)
    assert backed_up & set(LEFT_OUT) == set()
    assert sorted(LEFT_OUT) == ["cache", "django_migrations", "django_session", "message"]
    assert all(LEFT_OUT.values())
    assert strangers(tables()) == []


def test_every_column_is_backed_up(place: Place) -> None:
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table.name)} LIMIT 0")

            assert sorted(column.name for column in table.columns) == sorted(each[0] for each in cursor.description)


def test_an_empty_ledger_has_rows_in_the_tables_that_a_restore_clears_only(place: Place) -> None:
    assert tuple(table.name for table in tables() if table.count()) == MADE_BY_MIGRATE


def test_tables_of_others_are_named(databases: Databases) -> None:
    databases.copy()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id integer)")

    assert strangers(tables()) == ["somebody_elses"]


@isolate_apps("headrope.ledger")
def test_column_of_an_unknown_type_is_a_wrong_program() -> None:
    class Odd(models.Model):
        lasts = models.DurationField()

        class Meta:
            app_label = "ledger"
            db_table = "odd"

    with pytest.raises(NoTextForm, match=r"^odd\.lasts: DurationField$"):
        module._kind(Odd._meta.get_field("lasts"))


def test_rows_come_in_the_order_of_their_bytes_whatever_the_language_of_the_database(databases: Databases) -> None:
    databases.copy()
    codes = ["a", "B", "_", "é", "Z", "港", "b"]
    setting = next(table for table in tables() if table.name == "ledger_setting")
    for code in codes:
        setting.model._base_manager.create(key=code, value="")

    lines = b"".join(setting.lines())

    assert lines.decode().splitlines() == [f'["{code}",""]' for code in sorted(codes, key=str.encode)]


def test_rows_are_read_in_parts_that_fit_into_memory(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    databases.copy()
    monkeypatch.setattr(module, "CHUNK", 3)
    setting = next(table for table in tables() if table.name == "ledger_setting")
    for number in range(7):
        setting.model._base_manager.create(key=str(number), value="x")

    assert [lines.count(b"\n") for lines in setting.lines()] == [3, 3, 1]
