"""Which tables a backup holds: all that Django knows of, but for a few with a reason each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, BigAutoField, Field, Model, SmallAutoField
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate

from headrope.backup.stream import (
    BOOLEAN,
    DAY,
    FLOAT,
    INTEGER,
    JSON,
    MOMENT,
    TEXT,
    UUID_,
    Kind,
    Prepare,
    Unreadable,
    encode,
)

CHUNK = 10_000

LEFT_OUT = {
    "cache": "counts of failed sign-ins, which pass",
    "django_migrations": "stands in the manifest",
    "django_session": "people sign in again",
    "message": "the outbox: what has left must not leave again",
}
"""Tables that no backup holds, each with the reason."""

MADE_BY_MIGRATE = ("auth_permission", "django_content_type", "head")
"""Tables that have rows in an empty ledger; a restore replaces them."""

_KINDS = {
    **dict.fromkeys(("AutoField", "BigAutoField", "SmallAutoField"), INTEGER),
    **dict.fromkeys(("IntegerField", "BigIntegerField", "SmallIntegerField"), INTEGER),
    **dict.fromkeys(("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField"), INTEGER),
    **dict.fromkeys(("CharField", "TextField", "SlugField"), TEXT),
    "BooleanField": BOOLEAN,
    "FloatField": FLOAT,
    "DateField": DAY,
    "DateTimeField": MOMENT,
    "UUIDField": UUID_,
    "JSONField": JSON,
}


class NoTextForm(TypeError):
    """A column has a type that backups do not know: give it a Kind in backup/stream.py and a line in _KINDS here."""


@dataclass(frozen=True)
class Column:
    """A column and what stands in it."""

    field: Field[Any, Any]
    kind: Kind

    @property
    def name(self) -> str:
        """Its name in the database."""
        return str(self.field.column)

    def fit(self, value: Any) -> Any:
        """Python's value as the driver takes it."""
        return self.field.get_db_prep_save(value, connection)


@dataclass(frozen=True)
class Table:
    """A table with its columns in the order of the model."""

    model: type[Model]
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """Its name in the database."""
        return str(self.model._meta.db_table)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """What stands in its columns."""
        return tuple(column.kind for column in self.columns)

    @cached_property
    def fits(self) -> tuple[Prepare, ...]:
        """How values of its columns are made fit for the driver."""
        return tuple(column.fit for column in self.columns)

    @property
    def counter(self) -> str | None:
        """The column that the database counts up by itself, if it has one."""
        found = [c.name for c in self.columns if isinstance(c.field, AutoField | BigAutoField | SmallAutoField)]
        return found[0] if found else None

    def count(self) -> int:
        """How many rows it holds; one statement."""
        return int(self.model._base_manager.count())

    def lines(self) -> Iterator[bytes]:
        """All rows in order of the key, as many a time as fit well into memory; Unreadable as in `encode`."""
        # The order of texts must not depend on the database's language: it decides on the digest.
        binary = connection.vendor == "postgresql"
        order: list[str | OrderBy] = [
            Collate(field.attname, "C").asc() if binary and _kind(field) is TEXT else field.attname
            for field in self.model._meta.pk_fields
        ]
        names = [column.field.attname for column in self.columns]
        rows = self.model._base_manager.order_by(*order).values_list(*names).iterator(CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            try:
                yield encode(chunk, self.kinds)
            except Unreadable as error:
                raise Unreadable(f"table {self.name}: {error}") from error


def _kind(field: Field[Any, Any]) -> Kind:
    target: Any = field
    while target.remote_field is not None:
        target = target.target_field
    try:
        return _KINDS[target.get_internal_type()]
    except KeyError:
        raise NoTextForm(f"{field.model._meta.db_table}.{field.column}: {target.get_internal_type()}") from None


def tables() -> list[Table]:
    """The tables that a backup holds, by name; NoTextForm when one has a column of a type that backups do not know."""
    models = apps.get_models(include_auto_created=True)
    made = [
        Table(model, tuple(Column(field, _kind(field)) for field in model._meta.local_concrete_fields))
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]
    return sorted(made, key=lambda table: table.name)


def strangers(known: Sequence[Table]) -> list[str]:
    """Tables of this database that are not Headrope's, which backups leave alone."""
    with connection.cursor() as cursor:
        found = set(connection.introspection.table_names(cursor))
    return sorted(found - {table.name for table in known} - set(LEFT_OUT))
