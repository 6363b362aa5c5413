"""The manifest is read as it was written; what keeps it from this ledger is listed (tests/backup/test_damage.py)."""

from __future__ import annotations

import json

import pytest

from headrope.backup.manifest import Held, Manifest, NoManifest, read

MANIFEST = Manifest(
    headrope="0.1.0",
    database="sqlite",
    created_at="2026-07-01T00:00:00+00:00",
    key="00000000-0000-4000-8000-000000000001",
    seq=7,
    migrations=("org.0001_initial",),
    tables=(
        Held("fact", (("unit_id", "integer"), ("number", "float")), 3, "ab" * 32, 0),
        Held("user", (("id", "integer"),), 1, "cd" * 32, 12),
    ),
)


def test_manifest_is_read_as_it_was_written() -> None:
    assert read(MANIFEST.text().encode()) == MANIFEST


def test_manifest_counts_rows() -> None:
    assert (MANIFEST.rows, MANIFEST.rows_of("fact"), MANIFEST.rows_of("unit")) == (4, 3, 0)


def test_manifest_names_the_member_of_a_table() -> None:
    assert [table.member for table in MANIFEST.tables] == ["tables/fact.ndjson", "tables/user.ndjson"]


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "another"},
        {"version": "1"},
        {"version": True},
        {"key": "no uuid"},
        {"seq": "seven"},
        {"migrations": None},
        {"tables": None},
        {"tables": [{"name": "fact"}]},
        {"tables": [{"name": "fact", "columns": [], "rows": "3", "sha256": "", "counted": 0}]},
        {"tables": [{"name": "fact", "columns": [], "rows": 3, "sha256": "", "counted": 0, "more": 1}]},
    ],
    ids=str,
)
def test_manifest_when_something_is_wrong_is_none(changed: dict[str, object]) -> None:
    text = json.dumps({**json.loads(MANIFEST.text()), **changed})

    with pytest.raises(NoManifest):
        read(text.encode())
