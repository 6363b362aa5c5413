"""Loads and readers at the same time: nobody sees a half, nobody's figures get lost.

G   group
    A   company
        A1  branch
    AB  company
    C   company, from 1 March to 31 October 2023
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from headrope.core.periods import parse
from headrope.core.problems import ProblemsFound
from headrope.journal import editions
from headrope.journal.models import Posting
from headrope.journal.queries import Books, books, while_still
from headrope.ledger import definitions
from headrope.ledger import load as loading
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.book.current import changes
from headrope.ledger.cube import store
from headrope.ledger.load import LoadResult
from headrope.ledger.models import Fact, PostingUnit
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.models import Unit
from headrope.org.queries import unit_ids
from tests.conftest import Folder, Place
from tests.ledger.small_group import FACTS, HEADER, MEASURES, UNITS, facts

MONTHS = [f"2023-{month:02d}" for month in range(1, 13)]


@pytest.fixture
def begun(place: Place, folder: Folder) -> Place:
    """The small group, loaded."""
    load_folder(folder(units=UNITS, measures=MEASURES, facts=FACTS), by=console_user())
    refresh_cube()
    return place


def everywhere(value: int) -> str:
    """A, A1 and AB with the same revenue in every month."""
    return "\n".join(
        (HEADER, *(f"{unit},REV,{month},actual,{value}" for unit in ("A", "A1", "AB") for month in MONTHS))
    )


def meanwhile(work: Callable[[], object]) -> None:
    """Do something on a connection of its own, and wait for it."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert failed == []


def total() -> tuple[int, int, int]:
    """The group's revenue of 2023 with its coverage, from a fresh cube."""
    infos = {info.code: info for info in measures()}
    column = store.fresh().view([unit_ids()["G"]]).column(infos["REV"], infos, "actual", parse("2023"))
    return int(column.values[0]), int(column.reported[0]), int(column.expected[0])


def test_load_when_another_posts_before_it_writes_begins_again(
    begun: Place, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one finds new units and measures that take numbers; so does the quick one that overtakes it."""
    slow = folder(
        units=f"{UNITS}A2,East Valves,A,3,branch,,",
        measures=f"{MEASURES}COST,Cost,CNY,money,0.01,flow,down,,",
        facts=f"{HEADER}\nA2,COST,2023-04,actual,5\nAB,REV,2023-04,actual,99\nAB,REV,2023-04,plan,1",
    )
    quick = folder(
        units=f"{UNITS}A3,East Pipes,A,3,branch,,",
        measures=f"{MEASURES}CASH,Cash,CNY,money,0.01,stock,up,,",
        facts=f"{HEADER}\nA3,CASH,2023-04,actual,7\nAB,REV,2023-04,actual,99\nA,REV,2023-04,forecast,2",
    )
    steps: list[str] = []

    def progress(doing: str, done: int, of: int) -> None:
        steps.append(doing)
        if steps.count("writing") == 1 and doing == "writing":
            meanwhile(lambda: load_folder(quick, by=console_user()))

    result = load_folder(slow, by=console_user(), progress=progress)

    attempt = ["reading facts.csv", "sorting", "comparing with the ledger", "writing"]
    assert [step for step in steps if step != "adding up"] == attempt * 2
    assert (result.new_units, result.new_measures, result.unchanged) == (1, 1, 1)
    assert facts()[5:] == [
        ("A", "REV", "forecast", 20230401, "own", 200),
        ("AB", "REV", "actual", 20230401, "own", 9900),
        ("A3", "CASH", "actual", 20230401, "own", 700),
        ("AB", "REV", "plan", 20230401, "own", 100),
        ("A2", "COST", "actual", 20230401, "own", 500),
    ]
    assert list(Posting.objects.order_by("seq").values_list("seq", "kind")) == [
        (1, "define"), (2, "load"), (3, "define"), (4, "load"), (5, "define"), (6, "load"),
    ]  # fmt: skip
    ids = list(unit_ids().values())
    assert len(set(ids)) == len(ids) == Unit.objects.count() == 7


@pytest.fixture
def overtaken(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has another define a unit after the moments of the postings were read, and before the units are; once."""
    quick = folder(units="code,name,parent,kind\nA3,East Pipes,A,branch")

    def prepare() -> None:
        left = [quick]

        def clock() -> dict[int, datetime]:
            found = editions.clock()
            if left:
                meanwhile(lambda: load_folder(left.pop(), by=console_user()))
            return found

        monkeypatch.setattr(definitions, "clock", clock)

    return prepare


@pytest.mark.parametrize("dry", [False, True])
def test_load_when_overtaken_while_it_reads_what_is_defined_reads_it_again(
    begun: Place, folder: Folder, overtaken: Callable[[], None], dry: bool
) -> None:
    late = folder(units=f"{UNITS}A2,East Valves,A,3,branch,,", facts=f"{HEADER}\nA2,REV,2023-05,actual,1")
    overtaken()

    result = load_folder(late, by=console_user(), dry_run=dry)

    assert (result.new_units, result.rows, result.unchanged) == (1, 1, 0)
    assert sorted(unit_ids()) == ["A", "A1", *([] if dry else ["A2"]), "A3", "AB", "C", "G"]


def test_what_a_file_would_change_when_overtaken_is_read_again(
    begun: Place, folder: Folder, overtaken: Callable[[], None]
) -> None:
    there = folder(measures=f"{MEASURES}COST,Cost,CNY,money,0.01,flow,down,,")
    overtaken()

    assert [(each.names, len(each.before), len(each.after)) for each in changes(there, "measures")] == [
        (("COST",), 0, 1)
    ]


def test_fault_that_is_no_other_person_s_doing_is_raised_at_once(begun: Place) -> None:
    turns: list[Books] = []

    def work(start: Books) -> None:
        turns.append(start)
        raise KeyError

    with pytest.raises(KeyError):
        while_still(work)

    assert turns == [books()]


def test_load_when_overtaken_by_one_that_makes_it_wrong_says_so(begun: Place, folder: Folder) -> None:
    """While it is prepared, AB is closed at the end of March by another."""
    late = folder(facts=f"{HEADER}\nAB,REV,2023-05,actual,1")
    closing = folder(units="code,name,parent,to\nAB,Airport Base,G,2023-04-30")
    done: list[str] = []

    def progress(doing: str, *_: int) -> None:
        if doing == "writing" and not done:
            done.append(doing)
            meanwhile(lambda: load_folder(closing, by=console_user()))

    with pytest.raises(ProblemsFound) as found:
        load_folder(late, by=console_user(), progress=progress)

    assert [str(problem) for problem in found.value.problems] == [
        "facts.csv, row 2: AB does not exist at the end of 2023-05. Correct the period, or the unit's dates."
    ]
    assert len(facts()) == 5


def test_load_when_the_books_move_ten_times_gives_up(begun: Place, folder: Folder) -> None:
    late = folder(facts=f"{HEADER}\nAB,REV,2023-05,actual,1")
    count = 0

    def progress(doing: str, *_: int) -> None:
        nonlocal count
        if doing == "writing":
            count += 1
            other = folder(facts=f"{HEADER}\nA,REV,2023-06,actual,{count}")
            meanwhile(lambda: load_folder(other, by=console_user()))

    with pytest.raises(RuntimeError, match="the books moved ten times"):
        load_folder(late, by=console_user(), progress=progress)

    assert (count, Fact.objects.filter(period=20230501).count()) == (10, 0)


def test_loads_when_two_processes_run_at_once_are_both_in(begun: Place, folder: Folder) -> None:
    """Each adds a unit, a measure and a version of its own, and both give the same cells another value."""
    folders = [
        folder(
            units=f"{UNITS}A{n},Branch {n},A,3,branch,,",
            measures=f"{MEASURES}M{n},Measure {n},CNY,money,0.01,flow,up,,",
            facts=everywhere(n) + f"\nA{n},M{n},2023-04,v{n},{n}",
        )
        for n in (2, 3)
    ]
    command = [sys.executable, "-m", "headrope", "load"]
    connection.close()

    running = [
        subprocess.Popen([*command, str(each)], env=begun.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for each in folders
    ]
    said = [process.communicate(timeout=120) for process in running]

    words = "\n".join(part.decode() for each in said for part in each)
    assert [process.returncode for process in running] == [0, 0], words
    values = {row.seq: row.amount for row in Fact.objects.filter(period=20230701)}
    assert [values[seq] for seq in sorted(values)] in ([200, 300], [300, 200])
    assert {row[:3] for row in facts() if row[2] in ("v2", "v3")} == {("A2", "M2", "v2"), ("A3", "M3", "v3")}
    assert sorted(unit_ids()) == ["A", "A1", "A2", "A3", "AB", "C", "G"]
    last = 100 * (values[max(values)] // 100)
    assert total() == (last * 36, 36, 36)
    assert books().seq == Posting.objects.count() == 6


def test_reader_when_a_load_runs_sees_all_of_it_or_nothing(begun: Place, folder: Folder) -> None:
    """Twelve loads, each giving every cell the next value; two readers ask all the time."""
    folders = [folder(facts=everywhere(value)) for value in range(1, 13)]
    load_folder(folder(facts=everywhere(0)), by=console_user())
    wanted = {(value * 3600, 36, 36) for value in range(13)}
    seen: list[tuple[int, int, int]] = []
    rows: list[tuple[int, int]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.append(total())
            latest = Fact.objects.filter(seq=books().seq)
            rows.append((latest.count(), PostingUnit.objects.filter(seq=books().seq).count()))

    readers = [threading.Thread(target=lambda: meanwhile(ask)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for each in folders:
        load_folder(each, by=console_user())
    done.set()
    for reader in readers:
        reader.join(60)

    assert set(seen) <= wanted
    assert len(set(seen)) > 1
    assert {count for count, _ in rows} == {36}
    assert {count for _, count in rows} == {3}
    assert total() == (12 * 3600, 36, 36)


def test_lock_of_a_load_is_taken_after_all_reading_and_comparing(
    begun: Place, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it writes, others may post; what they see while it writes is the books before it."""
    events: list[str] = []
    lock = loading.lock_head

    def locked() -> object:
        events.append("locked")
        return lock()

    monkeypatch.setattr(loading, "lock_head", locked)

    def progress(doing: str, *_: int) -> None:
        if not events or events[-1] != doing:
            events.append(doing)

    result: LoadResult = load_folder(folder(facts=everywhere(3)), by=console_user(), progress=progress)

    assert events == ["reading facts.csv", "sorting", "comparing with the ledger", "writing", "locked"]
    assert result.posted


def test_reader_when_a_load_holds_the_lock_reads_the_books_before_it(
    begun: Place, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    lock = loading.lock_head

    def locked() -> object:
        head = lock()
        meanwhile(lambda: seen.append((books().seq, Fact.objects.count())))
        return head

    monkeypatch.setattr(loading, "lock_head", locked)

    load_folder(folder(facts=everywhere(3)), by=console_user())

    assert seen == [(2, 5)]
    assert (books().seq, Fact.objects.count()) == (3, 5 + 36)


def test_cube_when_two_processes_build_at_once_is_built_once(begun: Place, folder: Folder) -> None:
    load_folder(folder(facts=everywhere(3)), by=console_user())
    command = [sys.executable, "-m", "headrope", "cube"]
    connection.close()

    running = [subprocess.Popen(command, env=begun.environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate(timeout=120)[0] for process in running}

    name = (Path(begun.home) / "cube" / "CURRENT").read_text()
    assert said == {f"Built {name}.\n"}
    assert total() == (3 * 3600, 36, 36)
