"""What has moved since a day, on a situation's paper: figures of both days with what they show, and the same again when checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from headrope.core.periods import parse
from headrope.demo.actions import DEMO_NOW
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import serving, store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import whole_sight
from headrope.reports.checking import check
from headrope.reports.making import again, make
from headrope.reports.opening import opened
from headrope.reports.paper import Number, Paper, Question, Table, Text
from headrope.reports.word import word
from headrope.reports.writing import kept
from headrope.review.queries import Reader
from tests.conftest import Place

ASKED = Question("situation", "T", "2023-H1", "", "en")
DAY = "2023-05-20"


@pytest.fixture
def reader(furnished_example: Place, settings: LazySettings) -> Reader:
    """The example group on its day, with the conference of January behind it; only read."""
    settings.CLOCK_SHIFT = DEMO_NOW - datetime.now(UTC)
    furnished_example.enter()
    at, ledger = books(), ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(None), ledger, at, whole_sight(str(at.key), at.seq, today), None)


def since(paper: Paper) -> Table:
    (table,) = (block for block in paper.last if isinstance(block, Table) and block.title.startswith("Since"))
    return table


def test_figures_of_the_day_are_those_that_were_known_on_it(reader: Reader) -> None:
    paper = make(reader, replace(ASKED, since=DAY))

    row = next(row for row in since(paper).rows if row.cells[0] == ("Revenue",))
    then, now, moved = (piece for cell in row.cells[1:4] for piece in cell if isinstance(piece, Number))
    assert [str(each.ref) for each in (then, now, moved)] == [
        "T/REVENUE/2023-H1/actual/as known on 2023-05-20",
        "T/REVENUE/2023-H1/actual",
        "T/REVENUE/2023-H1/actual/moved/as known on 2023-05-20",
    ]
    assert then.value == known_on(reader, DAY)
    assert now.value == known_on(reader, "2023-07-13")
    assert float(moved.value) == pytest.approx(float(now.value) - float(then.value))


def known_on(reader: Reader, day: str) -> str:
    """Revenue of the group in the first half, as known at the end of the day."""
    known = next(each for each in serving.days_known(reader.at, reader.ledger.zone) if each <= date.fromisoformat(day))
    cube, info = store.fresh(known), reader.infos["REVENUE"]
    group = next(node for node in reader.who.now.last.values() if node.code == "T")
    column = cube.view([group.id]).column(info, reader.infos, "actual", parse("2023-H1"))
    return info.rule.quantity.write(column.values[0].item())


def test_paper_says_since_which_session_and_what_became_of_its_orders(reader: Reader) -> None:
    """In January nothing of the year was known: there is a line and no table of figures."""
    paper = make(reader, ASKED)

    told = [sentence for sentence in paper.facts if str(sentence[0]).startswith("Since")]
    assert told == [
        (
            "Since the session of 18 Jan 2023: nothing of this year was known then · 1 figure restated · "
            "2 of its 6 orders done, 2 overdue",
        )
    ]
    assert paper.question.since == "2023-01-18"
    assert [block.title for block in paper.last] == [
        "Units by measures",
        "Units below: Profit",
        "Turned red, recovered, restated",
    ]


def test_turned_measures_are_named(reader: Reader) -> None:
    paper = make(reader, replace(ASKED, since=DAY))

    (named,) = (block for block in paper.last if isinstance(block, Text))
    assert [str(line[0]).partition(":")[0] for line in named.lines] == ["Turned red", "Recovered", "Restated"]


@pytest.mark.parametrize("known", ["", "2023-06-30"])
def test_paper_is_the_same_again_when_it_is_checked(reader: Reader, tmp_path: Path, known: str) -> None:
    asked = replace(ASKED, since=DAY)
    day = date.fromisoformat(known) if known else None
    then = Reader(store.fresh(day), reader.ledger, reader.at, reader.who, day)
    kept(tmp_path / "group.docx", word(make(then, asked)))

    checked = check(opened(tmp_path / "group.docx"), again(then))

    assert (checked.question.since, checked.question.known, checked.findings) == (DAY, known, ())
    assert checked.numbers > 300
