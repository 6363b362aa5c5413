"""Questions about submissions: a unit's sheet, and how all units under one stand in a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.due.timeliness import Reports
from headrope.journal.models import Posting
from headrope.ledger.checks import checks_now
from headrope.ledger.submissions.booked import BATCH, MOST
from headrope.ledger.submissions.lines import Asked, Rules, make_lines
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Place, Round
from headrope.ledger.submissions.sheet import Below, EntrySheet, Event, Line, Typed, Word
from headrope.ledger.submissions.standings import Stood, acceptable, standings, stands, still_open
from headrope.org.queries import Node, Sight


def entry_sheet(place: Place, instead: Mapping[str, Typed] | None = None, events: bool = True) -> EntrySheet:
    """All that the unit's form shows; with `instead` as if these cells were typed by measure, without saving them.

    Without `events` what has happened so far is left out.
    """
    held, round = place.held(), place.round
    reported = held.first_submitted_at if held and held.state not in ("returned", "draft") else None
    booked = None
    if held is None and place.owing and (first := place.own.first(round.version, round.period)) is not None:
        booked = reported = Posting.objects.values_list("known_at", flat=True).get(seq=first)
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
        booked=booked,
        exceptions=held.exceptions if held else "",
    )


def _lines(place: Place, held: Submission | None, instead: Mapping[str, Typed]) -> tuple[Line, ...]:
    round, start = place.round, place.round.when.ledger.fiscal_start
    codes = {info.id: info.code for info in round.infos.values()}
    typed: dict[str, Typed] = {}
    answers: dict[tuple[str, str], tuple[str, str]] = {}
    if held:
        for value in held.values_typed.select_related("by"):
            word: Word = value.word  # type: ignore[assignment]
            typed[codes[value.measure_id]] = Typed(
                value.raw, value.exponent, word, value.note, value.remark, value.row_version, value.by
            )
        for answer in held.answers.all():
            answers[answer.check_code, codes[answer.measure_id]] = answer.about, answer.text
    typed.update(instead)
    asked = Asked(round.form, round.period, round.version, tuple(n.code for n in place.path), place.unit.kind)
    checks = checks_now(str(round.when.at.key), round.when.at.seq)
    return make_lines(asked, typed, answers, place.own, Rules(round.infos, checks, start), held is not None)


def _events(held: Submission) -> list[Event]:
    return [
        Event(
            row.at,
            row.by,
            row.action,
            row.reason,
            row.file.name if row.file else "",
            row.file.sha256 if row.file else "",
            row.file_id,
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


Choice = Literal["all", "late", "waiting", "open"]
OPEN = ("none", "draft", "returned", "reopened")
"""States of what has not been sent, or has come back."""
_KINDS = {"reported": 0, "reported-late": 1, "late": 2}
"""As what of `Reports` a standing is counted; all others are open."""


class _Columns(NamedTuple):
    """Of each unit: as what of `Reports` it is counted (-1: never due), and whether it is open, late, sent."""

    kind: npt.NDArray[np.int8]
    open: npt.NDArray[np.bool_]
    late: npt.NDArray[np.bool_]
    sent: npt.NDArray[np.bool_]


def _columns(own: Sequence[Stood]) -> _Columns:
    states = [stood.state for stood in own]
    kinds = [_KINDS.get(stood.standing.state, 3) if stood.standing else -1 for stood in own]
    kind = np.array(kinds, np.int8)
    sent = np.array([state == "submitted" for state in states], bool)
    return _Columns(kind, np.array([state in OPEN for state in states], bool), kind == _KINDS["late"], sent)


_kept: dict[tuple[object, ...], tuple[Sequence[Node], Mapping[int, Stood], _Columns]] = {}


@dataclass(frozen=True)
class Board:
    """How all units under one stand in a round, parents before children.

    `acceptable` are the ids of those that this person may accept now. There may be thousands of units, whose objects are
    slow to look into: rows are made for the units that are shown, and what is counted is kept as long as nothing changes.
    """

    round: Round
    top: Node
    nodes: Sequence[Node]
    stood: Mapping[int, Stood]
    who: Sight

    @cached_property
    def _ids(self) -> Sequence[int]:
        return self.round.units.ids(self.nodes)

    @cached_property
    def _columns(self) -> _Columns:
        round = self.round
        key = str(round.when.at.key), round.form, round.period, round.version_id, self.top.id
        held = _kept.get(key)
        if held is None or held[0] is not self.nodes or held[1] is not self.stood:
            if len(_kept) >= MOST:
                _kept.clear()
            columns = _columns(list(map(self.stood.__getitem__, self._ids)))
            held = _kept[key] = self.nodes, self.stood, columns
        return held[2]

    @cached_property
    def acceptable(self) -> frozenset[int]:
        """The ids of those that this person may accept now."""
        sent = compress(self._ids, self._columns.sent.tolist())
        return acceptable(self.who, self.round, sent, self.stood)

    @cached_property
    def tiers(self) -> Mapping[int, Reports]:
        """Reports by tier, of those that fill the form in."""
        tier, owing = self.round.units.standing(self.nodes)
        kind = self._columns.kind
        counted = owing & (kind >= 0)
        cells = np.bincount(tier[counted] * 4 + kind[counted], minlength=4)
        every = np.pad(cells, (0, -len(cells) % 4)).reshape(-1, 4).tolist()
        return {at: Reports(*counts) for at, counts in enumerate(every) if any(counts)}

    @property
    def reports(self) -> Reports:
        """Those of all tiers."""
        return sum(self.tiers.values(), Reports())

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(map(self.row, self.nodes))

    def row(self, node: Node) -> Row:
        """The row of one of the units."""
        units = self.round.units
        depth = units.tree.tier[node.id] - units.tree.tier[self.top.id]
        return Row(node, depth, node.id in units.owing, self.stood[node.id], node.id in self.acceptable)

    def chosen(self, which: Choice) -> Sequence[Node]:
        """All units, or those that are late and have not been sent, that wait to be accepted, that are not sent."""
        if which == "all":
            return self.nodes
        if which == "waiting":
            mine = self.acceptable
            return list(compress(self.nodes, map(mine.__contains__, self._ids))) if mine else []
        fits = self._columns.late if which == "late" else self._columns.open
        return list(compress(self.nodes, fits.tolist())) if fits.any() else []


def board(who: Sight, place: Place) -> Board:
    """The board of the unit and all below it that take part."""
    round, units = place.round, place.round.units
    nodes = units.inside(place.unit.id)
    if not who.visible >= units.part:
        nodes = [node for node in nodes if node.id in who.visible]
    stood = still_open(round).stood if len(nodes) > BATCH else standings(round, units.ids(nodes))
    return Board(round, place.unit, nodes, stood, who)
