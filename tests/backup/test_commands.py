"""`headrope backup` and `headrope restore` as a person or a script meets them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from headrope.backup.actions import check_backup
from headrope.backup.tables import LEFT_OUT
from tests.conftest import Databases, Place


def process(place: Place, *words: str | Path) -> tuple[int, list[str], list[str]]:
    command = [sys.executable, "-m", "headrope", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=place.environment)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def test_backup_and_restore_say_what_they_did(filled: Place, databases: Databases, tmp_path: Path) -> None:
    target = tmp_path / "books.zip"

    saved = process(filled, "backup", target)
    held = check_backup(target)
    checked = process(filled, "restore", "--check", target)
    restored = process(databases.copy(), "restore", target)

    reasons = "; ".join(f"{name} ({reason})" for name, reason in LEFT_OUT.items())
    whole = (
        f"{held.rows:,} rows of {len(held.tables)} tables (12 facts, {held.rows_of('posting')} postings, 4 units, 3 accounts), "
        f"the books {held.key} up to posting {held.seq}, backed up {held.created_at} from {held.database} by Headrope {held.headrope}."
    )
    assert saved == (
        0,
        [
            f"Backed up {held.rows:,} rows of {len(held.tables)} tables, the books up to posting {held.seq}, "
            f"into {target} ({target.stat().st_size / 1e6:.1f} MB), and read them back.",
            "Nobody else on this machine may read it: it holds the digests of passwords. Keep it so.",
            f"Left out: {reasons}.",
        ],
        ["writing the backup ...", "reading it back ..."],
    )
    assert checked == (0, [f"The backup is whole: {whole}"], ["checking the file ..."])
    assert restored == (
        0,
        [f"Restored {whole}"],
        ["checking the file ...", "writing ...", "comparing ...", "adding up ..."],
    )


def test_problems_go_to_standard_error_with_status_1(filled: Place, saved: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(saved.read_bytes()[:-9])
    damaged = f"{cut}: The file is damaged: it is cut off, or was never a backup. Take another copy of the file, or another backup."

    again = process(filled, "backup", saved)
    checked = process(filled, "restore", "--check", cut)
    restored = process(filled, "restore", saved)

    assert again == (
        1,
        [],
        [
            f"{saved}: There is a file of that name already. Choose another name; --replace replaces an earlier backup.",
            "1 problem; nothing was changed.",
        ],
    )
    assert checked == (1, [], [damaged, "1 problem; nothing was changed."])
    assert (restored[:2], restored[2][-2].partition(":")[0]) == ((1, []), "This ledger is not empty")
