"""A file that is not whole, not ours or not of our time is refused with all that is wrong, and nothing is changed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from headrope.backup.actions import check_backup, restore
from headrope.core.problems import ProblemsFound
from tests.backup.full_books import all_rows
from tests.conftest import Databases

COPY = "Take another copy of the file, or another backup."
FLIPS = 300

Members = dict[str, bytes]
Says = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def members(saved: Path) -> Members:
    """The members of a backup."""
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def refused(databases: Databases) -> Says:
    """Restores into an empty ledger, which stays empty; the problems. Without a ledger the same are found."""
    databases.copy()
    before = all_rows()

    def run(file: Path) -> list[str]:
        with pytest.raises(ProblemsFound) as found:
            restore(file)
        assert all_rows() == before
        return [str(problem) for problem in found.value.problems]

    return run


def written(path: Path, members: Members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def with_manifest(members: Members, **changed: Any) -> Members:
    return {**members, "manifest.json": json.dumps({**json.loads(members["manifest.json"]), **changed}).encode()}


def with_table(members: Members, table: str, data: bytes) -> Members:
    """Other lines in a table, with a manifest that agrees."""
    held = json.loads(members["manifest.json"])["tables"]
    for entry in held:
        if entry["name"] == table:
            entry.update(rows=data.count(b"\n"), sha256=sha256(data).hexdigest())
    return {**with_manifest(members, tables=held), f"tables/{table}.ndjson": data}


def columns(members: Members, table: str) -> list[str]:
    entry = next(e for e in json.loads(members["manifest.json"])["tables"] if e["name"] == table)
    return [name for name, _ in entry["columns"]]


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_file_when_it_is_cut_off_says_so(saved: Path, refused: Says, tmp_path: Path, share: float) -> None:
    data = saved.read_bytes()
    file = tmp_path / "cut.zip"
    file.write_bytes(data[: int(len(data) * share)])

    assert refused(file) == [f"{file}: The file is damaged: it is cut off, or was never a backup. {COPY}"]


def test_file_when_any_byte_of_it_is_changed_is_refused_or_says_the_same(
    saved: Path, tmp_path: Path, members: Members
) -> None:
    """300 of them; what passes are dates and rights of members, which say nothing about the books."""
    data, draw, file = saved.read_bytes(), random.Random(11), tmp_path / "flipped.zip"
    whole = check_backup(saved)

    found = []
    for place in sorted(draw.sample(range(len(data)), FLIPS)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << draw.randrange(8)
        file.write_bytes(flipped)
        try:
            found.append("same" if check_backup(file) == whole else "other")
        except ProblemsFound:
            found.append("refused")

    assert set(found) == {"refused", "same"}
    assert found.count("refused") > FLIPS / 2


def test_file_when_it_is_another_thing_says_what_is_needed(refused: Says, tmp_path: Path) -> None:
    text, foreign, missing = tmp_path / "notes.txt", tmp_path / "photos.zip", tmp_path / "no.zip"
    text.write_text("mine", encoding="utf-8")
    written(foreign, {"photo.jpg": b"x"})
    remedy = "Name a file that `headrope backup` wrote."

    assert [refused(file) for file in (text, foreign, missing, tmp_path)] == [
        [f"{text}: The file is damaged: it is cut off, or was never a backup. {COPY}"],
        [f"{foreign}: The file is no backup of Headrope: it holds no manifest. {remedy}"],
        [f"{missing}: The file cannot be read (No such file or directory). {remedy}"],
        [f"{tmp_path}: The file cannot be read (Is a directory). {remedy}"],
    ]


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b"\xff", b'{"format": "headrope backup", "version": 1}'])
def test_manifest_when_it_cannot_be_read_says_so(
    members: Members, refused: Says, tmp_path: Path, manifest: bytes
) -> None:
    file = written(tmp_path / "odd.zip", {**members, "manifest.json": manifest})

    assert [line.partition("no backup of Headrope: its manifest cannot be read")[1] for line in refused(file)] == [
        "no backup of Headrope: its manifest cannot be read"
    ]


def test_file_of_a_newer_form_names_the_version_that_reads_it(members: Members, refused: Says, tmp_path: Path) -> None:
    newer = with_manifest(members, version=2, headrope="3.1", tables={"another": "form"})
    file = written(tmp_path / "newer.zip", newer)

    assert refused(file) == [
        f"{file}: The backup was made by a newer Headrope (3.1), in a form that this one does not know. "
        "Restore it with that one."
    ]


def test_all_tables_that_are_not_as_the_manifest_says_are_listed(
    members: Members, refused: Says, tmp_path: Path
) -> None:
    less = members["tables/fact.ndjson"].partition(b"\n")[2]
    changed = {**members, "tables/fact.ndjson": less, "tables/notes.ndjson": b"[1]\n"}
    del changed["tables/unit.ndjson"]
    file = written(tmp_path / "odd.zip", changed)

    assert refused(file) == [
        f"{file}: The file is damaged: tables/notes.ndjson does not belong to it. {COPY}",
        f"{file}: The file is damaged: tables/fact.ndjson holds 11 rows that are not the 12 of the manifest. {COPY}",
        f"{file}: The file is damaged: tables/unit.ndjson is missing. {COPY}",
    ]


def test_tables_and_migrations_of_another_headrope_are_listed(members: Members, refused: Says, tmp_path: Path) -> None:
    held = json.loads(members["manifest.json"])
    tables = [
        {**t, "columns": [*t["columns"], ["shoe", "text"]]} if t["name"] == "version" else t for t in held["tables"]
    ]
    tables = [{**t, "name": "units"} if t["name"] == "unit" else t for t in tables]
    changed = with_manifest(members, tables=tables, migrations=[*held["migrations"][1:], "ledger.0002_more"])
    changed["tables/units.ndjson"] = changed.pop("tables/unit.ndjson")
    changed["tables/version.ndjson"] = members["tables/version.ndjson"]
    file = written(tmp_path / "odd.zip", changed)

    remedy = "Restore it with the Headrope that made it (0.1.0), and run `headrope migrate` with this one afterwards."
    assert refused(file) == [
        f"{file}: The backup has migrations that this ledger has not: ledger.0002_more. {remedy}",
        f"{file}: This ledger has migrations that the backup has not: {held['migrations'][0]}. {remedy}",
        f"{file}: The backup holds tables that this Headrope does not know: units. {remedy}",
        f"{file}: The backup lacks tables of this Headrope: unit. {remedy}",
        f"{file}: The table version has other columns in the backup than in this ledger: shoe. {remedy}",
        f"{file}: The file is damaged: tables/version.ndjson: a line is not a row of 3 values. {COPY}",
    ]


def test_rows_that_point_nowhere_are_refused_by_the_database(members: Members, refused: Says, tmp_path: Path) -> None:
    file = written(tmp_path / "odd.zip", with_table(members, "unit", b""))

    (said,) = refused(file)
    assert said.startswith(f"{file}: The database refuses what the backup holds (")
    assert said.endswith("Nothing was changed; restore into another database, or from another backup.")


def test_rows_that_break_a_rule_are_refused_by_the_database(members: Members, refused: Says, tmp_path: Path) -> None:
    place = columns(members, "posting").index("known_at")
    rows = [json.loads(line) for line in members["tables/posting.ndjson"].splitlines()]
    rows[0][place] = "2999-01-01T00:00:00.000000Z"
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    file = written(tmp_path / "odd.zip", with_table(members, "posting", lines))

    (said,) = refused(file)
    assert "posting_known_before_recorded" in said or "posting_backdated_only_by_import" in said


def test_values_that_are_none_are_refused(members: Members, refused: Says, tmp_path: Path) -> None:
    lines = members["tables/unit_edition.ndjson"].replace(b"9999-12-31", b"9999-12-32", 1)
    file = written(tmp_path / "odd.zip", with_table(members, "unit_edition", lines))

    (said,) = refused(file)
    place = columns(members, "unit_edition").index("valid_to") + 1
    assert f"table unit_edition: column {place} holds no day" in said


def test_rows_that_come_back_otherwise_are_refused(members: Members, refused: Says, tmp_path: Path) -> None:
    """A row whose text is not the one this program writes cannot be compared, and is not let in."""
    lines = members["tables/unit.ndjson"].replace(b"[1,", b"[ 1,", 1)
    file = written(tmp_path / "odd.zip", with_table(members, "unit", lines))

    assert refused(file) == [
        f"{file}: The database gives other rows back than the backup holds: unit. "
        "Nothing was changed; restore into another database."
    ]


def test_text_that_postgresql_cannot_keep_is_named_before_anything_is_written(
    members: Members, tmp_path: Path, databases: Databases
) -> None:
    lines = members["tables/ledger_setting.ndjson"].replace(b'"CNY"', b'"C\\u0000Y"')
    file = written(tmp_path / "nul.zip", with_table(members, "ledger_setting", lines))
    databases.copy()

    if connection.vendor == "sqlite":
        restore(file)
        assert [row for row in all_rows()["ledger_setting"] if "currency" in row] == ["('currency', 'C\\x00Y')"]
        return
    with pytest.raises(ProblemsFound) as found:
        restore(file)
    assert [str(problem) for problem in found.value.problems] == [
        "table ledger_setting: A text in the column value (row currency, C\x00Y ...) holds a NUL character, "
        "which PostgreSQL cannot keep. Restore into SQLite."
    ]


def test_number_that_sqlite_cannot_keep_is_named_before_anything_is_written(
    members: Members, tmp_path: Path, databases: Databases
) -> None:
    place = columns(members, "fact").index("number")
    rows = [json.loads(line) for line in members["tables/fact.ndjson"].splitlines()]
    chosen = next(row for row in rows if row[place] is not None)
    chosen[place] = "nan"
    lines = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
    file = written(tmp_path / "nan.zip", with_table(members, "fact", lines))
    databases.copy()

    if connection.vendor == "postgresql":
        restore(file)
        assert len([row for row in all_rows()["fact"] if "nan" in row]) == 1
        return
    with pytest.raises(ProblemsFound) as found:
        restore(file)
    assert [str(problem) for problem in found.value.problems] == [
        f"table fact: A number in the column number (row {', '.join(map(str, chosen[:3]))} ...) is none, "
        "which SQLite cannot keep. Restore into PostgreSQL."
    ]


def test_members_in_the_file_are_read_in_any_order(saved: Path, members: Members, tmp_path: Path) -> None:
    turned = dict(reversed(members.items()))

    assert check_backup(written(tmp_path / "turned.zip", turned)) == check_backup(saved)
    assert io.BytesIO(members["tables/fact.ndjson"]).readline()[:1] == b"["
