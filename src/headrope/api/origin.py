"""/origin: what a number is made of, one step down."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from headrope.api.auth import READ
from headrope.api.figures import Asked, FigureAnswer, figure_answer, value_of
from headrope.api.parameters import Code, Known, Perimeter, PeriodText
from headrope.api.vintages import Cells, VintageAnswer
from headrope.api.visit import visit
from headrope.core.formulas import write_formula
from headrope.core.periods import Period, name
from headrope.core.units import SEGMENT
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.org.queries import Node
from headrope.review.queries import Reader, figure

router = Router(tags=["figures"], auth=READ)


class MeasurePart(FigureAnswer):
    """A component of a formula."""

    measure: str


class UnitPart(FigureAnswer):
    """What a unit directly below adds, over the tree of the period's last day."""

    unit: str


class Origin(Schema):
    """A number, the formula or the time rule that makes it, and its parts.

    `below` are the units that you may see of those directly below; `hidden` counts the others, whose figures stay
    unsaid. `eliminated` is what is taken out between them, `facts` what the unit itself has posted within the period.
    """

    unit: str
    measure: str
    period: str
    version: str
    known: date | None
    seq: int
    figure: FigureAnswer
    kind: str
    numerator: str
    denominator: str
    components: list[MeasurePart]
    below: list[UnitPart]
    hidden: int
    eliminated: str | float | None
    facts: list[VintageAnswer]


@router.get("", response=Origin, operation_id="origin")
def origin(
    request: HttpRequest,
    unit: Code,
    measure: Code,
    period: PeriodText,
    version: Code = ACTUAL,
    known: Known | None = None,
    perimeter: Perimeter | None = None,
) -> Origin:
    """Where a number comes from: its formula with the components, the units below, and the unit's own facts."""
    who = visit(request)
    wanted = who.period(period)
    cells = Cells(who, unit, measure, wanted, version, known)
    facts = cells.vintages()
    with who.reader(known) as reader:
        asked = Asked(reader, wanted, version, None, perimeter)
        node, info = reader.node(unit, wanted), asked.info(measure)
        below = [each for each in reader.tree(wanted).children.get(node.id, []) if each.kind != SEGMENT]
        seen = [each for each in below if reader.who.sees(each.id)]
        view = reader.cube.view([node.id], asked.perimeter)
        eliminated = view.eliminated(info, version, wanted) if below and not asked.perimeter else [0]
        return Origin(
            unit=node.code,
            measure=info.code,
            period=name(wanted, who.ledger.fiscal_start),
            version=version,
            known=reader.known,
            seq=reader.cube.seq,
            figure=figure_answer(info, figure(view.column(info, reader.infos, version, wanted), info)),
            kind=info.rule.kind,
            numerator=write_formula(info.rule.numerator),
            denominator=write_formula(info.rule.denominator),
            components=[
                _component(asked, node, reader.infos[code]) for code in info.rule.components if info.rule.formed
            ],
            below=_below(reader, seen, info, asked),
            hidden=len(below) - len(seen),
            eliminated=value_of(info, eliminated[0]) if eliminated[0] else None,
            facts=[cells.answer(each) for each in facts],
        )


def _component(asked: Asked, node: Node, info: MeasureInfo) -> MeasurePart:
    column = asked.reader.cube.view([node.id], asked.perimeter).column(
        info, asked.reader.infos, asked.version, asked.period
    )
    return MeasurePart(measure=info.code, **vars(figure_answer(info, figure(column, info))))


def _below(reader: Reader, nodes: list[Node], info: MeasureInfo, asked: Asked) -> list[UnitPart]:
    if not nodes:
        return []
    period: Period = asked.period
    nodes = sorted(nodes, key=lambda node: node.code)
    column = reader.cube.view([node.id for node in nodes], asked.perimeter).column(
        info, reader.infos, asked.version, period
    )
    return [
        UnitPart(unit=node.code, **vars(figure_answer(info, figure(column, info, row))))
        for row, node in enumerate(nodes)
    ]
