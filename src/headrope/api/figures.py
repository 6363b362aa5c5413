"""/figures: measures of units for a period, held against a version or last year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Code, Cursor, Known, Limit, Perimeter, PeriodText
from headrope.api.visit import visit
from headrope.core.periods import Period, name, parse
from headrope.core.problems import Problem
from headrope.ledger.cube.view import AS_WAS
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo, version_ids
from headrope.org.queries import Node
from headrope.review.overdue import Overdue, silenced
from headrope.review.queries import Figure, Reader, figure, gap, verdict, versions_held
from headrope.review.rules.rule import BUILT_IN

router = Router(tags=["figures"], auth=READ)

MOST_UNITS, MOST_MEASURES = 200, 100
STATES = ("complete", "partial", "missing", "not-expected", "uneven")
State = Literal["complete", "partial", "missing", "not-expected", "uneven"]
Value = Annotated[
    str | float | None,
    Field(
        description="Money and counts as exact decimal text, other figures as a number; null where nothing is there."
    ),
]


class FigureAnswer(Schema):
    """A figure with its coverage: `reported` of `expected` count units (for flows units times cells).

    `state`: complete; partial, where something is not in; missing, where nothing is; not-expected, where nobody owes
    it; uneven, for a ratio whose parts come from different units.
    """

    value: Value
    state: State
    reported: int
    expected: int


class Compared(Schema):
    """What the figure is held against, how far it is from that, and how that is judged (null where nothing can be said)."""

    against: str
    figure: FigureAnswer
    gap: Value
    judgement: str | None


class UnitFigure(FigureAnswer):
    """One measure of one unit for the period."""

    unit: str
    measure: str
    compared: Compared | None


class Figures(Page[UnitFigure]):
    """Figures by unit and measure, all from the books at posting `seq`."""

    period: str
    version: str
    known: date | None
    currency: str
    seq: int


# ninja takes a list from the query only where it is told so by the default.
UNITS: Any = Query(..., min_length=1, max_length=MOST_UNITS, description="May be repeated.")  # type: ignore[type-arg]
MEASURES: Any = Query([], max_length=MOST_MEASURES, description="May be repeated; all where left out.")  # type: ignore[type-arg]
Below = Annotated[Literal["children", "all"], Field(description="Also the units directly below, or all below.")]
Against = Annotated[Code, Field(description="A version, or last-year.")]


@router.get("", response=Figures, operation_id="figures")
def figures(
    request: HttpRequest,
    period: PeriodText,
    unit: list[Code] = UNITS,
    measure: list[Code] = MEASURES,
    version: Code = ACTUAL,
    against: Against | None = None,
    known: Known | None = None,
    perimeter: Perimeter | None = None,
    below: Below | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Figures:
    """Measures of units for a period, by unit and measure.

    Against a version only what that version itself holds for the period counts: /review also takes a part of a
    year's plan that has no phases.
    """
    who = visit(request)
    wanted = who.period(period)
    with who.reader(known) as reader:
        asked = Asked(reader, wanted, version, against, perimeter)
        nodes = _nodes(reader, unit, wanted, below)
        infos = [asked.info(code) for code in dict.fromkeys(measure)] if measure else list(reader.infos.values())
        pairs = sorted(product(nodes, infos), key=_place)
        if after is not None:
            start = tuple(after.rpartition("~")[::2])
            pairs = [pair for pair in pairs if _place(pair) > start]
        shown, following = cut(pairs, limit, lambda pair: "~".join(_place(pair)))
        return Figures(
            items=asked.figures(shown),
            next=following,
            period=name(wanted, who.ledger.fiscal_start),
            version=version,
            known=reader.known,
            currency=who.ledger.currency,
            seq=reader.cube.seq,
        )


def _place(pair: tuple[Node, MeasureInfo]) -> tuple[str, str]:
    return pair[0].code, pair[1].code


def _nodes(reader: Reader, codes: Sequence[str], period: Period, below: str | None) -> list[Node]:
    """The units asked for, and those below them on the period's last day; 404 where one is not to be seen."""
    tree = reader.tree(period)
    found: dict[int, Node] = {}
    for code in codes:
        node = reader.node(code, period)
        found[node.id] = node
        if node.id in tree.nodes and below:
            inner = tree.subtree(node.id) if below == "all" else tree.children.get(node.id, [])
            found.update((each.id, each) for each in inner if reader.who.sees(each.id))
    return list(found.values())


class Asked:
    """Figures of one period in one version on one perimeter; 422 for words that the ledger does not know."""

    def __init__(
        self, reader: Reader, period: Period, version: str, against: str | None, perimeter: str | None
    ) -> None:
        self.reader, self.period, self.version, self.against = reader, period, version, against
        held = {*versions_held(reader.cube), *version_ids(), ACTUAL}
        known_word("version", version, held - {LAST_YEAR})
        if against is not None:
            known_word("against", against, held)
        self.pace = reader.pace(period) if against is not None else BUILT_IN
        self.as_was = perimeter == "as-was"
        month = parse(perimeter).start if perimeter and not self.as_was else None
        self.perimeter = AS_WAS if self.as_was else month

    def info(self, code: str) -> MeasureInfo:
        """The measure of that code."""
        known_word("measure", code, self.reader.infos)
        return self.reader.infos[code]

    def figures(self, pairs: Sequence[tuple[Node, MeasureInfo]]) -> list[UnitFigure]:
        """The figures of these units and measures, in their order; a few array operations for each measure."""
        by_measure: dict[str, list[Node]] = {}
        for node, info in pairs:
            by_measure.setdefault(info.code, []).append(node)
        found = {key: each for code, nodes in by_measure.items() for key, each in self._column(code, nodes)}
        return [found[node.id, info.code] for node, info in pairs]

    def _column(self, code: str, nodes: Sequence[Node]) -> list[tuple[tuple[int, str], UnitFigure]]:
        info, infos = self.reader.infos[code], self.reader.infos
        view = self.reader.cube.view([node.id for node in nodes], self.perimeter)
        column = view.column(info, infos, self.version, self.period)
        plan = None
        if self.against == LAST_YEAR and self.perimeter not in (None, AS_WAS):
            plan = view.column(info, infos, ACTUAL, self.period.shifted(-12))
        elif self.against is not None:
            plan = self.reader.plan_of(view, info, self.period, self.against, self.as_was)
        judged = plan is not None and self.version == ACTUAL
        silent = self.reader.silence.of_units([node.id for node in nodes], info, infos, self.period) if judged else {}
        made = []
        for row, node in enumerate(nodes):
            now = figure(column, info, row)
            beside = (
                self._compared(info, now, figure(plan, info, row), silent.get(node.id)) if plan is not None else None
            )
            shown = UnitFigure(unit=node.code, measure=code, compared=beside, **vars(figure_answer(info, now)))
            made.append(((node.id, code), shown))
        return made

    def _compared(self, info: MeasureInfo, now: Figure, plan: Figure, overdue: Overdue | None) -> Compared:
        assert self.against is not None
        judged = silenced(verdict(info, now, plan, self.against, self.pace), overdue)
        between = value_of(info, gap(info, now, plan, self.against))
        state = judged.state if judged and judged.state != "none" else None
        return Compared(against=self.against, figure=figure_answer(info, plan), gap=between, judgement=state)


def known_word(where: str, word: str, words: object) -> None:
    """422 for a word that is none of these."""
    if word in words:  # type: ignore[operator]
        return
    if where == "measure":
        raise Refused(
            422, Problem(where, "There is no measure '%(word)s'.", "GET /measures lists them.", {"word": word})
        )
    remedy = "GET /versions lists them; last-year is one more." if where == "against" else "GET /versions lists them."
    raise Refused(422, Problem(where, "There is no version '%(word)s'.", remedy, {"word": word}))


def value_of(info: MeasureInfo, value: int | float | None) -> str | float | None:
    """A figure as it stands in an answer: exact text for whole steps."""
    if value is None:
        return None
    if info.rule.exact:
        return info.rule.quantity.write(value)
    return float(value) if math.isfinite(value) else None


def figure_answer(info: MeasureInfo, found: Figure) -> FigureAnswer:
    """The figure as data."""
    state: State = "complete"
    if found.uneven:
        state = "uneven"
    elif found.value is None:
        state = "missing" if found.expected else "not-expected"
    elif not found.complete:
        state = "partial"
    value = value_of(info, found.value)
    return FigureAnswer(value=value, state=state, reported=found.reported, expected=found.expected)
