"""Questions about submissions: a unit's sheet, and how all units under one stand in a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from headrope.core.due.timeliness import Reports
from headrope.ledger.checks import checks_now
from headrope.ledger.submissions.lines import Asked, Rules, make_lines
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Place, Round
from headrope.ledger.submissions.sheet import Below, EntrySheet, Event, Line, Typed, Word
from headrope.ledger.submissions.standings import Stood, standings, stands
from headrope.org.queries import Node, Sight, may_accept


def entry_sheet(place: Place, instead: Mapping[str, Typed] | None = None, events: bool = True) -> EntrySheet:
    """All that the unit's form shows; with `instead` as if these cells were typed by measure, without saving them.

    Without `events` what has happened so far is left out.
    """
    held, round = place.held(), place.round
    reported = held.first_submitted_at if held and held.state not in ("returned", "draft") else None
    due, standing = stands(round, place.unit.id, reported)
    below = round.units.below(place.unit.id)
    stood = standings(round, [node.id for node in below]) if below else {}
    return EntrySheet(
        id=held.pk if held else None,
        unit=place.unit,
        path=place.path,
        form=round.form,
        period=round.period,
        version=round.version,
        state=held.state if held else "draft",
        row_version=held.row_version if held else 0,
        locked=place.locked(),
        lines=_lines(place, held, instead or {}) if place.owing else (),
        below=tuple(Below(node, *stood[node.id][:4]) for node in below),
        events=tuple(_events(held)) if held and events else (),
        due=due,
        standing=standing,
        changed_at=held.changed_at if held else None,
        changed_by=held.changed_by if held else None,
        submitted_by=held.submitted_by_id if held else None,
        warnings=tuple(round.due.problems) if round.due else (),
        restating=held is not None and held.seq is not None,
    )


def _lines(place: Place, held: Submission | None, instead: Mapping[str, Typed]) -> tuple[Line, ...]:
    round, start = place.round, place.round.when.ledger.fiscal_start
    codes = {info.id: info.code for info in round.infos.values()}
    typed: dict[str, Typed] = {}
    answers: dict[tuple[str, str], tuple[str, str]] = {}
    if held:
        for value in held.values_typed.all():
            word: Word = value.word  # type: ignore[assignment]
            typed[codes[value.measure_id]] = Typed(value.raw, value.exponent, word, value.note, value.remark)
        for answer in held.answers.all():
            answers[answer.check_code, codes[answer.measure_id]] = answer.about, answer.text
    typed.update(instead)
    asked = Asked(round.form, round.period, round.version, tuple(n.code for n in place.path), place.unit.kind)
    checks = checks_now(str(round.when.at.key), round.when.at.seq)
    return make_lines(asked, typed, answers, place.own, Rules(round.infos, checks, start))


def _events(held: Submission) -> list[Event]:
    return [
        Event(
            row.at,
            row.by,
            row.action,
            row.reason,
            row.file.name if row.file else "",
            row.file.sha256 if row.file else "",
        )
        for row in held.events.select_related("by", "file").order_by("id")
    ]


class Row(NamedTuple):
    """One unit of a board: how it stands, and whether this person may accept it now."""

    unit: Node
    depth: int
    owing: bool
    stood: Stood
    acceptable: bool


@dataclass(frozen=True)
class Board:
    """How all units under one stand in a round, parents before children; `tiers` counts those that fill the form in, by tier."""

    round: Round
    top: Node
    rows: tuple[Row, ...]
    tiers: Mapping[int, Reports]

    @property
    def reports(self) -> Reports:
        """Those of all tiers."""
        return sum(self.tiers.values(), Reports())

    @property
    def late(self) -> tuple[Row, ...]:
        """Those that are late and have not been sent."""
        return tuple(row for row in self.rows if row.stood.standing and row.stood.standing.state == "late")


def board(who: Sight, place: Place) -> Board:
    """The board of the unit and all below it that take part."""
    round, units = place.round, place.round.units
    visible = who.visible & units.part
    inside = [node for node in units.tree.subtree(place.unit.id) if node.id in visible]
    stood = standings(round, [node.id for node in inside])
    tiers, owing = units.tree.tier, units.owing
    top = tiers[place.unit.id]
    rows = []
    for node in inside:
        mine = stood[node.id]
        acceptable = (
            mine.state == "submitted" and may_accept(who, node) and (mine.restating or not _locked(round, node))
        )
        rows.append(Row(node, tiers[node.id] - top, node.id in owing, mine, acceptable))
    return Board(round, place.unit, tuple(rows), _counted(rows, top))


def _locked(round: Round, node: Node) -> bool:
    return Place(node, round).locked()


def _counted(rows: list[Row], top: int) -> dict[int, Reports]:
    """Reports by tier; each state is counted first, because a tier may have thousands of units."""
    states = Counter((row.depth + top, row.stood.standing.state) for row in rows if row.owing and row.stood.standing)
    counts: dict[int, Reports] = {}
    for (tier, state), n in sorted(states.items()):
        kept = {"reported": Reports(in_time=n), "reported-late": Reports(late=n), "late": Reports(missing=n)}
        counts[tier] = counts.get(tier, Reports()) + kept.get(state, Reports(open=n))
    return counts
