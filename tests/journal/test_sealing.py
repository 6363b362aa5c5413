"""What was sealed is found out when it is changed: lines, the end of the trail, seals, the file, the key; and a restore is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from headrope.backup.actions import backup, restore
from headrope.core.problems import Problem
from headrope.journal.actions import audit_digest, lock_head, record
from headrope.journal.models import Audit, AuditSeal
from headrope.journal.queries import books
from headrope.journal.seal_file import read_seals, seal_file
from headrope.journal.seal_key import key_file
from headrope.journal.sealing import Sealing, seal_trail
from headrope.journal.seals import key_print, line_of, parse_line
from headrope.ledger.audit.seals import check_seals
from headrope.ledger.audit.trail import check_trail
from headrope.org.actions import console_user
from tests.conftest import Databases, Place, Says

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMPARE = (
    "The database or the file was changed past Headrope: compare both with a backup and with copies of seals.jsonl."
)


def write(count: int = 1, at: datetime = NOON) -> None:
    """Some lines of the trail."""
    with transaction.atomic():
        lock_head()
        for number in range(count):
            record(by=console_user(), action="said", object=f"word {number} of {at}", at=at)


def seal(at: datetime = NOON, *, renew: bool = False) -> Sealing:
    return seal_trail(by=console_user(), now=at, renew=renew)


def said(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def audited() -> list[str]:
    return said(check_seals().problems)


@pytest.fixture
def sealed(place: Place) -> Place:
    """Ten lines; seals 1 to 3 at noon, one o'clock and two, over lines 2, 5 and 9; line 10 is not sealed."""
    for hour, count in enumerate((2, 3, 4)):
        write(count, NOON + hour * HOUR)
        seal(NOON + hour * HOUR)
    write(1, NOON + 3 * HOUR)
    return place


Tamper = Callable[..., None]


@pytest.fixture
def tamper() -> Tamper:
    """Changes the database past its guards, as its owner can."""

    def run(*statements: str) -> None:
        sqlite = connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            if sqlite:
                cursor.execute("PRAGMA foreign_keys=OFF")
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                triggers = cursor.fetchall()
                for name, _ in triggers:
                    cursor.execute(f"DROP TRIGGER {name}")
            else:
                cursor.execute("ALTER TABLE audit DISABLE TRIGGER ALL; ALTER TABLE audit_seal DISABLE TRIGGER ALL")
            for statement in statements:
                cursor.execute(statement)
            if sqlite:
                for _, sql in triggers:
                    cursor.execute(sql)
                cursor.execute("PRAGMA foreign_keys=ON")
            else:
                cursor.execute("ALTER TABLE audit ENABLE TRIGGER ALL; ALTER TABLE audit_seal ENABLE TRIGGER ALL")

    return run


def rechain(first: int) -> list[str]:
    """Statements that write lines of the trail anew with digests that chain, so that only the seals can tell."""
    before = Audit.objects.filter(id__lt=first).order_by("-id").values_list("digest", flat=True).first() or ""
    statements = []
    for line in Audit.objects.filter(id__gte=first).order_by("id"):
        thing = "nothing at all" if line.id == first else line.object
        before = audit_digest(before, line.at, line.by_id, line.action, thing)
        statements.append(f"UPDATE audit SET object = '{thing}', digest = '{before}' WHERE id = {line.id}")
    return statements


def edit_file(change: Callable[[list[str]], list[str]]) -> None:
    lines = seal_file().read_text(encoding="utf-8").splitlines()
    seal_file().write_text("".join(f"{line}\n" for line in change(lines)), encoding="utf-8")


def test_trail_that_has_grown_is_sealed_in_the_database_and_in_the_file(place: Place) -> None:
    write(2)

    first, again = seal(), seal(NOON + HOUR)
    write(1)
    second = seal(NOON + HOUR)

    made = list(AuditSeal.objects.order_by("number").values_list("number", "at", "audit_id"))
    last = Audit.objects.order_by("-id").first()
    assert made == [(1, NOON, last.pk - 1), (2, NOON + HOUR, last.pk)]
    assert [(each.lines, each.problems) for each in (first, again, second)] == [(2, ()), (0, ()), (1, ())]
    assert again.seal is None
    assert list(read_seals(str(books().key)).seals.values()) == [first.seal, second.seal]
    assert second.seal and second.seal.digest == last.digest
    assert (audited(), check_seals().counted) == (
        [],
        "2 seals, the last of 2026-03-02T13:00:00+00:00, 0 lines since",
    )


def test_ledger_without_lines_has_nothing_to_seal(place: Place) -> None:
    assert (seal(), seal_file().exists(), key_file().exists()) == (Sealing(None), False, False)
    assert (audited(), check_seals().counted) == ([], "none yet: `headrope tick` makes them")


def test_sealed_trail_is_sound(sealed: Place) -> None:
    assert audited() == said(check_trail().problems) == []
    assert check_seals().counted == "3 seals, the last of 2026-03-02T14:00:00+00:00, 1 line since"


def test_changed_line_is_found_even_when_the_chain_is_made_to_fit(sealed: Place, tamper: Tamper) -> None:
    tamper(*rechain(4))

    assert said(check_trail().problems) == []
    assert audited() == [
        "seal 2: Up to line 5 the audit trail is not the one that was sealed on 2026-03-02T13:00:00+00:00: it was "
        f"rewritten. {COMPARE}"
    ]
    assert said(seal(NOON + 4 * HOUR).problems) == [
        "seal 3: Up to line 9 the audit trail is not the one that was sealed on 2026-03-02T14:00:00+00:00. Run "
        "`headrope audit`, and compare the database with a backup."
    ]
    assert AuditSeal.objects.count() == 3


def test_last_lines_that_were_deleted_are_missed(sealed: Place, tamper: Tamper) -> None:
    tamper("DELETE FROM audit WHERE id >= 8")

    assert said(check_trail().problems) == []
    assert audited() == [
        "seal 3: Line 9 of the audit trail, which was sealed on 2026-03-02T14:00:00+00:00, is not there: the trail was "
        f"cut off. {COMPARE}"
    ]


def test_lines_deleted_with_their_seals_are_missed_by_the_file(sealed: Place, tamper: Tamper) -> None:
    tamper("DELETE FROM audit WHERE id >= 8", "DELETE FROM audit_seal WHERE number = 3")

    assert audited() == [
        "database: seal 3 stands in seals.jsonl alone. It was made on 2026-03-02T14:00:00+00:00, when the audit trail "
        f"went up to line 9: the trail was cut off or rewritten after that, or the database is an older copy. {COMPARE}"
    ]
    assert said(seal(NOON + 4 * HOUR).problems) == [
        "seal 3: The file of seals goes on to seal 3 of 2026-03-02T14:00:00+00:00, which the database does not have. "
        "Run `headrope audit`: lines or seals were removed from the database, or it is an older copy."
    ]


@pytest.mark.parametrize(("number", "named"), [(1, "seal 1"), (2, "seal 2"), (3, "seal 3")])
def test_seal_that_was_removed_is_named(sealed: Place, tamper: Tamper, number: int, named: str) -> None:
    tamper(f"DELETE FROM audit_seal WHERE number = {number}")

    assert audited() == [
        f"database: {named} stands in seals.jsonl alone: removed from the database, though the audit trail is still "
        f"the one that was sealed. {COMPARE}"
    ]


def test_seal_removed_from_both_is_missed_by_its_number(sealed: Place, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_seal WHERE number = 2")
    edit_file(lambda lines: [lines[0], lines[2]])

    assert audited() == [f"database: seal 2 is missing, in the database and in seals.jsonl. {COMPARE}"]


def test_seal_that_was_changed_fits_its_key_no_more(sealed: Place, tamper: Tamper) -> None:
    tamper("UPDATE audit_seal SET at = '2026-03-02 13:30:00+00:00' WHERE number = 2")

    assert audited() == [
        f"database: Not as made: seal 2. What it says was changed, or it was made without the key. {COMPARE}",
        f"seals: The database and seals.jsonl say different things: seal 2. {COMPARE}",
    ]


def test_line_of_the_file_that_was_changed_is_named(sealed: Place) -> None:
    edit_file(lambda lines: [lines[0], lines[1].replace('"audit": 5', '"audit": 4'), lines[2], "rubbish"])

    assert audited() == [
        f"seals.jsonl: What stands in line 4 of the file is no seal: it was changed. {COMPARE}",
        f"seals.jsonl: Not as made: seal 2. What it says was changed, or it was made without the key. {COMPARE}",
        f"seals: The database and seals.jsonl say different things: seal 2. {COMPARE}",
    ]


def test_key_that_was_replaced_is_named_and_nothing_is_sealed_with_it(sealed: Place) -> None:
    last = AuditSeal.objects.get(number=3).key_print
    key_file().write_text("x" * 40, encoding="ascii")

    remedy = (
        "Put the file seal.key (or HEADROPE_SEAL_KEY) of that time back; if it is lost, run `headrope tick "
        "--renew-seals`."
    )
    assert audited() == [
        f"seal.key: seals 1 to 3 were made with another key and are not proven: the key was replaced; theirs was {last}. "
        f"{remedy}"
    ]
    assert said(seal(NOON + 4 * HOUR).problems) == [
        f"seals: The key of the seals is {key_print('x' * 40)}, but the last seal was made with the key {last}. {remedy}"
    ]
    assert AuditSeal.objects.count() == 3


def test_key_that_is_gone_is_not_made_again_in_silence(sealed: Place) -> None:
    key_file().unlink()

    problems = seal(NOON + 4 * HOUR).problems

    assert [problem.message for problem in problems] == [
        "The key of the seals is not there; the last seal was made with the key %(key)s."
    ]
    assert not key_file().exists()
    assert [text.partition(". Put")[0] for text in audited()] == [
        "seal.key: seals 1 to 3 cannot be proven: the key is not there"
    ]


def test_file_that_is_gone_is_named(sealed: Place) -> None:
    seal_file().unlink()

    assert audited() == [
        "seals.jsonl: seals 1 to 3 stand in the database alone, the last one of 2026-03-02T14:00:00+00:00. Put the "
        "file seals.jsonl back; if it is lost, run `headrope tick --renew-seals`."
    ]


def test_seals_begun_anew_are_told_and_no_longer_a_fault(sealed: Place) -> None:
    seal_file().unlink()
    key_file().unlink()

    made = seal(NOON + 4 * HOUR, renew=True)

    assert (made.problems, made.seal and made.seal.number) == ((), 4)
    line = Audit.objects.order_by("-id").first()
    assert line and line.action == "renew seals" and line.object.startswith("from key ")
    anew = "since seals were begun anew on 2026-03-02T16:00:00+00:00"
    assert audited() == []
    assert check_seals().counted == (
        "4 seals, the last of 2026-03-02T16:00:00+00:00, 0 lines since; "
        f"seals 1 to 3 stand in the database alone {anew}; "
        f"seals 1 to 3 were made with another key and are not proven {anew}"
    )


def test_line_that_says_so_and_is_not_sealed_explains_nothing(sealed: Place) -> None:
    """Whoever can write to the trail, and has no key, could claim that seals were begun anew."""
    seal_file().unlink()
    with transaction.atomic():
        lock_head()
        record(by=console_user(), action="renew seals", object="", at=NOON + 4 * HOUR)

    assert audited() == [
        "seals: seals 1 to 3 stand in the database alone since seals were begun anew on 2026-03-02T16:00:00+00:00. If "
        "that was meant, run `headrope tick`: it seals the books as they are now. If not, find out who did it."
    ]


def test_seal_whose_line_was_not_added_before_the_machine_stopped_is_added_by_the_next_tick(sealed: Place) -> None:
    edit_file(lambda lines: lines[:2])

    before = audited()
    seal(NOON + 4 * HOUR)

    assert len(before) == 1
    assert list(read_seals(str(books().key)).seals) == [1, 2, 3, 4]
    assert audited() == []


def test_two_databases_with_one_home_are_told_apart(sealed: Place, databases: Databases) -> None:
    other = databases.copy()
    Place(other.name, sealed.home).enter()
    write(3)
    seal()

    found = (audited(), check_seals().counted)
    sealed.enter()

    assert found == ([], "1 seal, the last of 2026-03-02T12:00:00+00:00, 0 lines since")
    assert audited() == []
    assert len(seal_file().read_text(encoding="utf-8").splitlines()) == 4


@pytest.fixture
def old(sealed: Place, tmp_path: Path) -> Path:
    """A backup made after seal 3; four lines and a seal more have followed."""
    path = tmp_path / "books.zip"
    backup(path)
    write(4, NOON + 4 * HOUR)
    seal(NOON + 4 * HOUR)
    return path


def test_restore_of_an_older_backup_at_the_same_home_is_told_plainly(
    sealed: Place, old: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = databases.copy()
    Place(fresh.name, sealed.home).enter()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + 5 * HOUR)
    restore(old)

    restored = "since the books were restored from a backup on 2026-03-02T17:00:00+00:00"
    assert audited() == [
        f"seals: seal 4 stands in seals.jsonl alone {restored}. If that was meant, run `headrope tick`: it seals the "
        "books as they are now. If not, find out who did it."
    ]
    made = seal(NOON + 6 * HOUR)
    assert (made.problems, made.seal and made.seal.number) == ((), 5)
    assert audited() == said(check_trail().problems) == []
    assert check_seals().counted == (
        f"4 seals, the last of 2026-03-02T18:00:00+00:00, 0 lines since; seal 4 stands in seals.jsonl alone {restored}"
    )


def test_restore_explains_nothing_that_was_sealed_after_it(
    sealed: Place, old: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch, tamper: Tamper
) -> None:
    fresh = databases.copy()
    Place(fresh.name, sealed.home).enter()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + 5 * HOUR)
    restore(old)
    for hour in (6, 7, 8):
        write(1, NOON + hour * HOUR)
        seal(NOON + hour * HOUR)

    tamper("DELETE FROM audit_seal WHERE number = 7")

    assert audited() == [
        "database: seal 7 stands in seals.jsonl alone: removed from the database, though the audit trail is still the "
        f"one that was sealed. {COMPARE}"
    ]


def test_restore_at_another_home_begins_with_another_key(
    sealed: Place, old: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases.copy()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + 5 * HOUR)
    restore(old)

    before = audited()
    made = seal(NOON + 6 * HOUR)

    restored = "since the books were restored from a backup on 2026-03-02T17:00:00+00:00"
    assert [text.partition(" since")[0] for text in before] == [
        "seals: seals 1 to 3 stand in the database alone",
        "seals: seals 1 to 3 cannot be proven",
    ]
    assert (made.problems, made.seal and made.seal.number) == ((), 4)
    assert audited() == []
    assert check_seals().counted == (
        "4 seals, the last of 2026-03-02T18:00:00+00:00, 0 lines since; "
        f"seals 1 to 3 stand in the database alone {restored}; "
        f"seals 1 to 3 were made with another key and are not proven {restored}"
    )


def test_copy_of_the_file_kept_elsewhere_is_as_good(sealed: Place, tamper: Tamper, tmp_path: Path) -> None:
    """Who removes lines here, in the file and in the database is found by a copy of the file."""
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(seal_file().read_bytes())
    tamper("DELETE FROM audit WHERE id >= 6", "DELETE FROM audit_seal WHERE number = 3")
    edit_file(lambda lines: lines[:2])

    here, elsewhere = check_seals(), check_seals(copy)

    assert here.problems == ()
    assert [problem.where for problem in elsewhere.problems] == ["database"]


def test_copy_of_the_file_may_be_older_but_has_no_gaps(sealed: Place, tmp_path: Path) -> None:
    lines = seal_file().read_text(encoding="utf-8").splitlines(keepends=True)
    older, gap, foreign = (tmp_path / name for name in ("older.jsonl", "gap.jsonl", "foreign.jsonl"))
    older.write_text("".join(lines[:2]), encoding="utf-8")
    gap.write_text("".join(lines[::2]), encoding="utf-8")
    foreign.write_text("", encoding="utf-8")

    found = [[str(problem) for problem in check_seals(each).problems] for each in (older, gap, foreign)]

    assert [[text.partition(",")[0] for text in each] for each in found] == [
        [],
        ["seals.jsonl: seal 2 stands in the database alone"],
        ["seals.jsonl: seals 1 to 3 stand in the database alone"],
    ]


def test_command_holds_the_trail_against_a_copy(sealed: Place, tamper: Tamper, says: Says, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(seal_file().read_bytes())
    sound = says("audit", "--seals", copy)
    tamper("DELETE FROM audit WHERE id >= 6", "DELETE FROM audit_seal WHERE number = 3")
    edit_file(lambda lines: lines[:2])

    cut, as_json = says("audit", "--seals", copy), says("audit", "--seals", copy, "--json")

    assert sound == (
        0,
        "  postings: 0 postings, nothing wrong.\n"
        "  audit trail: 10 lines, nothing wrong.\n"
        "  seals: 3 seals, the last of 2026-03-02T14:00:00+00:00, 1 line since, nothing wrong.\n",
        "",
    )
    assert (cut[0], cut[1].splitlines()[2]) == (
        1,
        "  seals: 2 seals, the last of 2026-03-02T13:00:00+00:00, 0 lines since, 1 wrong.",
    )
    assert (as_json[0], [len(check["problems"]) for check in json.loads(as_json[1])["checks"]]) == (1, [0, 0, 1])
    assert says("audit", "--seals", tmp_path / "none.jsonl")[0] == 2


def test_file_is_read_back_as_it_was_written(sealed: Place) -> None:
    lines = seal_file().read_text(encoding="utf-8").splitlines()

    assert [line_of(held) for line in lines if (held := parse_line(line))] == lines
