"""What a backup says about itself: of which books it is, and rows and digest of every table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from headrope.backup.tables import Table
from headrope.core.problems import Problem

MEMBER = "manifest.json"
FORMAT = "headrope backup"
VERSION = 1
_REMEDY_VERSION = (
    "Restore it with the Headrope that made it (%(headrope)s), and run `headrope migrate` with this one afterwards."
)


class NoManifest(ValueError):
    """The text is no manifest of a backup."""


@dataclass(frozen=True)
class Held:
    """A table in a backup: columns with what stands in them, rows, SHA-256 of its lines in hex, last number counted."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str
    counted: int

    @property
    def member(self) -> str:
        """Where the table stands in the file."""
        return f"tables/{self.name}.ndjson"


@dataclass(frozen=True)
class Manifest:
    """A backup: made when (UTC, ISO), by which Headrope, from which database, of which books up to which posting."""

    headrope: str
    database: str
    created_at: str
    key: str
    seq: int
    migrations: tuple[str, ...]
    tables: tuple[Held, ...]
    format: str = FORMAT
    version: int = VERSION

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    def rows_of(self, name: str) -> int:
        """Rows of one table, 0 where it is not held."""
        return sum(table.rows for table in self.tables if table.name == name)

    def text(self) -> str:
        """The manifest as it is written."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def read(text: bytes) -> Manifest:
    """The manifest of a text; NoManifest when it is none. One of a newer version keeps nothing but its head."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT or type(found["version"]) is not int:
            raise NoManifest(f"its format is {found['format']!r}")
        UUID(found["key"])
        newer = found["version"] > VERSION
        migrations = () if newer else tuple(found.pop("migrations"))
        tables = () if newer else tuple(_held(table) for table in found.pop("tables"))
        head = {name: found[name] for name in ("headrope", "database", "created_at", "key", "format", "version")}
        return Manifest(**head, seq=int(found["seq"]), migrations=migrations, tables=tables)
    except NoManifest:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoManifest(f"its manifest cannot be read ({error!r})") from error


def _held(found: dict[str, object]) -> Held:
    columns = tuple((str(name), str(kind)) for name, kind in found.pop("columns"))  # type: ignore[attr-defined]
    held = Held(columns=columns, **found)  # type: ignore[arg-type]
    if not (type(held.rows) is type(held.counted) is int and type(held.sha256) is type(held.name) is str):
        raise NoManifest(f"the table {held.name} is described wrongly")
    return held


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """The columns of a table as a manifest lists them."""
    return tuple((column.name, column.kind.name) for column in table.columns)


def differences(manifest: Manifest, known: Sequence[Table], migrations: Iterable[str], where: str) -> list[Problem]:
    """What keeps the tables of the backup from being those of this ledger, whose applied migrations are given."""
    here = set(migrations)
    lists = [
        ("The backup has migrations that this ledger has not: %(names)s.", set(manifest.migrations) - here),
        ("This ledger has migrations that the backup has not: %(names)s.", here - set(manifest.migrations)),
        ("The backup holds tables that this Headrope does not know: %(names)s.", _names(manifest.tables) - _names(known)),
        ("The backup lacks tables of this Headrope: %(names)s.", _names(known) - _names(manifest.tables)),
    ]  # fmt: skip
    values = {"headrope": manifest.headrope}
    problems = [
        Problem(where, message, _REMEDY_VERSION, {**values, "names": ", ".join(sorted(names))})
        for message, names in lists
        if names
    ]
    held = {table.name: table for table in manifest.tables}
    for table in known:
        if table.name in held and held[table.name].columns != columns_of(table):
            odd = sorted({name for name, _ in set(held[table.name].columns) ^ set(columns_of(table))})
            message = "The table %(table)s has other columns in the backup than in this ledger: %(names)s."
            named = {"table": table.name, "names": ", ".join(odd) or "their order"}
            problems.append(Problem(where, message, _REMEDY_VERSION, {**values, **named}))
    return problems


def _names(tables: Iterable[Held | Table]) -> set[str]:
    return {table.name for table in tables}
