"""One unmoving sight of the whole database, while others go on writing; and the state of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from headrope.core.problems import Problem
from headrope.journal.queries import books


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read in the block is of one moment; nothing can be written in it, and nobody waits for it."""
    if connection.in_atomic_block:
        raise RuntimeError("a snapshot cannot be taken inside a transaction")
    if connection.vendor != "sqlite":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")  # not Django's IMMEDIATE, which would keep writers waiting
        try:
            books()  # SQLite's moment is that of the first reading
            yield
        finally:
            cursor.execute("ROLLBACK")


def applied_migrations() -> list[str]:
    """The migrations of this database, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations)


def unready(where: str) -> list[Problem]:
    """What there is to mend when the tables of this database are not those of this Headrope."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    problems = []
    if executor.migration_plan(loader.graph.leaf_nodes()):
        message = "The tables of the database are older than this Headrope."
        remedy = "Use the Headrope that wrote them last, or run `headrope migrate` with this one."
        problems.append(Problem(where, message, remedy))
    if strange := sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)):
        message = "The database has migrations that this Headrope does not know: %(names)s."
        problems.append(Problem(where, message, "Use the newest Headrope.", {"names": ", ".join(strange)}))
    return problems
