"""What a form changes in the totals above it, as the page shows it: by measure, now and once it is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.core.periods import year_to_date
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.submissions.above import changes_above, reached
from headrope.ledger.submissions.sheet import EntrySheet, Value
from headrope.ledger.wording import FigureWording
from headrope.web.figures.asked import Asked
from headrope.web.generations import BeingBuilt, CannotBeBuilt, NothingYet, generation

FIRST = 3
"""Measures that are shown at once; the others unfold."""


@dataclass(frozen=True)
class Effect:
    """One measure: its name and unit of account, and for each unit its name, the total now and then, and the target."""

    measure: str
    account: str
    totals: list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Effects:
    """The section: of which months in which money, the first measures and the others; empty where nothing is to be told."""

    what: str
    first: list[Effect]
    others: list[Effect]


NONE = Effects("", [], [])


def effects(asked: Asked, sheet: EntrySheet, wording: FigureWording) -> Effects:
    """Read out of the cube; nothing where the reader sees no total above, or the cube is not up to date."""
    nodes = reached(asked.place, asked.actor.sight)
    if not nodes or sheet.state == "accepted" or not sheet.lines:
        return NONE
    infos, start = asked.place.round.infos, asked.visit.ledger.fiscal_start
    try:
        with generation(asked.visit, None) as cube:
            # Beside figures that are newer than the totals the difference would be wrong.
            found = changes_above(sheet, nodes, cube, infos, start) if cube.seq >= asked.visit.at.seq else ()
    except (NothingYet, BeingBuilt, CannotBeBuilt):
        return NONE
    language = asked.visit.language

    def shown(info: MeasureInfo, value: Value | None) -> str:
        return "" if value is None else wording.figure(info, value)

    made = [
        Effect(
            each.info.shown_name(language),
            _account(each.info, wording),
            [
                (
                    t.unit.shown_name(language),
                    shown(each.info, t.now),
                    shown(each.info, t.then),
                    shown(each.info, t.plan),
                )
                for t in each.totals
            ],
        )
        for each in found
    ]
    return Effects(wording.period(year_to_date(sheet.period, start)), made[:FIRST], made[FIRST:])


def _account(info: MeasureInfo, wording: FigureWording) -> str:
    return wording.scale_name if info.rule.quantity.kind == "money" else wording.account(info)
