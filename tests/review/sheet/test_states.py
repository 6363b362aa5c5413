"""Units below and segments on a sheet stand as they stand on the situation page: by the rules in force, and never green when silent."""

from __future__ import annotations

import pytest

from headrope.core.periods import parse
from headrope.org.actions import console_user
from headrope.reports.paper import Number, Question, Table
from headrope.reports.sheet import sheet_paper
from headrope.review.defined.actions import save
from headrope.review.defined.kinds import RULES
from headrope.review.queries import Question as Asked
from headrope.review.sheet.queries import UnitSheet, sheet
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.sheet.tables import SmallTable, children, segments
from tests.conftest import Load
from tests.review.asking import ask
from tests.review.sheet.test_sheet import TO_FEBRUARY, loaded
from tests.review.test_overdue import DUTIES, FORMS, HEAD, LEDGER, MEASURES, PLAN, UNITS, Clock, actual
from tests.review.test_overdue import at as at  # the fixture

PACE = {"code": "P", "kind": "pace", "watch": "40", "behind": "60"}
OWN = {"code": "T", "kind": "tolerance", "measures": "PROFIT", "watch": "1", "behind": "20"}
PAPER = Question("sheet", "G", TO_FEBRUARY, "target", "en", 1)


def of(period: str = TO_FEBRUARY) -> UnitSheet:
    return sheet(ask().reader, Asked("G", parse(period)))


def own_states(found: UnitSheet, code: str, units: tuple[str, ...]) -> dict[str, str]:
    """What the units' own reviews say."""
    lines = {unit: ask().reader.review(Asked(unit, found.review.period)).line(code) for unit in units}
    return {unit: line.judgement.state for unit, line in lines.items() if line and line.judgement}


def red(table: SmallTable | None) -> list[str]:
    assert table is not None
    return [f"{row.name} {cell.text}" for row in table.rows for cell in row.cells if cell.kind == "hr-behind"]


@pytest.mark.parametrize(
    ("rules", "states", "reds"),
    [
        ([], {"A": "ahead", "AB": "behind"}, ["−30", "−50"]),
        ([PACE], {"A": "on", "AB": "watch"}, []),
        ([PACE, OWN], {"A": "ahead", "AB": "behind"}, ["−30"]),
    ],
    ids=["built in", "pace", "tolerance"],
)
def test_rules_in_force_decide_what_is_red_below(
    load: Load, rules: list[dict[str, str]], states: dict[str, str], reds: list[str]
) -> None:
    """AB lacks half of its profit and a quarter of its revenue; A has more than is asked. Each is a segment of its own."""
    loaded(load)
    assert save(RULES, [("", rule) for rule in rules], console_user()).problems == ()

    found = of()

    assert found.children is not None
    assert {part.unit.code: part.state for part in found.children.parts if part.unit} == states
    assert {row.segment.code: row.states[0] for row in found.segments} == {"S1": states["A"], "S2": states["AB"]}
    assert own_states(found, "PROFIT", ("A", "AB")) == states
    assert own_states(found, "PROFIT", ("S1", "S2")) == {"S1": states["A"], "S2": states["AB"]}
    wording, address = Wording.of(found.review), Address("G", found.review.period, 1, ())
    assert red(children(found, wording, address)) == [f"East Works Base {text}" for text in reds]
    assert red(segments(found, wording, address)) == [f"Ports {text}" for text in reds]
    paper = sheet_paper(found, wording, PAPER)
    below = [b for b in paper.blocks if isinstance(b, Table) and b.title.startswith("Units below")]
    bad = [piece.text for row in below[0].rows[:-1] for cell in row.cells for piece in cell if isinstance(piece, Number) and piece.bad]  # fmt: skip
    assert bad == [text for text in reds if text == "−30"]


def test_overdue_units_and_segments_below_are_stale(load: Load, at: Clock) -> None:
    """A1 has not sent June: East is stale, and so is the segment of its works and West, though West alone is behind."""
    rows = [HEAD, *PLAN, *actual("A1", 5), *actual("A2", 5, 6), *actual("B", 5, 6)]
    load(
        ledger=LEDGER,
        units=UNITS + "S,Works,G\nR,Pumps,G\n",
        measures=MEASURES,
        forms=FORMS,
        duties=DUTIES,
        facts="\n".join(rows),
    )
    at(12)

    found = of("2023-H1")

    assert found.children is not None
    assert {part.unit.code: part.state for part in found.children.parts if part.unit and part.plan.known} == {
        "A": "stale",
        "B": "behind",
    }
    table = children(found, Wording.of(found.review), Address("G", found.review.period, 1, ()))
    assert {text.rpartition(" ")[0] for text in red(table)} == {"West"}
    assert table is not None
    assert [row.tag for row in table.rows if row.name == "East"] == ["stale"]
