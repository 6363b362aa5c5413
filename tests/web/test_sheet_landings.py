"""Units below on a sheet say where their year lands: as their own pages do, from one statement, with a way to the origin."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.landing.runs.queries import Run
from headrope.reports.paper import Number, Table
from headrope.reports.paper import Question as PaperQuestion
from headrope.reports.sheet import sheet_paper
from headrope.review.queries import Question, Reader
from headrope.review.sheet.queries import UnitSheet, sheet
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.sheet.tables import Row, children
from tests.review.asking import ask
from tests.web.conftest import CAST, signed_in
from tests.web.test_landing import june as june  # the fixtures
from tests.web.test_landing import landed_demo as landed_demo

BOILER = "/sheet/T03/2023-H1/"
BELOW = ("T0301", "T0302", "T0303")


def of(unit: str = "T03", period: str = "2023-H1") -> tuple[Reader, UnitSheet]:
    reader = ask().reader
    return reader, sheet(reader, Question(unit, parse(period)))


def below(found: UnitSheet) -> tuple[list[str], dict[str, Row]]:
    """The heads and rows of the table, by name."""
    table = children(found, Wording.of(found.review), Address(found.review.unit.code, found.review.period, 1, ()))
    assert table is not None
    return table.heads, {row.name: row for row in (*table.rows, *table.totals)}


def test_landing_and_odds_are_those_of_the_units_own_pages(june: Run) -> None:
    reader, found = of()

    heads, rows = below(found)

    at = heads.index("Landing")
    assert heads[at : at + 2] == ["Landing", "Odds"]
    wording = Wording.of(found.review)
    for unit in ("T03", *BELOW):
        own = reader.review(Question(unit, found.review.period))
        line = own.line("PROFIT")
        assert line is not None and line.landing is not None and line.landing.odds.value is not None
        told = rows[wording.name(own.unit)].cells[at : at + 2]
        assert [cell.text for cell in told] == [
            wording.figure(line.info, line.landing.point),
            wording.odds(line.landing.odds.value),
        ]
        assert [cell.href for cell in told] == [f"/origin/{unit}/PROFIT/2023/landing/"] * 2
        assert ("hr-behind" in told[1].kind) == (line.landing.odds.value < 1 / 3)


def test_landings_below_lead_to_their_origin(june: Run) -> None:
    browser = signed_in(CAST["office"])
    body = browser.get(BOILER).content.decode()

    ways = {f"/origin/{unit}/PROFIT/2023/landing/" for unit in BELOW}
    assert ways <= set(re.findall(r'class="hr-n" href="([^"]*)"', body))
    assert {browser.get(way).status_code for way in ways} == {200}


def test_units_together_and_years_that_are_over_have_no_landing(june: Run) -> None:
    _reader, group = of("T")
    heads, rows = below(group)
    others = next(row for name, row in rows.items() if name.endswith("others"))
    at = heads.index("Landing")

    assert [cell.text for cell in others.cells[at : at + 2]] == ["", ""]
    assert "Landing" not in below(of("T03", "2022")[1])[0]


def test_landings_of_all_units_below_are_one_statement(june: Run) -> None:
    """One for the unit itself and one for those below it, whether these are two, three or seventeen."""
    counts = []
    for unit in ("T04", "T03", "T"):
        of(unit)
        reader = ask().reader
        with CaptureQueriesContext(connection) as statements:
            found = sheet(reader, Question(unit, parse("2023-H1")))
        assert found.children is not None
        landed = [query["sql"] for query in statements if "landing" in query["sql"]]
        counts.append((len(found.children.parts), len(landed)))

    assert [landed for _parts, landed in counts] == [2, 2, 2]
    assert [parts for parts, _landed in counts][1:] == [3, 17]


def test_paper_has_them_too_and_knows_whose_they_are(june: Run) -> None:
    _reader, found = of()

    paper = sheet_paper(found, Wording.of(found.review), PaperQuestion("sheet", "T03", "2023-H1", "target", "en", 1))

    table = next(block for block in paper.blocks if isinstance(block, Table) and block.title.startswith("Units below"))
    assert [column.title for column in table.columns] == ["Unit", "Plan", "Actual", "Gap", "Landing", "Odds"]
    refs = [[piece.ref for cell in row.cells[4:] for piece in cell if isinstance(piece, Number)] for row in table.rows]
    assert [{(ref.unit, ref.version, ref.period) for ref in row} for row in refs] == [
        {(part.unit.code, "landing", "2023")} for part in found.children.parts if part.unit  # type: ignore[union-attr]
    ] + [{("T03", "landing", "2023")}]  # fmt: skip
    assert {len(row.cells) for row in table.rows} == {6}
