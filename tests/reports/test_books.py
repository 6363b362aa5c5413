"""Papers from the books of the example group: what stands in them, and what a restated figure changes."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from headrope.core.periods import parse
from headrope.core.rollup import Column
from headrope.core.units import SEGMENT
from headrope.demo.gaps import seed_gaps
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.org.queries import Sight, sight, whole_sight
from headrope.reports.checking import check
from headrope.reports.making import again, make
from headrope.reports.many import Job, papers
from headrope.reports.opening import opened
from headrope.reports.paper import Figure, Number, Paper, Question, Table
from headrope.reports.word import word
from headrope.reports.writing import kept
from headrope.review.gaps.actions import Actor, answer
from headrope.review.gaps.given import Given
from headrope.review.gaps.place import place_of
from headrope.review.queries import Reader
from tests.conftest import Folder, Place

SHEET = Question("sheet", "T03", "2023-H1", "", "en")
SITUATION = Question("situation", "T", "2023-H1", "", "en")


def whole() -> Sight:
    at, ledger = books(), ledger_settings()
    return whole_sight(str(at.key), at.seq, clock.now().astimezone(ledger.zone).date())


def reader() -> Reader:
    return Reader(store.fresh(None), ledger_settings(), books(), whole(), None)


@pytest.fixture(scope="module")
def example_copy(copy_of_example: Callable[[], Place]) -> Place:
    return copy_of_example()


@pytest.fixture
def group(example_copy: Place) -> Place:
    """The example group, entered; not changed but by the last test."""
    example_copy.enter()
    return example_copy


def of(paper: Paper, unit: str, measure: str, version: str = "actual", what: str = "figure") -> set[str]:
    """The exact values under which a number is told."""
    return {
        each.value
        for each in paper.numbers()
        if (each.ref.unit, each.ref.measure, each.ref.version, each.ref.what) == (unit, measure, version, what)
    }


@pytest.mark.parametrize("asked", [SHEET, SITUATION])
def test_every_number_has_the_value_that_the_cube_gives(group: Place, asked: Question) -> None:
    found = reader()
    paper = make(found, asked)
    held = 0
    for number in paper.numbers():
        ref = number.ref
        if ref.what != "figure" or ref.version not in ("actual", "target"):
            continue
        info = found.infos[ref.measure]
        node = next(each for each in found.who.now.last.values() if each.code == ref.unit)
        column: Column = found.cube.view([node.id]).column(info, found.infos, ref.version, parse(ref.period))
        value = column.values[0].item()
        assert number.value == (info.rule.quantity.write(value) if info.rule.exact else repr(float(value))), str(ref)
        held += 1
    assert held > 30


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_sheet_says_what_the_page_says(group: Place, language: str) -> None:
    paper = make(reader(), replace(SHEET, language=language))
    table = paper.wide[0]
    assert isinstance(table, Table)

    assert (paper.title, paper.question.kind) == ("Xinglu Boiler" if language == "en" else "兴炉锅炉", "sheet")
    assert len({len(row.cells) for row in table.rows} | {len(table.columns)}) == 1
    # Money stands in full in the list, however coarse it is printed.
    assert {len(value.partition(".")[2]) for value in of(paper, "T03", "PROFIT")} == {2}
    assert len(list(paper.blocks)) >= 4


def test_sheet_has_both_measures_by_year_and_by_month_and_what_makes_up_the_gap(group: Place) -> None:
    paper = make(reader(), SHEET)

    drawn = [block.chart.ident for block in paper.blocks if isinstance(block, Figure)]
    said = [block.title for block in paper.blocks if not isinstance(block, Figure)]
    assert drawn == ["path-REVENUE", "months-REVENUE", "path-PROFIT", "months-PROFIT", "gap-PROFIT"]
    assert said[:1] == ["Measures"]


def test_situation_tells_the_distances_of_the_matrix(group: Place) -> None:
    """Xinglu Boiler's profit is a loss of 44 against a planned loss of 1: behind, told as an amount."""
    paper = make(reader(), SITUATION)
    table = paper.last[0]
    assert isinstance(table, Table)
    rows = {row.cells[0][0]: row for row in table.rows}
    place = next(place for place, column in enumerate(table.columns) if column.title.startswith("Profit"))

    row = rows["Xinglu Boiler"]
    companies = [node for node in whole().now.tree.children[group_id()] if node.kind != SEGMENT]
    assert len(rows) == len(table.rows) == 1 + len(companies)
    assert table.rows[0].strong
    assert {len(row.cells) for row in table.rows} == {len(row.tints) for row in table.rows} == {len(table.columns)}
    assert row.tints[place] == "far-behind"
    mark, number = row.cells[place]
    assert mark == "▼ "
    assert isinstance(number, Number)
    assert (number.bad, number.ref.unit, number.ref.what, number.ref.against) == (True, "T03", "distance", "target")
    assert number.text.startswith("−")


def group_id() -> int:
    return next(node.id for node in whole().now.last.values() if node.code == "T")


def test_situation_of_a_unit_without_others_below_has_its_measures_alone(group: Place) -> None:
    paper = make(reader(), replace(SITUATION, unit="T0302"))

    assert [block.title for block in paper.blocks] == ["Measures"]


def test_restated_figure_is_told_wherever_it_stands(group: Place, folder: Folder, tmp_path: Path) -> None:
    target, whole_group = tmp_path / "sheet.docx", tmp_path / "situation.docx"
    kept(target, word(make(reader(), SHEET)))
    kept(whole_group, word(make(reader(), SITUATION)))
    before = check(opened(target), again(reader()))
    before_of_group = check(opened(whole_group), again(reader()))

    load_folder(
        folder(facts="unit,measure,period,version,value\nT0301,PROFIT,2023-06,actual,-20000000.00"),
        by=console_user(),
        restate="found a mistake",
    )
    refresh_cube()
    after = check(opened(target), again(reader()))
    after_of_group = check(opened(whole_group), again(reader()))

    assert (before.findings, before_of_group.findings) == ((), ())
    told = {(each.ref.unit, each.ref.measure, each.ref.what) for each in after_of_group.findings}
    assert {("T", "PROFIT", "figure"), ("T", "PROFIT", "gap"), ("T03", "PROFIT", "distance")} <= told
    changed = {(each.ref.unit, each.ref.measure, each.ref.what) for each in after.findings}
    assert {("T03", "PROFIT", "figure"), ("T03", "PROFIT", "gap"), ("T0301", "PROFIT", "figure")} <= changed
    assert {measure for _unit, measure, _what in changed} == {"PROFIT"}
    assert after.seq > before.seq


def test_promise_that_is_changed_is_told(copy_of_example: Callable[[], Place], tmp_path: Path) -> None:
    """Xinglu Boiler's head promises 21 for its profit; then half of it, and one cause explains 2 million less."""
    copy_of_example().enter()
    seed_gaps()
    target = tmp_path / "sheet.docx"
    kept(target, word(make(reader(), SHEET)))
    before = check(opened(target), again(reader()))
    place = place_of(reader(), "T03", parse("2023-H1"), "PROFIT")
    assert place.answer
    write, (first, *others) = place.info.rule.quantity.write, place.answer.causes
    parts = [(first.code, int(first.amount or 0) - 2 * 10**8), *((part.code, int(part.amount or 0)) for part in others)]
    causes = [(code, write(amount)) for code, amount in parts]
    given = Given(causes, place.answer.words, months={place.months[0]: "10400000"})
    head, at = User.objects.get(username="fang.zhiqiang"), books()

    done = answer(Actor(head, sight(head, str(at.key), at.seq, place.today)), place, place.answer.row_version, given)
    after = check(opened(target), again(reader()))

    assert (before.findings, done.problems) == ((), ())
    promised = [each for each in after.findings if each.ref.what == "promised"]
    assert [(each.kind, str(each.ref), each.printed, each.now) for each in promised] == [
        ("changed", "T03/PROFIT/2023-H1/actual/promised to target/promised", "21", "10")
    ]
    drawn = {each.ref.part for each in after.findings if each.ref.what == "drawn"}
    assert "Price of input" in drawn


def test_many_papers_are_made_by_other_processes(group: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in group.environment.items():
        monkeypatch.setenv(name, value)
    connection.close()
    jobs = [
        Job(replace(SHEET, unit=unit), books(), date(2023, 7, 13), None, str(tmp_path / f"{unit}.pdf"))
        for unit in ("T03", "T0302")
    ]

    made = set(papers(jobs))

    assert made == {tmp_path / "T03.pdf", tmp_path / "T0302.pdf"}
    assert [opened(path).manifest.question.unit for path in sorted(made)] == ["T03", "T0302"]


def test_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "sheet.pdf"
    kept(target, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        kept(target, b"new")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("sheet.pdf", b"old")]


def test_file_that_may_not_grow_leaves_nothing(tmp_path: Path) -> None:
    """What a full disk does, done by the machine itself: the write stops in the middle."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="large"):
            kept(tmp_path / "sheet.pdf", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []


def test_numbers_of_a_paper_are_told_in_the_reading_order_of_its_parts(group: Place) -> None:
    paper = make(reader(), SHEET)
    first = next(
        piece for sentence in (*paper.facts, *paper.finding) for piece in sentence if isinstance(piece, Number)
    )

    assert next(iter(paper.numbers())) == first
